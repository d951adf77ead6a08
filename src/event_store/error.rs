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
            Self::CommitUnknown(_) | Self::NoWriteAheadLog(_) => false,
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
    /// The type is not in `event_types`.
    #[error("event type {0} is not in the catalogue")]
    UnlistedEventType(String),
    /// The same event id with another content.
    #[error("event {0} is recorded already, with another content")]
    EventIdReused(String),
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
