//! How long it takes to load what has a long story.

use rusqlite::Connection;

use super::{BenchError, Clock};
use crate::application::demo::corner_cafe;
use crate::application::{Command, CommandBus, CommandEnvelope, Repository, SeededEnvironment};
use crate::domain::ids::{CommandId, ProductId, TaxRateId};
use crate::domain::product::{CreateProduct, ProductCommand, StockPolicy, Unit};
use crate::domain::{Currency, Money, Quantity, Timestamp};
use crate::event_store::{EventStore, Snapshots};
use crate::projector::{self, Projector};

const PRODUCT: &str = "bench-long-story";
/// Snapshots are taken as these events come, so that the last one lies behind.
const EVENTS_A_COMMIT: u64 = 30;
const LOADS: usize = 5;

/// What loading took, once for each load, in milliseconds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LoadTimes {
    /// From all of its events.
    pub from_events_ms: Vec<f64>,
    /// From its snapshot and what came after it.
    pub from_snapshot_ms: Vec<f64>,
}

/// Gives a product of an empty log a story of so many events, then loads it
/// several times with a memory that knows nothing. `views` is for its snapshots.
///
/// # Errors
/// [`BenchError`] if the databases fail.
pub fn load_aggregate(
    store: &mut EventStore,
    views: Connection,
    events: u64,
    now_ms: Clock<'_>,
) -> Result<LoadTimes, BenchError> {
    let views = Projector::open(views, store, projector::all())?;
    let snapshots = Snapshots::new(views.share_views());
    let id = ProductId::new(PRODUCT)?;
    tell_story(store, &snapshots, &id, events)?;
    let mut times = LoadTimes::default();
    for _ in 0..LOADS {
        let mut repository = Repository::default();
        times
            .from_events_ms
            .push(load(&mut repository, store, &id, now_ms)?);
        let mut repository = Repository::default();
        repository.use_snapshots(snapshots.clone());
        times
            .from_snapshot_ms
            .push(load(&mut repository, store, &id, now_ms)?);
    }
    Ok(times)
}

fn load(
    repository: &mut Repository,
    store: &EventStore,
    id: &ProductId,
    now_ms: Clock<'_>,
) -> Result<f64, BenchError> {
    let began = now_ms();
    repository.product(store, id)?;
    Ok(now_ms() - began)
}

fn tell_story(
    store: &mut EventStore,
    snapshots: &Snapshots,
    id: &ProductId,
    events: u64,
) -> Result<(), BenchError> {
    let environment = SeededEnvironment::new(3, Timestamp(1_700_000_000_000));
    let mut bus = CommandBus::new(environment, "bench").with_snapshots(snapshots.clone());
    let opening = corner_cafe().ok_or(BenchError::NoCafe)?;
    let create = CreateProduct {
        name: "Long story".to_owned(),
        description: String::new(),
        price: Money::new(100, Currency::EUR).map_err(|_| BenchError::NoCafe)?,
        category: String::new(),
        sku: String::new(),
        barcodes: Vec::new(),
        tax_rate: TaxRateId::new("standard")?,
        unit: Unit::Piece,
        stock_policy: StockPolicy::Allow,
    };
    let of_product = |command| Command::Product {
        product_id: id.clone(),
        command,
    };
    let receive = of_product(ProductCommand::ReceiveStock {
        quantity: Quantity::ONE,
        supplier: String::new(),
        cost_per_unit: None,
    });
    let mut commands = [
        Command::OpenShop(opening),
        of_product(ProductCommand::Create(create)),
    ]
    .into_iter()
    .chain(std::iter::repeat(receive));
    let begins = store.head();
    while store.head() < begins + events {
        store.begin()?;
        for command in commands.by_ref().take(EVENTS_A_COMMIT as usize) {
            let envelope = CommandEnvelope {
                command_id: CommandId::new(format!("story-{}", store.head()))?,
                actor: String::new(),
                command,
            };
            bus.execute(store, &envelope)?;
        }
        store.commit()?;
        bus.take_snapshots(store, 10)?;
    }
    Ok(())
}
