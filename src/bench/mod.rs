//! What `make bench` does, the same in the browser's worker and natively, so that
//! the figures of both can be compared. Databases and the time come from outside;
//! nothing here knows what they lie on.

mod appending;
mod filling;
mod loading;
mod plain;
mod projecting;

use rusqlite::Connection;
use thiserror::Error;

pub use appending::append_events_per_s;
pub use filling::Filling;
pub use loading::{LoadTimes, load_aggregate};
pub use plain::PlainTable;
pub use projecting::{Projected, project_all};

use crate::application::{CommandError, FIRST_REGISTER};
use crate::codec::{CodecError, LogContext};
use crate::domain::Currency;
use crate::domain::ids::InvalidId;
use crate::event_store::{AppendError, EventStore, NewLog, StoreError};
use crate::projector::ProjectorError;

/// Milliseconds since whenever.
pub type Clock<'a> = &'a dyn Fn() -> f64;

/// What can go wrong.
#[derive(Debug, Error)]
pub enum BenchError {
    /// The log.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An append.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// A command.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// The views.
    #[error(transparent)]
    Projector(#[from] ProjectorError),
    /// A database of the bench's own.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// An event that cannot be written down.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// An id that is none.
    #[error(transparent)]
    Id(#[from] InvalidId),
    /// The café's opening makes no sense.
    #[error("there is no café to live the days of")]
    NoCafe,
}

/// A log to be filled.
///
/// # Errors
/// [`StoreError`].
pub fn open_log(connection: Connection) -> Result<EventStore, StoreError> {
    let new = NewLog {
        log_id: *b"daybook-bench/01",
        context: LogContext {
            v1_currency: Currency::EUR,
        },
    };
    EventStore::open(connection, FIRST_REGISTER, &new)
}
