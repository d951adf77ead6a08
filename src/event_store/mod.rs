//! events.db: the one place where anything is recorded.
//!
//! Read [`append`](EventStore::append) first. It is the only way in; it checks
//! what its caller expected of each stream, extends the hash chain, and writes a
//! batch of several streams whole or not at all. An answer may be given only
//! after [`EventStore::commit`].
//!
//! The store knows text, not events: what a payload means is the codec's affair.

mod append;
mod chain;
mod error;
#[cfg(not(target_arch = "wasm32"))]
mod inspect;
mod open;
mod read;
mod record;

use rusqlite::Connection;

pub use append::{Appended, Batch, ExpectedVersion, NewEvent, StreamWrite};
pub use chain::{ChainFault, Verifier, genesis_hash, link};
pub use error::{AppendError, StoreError};
#[cfg(not(target_arch = "wasm32"))]
pub use inspect::{InspectError, open_read_only};
pub use open::{APPLICATION_ID, FORMAT_VERSION, NewLog};
pub use record::{LogIdentity, Metadata, RecordedEvent};

/// The longest payload of one event, in bytes.
pub const MAX_PAYLOAD_BYTES: usize = 64 * 1024;
/// The most events in one batch.
pub const MAX_BATCH_EVENTS: usize = 10_000;

/// An open log, with exactly one connection and one writer.
pub struct EventStore {
    connection: Connection,
    identity: LogIdentity,
    /// The register that records on this device.
    origin: String,
    head: Head,
    /// The head as it was before the open transaction, to go back to.
    before_transaction: Option<Head>,
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
            self.before_transaction = None;
            return Ok(());
        };
        self.rollback();
        match error {
            StoreError::Sqlite(cause) if !StoreError::is_full_cause(&cause) => {
                Err(StoreError::CommitUnknown(cause))
            }
            error => Err(error),
        }
    }

    /// Undoes all since [`begin`](Self::begin).
    pub fn rollback(&mut self) {
        // After some errors SQLite has rolled back by itself, and says so here.
        if !self.connection.is_autocommit() {
            let _ = self.connection.execute_batch("ROLLBACK");
        }
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

    /// Writes the WAL back into the database file, for when the till is idle.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn checkpoint(&self) -> Result<(), StoreError> {
        self.connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }

    fn execute(&self, sql: &str) -> Result<(), StoreError> {
        self.connection.prepare_cached(sql)?.execute([])?;
        Ok(())
    }
}
