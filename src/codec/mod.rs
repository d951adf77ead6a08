//! Events as stored: JSON payloads with a type name and a schema version.
//!
//! The persisted shapes in [`schema`] are types of their own, so that the domain
//! can change its mind without changing history. `decode(encode(event)) ==
//! event` for every event. A stored event is never rewritten: a shape that
//! changes gets the next version and an [upcaster](upcast) from the last, which is
//! applied on reading. The recorded event keeps the version that it was stored in.

mod catalogue;
mod schema;
mod tags;
mod upcast;

use thiserror::Error;

use crate::domain::{Currency, Event};

pub use catalogue::{CATALOGUE, EventTypeSpec, spec};
pub use tags::{barcode_tag, register_shift_tag, tags};

/// The parser quotes what it could not read, which may be the whole payload.
const MAX_REASON_CHARS: usize = 200;

/// Why an event could not be encoded or decoded.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CodecError {
    /// Recorded by a newer Daybook, or by something else.
    #[error("unknown event type “{0}”")]
    UnknownType(String),
    /// Recorded by a newer Daybook.
    #[error("{event_type} has schema version {found}; this build knows {known}")]
    UnknownVersion {
        /// The event's type.
        event_type: String,
        /// As stored.
        found: u32,
        /// This build's.
        known: u32,
    },
    /// The payload is not what its type and version say.
    #[error("the payload of {event_type} cannot be read: {reason}")]
    Payload {
        /// The event's type.
        event_type: String,
        /// What the parser says.
        reason: String,
    },
}

/// An event ready to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodedEvent {
    /// Its name in the catalogue.
    pub event_type: &'static str,
    /// Version of the payload's schema.
    pub schema_version: u32,
    /// JSON.
    pub payload: String,
}

/// What a log says for all its events, and old payloads leave out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogContext {
    /// Currency of the amounts in payloads of version 1, which name none.
    pub v1_currency: Currency,
}

/// Encodes in the current schema.
///
/// # Errors
/// [`CodecError::Payload`], which would be a fault of this program.
pub fn encode(event: &Event) -> Result<EncodedEvent, CodecError> {
    let (event_type, payload) = schema::encode(event);
    let payload = payload.map_err(|error| payload_error(event_type, &error))?;
    let schema_version = catalogue::spec(event_type)
        .ok_or_else(|| CodecError::UnknownType(event_type.to_owned()))?
        .schema_version;
    Ok(EncodedEvent {
        event_type,
        schema_version,
        payload,
    })
}

/// Decodes an event of any version that this build knows.
///
/// # Errors
/// [`CodecError`], which names the type.
pub fn decode(
    event_type: &str,
    schema_version: u32,
    payload: &str,
    log: &LogContext,
) -> Result<Event, CodecError> {
    let spec = catalogue::spec(event_type)
        .ok_or_else(|| CodecError::UnknownType(event_type.chars().take(80).collect()))?;
    // The parser would take a list of the fields' values for the object, too.
    if !payload.trim_start().starts_with('{') {
        return Err(CodecError::Payload {
            event_type: event_type.to_owned(),
            reason: "it is not a JSON object".to_owned(),
        });
    }
    if schema_version == spec.schema_version {
        return decode_current(event_type, payload);
    }
    let current = upcast::to_current(spec, schema_version, payload, log)?;
    decode_current(event_type, &current)
}

fn decode_current(event_type: &str, payload: &str) -> Result<Event, CodecError> {
    schema::decode(event_type, payload)
        .ok_or_else(|| CodecError::UnknownType(event_type.to_owned()))?
        .map_err(|error| payload_error(event_type, &error))
}

fn payload_error(event_type: &str, error: &serde_json::Error) -> CodecError {
    CodecError::Payload {
        event_type: event_type.to_owned(),
        reason: error.to_string().chars().take(MAX_REASON_CHARS).collect(),
    }
}
