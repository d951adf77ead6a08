//! A file of views that is only read.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension};

use super::error::CompanionError;
use super::output::hex;
use crate::event_store::{EventStore, open_read_only};

/// Views as somebody left them.
pub struct ViewsFile {
    /// To read.
    pub connection: Connection,
    file: PathBuf,
    built_from: Option<(Vec<u8>, i64)>,
}

/// Where a projection stands.
pub struct Standing {
    /// The projection.
    pub projection: String,
    /// Of its tables.
    pub version: u32,
    /// Of the last event in them.
    pub position: u64,
    /// Whether its tables are of a version that its own build goes on with.
    pub running: bool,
    /// What it could not do.
    pub error: Option<String>,
}

impl ViewsFile {
    /// Opens the views in `file`.
    ///
    /// # Errors
    /// [`CompanionError`] if there are none.
    pub fn open(file: &Path) -> Result<Self, CompanionError> {
        let connection = open_read_only(file).map_err(CompanionError::not_readable(file))?;
        // Real tables, for a SQL view could answer anything.
        let tables: u32 = connection
            .query_row(
                "SELECT count(*) FROM sqlite_schema WHERE type = 'table'
                 AND name IN ('built_from', 'projection_progress') AND sql LIKE 'CREATE TABLE %'",
                [],
                |row| row.get(0),
            )
            .map_err(CompanionError::not_readable(file))?;
        if tables != 2 {
            return Err(CompanionError::NoViews(file.to_owned()));
        }
        let built_from = connection
            .query_row("SELECT log_id, epoch FROM built_from", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()
            .map_err(CompanionError::not_readable(file))?;
        Ok(Self {
            connection,
            file: file.to_owned(),
            built_from,
        })
    }

    /// Whether they were built from this log.
    pub fn is_of(&self, store: &EventStore) -> bool {
        let log = store.identity();
        self.built_from
            .as_ref()
            .is_some_and(|(log_id, epoch)| log_id[..] == log.log_id && *epoch == log.epoch)
    }

    /// The log that they were built from.
    pub fn log_id(&self) -> String {
        match &self.built_from {
            Some((log_id, epoch)) => format!("{}, epoch {epoch}", hex(log_id)),
            None => "none yet".to_owned(),
        }
    }

    /// The position of the projection that is furthest.
    ///
    /// # Errors
    /// [`CompanionError`].
    pub fn furthest(&self) -> Result<u64, CompanionError> {
        let positions = self.standings()?.into_iter();
        Ok(positions
            .map(|standing| standing.position)
            .max()
            .unwrap_or(0))
    }

    /// Where each projection stands.
    ///
    /// # Errors
    /// [`CompanionError`].
    pub fn standings(&self) -> Result<Vec<Standing>, CompanionError> {
        standings(&self.connection).map_err(CompanionError::not_readable(&self.file))
    }
}

/// Where each projection of these views stands.
///
/// # Errors
/// SQLite's.
pub fn standings(views: &Connection) -> rusqlite::Result<Vec<Standing>> {
    let mut statement = views.prepare(
        "SELECT projection_id, version, last_processed_position, status = 'running', error
         FROM projection_progress ORDER BY projection_id",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(Standing {
            projection: row.get(0)?,
            version: row.get(1)?,
            position: row.get(2)?,
            running: row.get(3)?,
            error: row.get(4)?,
        })
    })?;
    rows.collect()
}
