//! How many events a second go into a log, in batches of a size.

use super::{BenchError, Clock};
use crate::application::{Environment, SeededEnvironment};
use crate::codec;
use crate::domain::ids::{LineId, ProductId, TaxRateId};
use crate::domain::order::{ItemAddedToCart, OrderEvent};
use crate::domain::tax::TaxRate;
use crate::domain::{Currency, Event, Quantity, StreamType, Timestamp};
use crate::event_store::{Batch, EventStore, ExpectedVersion, NewEvent, StreamWrite};

/// As many as there are lines in a long cart.
const EVENTS_A_STREAM: usize = 10;
/// So many events are appended, in at least and at most so many commits.
const EVENTS: usize = 30_000;
const COMMITS: (usize, usize) = (30, 300);
/// So many commits are prepared, then timed together.
const COMMITS_AT_ONCE: usize = 10;

/// Appends lines of carts, so many a batch, each batch with a commit of its own.
///
/// # Errors
/// [`BenchError`] if the log does not take them.
pub fn append_events_per_s(
    store: &mut EventStore,
    batch_events: usize,
    now_ms: Clock<'_>,
) -> Result<f64, BenchError> {
    let mut desk = Desk::new(store.head())?;
    let batch_events = batch_events.max(1);
    let commits = (EVENTS / batch_events).clamp(COMMITS.0, COMMITS.1);
    let (mut events, mut milliseconds) = (0, 0.0);
    for _ in 0..commits.div_ceil(COMMITS_AT_ONCE) {
        let prepared: Vec<Prepared> = (0..COMMITS_AT_ONCE)
            .map(|_| desk.prepare(batch_events))
            .collect();
        let began = now_ms();
        for mut batch in prepared {
            store.begin()?;
            store.append(&batch.take())?;
            store.commit()?;
            events += batch_events;
        }
        milliseconds += now_ms() - began;
    }
    Ok(events as f64 * 1000.0 / milliseconds.max(0.001))
}

/// A batch, before what is timed begins.
struct Prepared {
    command_id: String,
    metadata: String,
    now: Timestamp,
    writes: Vec<StreamWrite>,
}

impl Prepared {
    fn take(&mut self) -> Batch<'_> {
        Batch {
            command_id: &self.command_id,
            metadata: &self.metadata,
            timestamp_ms: self.now.0,
            writes: std::mem::take(&mut self.writes),
            condition: None,
        }
    }
}

/// Prepares batches.
struct Desk {
    environment: SeededEnvironment,
    event: NewEvent,
}

impl Desk {
    /// Its ids are others in each log, and others again when the log is longer.
    fn new(seed: u64) -> Result<Self, BenchError> {
        const FIRST_MS: i64 = 1_700_000_000_000;
        const MS_AN_EVENT: i64 = 1000;
        let begin = Timestamp(FIRST_MS + i64::try_from(seed).unwrap_or(0) * MS_AN_EVENT);
        Ok(Self {
            environment: SeededEnvironment::new(seed, begin),
            event: line_of_a_cart()?,
        })
    }

    fn id(&mut self) -> String {
        let now = self.environment.now();
        self.environment.new_id(now).to_string()
    }

    fn prepare(&mut self, events: usize) -> Prepared {
        let command_id = self.id();
        let mut left = events;
        let mut writes = Vec::new();
        while left > 0 {
            let count = left.min(EVENTS_A_STREAM);
            writes.push(StreamWrite {
                stream_id: StreamType::Order.stream_id(&self.id()),
                stream_type: StreamType::Order.as_str(),
                expected: ExpectedVersion::NoStream,
                events: (0..count).map(|_| self.event()).collect(),
            });
            left -= count;
        }
        Prepared {
            metadata: format!(
                r#"{{"command_id":"{command_id}","actor":"Mara","app_version":"0.1.0"}}"#
            ),
            command_id,
            now: self.environment.now(),
            writes,
        }
    }

    fn event(&mut self) -> NewEvent {
        NewEvent {
            event_id: self.id(),
            ..self.event.clone()
        }
    }
}

fn line_of_a_cart() -> Result<NewEvent, BenchError> {
    const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
    let event = Event::Order(OrderEvent::ItemAddedToCart(ItemAddedToCart {
        line_id: LineId::new(ID)?,
        product_id: ProductId::new(ID)?,
        product_name: "Flat white".to_owned(),
        quantity: Quantity::ONE,
        unit_price_minor: 360,
        currency: Currency::EUR,
        tax_rate: TaxRate {
            id: TaxRateId::new("standard")?,
            basis_points: 1900,
        },
    }));
    let encoded = codec::encode(&event)?;
    Ok(NewEvent {
        event_id: String::new(),
        event_type: encoded.event_type,
        schema_version: encoded.schema_version,
        payload: encoded.payload,
        tags: codec::tags(&event),
    })
}
