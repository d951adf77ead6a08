//! Opening views.db: whatever does not fit the log is thrown away.

use rusqlite::{Connection, OptionalExtension};

use super::error::ProjectorError;
use super::projection::Projection;
use crate::event_store::EventStore;

const PREPARED_STATEMENTS: usize = 256;

/// Where a projection stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Position of the last event that it has applied.
    pub position: u64,
    /// Whether an event could not be applied.
    pub failed: bool,
}

/// What a power cut takes from the views, the projector puts back: NORMAL.
pub fn configure(views: &Connection) -> Result<(), ProjectorError> {
    views.set_prepared_statement_cache_capacity(PREPARED_STATEMENTS);
    views.execute_batch(
        "PRAGMA locking_mode = EXCLUSIVE;
         PRAGMA page_size = 8192;
         PRAGMA journal_mode = WAL;
         PRAGMA synchronous = NORMAL;
         PRAGMA journal_size_limit = 16777216;",
    )?;
    views.execute_batch(include_str!("views_db.sql"))?;
    Ok(())
}

/// Throws the views away if they were built from another log, or from more of
/// this one than there is (an older backup was restored).
pub fn fit_to_log(views: &Connection, store: &EventStore) -> Result<(), ProjectorError> {
    let identity = store.identity();
    let built_from: Option<(Vec<u8>, i64)> = views
        .query_row("SELECT log_id, epoch FROM built_from", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let furthest: u64 = views.query_row(
        "SELECT coalesce(max(last_processed_position), 0) FROM projection_progress",
        [],
        |row| row.get(0),
    )?;
    let same_log = built_from
        .as_ref()
        .is_some_and(|(log_id, epoch)| log_id[..] == identity.log_id && *epoch == identity.epoch);
    if same_log && furthest <= store.head() {
        return Ok(());
    }
    throw_away(views)?;
    views.execute_batch(include_str!("views_db.sql"))?;
    views.execute(
        "INSERT INTO built_from (id, log_id, epoch) VALUES (1, ?1, ?2)",
        (identity.log_id, identity.epoch),
    )?;
    Ok(())
}

fn throw_away(views: &Connection) -> Result<(), ProjectorError> {
    // Tables that a virtual table keeps for itself go with it.
    let names: Vec<String> = views
        .prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') AND name NOT LIKE 'sqlite!_%' ESCAPE '!'")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for name in names {
        drop_table(views, &name)?;
    }
    Ok(())
}

/// Names come from this program or from the file itself; they are quoted all the
/// same.
fn drop_table(views: &Connection, name: &str) -> Result<(), ProjectorError> {
    let quoted = name.replace('"', "\"\"");
    views.execute_batch(&format!("DROP TABLE IF EXISTS \"{quoted}\""))?;
    Ok(())
}

/// Creates the tables of a projection, or creates them anew if they are of
/// another version. One that failed tries again: this build may know better.
pub fn prepare(
    views: &Connection,
    projection: &dyn Projection,
) -> Result<Checkpoint, ProjectorError> {
    let found: Option<(u32, u64)> = views
        .query_row(
            "SELECT version, last_processed_position FROM projection_progress WHERE projection_id = ?1",
            [projection.id()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    if let Some((version, position)) = found
        && version == projection.version()
    {
        views.execute(
            "UPDATE projection_progress SET status = 'running', error = NULL WHERE projection_id = ?1",
            [projection.id()],
        )?;
        return Ok(Checkpoint {
            position,
            failed: false,
        });
    }
    reset(views, projection)?;
    Ok(Checkpoint {
        position: 0,
        failed: false,
    })
}

/// Empties a projection: its tables anew, its checkpoint at the beginning.
pub fn reset(views: &Connection, projection: &dyn Projection) -> Result<(), ProjectorError> {
    let transaction = views.unchecked_transaction()?;
    for table in projection.tables() {
        drop_table(&transaction, table)?;
    }
    transaction.execute_batch(projection.schema())?;
    transaction.execute(
        "INSERT OR REPLACE INTO projection_progress
             (projection_id, version, last_processed_position, last_processed_timestamp, status, error)
         VALUES (?1, ?2, 0, 0, 'running', NULL)",
        (projection.id(), projection.version()),
    )?;
    Ok(transaction.commit()?)
}
