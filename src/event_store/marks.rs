//! Marks: how far each process manager and reactor has come. They lie in events.db
//! so that a mark moves in the transaction of what was done about an event, or
//! before it is done, and so that a log takes its marks along wherever it goes.

use rusqlite::OptionalExtension;

use super::EventStore;
use super::error::StoreError;

impl EventStore {
    /// The position that `name` has come to; `None` if it never had a mark.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn mark(&self, name: &str) -> Result<Option<u64>, StoreError> {
        let position = self
            .connection
            .prepare_cached("SELECT global_position FROM reactor_marks WHERE reactor = ?1")?
            .query_row([name], |row| row.get(0))
            .optional()?;
        Ok(position)
    }

    /// Moves a mark, as part of the open transaction.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn set_mark(&mut self, name: &str, position: u64) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "INSERT INTO reactor_marks (reactor, global_position) VALUES (?1, ?2)
                 ON CONFLICT (reactor) DO UPDATE SET global_position = excluded.global_position",
            )?
            .execute((name, position))?;
        Ok(())
    }
}
