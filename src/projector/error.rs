//! What can go wrong between the log and the views.

use thiserror::Error;

use crate::codec::CodecError;
use crate::domain::MoneyError;
use crate::event_store::StoreError;

/// Why a step failed, or a projection stands still.
#[derive(Debug, Error)]
pub enum ProjectorError {
    /// Of the views.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// Of the log.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An event that cannot be read.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// A state of a projection that cannot be kept or read back.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// Sums beyond the range.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// There is none of this name.
    #[error("there is no projection “{0}”")]
    NoSuchProjection(String),
    /// It was applied or skipped meanwhile, or never was one.
    #[error("event {position} is no dead letter of {projection_id}")]
    NoSuchDeadLetter {
        /// The projection.
        projection_id: String,
        /// The event's position.
        position: u64,
    },
    /// What serves was built by another version.
    #[error("{0} was built by another version of Daybook: it has to be built anew first")]
    MustBeRebuilt(String),
    /// Its rows come from several streams.
    #[error("the rows of {0} are not of one stream alone: build it anew as a whole")]
    NotByStream(String),
    /// The log skipped a position: nothing may be built on that.
    #[error("the log has no event {expected}; after it comes {found}")]
    Gap {
        /// The position that should have come.
        expected: u64,
        /// The one that came.
        found: u64,
    },
}

impl ProjectorError {
    /// Whether it is the database that fails, and not an event that does not fit
    /// its tables.
    pub(super) fn is_of_the_database(&self) -> bool {
        match self {
            Self::Sqlite(rusqlite::Error::SqliteFailure(cause, _)) => {
                cause.code != rusqlite::ErrorCode::ConstraintViolation
            }
            Self::Store(_) => true,
            _ => false,
        }
    }

    /// Whether the views themselves are unreadable: they can be thrown away.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
        matches!(
            self,
            Self::Sqlite(error) if matches!(
                error.sqlite_error_code(),
                Some(DatabaseCorrupt | NotADatabase)
            )
        )
    }

    /// Whether the device or the quota has no room left.
    #[must_use]
    pub fn is_full(&self) -> bool {
        match self {
            Self::Sqlite(error) => error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull),
            Self::Store(error) => error.is_full(),
            _ => false,
        }
    }
}
