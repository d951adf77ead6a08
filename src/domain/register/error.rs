//! Why a register refused.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::domain::text::TextError;

/// A rule of the register that was broken.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum RegisterError {
    /// A register without a code issues nothing.
    #[error("this register has not been set up")]
    NotNamed,
    /// Receipts already carry the old code.
    #[error("a register keeps its code")]
    CodeFixed,
    /// The code is the beginning of each receipt number and must stay short.
    #[error("a register's code has at most {0} characters")]
    CodeTooLong(usize),
    /// Its name.
    #[error(transparent)]
    Text(#[from] TextError),
}
