//! Why an account refused.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::domain::money::{Currency, Money, MoneyError};
use crate::domain::text::TextError;

/// A rule of the account that was broken.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum AccountError {
    /// No such account.
    #[error("there is no such account")]
    NotFound,
    /// An account opens once.
    #[error("this account is open already")]
    AlreadyOpened,
    /// What is closed stays closed.
    #[error("the account is closed")]
    Closed,
    /// A movement of nothing, or backwards.
    #[error("the amount must be above zero")]
    AmountNotPositive,
    /// No more can go out than is in.
    #[error("{available} is on the account, {requested} cannot be withdrawn")]
    InsufficientFunds {
        /// What is there.
        available: Money,
        /// What should go.
        requested: Money,
    },
    /// What is left belongs to the owner.
    #[error("{0} is left on the account: pay it out before closing")]
    BalanceNotZero(Money),
    /// An account holds one currency.
    #[error("the account is in {expected}, not in {actual}")]
    WrongCurrency {
        /// The account's.
        expected: Currency,
        /// What came.
        actual: Currency,
    },
    /// An amount.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// A text.
    #[error(transparent)]
    Text(#[from] TextError),
}
