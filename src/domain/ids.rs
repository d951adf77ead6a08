//! Identifiers: validated strings, so that imported ones (`prod-abc`) live on.
//! New ones are UUID v7, derived ones UUID v5; both fit.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

/// The longest identifier, in bytes.
pub const MAX_ID_BYTES: usize = 64;

/// An identifier is 1 to 64 of A-Z a-z 0-9 . _ -
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
#[error("“{0}” is not an identifier (1 to 64 of A-Z a-z 0-9 . _ -)")]
pub struct InvalidId(pub String);

fn validate(text: &str) -> Result<(), InvalidId> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    if text.is_empty() || text.len() > MAX_ID_BYTES || !text.bytes().all(allowed) {
        return Err(InvalidId(text.chars().take(MAX_ID_BYTES).collect()));
    }
    Ok(())
}

macro_rules! identifiers {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Validates `text`.
            ///
            /// # Errors
            /// [`InvalidId`].
            pub fn new(text: impl Into<String>) -> Result<Self, InvalidId> {
                let text = text.into();
                validate(&text)?;
                Ok(Self(text))
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid.to_string())
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

identifiers! {
    /// A product.
    ProductId;
    /// An order, open or ended.
    OrderId;
    /// A line of an order.
    LineId;
    /// A payment towards an order.
    PaymentId;
    /// A till, by its short code, as `T1`; also the origin of what it records.
    RegisterId;
    /// A drawer session of a register.
    ShiftId;
    /// A customer.
    CustomerId;
    /// An account of store credit.
    AccountId;
    /// A tax rate of the shop, as `standard`.
    TaxRateId;
    /// An event; one that is made here has a UUID.
    EventId;
    /// One wish of one user, however often it is sent.
    CommandId;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_ids_are_refused() {
        for text in [
            "",
            " ",
            "a b",
            "a\0",
            "ü",
            "'; DROP TABLE events;--",
            &"x".repeat(65),
        ] {
            assert!(ProductId::new(text).is_err(), "{text:?}");
        }
        for text in ["prod-abc", "T1", "a.b_c", &"x".repeat(64)] {
            assert!(ProductId::new(text).is_ok(), "{text:?}");
        }
    }
}
