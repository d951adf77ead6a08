//! Why a product refused.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::domain::ids::ProductId;
use crate::domain::money::{Currency, MoneyError};
use crate::domain::text::TextError;

/// A rule of the product that was broken.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum ProductError {
    /// No such product.
    #[error("there is no such product")]
    NotFound,
    /// An id is used once.
    #[error("this product exists already")]
    AlreadyExists,
    /// It may be free, but not pay the customer.
    #[error("a price cannot be negative")]
    NegativePrice,
    /// A cost may be nothing, but not less.
    #[error("a cost cannot be negative")]
    NegativeCost,
    /// The shop has one currency.
    #[error("prices are in {expected}, not in {actual}")]
    WrongCurrency {
        /// The shop's.
        expected: Currency,
        /// What came.
        actual: Currency,
    },
    /// The shop has no such rate.
    #[error("the shop has no tax rate “{0}”")]
    UnknownTaxRate(String),
    /// Goods that came in are more than none.
    #[error("the quantity received must be above zero")]
    QuantityNotPositive,
    /// A correction of nothing.
    #[error("the correction must not be zero")]
    NothingToAdjust,
    /// A code belongs to one product.
    #[error("the code “{code}” belongs to another product")]
    CodeTaken {
        /// The SKU or barcode.
        code: String,
        /// Whose it is.
        owner: ProductId,
    },
    /// One code twice on one product.
    #[error("the code “{0}” is there twice")]
    DuplicateCode(String),
    /// More codes than a product can have.
    #[error("at most {0} barcodes on one product")]
    TooManyBarcodes(usize),
    /// What is sold no more goes into no cart.
    #[error("“{0}” is not sold any more")]
    Discontinued(String),
    /// A text.
    #[error(transparent)]
    Text(#[from] TextError),
    /// An amount.
    #[error(transparent)]
    Money(#[from] MoneyError),
}
