//! Snapshots: states of long streams, so that loading one need not read every
//! event. They lie in views.db, for they can be thrown away like the views, and
//! nobody trusts them further than that: whoever loads one checks that it fits
//! the log and the program, and reads the events if it does not.

use std::rc::Rc;

use rusqlite::{Connection, OptionalExtension};

use super::error::StoreError;

/// Where snapshots are kept. A clone is the same place.
#[derive(Debug, Clone)]
pub struct Snapshots {
    views: Rc<Connection>,
}

/// A state as it was at a version of its stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Version of the last event in it.
    pub version: u64,
    /// Of the state's shape.
    pub schema_version: u32,
    /// JSON.
    pub state: String,
}

impl Snapshots {
    /// Snapshots in the table `snapshots` of views.db.
    #[must_use]
    pub const fn new(views: Rc<Connection>) -> Self {
        Self { views }
    }

    /// The newest snapshot of a stream.
    ///
    /// # Errors
    /// [`StoreError`], as when the row makes no sense.
    pub fn load(&self, stream_id: &str) -> Result<Option<Snapshot>, StoreError> {
        let found = self
            .views
            .prepare_cached(
                "SELECT version, schema_version, state FROM snapshots WHERE stream_id = ?1",
            )?
            .query_row([stream_id], |row| {
                Ok(Snapshot {
                    version: row.get(0)?,
                    schema_version: row.get(1)?,
                    state: row.get(2)?,
                })
            })
            .optional()?;
        Ok(found)
    }

    /// Keeps a snapshot, in place of the one before. Only of committed events, or
    /// it would know what never was.
    ///
    /// # Errors
    /// [`StoreError`]; nothing is lost but time.
    pub fn save(&self, stream_id: &str, snapshot: &Snapshot) -> Result<(), StoreError> {
        self.views
            .prepare_cached(include_str!("sql/save_snapshot.sql"))?
            .execute((
                stream_id,
                snapshot.version,
                snapshot.schema_version,
                &snapshot.state,
            ))?;
        Ok(())
    }

    /// Removes the snapshot of a stream, if there is one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn forget(&self, stream_id: &str) -> Result<(), StoreError> {
        self.views
            .prepare_cached("DELETE FROM snapshots WHERE stream_id = ?1")?
            .execute([stream_id])?;
        Ok(())
    }
}
