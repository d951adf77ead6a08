//! Why a command was refused: a rule of some aggregate, in plain words.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::domain::account::AccountError;
use crate::domain::order::OrderError;
use crate::domain::product::ProductError;
use crate::domain::register::RegisterError;
use crate::domain::shift::ShiftError;
use crate::domain::shop::ShopError;
use crate::domain::{MoneyError, TextError};

/// A rule that a command would have broken. Nothing was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum Refusal {
    /// Of the shop.
    #[error(transparent)]
    Shop(#[from] ShopError),
    /// Of a register.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// Of a shift.
    #[error(transparent)]
    Shift(#[from] ShiftError),
    /// Of a product.
    #[error(transparent)]
    Product(#[from] ProductError),
    /// Of an order.
    #[error(transparent)]
    Order(#[from] OrderError),
    /// Of a text.
    #[error(transparent)]
    Text(#[from] TextError),
    /// Of an amount.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// Somebody else changed the same thing again and again.
    #[error("somebody else is changing this: try again")]
    TooManyConflicts,
    /// Of an account.
    #[error(transparent)]
    Account(#[from] AccountError),
}
