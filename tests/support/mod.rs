//! What the tests share: files in both worlds, and a shop to try things on.

#![allow(dead_code)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod decider;
#[cfg(not(target_arch = "wasm32"))]
pub mod disk;
#[cfg(not(target_arch = "wasm32"))]
pub mod model;
#[cfg(not(target_arch = "wasm32"))]
pub mod projecting;
#[cfg(not(target_arch = "wasm32"))]
pub mod random;
#[cfg(not(target_arch = "wasm32"))]
pub mod soundness;
#[cfg(not(target_arch = "wasm32"))]
pub mod till;

use daybook::application::{
    Command, CommandBus, CommandEnvelope, CommandError, CommandOutcome, FIRST_REGISTER, OpenShop,
    Refusal, SeededEnvironment,
};
use daybook::codec::LogContext;
use daybook::domain::ids::{
    CommandId, LineId, OrderId, PaymentId, ProductId, RegisterId, ShiftId, TaxRateId,
};
use daybook::domain::order::Tender;
use daybook::domain::product::{CreateProduct, ProductCommand, StockPolicy, Unit};
use daybook::domain::shop::{ShopConfigured, TaxRateSetting};
use daybook::domain::tax::{Pricing, TaxPolicy, TaxRounding};
use daybook::domain::{Currency, Money, Quantity, Timestamp, ZoneName};
use daybook::event_store::{EventStore, NewLog, StoreError};
use daybook::projector::{self, Projector};
use rusqlite::Connection;
use rusqlite::types::ValueRef;

/// Where databases lie: a temporary folder, or a pool of its own in OPFS.
pub struct Files {
    #[cfg(not(target_arch = "wasm32"))]
    directory: tempfile::TempDir,
    #[cfg(target_arch = "wasm32")]
    directory: String,
}

impl Files {
    #[cfg(not(target_arch = "wasm32"))]
    pub fn new() -> Self {
        Self {
            directory: tempfile::tempdir().unwrap(),
        }
    }

    #[cfg(target_arch = "wasm32")]
    pub async fn in_opfs(test: &str) -> Self {
        let directory = format!("test-{test}");
        daybook::worker::install_pool(&directory).await.unwrap();
        Self { directory }
    }

    #[cfg(not(target_arch = "wasm32"))]
    pub fn path(&self, name: &str) -> std::path::PathBuf {
        self.directory.path().join(name)
    }

    pub fn connect(&self, name: &str) -> Connection {
        #[cfg(not(target_arch = "wasm32"))]
        return Connection::open(self.path(name)).unwrap();
        #[cfg(target_arch = "wasm32")]
        return daybook::worker::open_database(&self.directory, name).unwrap();
    }

    pub fn open_store(&self) -> Result<EventStore, StoreError> {
        EventStore::open(self.connect("events.db"), FIRST_REGISTER, &new_log())
    }

    pub fn store(&self) -> EventStore {
        self.open_store().unwrap()
    }

    pub fn projector(&self, store: &EventStore) -> Projector {
        Projector::open(self.connect("views.db"), store, projector::all()).unwrap()
    }
}

/// What a log that is made anew shall be.
pub fn new_log() -> NewLog {
    NewLog {
        log_id: [7; 16],
        context: LogContext {
            v1_currency: Currency::EUR,
        },
    }
}

/// Runs each test natively on a temporary folder and, for wasm32, in a dedicated
/// worker on real OPFS.
#[macro_export]
macro_rules! in_both_worlds {
    ($($(#[$doc:meta])* fn $name:ident($files:ident) $body:block)*) => {
        mod cases {
            use super::*;
            $($(#[$doc])* pub fn $name($files: &support::Files) $body)*
        }
        $(
            #[cfg(not(target_arch = "wasm32"))]
            #[test]
            fn $name() {
                cases::$name(&support::Files::new());
            }

            #[cfg(target_arch = "wasm32")]
            #[wasm_bindgen_test::wasm_bindgen_test]
            async fn $name() {
                cases::$name(&support::Files::in_opfs(stringify!($name)).await);
            }
        )*
    };
}

/// A shop on databases, with a clock and randomness that replay.
pub struct TestShop {
    pub store: EventStore,
    pub projector: Projector,
    pub bus: CommandBus<SeededEnvironment>,
    commands: u64,
}

/// 2026-01-05T09:00:00Z, a Monday.
pub const OPENING: Timestamp = Timestamp(1_767_603_600_000);

impl TestShop {
    /// A shop that is not set up.
    pub fn empty(files: &Files) -> Self {
        let store = files.store();
        let projector = files.projector(&store);
        let bus = CommandBus::new(SeededEnvironment::new(1, OPENING), "test");
        Self {
            store,
            projector,
            bus,
            commands: 0,
        }
    }

    /// A shop that is set up as [`settings`], with an open shift.
    pub fn open(files: &Files) -> Self {
        let mut shop = Self::empty(files);
        shop.run(Command::OpenShop(opening(settings()))).unwrap();
        shop
    }

    /// The same shop after the device was switched off and on: nothing is kept but
    /// the files, and an open transaction never happened.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn reopened(self, files: &Files) -> Self {
        let Self {
            store,
            projector,
            commands,
            ..
        } = self;
        drop((store, projector));
        let store = files.store();
        let mut projector = files.projector(&store);
        projector.catch_up(&store).unwrap();
        let later = Timestamp(OPENING.0 + 1_000_000 * (1 + i64::try_from(store.head()).unwrap()));
        let environment = SeededEnvironment::new(store.head() + 2, later);
        Self {
            store,
            projector,
            bus: CommandBus::new(environment, "test"),
            commands,
        }
    }

    /// Carries a command out, commits, and brings the views up to date.
    pub fn run(&mut self, command: Command) -> Result<CommandOutcome, CommandError> {
        self.commands += 1;
        let envelope = envelope(&format!("command-{}", self.commands), command);
        self.execute(&envelope)
    }

    pub fn execute(&mut self, envelope: &CommandEnvelope) -> Result<CommandOutcome, CommandError> {
        self.store.begin().unwrap();
        let result = self.bus.execute(&mut self.store, envelope);
        self.store.commit().unwrap();
        self.projector.catch_up(&self.store).unwrap();
        result
    }

    /// The rule that refuses a command.
    pub fn refusal(&mut self, command: Command) -> Refusal {
        let head = self.store.head();
        let error = self
            .run(command)
            .expect_err("the command should have been refused");
        assert_eq!(
            self.store.head(),
            head,
            "a refused command recorded something"
        );
        match error {
            CommandError::Refused(rule) => rule,
            other => panic!("not refused but failed: {other}"),
        }
    }

    pub fn product(&mut self, id: &str, price_minor: i64) -> ProductId {
        let product_id = ProductId::new(id).unwrap();
        self.run(Command::Product {
            product_id: product_id.clone(),
            command: ProductCommand::Create(new_product(id, price_minor)),
        })
        .unwrap();
        product_id
    }

    pub fn add(&mut self, order: &str, product: &ProductId, milli: i64) -> CommandOutcome {
        self.run(add_item(order, product, milli)).unwrap()
    }

    pub fn pay_exactly(&mut self, order: &str) -> CommandOutcome {
        self.run(pay(order, "p1", Tender::ExactCash)).unwrap()
    }

    pub fn order(&self, order: &str) -> daybook::views::OrderDetail {
        let id = OrderId::new(order).unwrap();
        daybook::views::order(self.projector.views(), &id)
            .unwrap()
            .expect("no such order")
    }
}

pub fn envelope(id: &str, command: Command) -> CommandEnvelope {
    CommandEnvelope {
        command_id: CommandId::new(id).unwrap(),
        actor: "Mara".to_owned(),
        command,
    }
}

pub fn add_item(order: &str, product: &ProductId, milli: i64) -> Command {
    Command::AddItem {
        order_id: OrderId::new(order).unwrap(),
        line_id: LineId::new(format!("line-{product}")).unwrap(),
        product_id: product.clone(),
        quantity: Quantity::from_milli(milli).unwrap(),
    }
}

pub fn remove_item(order: &str, product: &ProductId, milli: i64) -> Command {
    Command::RemoveItem {
        order_id: OrderId::new(order).unwrap(),
        line_id: LineId::new(format!("line-{product}")).unwrap(),
        quantity: Quantity::from_milli(milli).unwrap(),
    }
}

pub fn pay(order: &str, payment: &str, tender: Tender) -> Command {
    Command::TakePayment {
        order_id: OrderId::new(order).unwrap(),
        payment_id: PaymentId::new(payment).unwrap(),
        tender,
    }
}

pub fn cancel(order: &str) -> Command {
    Command::CancelOrder {
        order_id: OrderId::new(order).unwrap(),
        reason: "changed mind".to_owned(),
    }
}

pub fn new_product(name: &str, price_minor: i64) -> CreateProduct {
    CreateProduct {
        name: name.to_owned(),
        description: String::new(),
        price: eur(price_minor),
        category: "Food".to_owned(),
        sku: String::new(),
        barcodes: Vec::new(),
        tax_rate: TaxRateId::new("standard").unwrap(),
        unit: Unit::Piece,
        stock_policy: StockPolicy::Allow,
    }
}

pub fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR).unwrap()
}

pub fn tax_rate(id: &str, basis_points: u32) -> TaxRateSetting {
    TaxRateSetting {
        id: TaxRateId::new(id).unwrap(),
        name: format!("VAT {id}"),
        basis_points,
    }
}

pub fn settings() -> ShopConfigured {
    ShopConfigured {
        name: "Corner Café".to_owned(),
        address: String::new(),
        tax_id: String::new(),
        currency: Currency::EUR,
        locale: "en-IE".to_owned(),
        time_zone: ZoneName::new("Europe/London").unwrap(),
        day_start_minutes: 0,
        tax_rates: vec![tax_rate("standard", 1900), tax_rate("reduced", 700)],
        tax_policy: TaxPolicy {
            pricing: Pricing::TaxInclusive,
            rounding: TaxRounding::PerDocument,
        },
        cash_rounding_minor: 1,
    }
}

pub fn opening(settings: ShopConfigured) -> OpenShop {
    OpenShop {
        opening_float: Money::zero(settings.currency),
        settings,
        register_code: RegisterId::new(FIRST_REGISTER).unwrap(),
        register_name: "Till 1".to_owned(),
        shift_id: ShiftId::new("shift-1").unwrap(),
        cashier: "Mara".to_owned(),
    }
}

/// Every row that readers see, as text: what two builds of the same views must
/// agree on. And how far each projection is.
pub fn dump(views: &Connection) -> Vec<String> {
    let mut rows = rows_of(
        views,
        "projection_progress",
        "projection_id, version, last_processed_position, last_processed_timestamp, last_processed_event_id, status, error",
    );
    rows.extend(rows_of(
        views,
        "dead_letters",
        "projection_id, global_position, sequence_key, error, skipped",
    ));
    let names: Vec<String> = views
        .prepare("SELECT DISTINCT name FROM projection_tables ORDER BY name")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    for name in names {
        rows.extend(rows_of(views, &name, "*"));
    }
    rows
}

/// Says what differs first, not everything.
#[track_caller]
pub fn assert_same(actual: &[String], expected: &[String]) {
    for (actual, expected) in actual.iter().zip(expected) {
        assert_eq!(actual, expected);
    }
    assert_eq!(actual.len(), expected.len());
}

fn rows_of(views: &Connection, table: &str, columns: &str) -> Vec<String> {
    let mut statement = views
        .prepare(&format!("SELECT {columns} FROM \"{table}\""))
        .unwrap();
    let columns = statement.column_count();
    let mut found = statement.query([]).unwrap();
    let mut rows = Vec::new();
    while let Some(row) = found.next().unwrap() {
        let cells: Vec<String> = (0..columns)
            .map(|i| match row.get_ref(i).unwrap() {
                ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
                other => format!("{other:?}"),
            })
            .collect();
        rows.push(format!("{table}: {}", cells.join(" | ")));
    }
    rows.sort();
    rows
}
