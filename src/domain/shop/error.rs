//! Why the shop refused.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::domain::money::Currency;
use crate::domain::tax::MAX_RATE_BASIS_POINTS;
use crate::domain::text::TextError;

/// A rule of the shop that was broken.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum ShopError {
    /// Nothing can be sold before the shop is set up.
    #[error("the shop is not set up yet")]
    NotConfigured,
    /// It is set up already; a second first run is refused.
    #[error("this shop is set up already")]
    AlreadyConfigured,
    /// A text of the settings.
    #[error(transparent)]
    Text(#[from] TextError),
    /// A shop needs a tax rate, of 0 % if it pays none.
    #[error("a shop needs at least one tax rate; use 0 % if it charges none")]
    NoTaxRate,
    /// Two rates with one id.
    #[error("the tax rate “{0}” is there twice")]
    DuplicateTaxRate(String),
    /// Above 100 %.
    #[error("a tax rate lies between 0 and {} %", MAX_RATE_BASIS_POINTS / 100)]
    TaxRateOutOfRange,
    /// More rates than a shop can have.
    #[error("at most {0} tax rates")]
    TooManyTaxRates(usize),
    /// The business day needs one.
    #[error("“{0}” is not a time zone")]
    UnknownTimeZone(String),
    /// The day must start within the day.
    #[error("the business day starts between 00:00 and 23:59")]
    DayStartOutOfRange,
    /// A coin of nothing, or of a fortune.
    #[error("cash is rounded to between 1 and 1000 minor units")]
    CashRoundingOutOfRange,
    /// Amounts already recorded would change their meaning.
    #[error("the currency stays {0} once the shop is open")]
    CurrencyFixed(Currency),
}
