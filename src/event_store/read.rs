//! Reading the log. Limits are the caller's; nothing here reads it whole.

use rusqlite::{OptionalExtension, Params};

use super::EventStore;
use super::append::Appended;
use super::error::StoreError;
use super::record::RecordedEvent;

impl EventStore {
    /// Events of a stream from `from_version` on, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn read_stream(
        &self,
        stream_id: &str,
        from_version: u64,
        limit: u32,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        self.read(
            include_str!("sql/read_stream.sql"),
            (stream_id, from_version, limit),
        )
    }

    /// Events after `position`, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn read_all(&self, position: u64, limit: u32) -> Result<Vec<RecordedEvent>, StoreError> {
        self.read(include_str!("sql/read_all.sql"), (position, limit))
    }

    /// Events before `position`, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn read_all_backwards(
        &self,
        position: u64,
        limit: u32,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        self.read(
            include_str!("sql/read_all_backwards.sql"),
            (position, limit),
        )
    }

    /// Events with a tag, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn read_by_tag(&self, tag: &str, limit: u32) -> Result<Vec<RecordedEvent>, StoreError> {
        self.read(include_str!("sql/read_by_tag.sql"), (tag, limit))
    }

    /// Version of the newest event of a stream; 0 if it has none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn stream_version(&self, stream_id: &str) -> Result<u64, StoreError> {
        let version = self
            .connection
            .prepare_cached("SELECT coalesce(max(version), 0) FROM events WHERE stream_id = ?1")?
            .query_row([stream_id], |row| row.get(0))?;
        Ok(version)
    }

    /// What a command recorded, if it was carried out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn find_command(&self, command_id: &str) -> Result<Option<Appended>, StoreError> {
        let found = self
            .connection
            .prepare_cached(
                "SELECT first_position, last_position FROM commands WHERE command_id = ?1",
            )?
            .query_row([command_id], |row| {
                Ok(Appended {
                    first_position: row.get(0)?,
                    last_position: row.get(1)?,
                })
            })
            .optional()?;
        Ok(found)
    }

    /// Size of the log in bytes, without free pages.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn size_bytes(&self) -> Result<u64, StoreError> {
        let pragma = |sql: &str| {
            self.connection
                .query_row(sql, [], |row| row.get::<_, u64>(0))
        };
        let used = pragma("PRAGMA page_count")? - pragma("PRAGMA freelist_count")?;
        Ok(used * pragma("PRAGMA page_size")?)
    }

    fn read(&self, sql: &str, params: impl Params) -> Result<Vec<RecordedEvent>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(params, RecordedEvent::from_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
