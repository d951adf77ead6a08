//! What the command side can say about how it is doing, for a screen.

use serde::{Deserialize, Serialize};

/// How commands fared since the worker was started.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BusHealth {
    /// How often a command had to be decided anew, because a stream or what a
    /// condition watches had moved since.
    pub conflicts: u64,
    /// How many commands were given up after the last attempt.
    pub given_up: u64,
    /// The newest conflict, in words.
    pub last_conflict: Option<String>,
}
