//! What can go wrong in the log.

use thiserror::Error;

/// A fault of the store itself.
#[derive(Debug, Error)]
pub enum StoreError {
    /// SQLite's word.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// The file is not a Daybook log.
    #[error("this file is not a Daybook journal: {0}")]
    Foreign(String),
    /// Written by a newer Daybook.
    #[error("this journal has format {found}; this version of Daybook knows {known}")]
    NewerFormat {
        /// As stored.
        found: i64,
        /// This build's.
        known: i64,
    },
    /// Without one a commit is not what this store promises.
    #[error("the storage keeps no write-ahead log but “{0}”")]
    NoWriteAheadLog(String),
    /// The disk failed while a commit was written: only the file knows, once it is
    /// opened anew, whether it was recorded.
    #[error("the storage failed while this was being recorded: {0}")]
    CommitUnknown(rusqlite::Error),
    /// A position that the log has not reached.
    #[error("position {position} lies beyond the end of this journal, {head}")]
    BeyondHead {
        /// The position.
        position: u64,
        /// The last committed one.
        head: u64,
    },
    /// It is a Daybook log, and broken.
    #[error("the journal is damaged: {0}")]
    Damaged(String),
}

impl StoreError {
    /// Whether the device or the quota has no room left.
    #[must_use]
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Sqlite(cause) if Self::is_full_cause(cause))
    }

    pub(super) fn is_full_cause(cause: &rusqlite::Error) -> bool {
        cause.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull)
    }

    /// Whether the file itself is unreadable, rather than the moment unlucky.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
        match self {
            Self::Sqlite(error) => {
                matches!(
                    error.sqlite_error_code(),
                    Some(DatabaseCorrupt | NotADatabase)
                )
            }
            Self::CommitUnknown(_) | Self::BeyondHead { .. } | Self::NoWriteAheadLog(_) => false,
            Self::Foreign(_) | Self::NewerFormat { .. } | Self::Damaged(_) => true,
        }
    }
}

/// Why a batch was not appended. Nothing of it was recorded.
#[derive(Debug, Error)]
pub enum AppendError {
    /// The stream is not where the caller thought.
    #[error("stream {stream_id} is at version {actual}, expected was {expected}")]
    WrongExpectedVersion {
        /// The stream.
        stream_id: String,
        /// What the caller expected.
        expected: super::ExpectedVersion,
        /// Its true version; 0 if it has no event.
        actual: u64,
    },
    /// Something has happened that the batch was not decided upon.
    #[error(
        "event {position}, {event_type} of stream {stream_id}, has come since position {after}"
    )]
    ConditionFailed {
        /// Position of the first event that the condition excludes.
        position: u64,
        /// Its type.
        event_type: String,
        /// Its stream.
        stream_id: String,
        /// How far the writer had looked.
        after: u64,
    },
    /// The type is not in `event_types`.
    #[error("event type {0} is not listed in this log")]
    UnlistedEventType(String),
    /// The same event id with another content.
    #[error("event {0} is recorded already, with another content")]
    EventIdReused(String),
    /// The same event id twice in the batch itself.
    #[error("event {0} is there twice in one batch")]
    EventIdTwice(String),
    /// An event that is recorded already, among others that are not: such a batch
    /// cannot be answered with where it went, and is not what was recorded.
    #[error("event {0} is recorded already, without the others of its batch")]
    BatchPartlyRecorded(String),
    /// One batch writes each stream once.
    #[error("stream {0} is there twice in one batch")]
    StreamTwice(String),
    /// A payload beyond the limit.
    #[error("the payload of {event_type} has {bytes} bytes; at most {limit} are recorded")]
    PayloadTooLong {
        /// The event's type.
        event_type: String,
        /// Its length.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// A payload, or the metadata with it, is not JSON.
    #[error("the payload or metadata of {0} is not JSON")]
    NotJson(String),
    /// Metadata beyond the limit.
    #[error("the metadata have {bytes} bytes; at most {limit} are recorded")]
    MetadataTooLong {
        /// Their length.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// More tags than an event may have.
    #[error("{event_type} has {count} tags; at most {limit} are recorded")]
    TooManyTags {
        /// The event's type.
        event_type: String,
        /// How many.
        count: usize,
        /// The limit.
        limit: usize,
    },
    /// An id or a tag that is empty or beyond its limit.
    #[error("a {what} of {bytes} bytes is not recorded; it has 1 to {limit}")]
    WrongLength {
        /// What it is.
        what: &'static str,
        /// Its length.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// A condition beyond the limit.
    #[error("a condition of {items} items is too long; at most {limit} are checked")]
    ConditionTooLong {
        /// How many.
        items: usize,
        /// The limit.
        limit: usize,
    },
    /// A batch beyond the limit.
    #[error("{0} events in one batch are too many")]
    BatchTooLong(usize),
    /// A fault of the store itself.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for AppendError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}
