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
use crate::domain::ids::{RegisterId, ShiftId};
use crate::domain::shift::{ShiftError, ShiftEvent, ShiftOpened};
use crate::domain::shop::{ShopConfigured, ShopError};
use crate::domain::{Event, StreamType, Timestamp};
use crate::event_store::EventStore;
use crate::{application::repository, codec};

/// What is to be recorded, whole.
#[derive(Debug, Default)]
pub struct Decision {
    /// Each stream once.
    pub writes: Vec<PlannedWrite>,
}

/// New events of one stream.
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

    /// The open shift of a register.
    fn open_shift(&self, register: &RegisterId) -> Result<(ShiftId, ShiftOpened), CommandError> {
        self.newest_shift(register)?
            .ok_or_else(|| ShiftError::NoOpenShift(register.clone()).into())
    }

    fn newest_shift(
        &self,
        register: &RegisterId,
    ) -> Result<Option<(ShiftId, ShiftOpened)>, CommandError> {
        let tag = codec::register_shift_tag(register.as_str());
        let Some(recorded) = self.store.read_by_tag(&tag, 1)?.pop() else {
            return Ok(None);
        };
        let prefix = StreamType::Shift.stream_id("");
        let id = recorded.stream_id.strip_prefix(&prefix).unwrap_or_default();
        let id = ShiftId::new(id).map_err(|_| ShiftError::NoOpenShift(register.clone()))?;
        let Event::Shift(ShiftEvent::ShiftOpened(opened)) =
            repository::decode(self.store, &recorded)?
        else {
            return Ok(None);
        };
        Ok(Some((id, opened)))
    }
}
