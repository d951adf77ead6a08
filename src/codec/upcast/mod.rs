//! Upcasters: from an old version of a payload to the next, JSON to JSON, one
//! event to one event, without knowing any other event.
//!
//! They stand in the [catalogue](super::catalogue), and a type's version is one
//! more than it has upcasters: a version that nobody can read cannot be. An
//! upcaster and the shape that it reads are frozen, as the events are. What it
//! writes is the shape of the very next version; so each stays as it is when
//! another is put behind it.
//!
//! They work on the text and not on a parsed [`serde_json::Value`], which has read
//! every number with a fraction as a float: the decimals of version 1 are read
//! from the text of the number (see [`decimal`]). Only events of old versions
//! come here; the current version is parsed straight into its shape.

pub mod account;
mod dates;
mod decimal;
pub mod order;
pub mod product;
pub mod staff;

use serde::de::DeserializeOwned;
use serde_json::Value;
use thiserror::Error;

use super::{CodecError, EventTypeSpec, LogContext, MAX_REASON_CHARS};
use crate::domain::{MoneyError, QuantityError, TimeError};
use decimal::Decimal;

/// From a payload of one version to the same in the next.
pub type Upcast = fn(&str, &LogContext) -> Result<String, UpcastError>;

/// Register of what was recorded before there were registers: imported history's.
const IMPORT_REGISTER: &str = "IMP";
/// Tax rate of what was sold before there were tax rates: none, 0 basis points.
const NO_TAX_RATE: &str = "none";

/// Why an old payload could not be brought to the next version.
#[derive(Debug, Error)]
pub enum UpcastError {
    /// It is not of its version's shape.
    #[error(transparent)]
    Shape(#[from] serde_json::Error),
    /// An amount.
    #[error("{field}: {error}")]
    Money {
        /// The field that holds it.
        field: &'static str,
        /// What is wrong with it.
        error: MoneyError,
    },
    /// A quantity.
    #[error("{field}: {error}")]
    Quantity {
        /// The field that holds it.
        field: &'static str,
        /// What is wrong with it.
        error: QuantityError,
    },
    /// A date.
    #[error("{field}: {error}")]
    Time {
        /// The field that holds it.
        field: &'static str,
        /// What is wrong with it.
        error: TimeError,
    },
}

/// The payload in the current version.
///
/// # Errors
/// [`CodecError::UnknownVersion`] below 1 and above the current one,
/// [`CodecError::Payload`]; both name the type.
pub fn to_current(
    spec: &EventTypeSpec,
    schema_version: u32,
    payload: &str,
    log: &LogContext,
) -> Result<String, CodecError> {
    let unknown = || CodecError::UnknownVersion {
        event_type: spec.name.to_owned(),
        found: schema_version,
        known: spec.schema_version,
    };
    let first = schema_version.checked_sub(1).ok_or_else(unknown)?;
    let chain = usize::try_from(first).ok();
    let chain = chain.and_then(|first| spec.upcasters.get(first..));
    let mut payload = payload.to_owned();
    for upcast in chain.ok_or_else(unknown)? {
        payload = upcast(&payload, log).map_err(|error| CodecError::Payload {
            event_type: spec.name.to_owned(),
            reason: error.to_string().chars().take(MAX_REASON_CHARS).collect(),
        })?;
    }
    Ok(payload)
}

/// Parses a frozen shape.
fn read<Old: DeserializeOwned>(payload: &str) -> Result<Old, UpcastError> {
    Ok(serde_json::from_str(payload)?)
}

/// What is unknown is left out, as in what this program stores itself.
fn write(mut payload: Value) -> Result<String, UpcastError> {
    if let Value::Object(fields) = &mut payload {
        fields.retain(|_, value| !value.is_null());
    }
    Ok(serde_json::to_string(&payload)?)
}
