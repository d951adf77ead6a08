//! events.db: the one place where anything is recorded.
//!
//! Read [`append`](EventStore::append) first. It is the only way in; it checks
//! what its caller expected of each stream, extends the hash chain, and writes a
//! batch of several streams whole or not at all. An answer may be given only
//! after [`EventStore::commit`].
//!
//! Then [`Subscription`], the way to follow the log, and [`EventQuery`], which says
//! what to follow and, in an [`AppendCondition`], what must not have happened.
//!
//! The store writes and reads text; what a payload means is the codec's affair,
//! which [`EventStore::decode`] asks.

mod append;
mod chain;
mod copy;
mod error;
#[cfg(not(target_arch = "wasm32"))]
mod inspect;
mod limits;
mod marks;
mod open;
mod query;
mod read;
mod record;
mod snapshots;
mod subscription;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use rusqlite::Connection;

use subscription::Listeners;

pub use append::{AppendCondition, Appended, Batch, ExpectedVersion, NewEvent, StreamWrite};
pub use chain::{ChainFault, Link, Verifier, genesis_hash, link};
pub use copy::LogCopy;
pub use error::{AppendError, StoreError};
#[cfg(not(target_arch = "wasm32"))]
pub use inspect::{InspectError, open_read_only};
pub use limits::{
    MAX_BATCH_EVENTS, MAX_CONDITION_ITEMS, MAX_EVENT_TAGS, MAX_ID_BYTES, MAX_METADATA_BYTES,
    MAX_PAYLOAD_BYTES, MAX_STREAM_ID_BYTES, MAX_TAG_BYTES,
};
pub use open::{APPLICATION_ID, FORMAT_VERSION, NewLog};
pub use query::{EventQuery, QueryItem};
pub use record::{LogIdentity, Metadata, RecordedEvent};
pub use snapshots::{Snapshot, Snapshots};
pub use subscription::{DecodedEvent, Delivery, DeliveryError, ListenerId, Subscription};

/// An open log, with exactly one connection and one writer.
pub struct EventStore {
    connection: Connection,
    identity: LogIdentity,
    /// The register that records on this device.
    origin: String,
    head: Head,
    /// The head as it was before the open transaction, to go back to.
    before_transaction: Option<Head>,
    /// What may be appended: the names in `event_types`.
    event_types: HashSet<String>,
    /// Versions of streams that were asked for; forgotten when anything is undone.
    versions: RefCell<HashMap<String, u64>>,
    listeners: Listeners,
}

/// All that the append knows in memory about the end of the log. One value, so
/// that it can be put back as a whole when a transaction or savepoint is undone.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Head {
    global_position: u64,
    origin_position: u64,
    hash: [u8; 32],
}

impl EventStore {
    /// Position of the newest event, committed or in the open transaction; 0 in
    /// an empty log.
    #[must_use]
    pub const fn head(&self) -> u64 {
        self.head.global_position
    }

    /// Position of the newest committed event: what nobody can undo any more.
    #[must_use]
    pub const fn committed_head(&self) -> u64 {
        match &self.before_transaction {
            Some(committed) => committed.global_position,
            None => self.head.global_position,
        }
    }

    /// Whether a transaction is open.
    #[must_use]
    pub const fn is_in_transaction(&self) -> bool {
        self.before_transaction.is_some()
    }

    /// Which log this is.
    #[must_use]
    pub const fn identity(&self) -> &LogIdentity {
        &self.identity
    }

    /// The register that records on this device.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The connection, for copies and measurements; never for writing events.
    #[must_use]
    pub const fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Begins a transaction that several batches share (group commit).
    ///
    /// # Errors
    /// [`StoreError`] if SQLite cannot begin one.
    pub fn begin(&mut self) -> Result<(), StoreError> {
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        self.before_transaction = Some(self.head.clone());
        Ok(())
    }

    /// Makes all since [`begin`](Self::begin) durable. Only now may anybody be
    /// told that it is saved.
    ///
    /// # Errors
    /// A [`StoreError`] that [is full](StoreError::is_full): nothing was recorded.
    /// [`StoreError::CommitUnknown`]: the commit may lie in the file although this
    /// connection does not see it. Only who opens the log anew can tell; this
    /// store must not be used any more.
    pub fn commit(&mut self) -> Result<(), StoreError> {
        let Err(error) = self
            .connection
            .execute_batch("COMMIT")
            .map_err(StoreError::from)
        else {
            let before = self.before_transaction.take();
            if before.is_some_and(|before| before != self.head) {
                self.listeners.call(self.head.global_position);
            }
            return Ok(());
        };
        self.rollback();
        match error {
            StoreError::Sqlite(cause) if !StoreError::is_full_cause(&cause) => {
                Err(StoreError::CommitUnknown(cause))
            }
            StoreError::Sqlite(cause) if self.overwrite_failed_commit().is_err() => {
                Err(StoreError::CommitUnknown(cause))
            }
            error => Err(error),
        }
    }

    /// A commit is padded to whole sectors of the disk. If there is room for the
    /// commit and none for the padding, SQLite calls it full, and yet whoever opens
    /// the log next finds the commit. Another commit in the same place, which sets what
    /// is set already, takes it away for certain. It is shorter than any commit of
    /// events, which are in six trees: where there is no room for this one either, the
    /// other was not written to its end.
    fn overwrite_failed_commit(&self) -> Result<(), rusqlite::Error> {
        let version = open::FORMAT_VERSION;
        match self.connection.pragma_update(None, "user_version", version) {
            Err(error) if StoreError::is_full_cause(&error) => Ok(()),
            result => result,
        }
    }

    /// Undoes all since [`begin`](Self::begin).
    pub fn rollback(&mut self) {
        // After some errors SQLite has rolled back by itself, and says so here.
        if !self.connection.is_autocommit() {
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        self.versions.get_mut().clear();
        if let Some(head) = self.before_transaction.take() {
            self.head = head;
        }
    }

    /// Runs `work` so that its appends are kept whole or, when it fails, not at
    /// all, without touching the rest of the open transaction.
    ///
    /// # Errors
    /// What `work` returns, or [`StoreError`].
    pub fn savepoint<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let head = self.head.clone();
        self.execute("SAVEPOINT batch")?;
        match work(self) {
            Ok(done) => {
                self.execute("RELEASE batch")?;
                Ok(done)
            }
            Err(error) => {
                self.head = head;
                self.versions.get_mut().clear();
                // Some errors end the whole transaction, and the savepoint with it:
                // then there is nothing to go back to, and the error itself counts.
                if !self.connection.is_autocommit() {
                    self.execute("ROLLBACK TO batch")?;
                    self.execute("RELEASE batch")?;
                }
                Err(error)
            }
        }
    }

    /// Writes the WAL back into the database file, for when the till is idle. The
    /// WAL keeps its length: to write over it is quicker than to make it longer.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn checkpoint(&self) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("PRAGMA wal_checkpoint(PASSIVE)")?
            .query_row([], |_| Ok(()))?;
        Ok(())
    }

    /// Pages in the WAL, those included that were written back since it last began
    /// anew.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn wal_pages(&self) -> Result<u32, StoreError> {
        let pages = self
            .connection
            .prepare_cached("PRAGMA wal_checkpoint(NOOP)")?
            .query_row([], |row| row.get(1))?;
        Ok(pages)
    }

    fn execute(&self, sql: &str) -> Result<(), StoreError> {
        self.connection.prepare_cached(sql)?.execute([])?;
        Ok(())
    }
}
