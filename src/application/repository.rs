//! Aggregates, loaded from their streams. What was loaded is kept and brought up
//! to date by reading only what is new; the stream's true version, asked each
//! time, says whether it is.

use std::collections::HashMap;

use super::error::CommandError;
use crate::codec;
use crate::domain::account::{self, Account};
use crate::domain::ids::{AccountId, OrderId, ProductId, RegisterId, ShiftId};
use crate::domain::order::{self, Order};
use crate::domain::product::{self, Product};
use crate::domain::register::{self, Register};
use crate::domain::shift::{self, Shift};
use crate::domain::shop::{self, Shop};
use crate::domain::{Event, StreamType};
use crate::event_store::{EventStore, RecordedEvent};

const READ_BATCH: u32 = 512;
/// More loaded aggregates than this are forgotten all at once.
const MAX_KEPT: usize = 512;

/// An aggregate: how its state grows from its events.
pub trait Aggregate: Clone + Default {
    /// The kind of stream.
    const STREAM_TYPE: StreamType;
    /// Applies an event; another aggregate's changes nothing.
    fn apply(&mut self, event: &Event);
}

macro_rules! aggregates {
    ($($variant:ident($state:ty) evolves by $evolve:path;)*) => {
        $(impl Aggregate for $state {
            const STREAM_TYPE: StreamType = StreamType::$variant;

            fn apply(&mut self, event: &Event) {
                if let Event::$variant(event) = event {
                    $evolve(self, event);
                }
            }
        })*
    };
}

aggregates! {
    Shop(Shop) evolves by shop::evolve;
    Register(Register) evolves by register::evolve;
    Shift(Shift) evolves by shift::evolve;
    Product(Option<Product>) evolves by product::evolve;
    Order(Option<Order>) evolves by order::evolve;
    Account(Option<Account>) evolves by account::evolve;
}

/// A state and where in its stream it stands.
#[derive(Debug, Clone, Default)]
pub struct Loaded<State> {
    /// The state.
    pub state: State,
    /// Version of the last event in it; 0 for a stream without events.
    pub version: u64,
}

/// Keeps loaded aggregates of one kind.
#[derive(Debug, Default)]
struct Kept<State>(HashMap<String, Loaded<State>>);

impl<State: Aggregate> Kept<State> {
    fn load(&mut self, store: &EventStore, id: &str) -> Result<Loaded<State>, CommandError> {
        let stream_id = State::STREAM_TYPE.stream_id(id);
        let actual = store.stream_version(&stream_id)?;
        let mut loaded = match self.0.get(&stream_id) {
            Some(kept) if kept.version <= actual => kept.clone(),
            _ => Loaded::default(),
        };
        if loaded.version < actual {
            catch_up(store, &stream_id, &mut loaded)?;
            if self.0.len() >= MAX_KEPT {
                self.0.clear();
            }
            self.0.insert(stream_id, loaded.clone());
        }
        Ok(loaded)
    }
}

fn catch_up<State: Aggregate>(
    store: &EventStore,
    stream_id: &str,
    loaded: &mut Loaded<State>,
) -> Result<(), CommandError> {
    loop {
        let events = store.read_stream(stream_id, loaded.version + 1, READ_BATCH)?;
        for recorded in &events {
            loaded.state.apply(&decode(store, recorded)?);
            loaded.version = recorded.version;
        }
        if events.len() < READ_BATCH as usize {
            return Ok(());
        }
    }
}

/// The domain's event behind a recorded one.
///
/// # Errors
/// [`CommandError::Codec`].
pub fn decode(store: &EventStore, recorded: &RecordedEvent) -> Result<Event, CommandError> {
    Ok(codec::decode(
        &recorded.event_type,
        recorded.schema_version,
        &recorded.payload,
        &store.identity().context,
    )?)
}

/// Loads aggregates.
#[derive(Debug, Default)]
pub struct Repository {
    shops: Kept<Shop>,
    registers: Kept<Register>,
    shifts: Kept<Shift>,
    products: Kept<Option<Product>>,
    orders: Kept<Option<Order>>,
    accounts: Kept<Option<Account>>,
}

/// The id of the one shop.
pub const SHOP_ID: &str = "main";

impl Repository {
    /// Forgets what was loaded. To be called when a transaction or savepoint is
    /// undone, since what was loaded may contain events that never were.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// The shop.
    ///
    /// # Errors
    /// [`CommandError`] if its stream cannot be read.
    pub fn shop(&mut self, store: &EventStore) -> Result<Loaded<Shop>, CommandError> {
        self.shops.load(store, SHOP_ID)
    }

    /// A register.
    ///
    /// # Errors
    /// As [`Self::shop`].
    pub fn register(
        &mut self,
        store: &EventStore,
        id: &RegisterId,
    ) -> Result<Loaded<Register>, CommandError> {
        self.registers.load(store, id.as_str())
    }

    /// A shift.
    ///
    /// # Errors
    /// As [`Self::shop`].
    pub fn shift(
        &mut self,
        store: &EventStore,
        id: &ShiftId,
    ) -> Result<Loaded<Shift>, CommandError> {
        self.shifts.load(store, id.as_str())
    }

    /// A product.
    ///
    /// # Errors
    /// As [`Self::shop`].
    pub fn product(
        &mut self,
        store: &EventStore,
        id: &ProductId,
    ) -> Result<Loaded<Option<Product>>, CommandError> {
        self.products.load(store, id.as_str())
    }

    /// An order.
    ///
    /// # Errors
    /// As [`Self::shop`].
    pub fn order(
        &mut self,
        store: &EventStore,
        id: &OrderId,
    ) -> Result<Loaded<Option<Order>>, CommandError> {
        self.orders.load(store, id.as_str())
    }

    /// An account.
    ///
    /// # Errors
    /// As [`Self::shop`].
    pub fn account(
        &mut self,
        store: &EventStore,
        id: &AccountId,
    ) -> Result<Loaded<Option<Account>>, CommandError> {
        self.accounts.load(store, id.as_str())
    }
}
