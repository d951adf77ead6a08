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

/// How process managers and reactors fared since the worker was started.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReactionHealth {
    /// Follow-up commands that were carried out.
    pub followed_up: u64,
    /// Follow-up commands that a rule refused. They are not asked for again.
    pub refused: u64,
    /// The newest refusal: manager, event and rule, in words.
    pub last_refusal: Option<String>,
    /// Events that a reactor acted upon.
    pub acted: u64,
    /// Events that a reactor could not act upon. It is not tried again.
    pub failed: u64,
    /// The newest failure: reactor, event and reason, in words.
    pub last_failure: Option<String>,
    /// Process managers that stand still before an event that this build cannot
    /// read, and why. They try again when the shop is opened anew.
    pub standing_still: Vec<String>,
}
