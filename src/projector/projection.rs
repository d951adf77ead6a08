//! What a projection is.

use super::error::ProjectorError;
use super::tables::Tables;
use crate::domain::{Event, StreamType};
use crate::event_store::RecordedEvent;

/// A read model. No clock, no randomness, no I/O but its own tables; it reads
/// them and no other projection's.
pub trait Projection {
    /// As in `projection_progress`.
    fn id(&self) -> &'static str;

    /// Raised when the tables or their meaning change: they are built anew then,
    /// while the old ones serve.
    fn version(&self) -> u32;

    /// The tables that it owns. Readers see a SQL view of each, of the same name.
    fn tables(&self) -> &'static [&'static str];

    /// Creates them; each is named in braces, for it may exist several times.
    fn schema(&self) -> &'static str;

    /// What else readers see: names, and what a SQL view of that name selects.
    fn more_views(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// The types of the events that it applies.
    fn event_types(&self) -> &'static [&'static str];

    /// The streams that these are in. An event in one of them that this build
    /// does not know is a dead letter: to pass over it might give wrong rows.
    fn streams(&self) -> &'static [StreamType];

    /// What has to stay in order: behind an event that cannot be applied, later
    /// ones with the same key wait.
    fn sequence_key<'e>(&self, event: &'e RecordedEvent) -> &'e str {
        &event.stream_id
    }

    /// Whether rows depend on the order of events with different keys, as a
    /// running number does. Then the projection is built anew after a dead letter
    /// was applied late.
    fn order_matters(&self) -> bool {
        false
    }

    /// The key of the row that an event changes; `None` where it may be any.
    fn row_key<'e>(&self, event: &Projected<'e>) -> Option<&'e str> {
        Some(event.aggregate_id())
    }

    /// Applies one event.
    ///
    /// # Errors
    /// [`ProjectorError`]; nothing of the event is kept then.
    fn apply(&self, tables: &Tables<'_>, event: &Projected<'_>) -> Result<(), ProjectorError>;

    /// Deletes the rows that come from one stream, so that it can be replayed
    /// alone. `false` where rows are not of one stream alone.
    ///
    /// # Errors
    /// [`ProjectorError`].
    fn forget_stream(
        &self,
        tables: &Tables<'_>,
        aggregate_id: &str,
    ) -> Result<bool, ProjectorError> {
        let _ = (tables, aggregate_id);
        Ok(false)
    }
}

/// An event on its way into the views.
#[derive(Clone, Copy)]
pub struct Projected<'a> {
    /// As recorded: `schema_version` and `payload` are those of the version that it
    /// was stored in, which may be an older one.
    pub recorded: &'a RecordedEvent,
    /// As decoded, in the current schema.
    pub event: &'a Event,
}

impl<'a> Projected<'a> {
    /// The id of the aggregate that the event is about.
    #[must_use]
    pub fn aggregate_id(&self) -> &'a str {
        aggregate_id(self.recorded)
    }
}

/// What follows the stream's type and a hyphen.
pub(super) fn aggregate_id(recorded: &RecordedEvent) -> &str {
    let prefix = recorded.stream_type.len() + 1;
    recorded.stream_id.get(prefix..).unwrap_or_default()
}
