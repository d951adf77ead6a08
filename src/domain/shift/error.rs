//! Why a shift refused.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::domain::ids::RegisterId;
use crate::domain::money::Currency;
use crate::domain::text::TextError;

/// A rule of the shift that was broken.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum ShiftError {
    /// A shift opens once.
    #[error("this shift is open already")]
    AlreadyOpened,
    /// One open shift a register.
    #[error("register {0} has an open shift already")]
    RegisterHasOpenShift(RegisterId),
    /// No sale without an open shift.
    #[error("open a shift on register {0} first")]
    NoOpenShift(RegisterId),
    /// A drawer holds nothing or more.
    #[error("the opening float cannot be negative")]
    NegativeFloat,
    /// The drawer holds the shop's currency.
    #[error("the opening float is in {expected}, not in {actual}")]
    WrongCurrency {
        /// The shop's.
        expected: Currency,
        /// What came.
        actual: Currency,
    },
    /// The cashier's name.
    #[error(transparent)]
    Text(#[from] TextError),
}
