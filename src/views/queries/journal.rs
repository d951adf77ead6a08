//! The journal, read from events.db.

use super::{MAX_ROWS, ViewError};
use crate::domain::StreamType;
use crate::domain::ids::OrderId;
use crate::event_store::{EventStore, Metadata, RecordedEvent};
use crate::views::{JournalEntry, JournalPage};

/// Events before a position, newest first.
///
/// # Errors
/// [`ViewError`].
pub fn journal(
    store: &EventStore,
    before: Option<u64>,
    limit: u32,
) -> Result<JournalPage, ViewError> {
    let before = before.unwrap_or(u64::MAX).min(store.head() + 1);
    let events = store.read_all_backwards(before, limit.min(MAX_ROWS))?;
    Ok(page(store, events))
}

/// The story of an order, oldest first.
///
/// # Errors
/// [`ViewError`].
pub fn order_timeline(store: &EventStore, id: &OrderId) -> Result<JournalPage, ViewError> {
    let stream_id = StreamType::Order.stream_id(id.as_str());
    Ok(page(store, store.read_stream(&stream_id, 1, MAX_ROWS)?))
}

fn page(store: &EventStore, events: Vec<RecordedEvent>) -> JournalPage {
    JournalPage {
        entries: events.into_iter().map(entry).collect(),
        head: store.head(),
    }
}

fn entry(event: RecordedEvent) -> JournalEntry {
    let metadata: Metadata = serde_json::from_str(&event.metadata).unwrap_or_default();
    JournalEntry {
        position: event.global_position,
        timestamp_ms: event.timestamp_ms,
        stream_id: event.stream_id,
        stream_type: event.stream_type,
        event_type: event.event_type,
        actor: metadata.actor,
        payload: event.payload,
        hash: event
            .hash
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect(),
    }
}
