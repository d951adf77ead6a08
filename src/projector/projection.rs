//! What a projection is.

use rusqlite::Connection;

use super::error::ProjectorError;
use crate::domain::{Event, StreamType};
use crate::event_store::RecordedEvent;

/// A read model. No clock, no randomness, no I/O but its own tables; it reads
/// them and no other projection's.
pub trait Projection {
    /// As in `projection_progress`.
    fn id(&self) -> &'static str;

    /// Raised when the tables or their meaning change: they are built anew then.
    fn version(&self) -> u32;

    /// The tables that it owns.
    fn tables(&self) -> &'static [&'static str];

    /// Creates them.
    fn schema(&self) -> &'static str;

    /// The streams that concern it. Others' events only move its checkpoint.
    fn streams(&self) -> &'static [StreamType];

    /// Applies one event.
    ///
    /// # Errors
    /// [`ProjectorError`]; the projection then stands still at this event.
    fn apply(&self, views: &Connection, event: &Projected<'_>) -> Result<(), ProjectorError>;
}

/// An event on its way into the views.
pub struct Projected<'a> {
    /// As recorded: `schema_version` and `payload` are those of the version that it
    /// was stored in, which may be an older one.
    pub recorded: &'a RecordedEvent,
    /// As decoded, in the current schema.
    pub event: &'a Event,
}

impl Projected<'_> {
    /// The id of the aggregate that the event is about.
    #[must_use]
    pub fn aggregate_id(&self) -> &str {
        let prefix = self.recorded.stream_type.len() + 1;
        self.recorded.stream_id.get(prefix..).unwrap_or_default()
    }
}
