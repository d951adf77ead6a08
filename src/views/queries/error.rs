//! What can go wrong when a view is read.

use thiserror::Error;

/// A view could not be read. The views can always be built again.
#[derive(Debug, Error)]
pub enum ViewError {
    /// SQLite's word.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// A column that holds a structure.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// The log, where it is read directly.
    #[error(transparent)]
    Store(#[from] crate::event_store::StoreError),
}

/// A column that a projection wrote and that does not read back.
pub(super) fn unreadable(
    column: usize,
    error: impl std::error::Error + Send + Sync + 'static,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
}
