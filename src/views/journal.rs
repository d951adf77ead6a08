//! The journal: events as they happened, newest first. It is read from events.db.

use serde::{Deserialize, Serialize};

use super::{MAX_ROWS, ViewError};
use crate::domain::StreamType;
use crate::domain::ids::OrderId;
use crate::event_store::{EventStore, Metadata, RecordedEvent};

/// A page of the journal.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalPage {
    /// Newest first.
    pub entries: Vec<JournalEntry>,
    /// Position of the newest event of all.
    pub head: u64,
}

/// An event in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// Its global position.
    pub position: u64,
    /// When it was recorded.
    pub timestamp_ms: i64,
    /// Its stream.
    pub stream_id: String,
    /// Its kind of stream.
    pub stream_type: String,
    /// As stored: `ItemAddedToCart`.
    pub event_type: String,
    /// Who did it.
    pub actor: String,
    /// The payload, as JSON.
    pub payload: String,
    /// SHA-256 of the chain up to it, in hexadecimal.
    pub hash: String,
}

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
