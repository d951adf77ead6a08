//! How far the projections have come.

use serde::{Deserialize, Serialize};

/// A row of `projection_progress`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectionProgress {
    /// The projection.
    pub projection_id: String,
    /// Its version.
    pub version: u32,
    /// Position of the last event that it has applied.
    pub last_processed_position: u64,
    /// `running` or `failed`.
    pub status: String,
    /// Why it failed.
    pub error: Option<String>,
}
