//! What can become of a command besides being carried out.

use thiserror::Error;

use super::Refusal;
use crate::codec::CodecError;
use crate::event_store::{AppendError, StoreError};

/// Why a command was not carried out. Nothing of it was recorded.
#[derive(Debug, Error)]
pub enum CommandError {
    /// A rule says no.
    #[error(transparent)]
    Refused(Refusal),
    /// A stream, or what a condition watches, has moved on since it was read.
    #[error(transparent)]
    Conflict(AppendError),
    /// History cannot be read.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// The batch breaks a limit of the store.
    #[error("this cannot be recorded: {0}")]
    Rejected(AppendError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl<Rule: Into<Refusal>> From<Rule> for CommandError {
    fn from(rule: Rule) -> Self {
        Self::Refused(rule.into())
    }
}

impl From<AppendError> for CommandError {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::WrongExpectedVersion { .. } | AppendError::ConditionFailed { .. } => {
                Self::Conflict(error)
            }
            AppendError::Store(error) => Self::Store(error),
            other => Self::Rejected(other),
        }
    }
}
