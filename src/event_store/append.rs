//! The one way in.

use std::fmt;

use rusqlite::OptionalExtension;

use super::chain::{Link, link};
use super::error::{AppendError, StoreError};
use super::query::EventQuery;
use super::{EventStore, Head, limits};

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
    /// What must not have happened meanwhile, wherever it would have.
    pub condition: Option<AppendCondition>,
}

/// A batch is recorded only if nothing that it was not decided upon has happened:
/// a consistency boundary that the writer draws, instead of a stream. It is exact,
/// because one writer appends and the check is part of its transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppendCondition {
    /// What must not have happened.
    pub fail_if: EventQuery,
    /// The position up to which the writer has looked; what is up to there counts
    /// no more. 0 if it must never have happened.
    pub after: u64,
}

impl Batch<'_> {
    /// All its events, in the order in which they are recorded.
    pub(super) fn events(&self) -> impl Iterator<Item = &NewEvent> {
        self.writes.iter().flat_map(|write| &write.events)
    }
}

/// New events of one stream, or none, to check only that it is as expected: what
/// was decided upon it holds when the rest of the batch is recorded.
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
    /// Listed in the log's table `event_types`.
    pub event_type: &'static str,
    /// Of the payload.
    pub schema_version: u32,
    /// JSON.
    pub payload: String,
    /// By what else it shall be found.
    pub tags: Vec<String>,
}

/// Where a batch went. Of a batch without events, both are the head of the log.
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
    /// transaction as it was.
    ///
    /// Nothing is recorded twice. The same command again is answered with where
    /// its first batch went. So is, under whatever command, a batch whose events
    /// are all in the log already, one after the other, with the same ids, streams,
    /// types and payloads: a writer that keeps its own event ids may send it again.
    /// A batch without events records nothing and is not remembered.
    ///
    /// # Errors
    /// [`AppendError`]; nothing of the batch was recorded then.
    pub fn append(&mut self, batch: &Batch<'_>) -> Result<Appended, AppendError> {
        limits::check(batch, &self.event_types)?;
        match self.savepoint(|store| store.append_in_savepoint(batch)) {
            Err(
                error @ (AppendError::WrongExpectedVersion { .. }
                | AppendError::ConditionFailed { .. }
                | AppendError::EventIdReused(_)),
            ) => self.answer_again(batch, error),
            result => result,
        }
    }

    fn append_in_savepoint(&mut self, batch: &Batch<'_>) -> Result<Appended, AppendError> {
        let head = self.head.global_position;
        let count = batch.events().count() as u64;
        if count == 0 {
            return self.check_only(batch, head);
        }
        let planned = Appended {
            first_position: head + 1,
            last_position: head + count,
        };
        let standing = self.remember_command(batch.command_id, planned)?;
        if standing != planned {
            return Ok(standing);
        }
        self.check_condition(batch)?;
        for write in &batch.writes {
            let mut version = self.checked_version(write)?;
            for event in &write.events {
                version += 1;
                self.insert(batch, write, version, event)?;
            }
            self.know_version(&write.stream_id, version);
        }
        Ok(planned)
    }

    fn check_only(&self, batch: &Batch<'_>, head: u64) -> Result<Appended, AppendError> {
        if let Some(first) = self.find_command(batch.command_id)? {
            return Ok(first);
        }
        self.check_condition(batch)?;
        for write in &batch.writes {
            self.checked_version(write)?;
        }
        Ok(Appended {
            first_position: head,
            last_position: head,
        })
    }

    fn check_condition(&self, batch: &Batch<'_>) -> Result<(), AppendError> {
        let Some(AppendCondition { fail_if, after }) = &batch.condition else {
            return Ok(());
        };
        match self.read_matching(fail_if, *after, 1)?.pop() {
            None => Ok(()),
            Some(event) => Err(AppendError::ConditionFailed {
                position: event.global_position,
                event_type: event.event_type,
                stream_id: event.stream_id,
                after: *after,
            }),
        }
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
            return Err(self.explain(error, batch, event)?);
        }
        self.insert_tags(next.global_position, event)?;
        self.head = next;
        Ok(())
    }

    /// A constraint that failed says which rule was broken.
    fn explain(
        &self,
        error: rusqlite::Error,
        batch: &Batch<'_>,
        event: &NewEvent,
    ) -> Result<AppendError, StoreError> {
        if self.position_of(&event.event_id)?.is_some() {
            return Ok(AppendError::EventIdReused(event.event_id.clone()));
        }
        let is_json: bool = self
            .connection
            .prepare_cached("SELECT json_valid(?1) AND json_valid(?2)")?
            .query_row((&event.payload, batch.metadata), |row| row.get(0))?;
        Ok(match is_json {
            false => AppendError::NotJson(event.event_type.to_owned()),
            true => AppendError::Store(error.into()),
        })
    }

    fn position_of(&self, event_id: &str) -> Result<Option<u64>, StoreError> {
        let position = self
            .connection
            .prepare_cached("SELECT global_position FROM events WHERE event_id = ?1")?
            .query_row([event_id], |row| row.get(0))
            .optional()?;
        Ok(position)
    }

    /// A batch that failed may be one that was recorded before; if not, says what
    /// is wrong with an event's id. To be asked when the savepoint is undone, so
    /// that only what was there before is found.
    fn answer_again(&self, batch: &Batch<'_>, error: AppendError) -> Result<Appended, AppendError> {
        if let Some(first) = self.recorded_before(batch)? {
            return Ok(first);
        }
        let AppendError::EventIdReused(event_id) = error else {
            return Err(error);
        };
        let planned = batch.writes.iter().flat_map(|write| {
            let events = write.events.iter().map(move |event| (write, event));
            events.filter(|(_, event)| event.event_id == event_id)
        });
        let mut same = None;
        for (write, event) in planned {
            same = self.same_event(write, event)?;
        }
        Err(match (same, self.position_of(&event_id)?) {
            (Some(_), _) => AppendError::BatchPartlyRecorded(event_id),
            (None, Some(_)) => AppendError::EventIdReused(event_id),
            (None, None) => AppendError::EventIdTwice(event_id),
        })
    }

    /// Where all events of the batch stand already, if they do, in their order.
    fn recorded_before(&self, batch: &Batch<'_>) -> Result<Option<Appended>, StoreError> {
        let mut found: Option<Appended> = None;
        for write in &batch.writes {
            for event in &write.events {
                let Some(position) = self.same_event(write, event)? else {
                    return Ok(None);
                };
                let first_position = found.map_or(position, |found| found.first_position);
                if found.is_some_and(|found| found.last_position + 1 != position) {
                    return Ok(None);
                }
                found = Some(Appended {
                    first_position,
                    last_position: position,
                });
            }
        }
        Ok(found)
    }

    /// Position of this very event: same id, stream, type, version and payload.
    fn same_event(&self, write: &StreamWrite, event: &NewEvent) -> Result<Option<u64>, StoreError> {
        let position = self
            .connection
            .prepare_cached(include_str!("sql/same_event.sql"))?
            .query_row(
                (
                    &event.event_id,
                    &write.stream_id,
                    event.event_type,
                    event.schema_version,
                    &event.payload,
                ),
                |row| row.get(0),
            )
            .optional()?;
        Ok(position)
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

    /// Where the command's events are: as `planned`, unless it was carried out
    /// before. One statement both asks and remembers.
    fn remember_command(
        &self,
        command_id: &str,
        planned: Appended,
    ) -> Result<Appended, StoreError> {
        let standing = self
            .connection
            .prepare_cached(include_str!("sql/remember_command.sql"))?
            .query_row(
                (command_id, planned.first_position, planned.last_position),
                |row| {
                    Ok(Appended {
                        first_position: row.get(0)?,
                        last_position: row.get(1)?,
                    })
                },
            )?;
        Ok(standing)
    }
}
