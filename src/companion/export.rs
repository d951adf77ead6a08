//! `export`: every event with all its columns, one JSON object a line.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde::Serialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::Verdict;
use super::error::CompanionError;
use super::output::hex;
use crate::event_store::{EventStore, RecordedEvent};

const EVENTS_A_READ: u32 = 500;

/// An event in the order of the table's columns.
#[derive(Serialize)]
struct Line<'a> {
    global_position: u64,
    event_id: &'a str,
    stream_id: &'a str,
    stream_type: &'a str,
    version: u64,
    event_type: &'a str,
    schema_version: u32,
    payload: Box<RawValue>,
    metadata: Box<RawValue>,
    timestamp: i64,
    origin: &'a str,
    origin_position: u64,
    hash: String,
}

/// Prints the log in `file`.
///
/// # Errors
/// [`CompanionError`] if it cannot be read, or an event in it cannot.
pub fn run(file: &Path) -> Result<Verdict, CompanionError> {
    let store = EventStore::inspect_damaged(file).map_err(CompanionError::not_readable(file))?;
    let mut out = BufWriter::new(io::stdout().lock());
    let mut position = 0;
    loop {
        let events = read(&store, file, position)?;
        let Some(last) = events.last() else { break };
        position = last.global_position;
        for event in &events {
            let line = line(event).map_err(|reason| CompanionError::BadEvent {
                file: file.to_owned(),
                position: event.global_position,
                reason,
            })?;
            serde_json::to_writer(&mut out, &line).map_err(io::Error::from)?;
            out.write_all(b"\n")?;
        }
    }
    out.flush()?;
    Ok(Verdict::Fine)
}

/// The next events; those before the first that cannot be read.
fn read(store: &EventStore, file: &Path, from: u64) -> Result<Vec<RecordedEvent>, CompanionError> {
    store
        .read_all(from, EVENTS_A_READ)
        .or_else(|_| store.read_all(from, 1))
        .map_err(|error| CompanionError::BadEvent {
            file: file.to_owned(),
            position: from + 1,
            reason: error.to_string(),
        })
}

fn line(event: &RecordedEvent) -> Result<Line<'_>, String> {
    Ok(Line {
        global_position: event.global_position,
        event_id: &event.event_id,
        stream_id: &event.stream_id,
        stream_type: &event.stream_type,
        version: event.version,
        event_type: &event.event_type,
        schema_version: event.schema_version,
        payload: object("payload", &event.payload)?,
        metadata: object("metadata", &event.metadata)?,
        timestamp: event.timestamp_ms,
        origin: &event.origin,
        origin_position: event.origin_position,
        hash: hex(&event.hash),
    })
}

/// The stored text itself, so that no number changes on its way. JSON holds line
/// breaks only between its tokens, where a space does as well.
fn object(column: &str, text: &str) -> Result<Box<RawValue>, String> {
    let bad = |error: serde_json::Error| format!("its {column} is not JSON: {error}");
    serde_json::from_str::<IgnoredAny>(text).map_err(bad)?;
    if !text.trim_start().starts_with('{') {
        return Err(format!("its {column} is no JSON object"));
    }
    RawValue::from_string(text.trim().replace(['\n', '\r'], " ")).map_err(bad)
}
