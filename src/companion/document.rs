//! An event in the documents' shape, one JSON object:
//! `event_id`, `stream_id`, `event_type`, `payload`, `timestamp`, `version`.

use std::io;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::value::RawValue;
use thiserror::Error;

use crate::codec::{self, CodecError, LogContext};
use crate::domain::Event;
use crate::domain::ids::{EventId, InvalidId};

/// Why a line is no event of this log.
#[derive(Debug, Error)]
pub enum LineError {
    /// The disk's word.
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// Longer than any event can be.
    #[error("it is longer than {0} bytes")]
    TooLong(usize),
    /// Another encoding, or none.
    #[error("it is not UTF-8 text")]
    NotUtf8,
    /// Not JSON, or not of this shape.
    #[error("it is not an event in the documents' shape: {0}")]
    NotAnEvent(serde_json::Error),
    /// The event's id.
    #[error("event_id: {0}")]
    BadEventId(InvalidId),
    /// A payload is an object.
    #[error("payload: it is no JSON object")]
    PayloadIsNoObject,
    /// The type is not known, or the payload is not what it should be.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// The stream is of another kind, or has no id.
    #[error("stream_id: “{found}” is not “{kind}-” with an id of 1 to 64 of A-Z a-z 0-9 . _ -")]
    BadStreamId {
        /// As in the file.
        found: String,
        /// The kind of stream that the event belongs in.
        kind: &'static str,
    },
    /// Neither of the two ways to write a time.
    #[error("timestamp: “{0}” is neither ISO 8601 nor a number of milliseconds")]
    BadTimestamp(String),
    /// Versions count from 1.
    #[error("version: stream {stream_id} is at {expected}, not {found}")]
    WrongVersion {
        /// The stream.
        stream_id: String,
        /// As in the file.
        found: u64,
        /// The next one.
        expected: u64,
    },
    /// An id is one event's.
    #[error("event_id: {event_id} is in the file already, in stream {stream_id}")]
    Twice {
        /// The id.
        event_id: String,
        /// Where it is first.
        stream_id: String,
    },
    /// A limit of the log.
    #[error("{0}")]
    NotTaken(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields<'a> {
    event_id: String,
    stream_id: String,
    event_type: String,
    #[serde(borrow)]
    payload: &'a RawValue,
    timestamp: Time,
    version: u64,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Time {
    Ms(i64),
    Text(String),
}

/// An event as it will be recorded.
pub struct Document {
    /// Its own.
    pub event_id: EventId,
    /// Its stream.
    pub stream_id: String,
    /// In the catalogue.
    pub event_type: &'static str,
    /// As in the file, byte for byte.
    pub payload: String,
    /// UTC, Unix milliseconds.
    pub timestamp_ms: i64,
    /// In its stream.
    pub version: u64,
    /// What its payload says.
    pub event: Event,
}

impl Document {
    /// Of every payload in the documents' shape.
    pub const SCHEMA_VERSION: u32 = 1;

    /// Reads a line.
    ///
    /// # Errors
    /// [`LineError`].
    pub fn read(line: &str, log: &LogContext) -> Result<Self, LineError> {
        let fields: Fields<'_> = serde_json::from_str(line).map_err(LineError::NotAnEvent)?;
        let spec = codec::spec(&fields.event_type)
            .ok_or_else(|| CodecError::UnknownType(shortened(&fields.event_type)))?;
        let payload = fields.payload.get();
        if !payload.starts_with('{') {
            return Err(LineError::PayloadIsNoObject);
        }
        let event = codec::decode(spec.name, Self::SCHEMA_VERSION, payload, log)?;
        check_stream_id(&fields.stream_id, &event)?;
        if fields.version == 0 {
            return Err(LineError::WrongVersion {
                stream_id: fields.stream_id,
                found: 0,
                expected: 1,
            });
        }
        Ok(Self {
            event_id: EventId::new(fields.event_id).map_err(LineError::BadEventId)?,
            stream_id: fields.stream_id,
            event_type: spec.name,
            payload: payload.to_owned(),
            timestamp_ms: timestamp_ms(fields.timestamp)?,
            version: fields.version,
            event,
        })
    }
}

fn check_stream_id(stream_id: &str, event: &Event) -> Result<(), LineError> {
    let kind = event.stream_type().as_str();
    let id = stream_id
        .strip_prefix(kind)
        .and_then(|rest| rest.strip_prefix('-'));
    // All ids are made alike.
    match id.map(EventId::new) {
        Some(Ok(_)) => Ok(()),
        _ => Err(LineError::BadStreamId {
            found: shortened(stream_id),
            kind,
        }),
    }
}

/// A time without an offset is UTC, as SQLite writes it; beyond milliseconds it
/// is cut off.
fn timestamp_ms(time: Time) -> Result<i64, LineError> {
    match time {
        Time::Ms(ms) => jiff::Timestamp::from_millisecond(ms)
            .map(|_| ms)
            .map_err(|_| LineError::BadTimestamp(ms.to_string())),
        Time::Text(text) => text
            .parse::<jiff::Timestamp>()
            .or_else(|_| {
                let civil: DateTime = text.parse()?;
                Ok(civil.to_zoned(TimeZone::UTC)?.timestamp())
            })
            .map(jiff::Timestamp::as_millisecond)
            .map_err(|_: jiff::Error| LineError::BadTimestamp(shortened(&text))),
    }
}

fn shortened(text: &str) -> String {
    const MAX_CHARS: usize = 80;
    text.chars().take(MAX_CHARS).collect()
}
