//! Events as they stand in the log.

use rusqlite::Row;
use serde::{Deserialize, Serialize};

use crate::codec::LogContext;

/// Which log this is. Views that were built from another are rebuilt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogIdentity {
    /// Drawn once, when the log was created.
    pub log_id: [u8; 16],
    /// Raised when a backup is restored.
    pub epoch: i64,
    /// What its oldest payloads leave out.
    pub context: LogContext,
}

/// An event as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedEvent {
    /// Order of arrival on this device, from 1, without gaps.
    pub global_position: u64,
    /// UUID.
    pub event_id: String,
    /// As `order-0192…`.
    pub stream_id: String,
    /// As `order`.
    pub stream_type: String,
    /// Position in the stream, from 1.
    pub version: u64,
    /// As `ItemAddedToCart`.
    pub event_type: String,
    /// Of the payload.
    pub schema_version: u32,
    /// JSON.
    pub payload: String,
    /// JSON, see [`Metadata`].
    pub metadata: String,
    /// UTC, Unix milliseconds.
    pub timestamp_ms: i64,
    /// The register that recorded it.
    pub origin: String,
    /// Gap-free per origin, from 1.
    pub origin_position: u64,
    /// The chain up to it.
    pub hash: Vec<u8>,
}

/// What is known about an event besides what happened. Empty fields are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// The command that it came from.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub command_id: String,
    /// The conversation that the command was part of, if not its own.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub correlation_id: String,
    /// The event that led to it, if one did.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub causation_id: String,
    /// Who.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub actor: String,
    /// Which build.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub app_version: String,
}

impl RecordedEvent {
    /// From a row of one of this folder's SELECTs, which name the columns in this
    /// order.
    pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            global_position: row.get(0)?,
            event_id: row.get(1)?,
            stream_id: row.get(2)?,
            stream_type: row.get(3)?,
            version: row.get(4)?,
            event_type: row.get(5)?,
            schema_version: row.get(6)?,
            payload: row.get(7)?,
            metadata: row.get(8)?,
            timestamp_ms: row.get(9)?,
            origin: row.get(10)?,
            origin_position: row.get(11)?,
            hash: row.get(12)?,
        })
    }
}
