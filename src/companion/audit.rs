//! `audit`: whether a log is what docs/log-format.md says.
//!
//! One pass in order of position checks chains, positions, types, payloads,
//! metadata and receipt numbers; two passes over indexes check versions and event
//! ids without keeping a million streams in memory; SQLite checks the file. The
//! first position that does not fit is named.

use std::io::{self, Write};
use std::path::Path;

use rusqlite::Connection;
use serde::Serialize;

use super::Verdict;
use super::error::CompanionError;
use super::output::{counted, grouped, hex, one_line};
use super::receipts::Receipts;
use crate::codec;
use crate::domain::Event;
use crate::event_store::{EventStore, Metadata, RecordedEvent, StoreError, Verifier};

const EVENTS_A_READ: u32 = 500;
/// The verifier looks an origin up one by one; no shop has so many registers.
const MAX_ORIGINS: u32 = 10_000;

/// What is known about a log in the end.
#[derive(Serialize)]
struct Report {
    file: String,
    sound: bool,
    log_id: String,
    epoch: i64,
    /// That fitted.
    events: u64,
    /// Counted where nothing was wrong.
    streams: Option<u64>,
    chains: Vec<Chain>,
    receipts: Vec<IssuedBy>,
    fault: Option<Fault>,
}

#[derive(Serialize)]
struct Chain {
    origin: String,
    events: u64,
    last_hash: String,
}

#[derive(Serialize)]
struct IssuedBy {
    register: String,
    numbers: u64,
}

/// What does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Fault {
    /// Where; `None` for the file as a whole.
    position: Option<u64>,
    check: &'static str,
    reason: String,
}

impl Fault {
    fn at(position: u64, check: &'static str, reason: impl Into<String>) -> Self {
        Self {
            position: Some(position),
            check,
            reason: reason.into(),
        }
    }
}

/// Checks the log in `file` and prints what is known about it.
///
/// # Errors
/// [`CompanionError`] if it cannot be read or is no log.
pub fn run(file: &Path, json: bool) -> Result<Verdict, CompanionError> {
    let store = EventStore::inspect_damaged(file).map_err(CompanionError::not_readable(file))?;
    let report = audit(file, &store);
    let mut out = io::stdout().lock();
    if json {
        let line = serde_json::to_string(&report).map_err(io::Error::from)?;
        writeln!(out, "{line}")?;
    } else {
        print(&mut out, &report)?;
    }
    out.flush()?;
    Ok(if report.sound {
        Verdict::Fine
    } else {
        Verdict::Wrong
    })
}

fn audit(file: &Path, store: &EventStore) -> Report {
    let mut pass = Pass::new(store);
    let mut fault = pass.run().err();
    // Only what lies before a fault can be the first one.
    let before = fault.as_ref().and_then(|fault| fault.position);
    let streams = check_versions(store.connection(), before);
    let ids = check_event_ids(store.connection(), before);
    for found in [streams.as_ref().err(), ids.as_ref().err()] {
        fault = earlier(fault, found);
    }
    if fault.is_none() {
        fault = check_file(store.connection()).err();
    }
    Report {
        file: file.display().to_string(),
        sound: fault.is_none(),
        log_id: hex(&store.identity().log_id),
        epoch: store.identity().epoch,
        events: pass.verifier.verified(),
        streams: streams.ok().filter(|_| fault.is_none()),
        chains: pass.chains(),
        receipts: pass.receipts(),
        fault,
    }
}

/// Of two faults the one that is first; the file as a whole comes last.
fn earlier(one: Option<Fault>, other: Option<&Fault>) -> Option<Fault> {
    let place = |fault: &Fault| fault.position.unwrap_or(u64::MAX);
    match (one, other) {
        (Some(one), Some(other)) if place(other) < place(&one) => Some(other.clone()),
        (None, other) => other.cloned(),
        (one, _) => one,
    }
}

/// From the first event to the last.
struct Pass<'a> {
    store: &'a EventStore,
    verifier: Verifier,
    origins: u32,
    receipts: Receipts,
}

impl<'a> Pass<'a> {
    fn new(store: &'a EventStore) -> Self {
        Self {
            store,
            verifier: Verifier::new(store.identity().log_id),
            origins: 0,
            receipts: Receipts::default(),
        }
    }

    fn run(&mut self) -> Result<(), Fault> {
        self.check_beginning()?;
        loop {
            let from = self.verifier.verified();
            let events = match self.store.read_all(from, EVENTS_A_READ) {
                Ok(events) => events,
                Err(_) => self.read_up_to_the_bad_one(from)?,
            };
            if events.is_empty() {
                break;
            }
            for event in &events {
                self.check(event)?;
            }
        }
        match self.receipts.first_unused() {
            Some((position, reason)) => Err(Fault::at(position, "receipts", reason)),
            None => Ok(()),
        }
    }

    /// Positions begin at 1; what comes before is not read below.
    fn check_beginning(&self) -> Result<(), Fault> {
        let unread = self
            .store
            .connection()
            .query_row(
                "SELECT count(*) FROM events WHERE global_position < 1",
                [],
                |row| row.get::<_, u64>(0),
            )
            .map_err(|error| Fault::at(1, "file", error.to_string()))?;
        if unread > 0 {
            return Err(Fault::at(1, "positions", "events stand before position 1"));
        }
        Ok(())
    }

    /// One of the next events cannot be read: those before it, or it.
    fn read_up_to_the_bad_one(&self, from: u64) -> Result<Vec<RecordedEvent>, Fault> {
        match self.store.read_all(from, 1) {
            Ok(one) => Ok(one),
            Err(error) => Err(Fault::at(from + 1, "file", unreadable(&error))),
        }
    }

    fn check(&mut self, recorded: &RecordedEvent) -> Result<(), Fault> {
        let position = recorded.global_position;
        if recorded.origin_position == 1 {
            self.origins += 1;
            if self.origins > MAX_ORIGINS {
                return Err(Fault::at(position, "chain", "there are too many registers"));
            }
        }
        self.verifier
            .check(recorded)
            .map_err(|fault| Fault::at(fault.position, "chain", fault.reason))?;
        let event = decode(self.store, recorded)?;
        check_stream(recorded, &event).map_err(|reason| Fault::at(position, "stream", reason))?;
        check_metadata(&recorded.metadata)
            .map_err(|reason| Fault::at(position, "metadata", reason))?;
        self.receipts
            .check(recorded, &event)
            .map_err(|reason| Fault::at(position, "receipts", reason))
    }

    fn chains(&self) -> Vec<Chain> {
        let chain = |(origin, events, hash): (&str, u64, &[u8; 32])| Chain {
            origin: origin.to_owned(),
            events,
            last_hash: hex(hash),
        };
        self.verifier.chains().map(chain).collect()
    }

    fn receipts(&self) -> Vec<IssuedBy> {
        let issued = |(register, numbers): (&str, u64)| IssuedBy {
            register: register.to_owned(),
            numbers,
        };
        self.receipts.issued().map(issued).collect()
    }
}

/// What SQLite says of a row that is not what its table promises is about a
/// column's number, which says nothing to anybody.
fn unreadable(error: &StoreError) -> String {
    match error {
        StoreError::Sqlite(rusqlite::Error::SqliteFailure(..)) => error.to_string(),
        _ => format!("it is not an event as this format has them: {error}"),
    }
}

fn decode(store: &EventStore, recorded: &RecordedEvent) -> Result<Event, Fault> {
    codec::decode(
        &recorded.event_type,
        recorded.schema_version,
        &recorded.payload,
        &store.identity().context,
    )
    .map_err(|error| Fault::at(recorded.global_position, "payload", error.to_string()))
}

/// A stream's id is its type, a hyphen and the aggregate's id, and its events are
/// of its kind.
fn check_stream(recorded: &RecordedEvent, event: &Event) -> Result<(), String> {
    let kind = event.stream_type().as_str();
    if recorded.stream_type != kind {
        return Err(format!(
            "{} belongs in a stream of the type {kind}, not {}",
            recorded.event_type, recorded.stream_type
        ));
    }
    let id = recorded.stream_id.strip_prefix(kind);
    match id.and_then(|rest| rest.strip_prefix('-')) {
        Some(id) if !id.is_empty() => Ok(()),
        _ => Err(format!("{} is no {kind}'s stream", recorded.stream_id)),
    }
}

fn check_metadata(text: &str) -> Result<(), String> {
    if !text.trim_start().starts_with('{') {
        return Err("its metadata are no JSON object".to_owned());
    }
    serde_json::from_str::<Metadata>(text)
        .map(|_| ())
        .map_err(|error| format!("its metadata cannot be read: {error}"))
}

/// Versions of every stream count from 1 in order of position; how many streams
/// there are.
fn check_versions(connection: &Connection, before: Option<u64>) -> Result<u64, Fault> {
    const SQL: &str = "SELECT stream_id, version, global_position FROM events
                       WHERE global_position < ?1 ORDER BY stream_id, version";
    let (mut stream, mut streams) = (String::new(), 0);
    let (mut version, mut position) = (0, 0);
    let mut first: Option<Fault> = None;
    walk(connection, SQL, before, |row| {
        let next = row.get_ref(0)?.as_str()?;
        if streams == 0 || next != stream {
            next.clone_into(&mut stream);
            streams += 1;
            (version, position) = (0, 0);
        }
        let (found, at): (u64, u64) = (row.get(1)?, row.get(2)?);
        if found != version + 1 || at <= position {
            let fault = first_wrong_version(connection, &stream)?;
            first = earlier(first.take(), fault.as_ref());
        }
        (version, position) = (found, at);
        Ok(())
    })?;
    first.map_or(Ok(streams), Err)
}

/// In order of position, as the writer should have counted.
fn first_wrong_version(connection: &Connection, stream: &str) -> rusqlite::Result<Option<Fault>> {
    let mut statement = connection.prepare_cached(
        "SELECT global_position, version FROM events WHERE stream_id = ?1 ORDER BY global_position",
    )?;
    let mut rows = statement.query([stream])?;
    let mut expected = 1;
    while let Some(row) = rows.next()? {
        let (position, found): (u64, u64) = (row.get(0)?, row.get(1)?);
        if found != expected {
            let reason = format!("stream {stream} has version {found} where {expected} is next");
            return Ok(Some(Fault::at(position, "versions", reason)));
        }
        expected += 1;
    }
    Ok(None)
}

/// No event id is there twice, whatever the file's own constraints are.
fn check_event_ids(connection: &Connection, before: Option<u64>) -> Result<(), Fault> {
    const SQL: &str = "SELECT event_id, global_position FROM events
                       WHERE global_position < ?1 ORDER BY event_id, global_position";
    let mut last: Option<String> = None;
    let mut first: Option<Fault> = None;
    walk(connection, SQL, before, |row| {
        let id = row.get_ref(0)?.as_str()?;
        if last.as_deref() == Some(id) {
            let reason = format!("event id {id} is there twice");
            let fault = Fault::at(row.get(1)?, "event ids", reason);
            first = earlier(first.take(), Some(&fault));
        } else {
            let kept = last.get_or_insert_default();
            id.clone_into(kept);
        }
        Ok(())
    })?;
    first.map_or(Ok(()), Err)
}

/// Calls `visit` with every row of events before a position.
fn walk(
    connection: &Connection,
    sql: &str,
    before: Option<u64>,
    mut visit: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<()>,
) -> Result<(), Fault> {
    let before = before.and_then(|position| i64::try_from(position).ok());
    let walked = (|| {
        let mut statement = connection.prepare(sql)?;
        let mut rows = statement.query([before.unwrap_or(i64::MAX)])?;
        while let Some(row) = rows.next()? {
            visit(row)?;
        }
        Ok(())
    })();
    walked.map_err(|error: rusqlite::Error| Fault {
        position: None,
        check: "file",
        reason: error.to_string(),
    })
}

/// Pages, indexes and constraints, as SQLite sees them.
fn check_file(connection: &Connection) -> Result<(), Fault> {
    let fault = |reason| Fault {
        position: None,
        check: "file",
        reason,
    };
    let found: String = connection
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(|error| fault(error.to_string()))?;
    if found == "ok" {
        Ok(())
    } else {
        Err(fault(found))
    }
}

fn print(out: &mut impl Write, report: &Report) -> io::Result<()> {
    if let Some(fault) = &report.fault {
        let place = match fault.position {
            Some(position) => format!("event {position}: "),
            None => String::new(),
        };
        let line = format!("{}: {place}{}: {}", report.file, fault.check, fault.reason);
        return writeln!(out, "{}", one_line(&line));
    }
    let events = counted(report.events, "event", "events");
    let streams = counted(report.streams.unwrap_or(0), "stream", "streams");
    writeln!(
        out,
        "{}: sound: {events} in {streams}",
        one_line(&report.file)
    )?;
    writeln!(out, "log      {}, epoch {}", report.log_id, report.epoch)?;
    for chain in &report.chains {
        let (origin, events) = (one_line(&chain.origin), grouped(chain.events));
        writeln!(
            out,
            "chain    {origin}: {events}, the last hash is {}",
            chain.last_hash
        )?;
    }
    for issued in &report.receipts {
        let (register, count) = (one_line(&issued.register), issued.numbers);
        let numbers = grouped(count);
        writeln!(
            out,
            "receipts {register}: {numbers}, to {register}-{count:06}"
        )?;
    }
    Ok(())
}
