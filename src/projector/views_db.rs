//! views.db as a file: what fits neither this build nor the log is thrown away.

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OptionalExtension};

use super::error::ProjectorError;
use super::projection::Projection;
use super::tables::Generation;
use crate::event_store::EventStore;

/// Of the projector's own tables, as `user_version`.
const FORMAT_VERSION: i64 = 2;
/// Two generations of every projection's statements, and the queries.
const PREPARED_STATEMENTS: usize = 512;

/// What a power cut takes from the views, the projector puts back: NORMAL.
/// Statement journals stay in memory, for the pool has few files.
pub fn configure(views: &Connection) -> Result<(), ProjectorError> {
    views.set_prepared_statement_cache_capacity(PREPARED_STATEMENTS);
    // Plans do not depend on bound values. Where a table has a partial index, SQLite
    // would otherwise compile a statement anew for each value: a fifth of all the
    // work of projecting, as a profile showed.
    views.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    views.execute_batch(
        "PRAGMA locking_mode = EXCLUSIVE;
         PRAGMA page_size = 8192;
         PRAGMA journal_mode = WAL;
         PRAGMA synchronous = NORMAL;
         PRAGMA temp_store = MEMORY;
         PRAGMA journal_size_limit = 16777216;",
    )?;
    let format: i64 = views.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if format != FORMAT_VERSION {
        throw_away(views)?;
    }
    views.execute_batch(include_str!("views_db.sql"))?;
    views.pragma_update(None, "user_version", FORMAT_VERSION)?;
    Ok(())
}

/// Throws the views away if they were not built from this log as it is: another
/// log, another epoch, or a history that has gone another way since (an older
/// backup was put back).
pub fn fit_to_log(views: &Connection, store: &EventStore) -> Result<(), ProjectorError> {
    if was_built_from(views, store)? {
        return Ok(());
    }
    throw_away(views)?;
    views.execute_batch(include_str!("views_db.sql"))?;
    let identity = store.identity();
    views.execute(
        "INSERT INTO built_from (id, log_id, epoch) VALUES (1, ?1, ?2)",
        (identity.log_id, identity.epoch),
    )?;
    Ok(())
}

fn was_built_from(views: &Connection, store: &EventStore) -> Result<bool, ProjectorError> {
    let built_from: Option<(Vec<u8>, i64)> = views
        .query_row("SELECT log_id, epoch FROM built_from", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let identity = store.identity();
    let same_log = built_from
        .is_some_and(|(log_id, epoch)| log_id[..] == identity.log_id && epoch == identity.epoch);
    if !same_log {
        return Ok(false);
    }
    let furthest: Option<(u64, String)> = views
        .query_row(
            "SELECT last_processed_position AS position, last_processed_event_id
             FROM projection_progress
             UNION ALL SELECT position, event_id FROM rebuilds
             ORDER BY position DESC LIMIT 1",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    match furthest {
        Some((position, event_id)) if position > 0 => Ok(store
            .read_all(position - 1, 1)?
            .first()
            .is_some_and(|event| event.event_id == event_id)),
        _ => Ok(true),
    }
}

fn throw_away(views: &Connection) -> Result<(), ProjectorError> {
    // Tables that a virtual table keeps for itself go with it.
    let found: Vec<(String, String)> = views
        .prepare("SELECT type, name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual', 'view') AND name NOT LIKE 'sqlite!_%' ESCAPE '!'")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    for (kind, name) in found {
        match kind.as_str() {
            "view" => drop_view(views, &name)?,
            _ => drop_table(views, &name)?,
        }
    }
    Ok(())
}

/// Creates the tables of a generation, empty.
pub fn create_generation(
    views: &Connection,
    projection: &dyn Projection,
) -> Result<Generation, ProjectorError> {
    let newest: u32 = views.query_row(
        "SELECT coalesce(max(generation), 0) FROM projection_tables WHERE projection_id = ?1",
        [projection.id()],
        |row| row.get(0),
    )?;
    let generation = Generation::new(newest + 1, projection.tables());
    views.execute_batch(&generation.fill_in(projection.schema()))?;
    for (name, physical) in generation.names() {
        views.execute(
            "INSERT INTO projection_tables (physical, projection_id, generation, name)
             VALUES (?1, ?2, ?3, ?4)",
            (physical, projection.id(), generation.number(), name),
        )?;
    }
    Ok(generation)
}

/// Lets readers see this generation, and no other's tables.
pub fn show(
    views: &Connection,
    projection: &dyn Projection,
    generation: &Generation,
) -> Result<(), ProjectorError> {
    hide(views, projection.id())?;
    let whole_tables = generation
        .names()
        .map(|(name, physical)| (name, format!("SELECT * FROM {}", quoted(physical))));
    let others = projection
        .more_views()
        .iter()
        .map(|(name, select)| (*name, generation.fill_in(select)));
    for (name, select) in whole_tables.chain(others) {
        views.execute_batch(&format!("CREATE VIEW {} AS {select}", quoted(name)))?;
        views.execute(
            "INSERT INTO reader_views (name, projection_id) VALUES (?1, ?2)",
            (name, projection.id()),
        )?;
    }
    Ok(())
}

/// Takes a projection's views from the readers.
pub fn hide(views: &Connection, projection_id: &str) -> Result<(), ProjectorError> {
    let names: Vec<String> = views
        .prepare_cached("DELETE FROM reader_views WHERE projection_id = ?1 RETURNING name")?
        .query_map([projection_id], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    names.iter().try_for_each(|name| drop_view(views, name))
}

fn drop_view(views: &Connection, name: &str) -> Result<(), ProjectorError> {
    Ok(views.execute_batch(&format!("DROP VIEW IF EXISTS {}", quoted(name)))?)
}

/// Drops a table at once, which takes as long as it is large.
pub fn drop_table(views: &Connection, name: &str) -> Result<(), ProjectorError> {
    Ok(views.execute_batch(&format!("DROP TABLE IF EXISTS {}", quoted(name)))?)
}

/// Names come from this program or from the file itself; they are quoted all the
/// same.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
