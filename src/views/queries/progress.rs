//! How far the projections have come, and what holds them up.

use rusqlite::{Connection, Row};

use super::{MAX_ROWS, ViewError};
use crate::views::{DeadLetter, DeadLetterPage, ProjectionProgress, RebuildProgress};

/// Every projection, by id.
///
/// # Errors
/// [`ViewError`].
pub fn projection_progress(views: &Connection) -> Result<Vec<ProjectionProgress>, ViewError> {
    let rows = views
        .prepare_cached(include_str!("sql/projection_progress.sql"))?
        .query_map([], |row| {
            Ok(ProjectionProgress {
                projection_id: row.get(0)?,
                version: row.get(1)?,
                last_processed_position: row.get(2)?,
                status: row.get(3)?,
                error: row.get(4)?,
                dead_letters: row.get(5)?,
                rebuild: rebuild_of(row)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

fn rebuild_of(row: &Row<'_>) -> rusqlite::Result<Option<RebuildProgress>> {
    let Some(version) = row.get(6)? else {
        return Ok(None);
    };
    Ok(Some(RebuildProgress {
        version,
        position: row.get(7)?,
        stopped: row.get(8)?,
        stopped_at: row.get(9)?,
        error: row.get(10)?,
    }))
}

/// Dead letters that can be tried again or skipped, by position.
///
/// # Errors
/// [`ViewError`].
pub fn dead_letters(views: &Connection, limit: u32) -> Result<DeadLetterPage, ViewError> {
    let rows = views
        .prepare_cached(include_str!("sql/dead_letters.sql"))?
        .query_map([limit.min(MAX_ROWS)], |row| {
            Ok(DeadLetter {
                projection_id: row.get(0)?,
                position: row.get(1)?,
                sequence_key: row.get(2)?,
                error: row.get(3)?,
                attempts: row.get(4)?,
                waiting: row.get(5)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    let total = views
        .prepare_cached(
            "SELECT count(*) FROM dead_letters WHERE NOT skipped AND error IS NOT NULL",
        )?
        .query_row([], |row| row.get(0))?;
    Ok(DeadLetterPage { rows, total })
}
