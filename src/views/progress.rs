//! How far the projections have come, and what holds them up.

use serde::{Deserialize, Serialize};

/// A row of `projection_progress`, with what else is known of the projection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectionProgress {
    /// The projection.
    pub projection_id: String,
    /// Version of the tables that serve.
    pub version: u32,
    /// Position of the last event that they have passed.
    pub last_processed_position: u64,
    /// `running`, or `outdated` while tables of the current version are built.
    pub status: String,
    /// Its first dead letter, or why it is outdated.
    pub error: Option<String>,
    /// Events that could not be applied, and those that wait behind them.
    pub dead_letters: u64,
    /// Tables that are being built aside.
    pub rebuild: Option<RebuildProgress>,
}

/// How far a rebuild is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RebuildProgress {
    /// Version of the tables that are built.
    pub version: u32,
    /// Position of the last event that is in them.
    pub position: u64,
    /// Whether it stopped.
    pub stopped: bool,
    /// The event at which it stopped, if it was an event.
    pub stopped_at: Option<u64>,
    /// Why it stopped.
    pub error: Option<String>,
}

/// Events that could not be applied.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetterPage {
    /// The first of them, by position.
    pub rows: Vec<DeadLetter>,
    /// How many there are.
    pub total: u64,
}

/// An event that a projection could not apply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// The projection.
    pub projection_id: String,
    /// The event's position in the journal.
    pub position: u64,
    /// What has to stay in order.
    pub sequence_key: String,
    /// Why.
    pub error: String,
    /// How often it was tried.
    pub attempts: u32,
    /// How many events wait behind it.
    pub waiting: u64,
}
