//! The one way in.

use std::fmt;

use rusqlite::OptionalExtension;

use super::chain::{Link, link};
use super::error::{AppendError, StoreError};
use super::{EventStore, Head, MAX_BATCH_EVENTS, MAX_PAYLOAD_BYTES};

/// What a writer takes for granted about a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpectedVersion {
    /// Nothing.
    Any,
    /// It has no event.
    NoStream,
    /// It has one or more.
    StreamExists,
    /// Its newest event has this version.
    Exact(u64),
}

impl ExpectedVersion {
    /// Whether a stream at version `actual` (0 for none) is as expected.
    #[must_use]
    pub const fn allows(self, actual: u64) -> bool {
        match self {
            Self::Any => true,
            Self::NoStream => actual == 0,
            Self::StreamExists => actual > 0,
            Self::Exact(version) => actual == version,
        }
    }
}

impl fmt::Display for ExpectedVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("any"),
            Self::NoStream => f.write_str("none"),
            Self::StreamExists => f.write_str("at least 1"),
            Self::Exact(version) => write!(f, "{version}"),
        }
    }
}

/// What one command records: whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch<'a> {
    /// The same again is answered with the first outcome and records nothing.
    pub command_id: &'a str,
    /// JSON, the same for all its events.
    pub metadata: &'a str,
    /// UTC, Unix milliseconds.
    pub timestamp_ms: i64,
    /// Each stream once.
    pub writes: Vec<StreamWrite>,
}

/// New events of one stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamWrite {
    /// As `order-0192…`.
    pub stream_id: String,
    /// As `order`.
    pub stream_type: &'static str,
    /// What the events were decided upon.
    pub expected: ExpectedVersion,
    /// In order; none to check the expectation only.
    pub events: Vec<NewEvent>,
}

/// An event that is to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// UUID.
    pub event_id: String,
    /// In the catalogue.
    pub event_type: &'static str,
    /// Of the payload.
    pub schema_version: u32,
    /// JSON.
    pub payload: String,
    /// By what else it shall be found.
    pub tags: Vec<String>,
}

/// Where a batch went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// Position of its first event.
    pub first_position: u64,
    /// Position of its last event.
    pub last_position: u64,
}

impl EventStore {
    /// Appends a batch within the transaction that [`begin`](Self::begin) opened.
    /// It is durable, and may be acknowledged, only after
    /// [`commit`](Self::commit). A batch that fails leaves the rest of the
    /// transaction as it was. A batch without events is not remembered.
    ///
    /// # Errors
    /// [`AppendError`]; nothing of the batch was recorded then.
    pub fn append(&mut self, batch: &Batch<'_>) -> Result<Appended, AppendError> {
        check_limits(batch)?;
        if let Some(first) = self.find_command(batch.command_id)? {
            return Ok(first);
        }
        self.savepoint(|store| store.append_in_savepoint(batch))
    }

    fn append_in_savepoint(&mut self, batch: &Batch<'_>) -> Result<Appended, AppendError> {
        let first_position = self.head.global_position + 1;
        for write in &batch.writes {
            let mut version = self.checked_version(write)?;
            for event in &write.events {
                version += 1;
                self.insert(batch, write, version, event)?;
            }
        }
        let last_position = self.head.global_position;
        if last_position >= first_position {
            self.remember_command(batch.command_id, first_position, last_position)?;
        }
        Ok(Appended {
            first_position: first_position.min(last_position),
            last_position,
        })
    }

    fn checked_version(&self, write: &StreamWrite) -> Result<u64, AppendError> {
        let actual = self.stream_version(&write.stream_id)?;
        if write.expected.allows(actual) {
            return Ok(actual);
        }
        Err(AppendError::WrongExpectedVersion {
            stream_id: write.stream_id.clone(),
            expected: write.expected,
            actual,
        })
    }

    fn insert(
        &mut self,
        batch: &Batch<'_>,
        write: &StreamWrite,
        version: u64,
        event: &NewEvent,
    ) -> Result<(), AppendError> {
        let next = Head {
            global_position: self.head.global_position + 1,
            origin_position: self.head.origin_position + 1,
            hash: link(
                &self.head.hash,
                &Link {
                    origin_position: self.head.origin_position + 1,
                    event_id: &event.event_id,
                    stream_id: &write.stream_id,
                    stream_type: write.stream_type,
                    version,
                    event_type: event.event_type,
                    schema_version: event.schema_version,
                    timestamp_ms: batch.timestamp_ms,
                    payload: &event.payload,
                    metadata: batch.metadata,
                },
            ),
        };
        let inserted = self
            .connection
            .prepare_cached(include_str!("sql/insert_event.sql"))?
            .execute((
                next.global_position,
                &event.event_id,
                &write.stream_id,
                write.stream_type,
                version,
                event.event_type,
                event.schema_version,
                &event.payload,
                batch.metadata,
                batch.timestamp_ms,
                &self.origin,
                next.origin_position,
                next.hash,
            ));
        if let Err(error) = inserted {
            return Err(self.explain(error, event)?);
        }
        self.insert_tags(next.global_position, event)?;
        self.head = next;
        Ok(())
    }

    /// A constraint that failed says which rule was broken.
    fn explain(&self, error: rusqlite::Error, event: &NewEvent) -> Result<AppendError, StoreError> {
        let known = self
            .connection
            .prepare_cached("SELECT 1 FROM events WHERE event_id = ?1")?
            .query_row([&event.event_id], |_| Ok(()))
            .optional()?;
        Ok(match known {
            Some(()) => AppendError::EventIdReused(event.event_id.clone()),
            None => AppendError::Store(error.into()),
        })
    }

    fn insert_tags(&self, position: u64, event: &NewEvent) -> Result<(), StoreError> {
        for tag in &event.tags {
            self.connection
                .prepare_cached(
                    "INSERT OR IGNORE INTO event_tags (tag, global_position) VALUES (?1, ?2)",
                )?
                .execute((tag, position))?;
        }
        Ok(())
    }

    fn remember_command(&self, command_id: &str, first: u64, last: u64) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "INSERT INTO commands (command_id, outcome, first_position, last_position)
                 VALUES (?1, 'appended', ?2, ?3)",
            )?
            .execute((command_id, first, last))?;
        Ok(())
    }
}

fn check_limits(batch: &Batch<'_>) -> Result<(), AppendError> {
    let events = batch.writes.iter().flat_map(|write| &write.events);
    let count = events.clone().count();
    if count > MAX_BATCH_EVENTS {
        return Err(AppendError::BatchTooLong(count));
    }
    for (index, write) in batch.writes.iter().enumerate() {
        if batch.writes[..index]
            .iter()
            .any(|other| other.stream_id == write.stream_id)
        {
            return Err(AppendError::StreamTwice(write.stream_id.clone()));
        }
    }
    for event in events {
        if crate::codec::spec(event.event_type).is_none() {
            return Err(AppendError::UnlistedEventType(event.event_type.to_owned()));
        }
        if event.payload.len() > MAX_PAYLOAD_BYTES {
            return Err(AppendError::PayloadTooLong {
                event_type: event.event_type.to_owned(),
                bytes: event.payload.len(),
                limit: MAX_PAYLOAD_BYTES,
            });
        }
    }
    Ok(())
}
