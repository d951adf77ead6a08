//! Process managers: what follows from an event by a rule of the shop, and goes
//! beyond what one batch can decide. They ask for it by a command, like anybody.
//!
//! A follow-up happens exactly once. It is recorded in the transaction that moves
//! the manager's mark past the event; and its command id is derived from the
//! manager and the event, so that even who lost the mark would ask for the very
//! same again, which records nothing.

use uuid::Uuid;

use super::command::Command;
use super::error::CommandError;
use crate::domain::ids::CommandId;
use crate::event_store::{DecodedEvent, EventQuery, EventStore};

/// A rule that leads from an event to a command.
///
/// It keeps nothing in memory that it could not do without after a restart: what
/// it has to know, it asks the log.
pub trait ProcessManager {
    /// Its name, for ever: its mark and the ids of its commands follow from it. The
    /// journal shows it as the actor.
    fn name(&self) -> &'static str;

    /// The events that concern it.
    fn events(&self) -> EventQuery;

    /// What follows from an event, if anything does. `store` is the log as it is
    /// when the command would be carried out, follow-ups before it included.
    ///
    /// # Errors
    /// A [`CommandError`] of the store is tried again; history that cannot be read
    /// stops this manager before the event; anything else counts as a refusal.
    fn follow_up(
        &self,
        event: &DecodedEvent,
        store: &EventStore,
    ) -> Result<Option<Command>, CommandError>;
}

/// UUID v5 of every process manager's own namespace.
const MANAGERS: Uuid = Uuid::from_u128(0x0d5c_64a8_7a1f_5a44_9b0a_5b1e_2c8d_9f37);

/// The id of the command that follows from an event by this manager: UUID v5 of
/// the event's id, in a namespace which is the UUID v5 of the manager's name.
#[must_use]
pub fn follow_up_id(manager: &str, event_id: &str) -> CommandId {
    let namespace = Uuid::new_v5(&MANAGERS, manager.as_bytes());
    CommandId::from(Uuid::new_v5(&namespace, event_id.as_bytes()))
}
