//! How far the projections have come.

use rusqlite::Connection;

use super::ViewError;
use crate::views::ProjectionProgress;

/// Every projection, by id.
///
/// # Errors
/// [`ViewError`].
pub fn projection_progress(views: &Connection) -> Result<Vec<ProjectionProgress>, ViewError> {
    let rows = views
        .prepare_cached(
            "SELECT projection_id, version, last_processed_position, status, error
             FROM projection_progress ORDER BY projection_id",
        )?
        .query_map([], |row| {
            Ok(ProjectionProgress {
                projection_id: row.get(0)?,
                version: row.get(1)?,
                last_processed_position: row.get(2)?,
                status: row.get(3)?,
                error: row.get(4)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}
