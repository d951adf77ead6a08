//! Quantities: integer thousandths, so that weighed goods need no float.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::money::{MoneyError, checked_minor, divide_half_up, parse_decimal};

/// The largest quantity of one line or stock movement, in thousandths.
pub const MAX_QUANTITY_MILLI: i64 = 999_999_999;

/// Why a quantity was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum QuantityError {
    /// Outside ±999,999.999.
    #[error("a quantity lies between -999,999.999 and 999,999.999")]
    OutOfRange,
    /// The text is not a quantity.
    #[error("“{0}” is not a quantity with at most 3 decimals")]
    NotAQuantity(String),
}

/// A quantity of goods in thousandths of the product's unit.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(try_from = "i64", into = "i64")]
pub struct Quantity(i64);

impl Quantity {
    /// Exactly one.
    pub const ONE: Self = Self(1000);
    /// None.
    pub const ZERO: Self = Self(0);

    /// `milli` thousandths.
    ///
    /// # Errors
    /// [`QuantityError::OutOfRange`].
    pub const fn from_milli(milli: i64) -> Result<Self, QuantityError> {
        if milli < -MAX_QUANTITY_MILLI || milli > MAX_QUANTITY_MILLI {
            return Err(QuantityError::OutOfRange);
        }
        Ok(Self(milli))
    }

    /// What history says, held to the range: for `evolve`, which never refuses.
    #[must_use]
    pub fn saturating(milli: i64) -> Self {
        Self(milli.clamp(-MAX_QUANTITY_MILLI, MAX_QUANTITY_MILLI))
    }

    /// Reads a decimal with at most three decimals.
    ///
    /// # Errors
    /// [`QuantityError`].
    pub fn parse(text: &str) -> Result<Self, QuantityError> {
        let milli = parse_decimal(text, 3)
            .ok_or_else(|| QuantityError::NotAQuantity(text.chars().take(24).collect()))?;
        Self::from_milli(i64::try_from(milli).map_err(|_| QuantityError::OutOfRange)?)
    }

    /// In thousandths.
    #[must_use]
    pub const fn milli(self) -> i64 {
        self.0
    }

    /// Whether it is more than nothing.
    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// The sum.
    ///
    /// # Errors
    /// [`QuantityError::OutOfRange`].
    pub const fn add(self, other: Self) -> Result<Self, QuantityError> {
        Self::from_milli(self.0 + other.0)
    }

    /// The price of this quantity at `unit_price_minor`, halves rounded up.
    ///
    /// # Errors
    /// [`MoneyError::AmountOutOfRange`].
    pub fn price_minor(self, unit_price_minor: i64) -> Result<i64, MoneyError> {
        checked_minor(divide_half_up(
            i128::from(unit_price_minor) * i128::from(self.0),
            1000,
        ))
    }
}

impl TryFrom<i64> for Quantity {
    type Error = QuantityError;

    fn try_from(milli: i64) -> Result<Self, QuantityError> {
        Self::from_milli(milli)
    }
}

impl From<Quantity> for i64 {
    fn from(quantity: Quantity) -> Self {
        quantity.0
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let magnitude = self.0.unsigned_abs();
        write!(f, "{sign}{}", magnitude / 1000)?;
        match magnitude % 1000 {
            0 => Ok(()),
            rest => write!(f, ".{}", format!("{rest:03}").trim_end_matches('0')),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_parse_and_show() {
        for (text, milli, shown) in [
            ("1", 1000, "1"),
            ("0.25", 250, "0.25"),
            ("-2.5", -2500, "-2.5"),
        ] {
            let quantity = Quantity::parse(text).unwrap();
            assert_eq!(
                (quantity.milli(), quantity.to_string().as_str()),
                (milli, shown)
            );
        }
        for text in ["", "1.2345", "1000000", "NaN", "1e2", "½"] {
            assert!(Quantity::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_price_rounds_half_up() {
        assert_eq!(Quantity::parse("0.335").unwrap().price_minor(1990), Ok(667));
        assert_eq!(
            Quantity::from_milli(MAX_QUANTITY_MILLI)
                .unwrap()
                .price_minor(i64::MAX / 2),
            Err(MoneyError::AmountOutOfRange)
        );
    }
}
