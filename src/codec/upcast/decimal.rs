//! Decimals of version 1. They are read from the text of the number and never
//! through a float, so that 0.1 stays a tenth and no cent comes or goes.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::UpcastError;
use crate::domain::{Currency, Money, Quantity};

/// A JSON number as it is written, or a text in its place: `12.5` or `"12.50"`.
pub struct Decimal(String);

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = <&RawValue>::deserialize(deserializer)?.get();
        match written.as_bytes().first() {
            Some(b'-' | b'0'..=b'9') => Ok(Self(written.to_owned())),
            Some(b'"') => Ok(Self(
                serde_json::from_str(written).map_err(D::Error::custom)?,
            )),
            _ => Err(D::Error::custom("a number was expected")),
        }
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl Decimal {
    /// In minor units of `currency`.
    pub fn minor(&self, field: &'static str, currency: Currency) -> Result<i64, UpcastError> {
        Money::parse(&self.without_exponent(), currency)
            .map(Money::minor)
            .map_err(|error| UpcastError::Money { field, error })
    }

    /// In thousandths.
    pub fn milli(&self, field: &'static str) -> Result<i64, UpcastError> {
        Quantity::parse(&self.without_exponent())
            .map(Quantity::milli)
            .map_err(|error| UpcastError::Quantity { field, error })
    }

    /// What has no sensible exponent stays as it is, and is refused when read.
    fn without_exponent(&self) -> String {
        shift_point(&self.0).unwrap_or_else(|| self.0.clone())
    }
}

/// `1.5e2` as `150`, digit by digit; `None` where that cannot be.
fn shift_point(text: &str) -> Option<String> {
    /// More than any amount has digits: what is beyond is no amount.
    const MAX_SHIFT: usize = 30;
    let (mantissa, exponent) = text.split_once(['e', 'E'])?;
    let exponent: isize = exponent.parse().ok()?;
    let (sign, digits) = match mantissa.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", mantissa),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_decimal = !whole.is_empty()
        && whole.len() + fraction.len() <= MAX_SHIFT
        && exponent.unsigned_abs() <= MAX_SHIFT
        && [whole, fraction]
            .iter()
            .all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    if !is_decimal {
        return None;
    }
    // Zeros on both sides, so that the point has somewhere to go.
    let zeros = "0".repeat(MAX_SHIFT);
    let padded = format!("{zeros}{whole}{fraction}{zeros}");
    let point = (MAX_SHIFT + whole.len()).checked_add_signed(exponent)?;
    let (whole, fraction) = padded.split_at_checked(point)?;
    let (whole, fraction) = (
        whole.trim_start_matches('0'),
        fraction.trim_end_matches('0'),
    );
    let whole = if whole.is_empty() { "0" } else { whole };
    match fraction {
        "" => Some(format!("{sign}{whole}")),
        fraction => Some(format!("{sign}{whole}.{fraction}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exponent_moves_the_point_and_nothing_else() {
        for (text, plain) in [
            ("1e2", Some("100")),
            ("-1.5E+2", Some("-150")),
            ("1250e-2", Some("12.5")),
            ("5e-3", Some("0.005")),
            ("0e9", Some("0")),
            ("1e30", Some("1000000000000000000000000000000")),
            ("12.5", None),
            ("1e31", None),
            ("1e99999999999999999999", None),
            ("e2", None),
            ("1e", None),
            ("1.e", None),
            ("--1e2", None),
            ("1e1e1", None),
            ("１e2", None),
        ] {
            assert_eq!(shift_point(text).as_deref(), plain, "{text}");
        }
    }
}
