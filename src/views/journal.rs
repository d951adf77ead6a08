//! The journal: events as they happened, newest first. It is read from events.db.

use serde::{Deserialize, Serialize};

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
