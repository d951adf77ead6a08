//! `import`: a log in the documents' shape, JSON Lines, into a log of its own.
//!
//! Events keep their ids, streams, versions, times and order. They are stored as
//! they are, as version 1 of their types; what reads them brings them up to date.
//! The first line that does not fit ends it, and nothing is written then.

use std::path::Path;

use rusqlite::OptionalExtension;

use super::Verdict;
use super::document::{Document, LineError};
use super::error::CompanionError;
use super::lines::Lines;
use super::new_log::LogInTheMaking;
use super::output::{answer, counted};
use super::progress::Progress;
use crate::application::IMPORT_REGISTER;
use crate::codec::{self, LogContext};
use crate::domain::Currency;
use crate::event_store::{
    AppendError, Batch, EventStore, ExpectedVersion, Metadata, NewEvent, NewLog, StoreError,
    StreamWrite,
};

const LINES_A_COMMIT: u64 = 2000;

/// Writes the events of `file`, whose amounts are in `currency`, into a new log.
///
/// # Errors
/// [`CompanionError`]; nothing is written then.
pub fn run(file: &Path, currency: Currency, out: &Path) -> Result<Verdict, CompanionError> {
    let mut lines = Lines::open(file).map_err(CompanionError::not_readable(file))?;
    let context = LogContext {
        v1_currency: currency,
    };
    let mut log_id = [0; 16];
    getrandom::fill(&mut log_id).map_err(|_| CompanionError::NoRandomness)?;
    let mut log = LogInTheMaking::begin(out, IMPORT_REGISTER, &NewLog { log_id, context })?;
    let mut progress = Progress::new("import", None);

    loop {
        log.store
            .begin()
            .map_err(CompanionError::not_recorded(out))?;
        let before = log.store.head();
        while log.store.head() - before < LINES_A_COMMIT {
            let bad = |line, cause| CompanionError::BadLine {
                file: file.to_owned(),
                line,
                cause,
            };
            let next = lines.next().map_err(|(number, cause)| bad(number, cause))?;
            let Some((number, line)) = next else { break };
            record(&mut log.store, &context, line).map_err(|error| match error {
                NotRecorded::Line(cause) => bad(number, cause),
                NotRecorded::Store(cause) => CompanionError::not_recorded(out)(cause),
            })?;
        }
        log.commit()?;
        if log.store.head() == before {
            break;
        }
        progress.at(log.store.head());
    }
    let events = counted(log.store.head(), "event", "events");
    log.finish()?;
    answer(&format!("{}: {events}", out.display()))?;
    Ok(Verdict::Fine)
}

/// Whose fault it is.
enum NotRecorded {
    Line(LineError),
    Store(StoreError),
}

impl From<LineError> for NotRecorded {
    fn from(error: LineError) -> Self {
        Self::Line(error)
    }
}

impl From<StoreError> for NotRecorded {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

fn record(store: &mut EventStore, log: &LogContext, line: &str) -> Result<(), NotRecorded> {
    let document = Document::read(line, log)?;
    let before = store.head();
    let event_id = document.event_id.as_str();
    // An imported event comes from no command but its own recording.
    let metadata = metadata(event_id)?;
    let appended = store.append(&Batch {
        command_id: event_id,
        metadata: &metadata,
        timestamp_ms: document.timestamp_ms,
        writes: vec![StreamWrite {
            stream_id: document.stream_id.clone(),
            stream_type: document.event.stream_type().as_str(),
            expected: match document.version {
                1 => ExpectedVersion::NoStream,
                version => ExpectedVersion::Exact(version - 1),
            },
            events: vec![NewEvent {
                event_id: event_id.to_owned(),
                event_type: document.event_type,
                schema_version: Document::SCHEMA_VERSION,
                payload: document.payload,
                tags: codec::tags(&document.event),
            }],
        }],
        condition: None,
    });
    match appended {
        Ok(_) if store.head() > before => Ok(()),
        // The store answers a command that it knows with where its events are.
        Ok(first) => Err(twice(store, event_id, first.first_position)?.into()),
        Err(AppendError::Store(error)) => Err(error.into()),
        Err(AppendError::WrongExpectedVersion { actual, .. }) => Err(LineError::WrongVersion {
            stream_id: document.stream_id,
            found: document.version,
            expected: actual + 1,
        }
        .into()),
        Err(error) => Err(LineError::NotTaken(error.to_string()).into()),
    }
}

fn twice(store: &EventStore, event_id: &str, position: u64) -> Result<LineError, StoreError> {
    let stream: Option<String> = store
        .connection()
        .query_row(
            "SELECT stream_id FROM events WHERE global_position = ?1",
            [position],
            |row| row.get(0),
        )
        .optional()?;
    Ok(LineError::Twice {
        event_id: event_id.to_owned(),
        stream_id: stream.unwrap_or_default(),
    })
}

fn metadata(event_id: &str) -> Result<String, LineError> {
    let metadata = Metadata {
        command_id: event_id.to_owned(),
        app_version: env!("CARGO_PKG_VERSION").to_owned(),
        ..Metadata::default()
    };
    serde_json::to_string(&metadata).map_err(|error| LineError::NotTaken(error.to_string()))
}
