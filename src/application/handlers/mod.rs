//! One handler a kind of command: load what the rules need, let the domain
//! decide, say what is to be appended where. Handlers record nothing.

mod account;
mod imported;
mod order;
mod product;
mod shop;

pub use imported::IMPORT_NAMESPACE;

use super::command::Command;
use super::error::CommandError;
use super::repository::{Loaded, Repository};
use crate::codec;
use crate::domain::ids::{RegisterId, ShiftId};
use crate::domain::shift::{Shift, ShiftError, ShiftOpened};
use crate::domain::shop::{ShopConfigured, ShopError};
use crate::domain::{Event, StreamType, Timestamp};
use crate::event_store::{AppendCondition, EventStore};

/// What is to be recorded, whole.
#[derive(Debug, Default)]
pub struct Decision {
    /// Each stream once.
    pub writes: Vec<PlannedWrite>,
    /// What must not have happened since it was looked for.
    pub condition: Option<AppendCondition>,
}

/// New events of one stream, or none, if it only has to stand where it was read.
#[derive(Debug)]
pub struct PlannedWrite {
    /// The kind of stream.
    pub stream_type: StreamType,
    /// The aggregate's id.
    pub id: String,
    /// The version that was decided upon; 0 for a stream without events.
    pub version: u64,
    /// In order.
    pub events: Vec<Event>,
}

impl Decision {
    /// Adds the events of one aggregate; none are not a write.
    fn write<State, E: Into<Event>>(
        &mut self,
        stream_type: StreamType,
        id: &str,
        loaded: &Loaded<State>,
        events: Vec<E>,
    ) {
        if events.is_empty() {
            return;
        }
        self.writes.push(PlannedWrite {
            stream_type,
            id: id.to_owned(),
            version: loaded.version,
            events: events.into_iter().map(Into::into).collect(),
        });
    }

    /// Adds an aggregate that the decision depended on and does not change: it is
    /// recorded only if that is still where it was read. Should it have moved, the
    /// command is decided anew upon what it has become.
    fn check<State>(&mut self, stream_type: StreamType, id: &str, loaded: &Loaded<State>) {
        self.writes.push(PlannedWrite {
            stream_type,
            id: id.to_owned(),
            version: loaded.version,
            events: Vec::new(),
        });
    }
}

/// A register's newest shift.
pub struct NewestShift {
    /// Its id.
    pub id: ShiftId,
    /// How it began.
    pub opened: ShiftOpened,
    /// As it stands.
    pub loaded: Loaded<Shift>,
}

/// What a handler has at hand.
pub struct Desk<'a> {
    /// The log, to read.
    pub store: &'a EventStore,
    /// Loaded aggregates.
    pub repository: &'a mut Repository,
    /// When the command is carried out.
    pub now: Timestamp,
}

/// Decides on a command.
///
/// # Errors
/// [`CommandError`], usually the rule that says no.
pub fn handle(desk: &mut Desk<'_>, command: &Command) -> Result<Decision, CommandError> {
    match command {
        Command::OpenShop(open) => shop::open(desk, open),
        Command::ConfigureShop(settings) => shop::configure(desk, settings),
        Command::Product {
            product_id,
            command,
        } => product::handle(desk, product_id, command),
        Command::AddItem {
            order_id,
            line_id,
            product_id,
            quantity,
        } => order::add_item(desk, order_id, line_id, product_id, *quantity),
        Command::RemoveItem {
            order_id,
            line_id,
            quantity,
        } => order::remove_item(desk, order_id, line_id, *quantity),
        Command::TakePayment {
            order_id,
            payment_id,
            tender,
        } => order::take_payment(desk, order_id, payment_id, tender),
        Command::VoidPayment {
            order_id,
            payment_id,
            reason,
        } => order::void_payment(desk, order_id, payment_id, reason),
        Command::CancelOrder { order_id, reason } => order::cancel(desk, order_id, reason),
        Command::RecordImportedSale(sale) => imported::record(desk, sale),
        Command::Account {
            account_id,
            command,
        } => account::handle(desk, account_id, command),
    }
}

impl Desk<'_> {
    fn settings(&mut self) -> Result<ShopConfigured, CommandError> {
        let shop = self.repository.shop(self.store)?;
        Ok(shop.state.settings.ok_or(ShopError::NotConfigured)?)
    }

    /// This device's register: the one whose name its events carry.
    fn own_register(&self) -> Result<RegisterId, CommandError> {
        RegisterId::new(self.store.origin()).map_err(|_| ShopError::NotConfigured.into())
    }

    /// The open shift of this device's register.
    fn own_open_shift(&mut self) -> Result<NewestShift, CommandError> {
        let register = self.own_register()?;
        self.newest_shift(&register)?
            .ok_or_else(|| ShiftError::NoOpenShift(register).into())
    }

    fn newest_shift(&mut self, register: &RegisterId) -> Result<Option<NewestShift>, CommandError> {
        let tag = codec::register_shift_tag(register.as_str());
        let newest = self.repository.newest_shift(self.store, register, &tag)?;
        let Some((_, id)) = newest else {
            return Ok(None);
        };
        let loaded = self.repository.shift(self.store, &id)?;
        Ok(loaded
            .state
            .opened
            .clone()
            .map(|opened| NewestShift { id, opened, loaded }))
    }
}
