//! Money: integer minor units and an ISO 4217 currency. Never a float.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The largest amount that Daybook handles, in minor units either side of zero:
/// 99,999,999,999.99 in a currency of two decimals. It leaves room for sums and
/// products in `i128` and for totals of years in `i64`.
pub const MAX_AMOUNT_MINOR: i64 = 9_999_999_999_999;

/// Why an amount was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum MoneyError {
    /// The result lies outside ±[`MAX_AMOUNT_MINOR`].
    #[error("the amount is too large: at most {MAX_AMOUNT_MINOR} minor units")]
    AmountOutOfRange,
    /// Two currencies met in one sum.
    #[error("{left} and {right} cannot be added")]
    CurrencyMismatch {
        /// Currency of the left operand.
        left: Currency,
        /// Currency of the right operand.
        right: Currency,
    },
    /// The text is not an amount in this currency.
    #[error("“{text}” is not an amount with at most {decimals} decimals")]
    NotAnAmount {
        /// What was given, shortened.
        text: String,
        /// Decimals that the currency has.
        decimals: u8,
    },
    /// The code is not in ISO 4217.
    #[error("“{0}” is not an ISO 4217 currency code")]
    UnknownCurrency(String),
}

/// An ISO 4217 currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// The euro, which the documents' examples and many tests use.
    pub const EUR: Self = Self(iso_currency::Currency::EUR);

    /// The three-letter code.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// Decimals between the major and the minor unit: JPY 0, EUR 2, KWD 3.
    #[must_use]
    pub fn decimals(self) -> u8 {
        self.0.exponent().unwrap_or(0).try_into().unwrap_or(0)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(code: &str) -> Result<Self, MoneyError> {
        iso_currency::Currency::from_code(code)
            .map(Self)
            .ok_or_else(|| MoneyError::UnknownCurrency(code.chars().take(12).collect()))
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyError;

    fn try_from(code: String) -> Result<Self, MoneyError> {
        code.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

/// An amount of money within ±[`MAX_AMOUNT_MINOR`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "UncheckedMoney")]
pub struct Money {
    minor: i64,
    currency: Currency,
}

/// Money as it comes over a wire, before its range is checked.
#[derive(Deserialize)]
struct UncheckedMoney {
    minor: i64,
    currency: Currency,
}

impl TryFrom<UncheckedMoney> for Money {
    type Error = MoneyError;

    fn try_from(unchecked: UncheckedMoney) -> Result<Self, MoneyError> {
        Self::new(unchecked.minor, unchecked.currency)
    }
}

impl Money {
    /// `minor` minor units (cents) of `currency`.
    ///
    /// # Errors
    /// [`MoneyError::AmountOutOfRange`] beyond ±[`MAX_AMOUNT_MINOR`].
    pub fn new(minor: i64, currency: Currency) -> Result<Self, MoneyError> {
        checked_minor(i128::from(minor)).map(|minor| Self { minor, currency })
    }

    /// Nothing, in `currency`.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// Reads a decimal such as `12.5` or `-3` from its text, never through a float.
    ///
    /// # Errors
    /// [`MoneyError::NotAnAmount`] for anything else, or for more decimals than
    /// the currency has; [`MoneyError::AmountOutOfRange`].
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let decimals = currency.decimals();
        let minor = parse_decimal(text, decimals).ok_or_else(|| MoneyError::NotAnAmount {
            text: text.chars().take(24).collect(),
            decimals,
        })?;
        checked_minor(minor).map(|minor| Self { minor, currency })
    }

    /// The amount in minor units.
    #[must_use]
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Whether this is less than nothing.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.minor < 0
    }

    /// The sum.
    ///
    /// # Errors
    /// [`MoneyError::CurrencyMismatch`] or [`MoneyError::AmountOutOfRange`].
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        checked_minor(i128::from(self.minor) + i128::from(other.minor)).map(|minor| Self {
            minor,
            currency: self.currency,
        })
    }

    /// The difference.
    ///
    /// # Errors
    /// [`MoneyError::CurrencyMismatch`] or [`MoneyError::AmountOutOfRange`].
    pub fn checked_subtract(self, other: Self) -> Result<Self, MoneyError> {
        self.checked_add(Self {
            minor: -other.minor,
            currency: other.currency,
        })
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            return Ok(());
        }
        Err(MoneyError::CurrencyMismatch {
            left: self.currency,
            right: other.currency,
        })
    }
}

impl fmt::Display for Money {
    /// `EUR 12.50`: for messages; screens format by the shop's locale.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = usize::from(self.currency.decimals());
        let scale = 10_u64.pow(u32::try_from(decimals).unwrap_or(0));
        let sign = if self.minor < 0 { "-" } else { "" };
        let magnitude = self.minor.unsigned_abs();
        write!(f, "{} {sign}{}", self.currency, magnitude / scale)?;
        if decimals > 0 {
            write!(f, ".{:0decimals$}", magnitude % scale)?;
        }
        Ok(())
    }
}

/// `minor` if it is within ±[`MAX_AMOUNT_MINOR`].
///
/// # Errors
/// [`MoneyError::AmountOutOfRange`].
pub fn checked_minor(minor: i128) -> Result<i64, MoneyError> {
    i64::try_from(minor)
        .ok()
        .filter(|minor| minor.unsigned_abs() <= MAX_AMOUNT_MINOR.unsigned_abs())
        .ok_or(MoneyError::AmountOutOfRange)
}

/// `numerator / denominator`, halves away from zero (commercial rounding).
/// The denominator must be positive.
#[must_use]
pub const fn divide_half_up(numerator: i128, denominator: i128) -> i128 {
    let doubled = numerator.abs() * 2 + denominator;
    let magnitude = doubled / (denominator * 2);
    if numerator < 0 { -magnitude } else { magnitude }
}

/// Reads `text` as a decimal scaled by `10^decimals`; `None` when it is not one,
/// is too long, or is finer than the scale (trailing zeros aside).
#[must_use]
pub fn parse_decimal(text: &str, decimals: u8) -> Option<i128> {
    const MAX_DIGITS: usize = 24;
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() || digits.ends_with('.') || digits.len() > MAX_DIGITS {
        return None;
    }
    let kept = fraction.trim_end_matches('0');
    let scale = usize::from(decimals);
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if kept.len() > scale || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let magnitude: i128 = format!("{whole}{kept:0<scale$}").parse().ok()?;
    Some(if negative { -magnitude } else { magnitude })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_from_text_exactly() {
        for (text, decimals, expected) in [
            ("12.5", 2, Some(1250)),
            ("-0.05", 2, Some(-5)),
            ("7", 0, Some(7)),
            ("1.250", 2, Some(125)),
            ("1.255", 2, None),
            ("", 2, None),
            (".", 2, None),
            ("1.", 2, None),
            ("1e3", 2, None),
            ("1,5", 2, None),
            ("９", 2, None),
            ("--1", 2, None),
            ("9999999999999999999999999999999", 2, None),
        ] {
            assert_eq!(parse_decimal(text, decimals), expected, "{text}");
        }
    }

    #[test]
    fn halves_round_away_from_zero() {
        for (numerator, denominator, expected) in [
            (5, 10, 1),
            (-5, 10, -1),
            (4, 10, 0),
            (14, 10, 1),
            (15, 10, 2),
            (0, 3, 0),
        ] {
            assert_eq!(divide_half_up(numerator, denominator), expected);
        }
    }

    #[test]
    fn the_exponent_follows_iso_4217() {
        for (code, decimals, shown) in [
            ("JPY", 0, "JPY 1234"),
            ("EUR", 2, "EUR 12.34"),
            ("KWD", 3, "KWD 1.234"),
        ] {
            let currency: Currency = code.parse().unwrap();
            assert_eq!(currency.decimals(), decimals);
            assert_eq!(Money::new(1234, currency).unwrap().to_string(), shown);
        }
        assert!("EURO".parse::<Currency>().is_err());
        assert!("eur".parse::<Currency>().is_err());
    }

    #[test]
    fn sums_refuse_overflow_and_mixed_currencies() {
        let most = Money::new(MAX_AMOUNT_MINOR, Currency::EUR).unwrap();
        let cent = Money::new(1, Currency::EUR).unwrap();
        let yen = Money::new(1, "JPY".parse().unwrap()).unwrap();
        assert_eq!(most.checked_add(cent), Err(MoneyError::AmountOutOfRange));
        assert!(matches!(
            cent.checked_add(yen),
            Err(MoneyError::CurrencyMismatch { .. })
        ));
        assert!(Money::new(i64::MIN, Currency::EUR).is_err());
    }
}
