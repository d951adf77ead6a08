//! Reactors: what an event does to the world outside the databases. A receipt is
//! printed, a drawer opens, a copy goes somewhere.
//!
//! The world cannot be rolled back, so a reactor acts at most once per event: its
//! mark is moved past the event and committed before it acts. A crash in between
//! costs the act, never a second one; what must happen all the same is asked for
//! by a person, as a reprint. It acts on live events only: registered for the
//! first time it begins at the end of the log, and no replay and no rebuild of views
//! drives it.

use crate::event_store::{DecodedEvent, EventQuery};

/// Acts upon the world.
pub trait Reactor {
    /// Its name, for ever: its mark is kept under it.
    fn name(&self) -> &'static str;

    /// The events that concern it.
    fn events(&self) -> EventQuery;

    /// Acts. It is not asked again for this event, whatever comes of it.
    ///
    /// # Errors
    /// Why it could not, in words: they are shown.
    fn act(&mut self, event: &DecodedEvent) -> Result<(), String>;
}
