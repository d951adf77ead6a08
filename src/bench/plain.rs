//! SQLite at its plainest, to compare commands with.

use rusqlite::Connection;

/// A bare table in a database of the same mode as the log.
pub struct PlainTable {
    connection: Connection,
}

impl PlainTable {
    /// Prepares the database behind `connection`. Its write-ahead log is long
    /// already and is written over, as the log's is.
    ///
    /// # Errors
    /// SQLite's.
    pub fn open(connection: Connection) -> rusqlite::Result<Self> {
        connection.execute_batch(
            "PRAGMA locking_mode = EXCLUSIVE;
             PRAGMA page_size = 8192;
             PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             PRAGMA wal_autocheckpoint = 0;
             CREATE TABLE IF NOT EXISTS plain (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
             INSERT INTO plain (text) VALUES (hex(zeroblob(4000000)));
             DELETE FROM plain;",
        )?;
        connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
        Ok(Self { connection })
    }

    /// One row, and a commit.
    ///
    /// # Errors
    /// SQLite's.
    pub fn commit(&self) -> rusqlite::Result<()> {
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        self.connection
            .prepare_cached("INSERT INTO plain (text) VALUES (?1)")?
            .execute(["one row, as plain as can be"])?;
        self.connection.execute_batch("COMMIT")
    }
}
