//! What the worker is doing, as far as the page knows.

use crate::protocol::CannotStart;

/// What the worker is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// It opens the databases.
    Starting,
    /// It answers.
    Ready,
    /// It cannot start, and says why.
    CannotStart(CannotStart),
    /// It ended without being asked to. What was committed is safe.
    Stopped(String),
}
