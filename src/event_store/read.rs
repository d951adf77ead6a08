//! Reading the log. Limits are the caller's; nothing here reads it whole.
//!
//! Forwards begins after a position or from a version, backwards before one, so
//! that a page goes on where the last one ended. Reading within an open
//! transaction shows its events too; who must see committed ones only reads
//! through a [`Subscription`](super::Subscription).

use std::ops::Range;

use rusqlite::{OptionalExtension, Params};

use super::EventStore;
use super::append::Appended;
use super::error::StoreError;
use super::query::{self, Direction, EventQuery, QueryItem, Span, bounded};
use super::record::RecordedEvent;
use crate::codec::{self, CodecError};
use crate::domain::Event;

/// More streams than this are looked up again.
const MAX_KNOWN_VERSIONS: usize = 4096;

impl EventStore {
    /// Events of a stream from `from_version` on, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn read_stream(
        &self,
        stream_id: &str,
        from_version: u64,
        limit: u32,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        self.read(
            include_str!("sql/read_stream.sql"),
            (stream_id, bounded(from_version), limit),
        )
    }

    /// Events of a stream from `from_version` (included) backwards, newest first;
    /// `u64::MAX` begins with the newest.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn read_stream_backwards(
        &self,
        stream_id: &str,
        from_version: u64,
        limit: u32,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        self.read(
            include_str!("sql/read_stream_backwards.sql"),
            (stream_id, bounded(from_version), limit),
        )
    }

    /// Events after `position`, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn read_all(&self, position: u64, limit: u32) -> Result<Vec<RecordedEvent>, StoreError> {
        self.read(include_str!("sql/read_all.sql"), (bounded(position), limit))
    }

    /// Events before `position`, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn read_all_backwards(
        &self,
        position: u64,
        limit: u32,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        self.read(
            include_str!("sql/read_all_backwards.sql"),
            (bounded(position), limit),
        )
    }

    /// Events after `position` that match, oldest first. An item with a tag is
    /// found by it; one without reads the log from there on, for types have no
    /// index.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn read_matching(
        &self,
        query: &EventQuery,
        position: u64,
        limit: u32,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let span = Span {
            after: position,
            upto: u64::MAX,
        };
        query::matching(&self.connection, query, span, Direction::Forwards, limit)
    }

    /// Events before `position` that match, newest first; otherwise as
    /// [`read_matching`](Self::read_matching).
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn read_matching_backwards(
        &self,
        query: &EventQuery,
        position: u64,
        limit: u32,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let span = Span {
            after: 0,
            upto: position.saturating_sub(1),
        };
        query::matching(&self.connection, query, span, Direction::Backwards, limit)
    }

    /// Events of a type after `position`, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn read_by_type(
        &self,
        event_type: &str,
        position: u64,
        limit: u32,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        self.read_matching(&EventQuery::of_types(&[event_type]), position, limit)
    }

    /// Events of a type before `position`, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn read_by_type_backwards(
        &self,
        event_type: &str,
        position: u64,
        limit: u32,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        self.read_matching_backwards(&EventQuery::of_types(&[event_type]), position, limit)
    }

    /// Events with a tag after `position`, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn read_by_tag(
        &self,
        tag: &str,
        position: u64,
        limit: u32,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        self.read_matching(&QueryItem::tagged(tag).into(), position, limit)
    }

    /// Events with a tag before `position`, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn read_by_tag_backwards(
        &self,
        tag: &str,
        position: u64,
        limit: u32,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        self.read_matching_backwards(&QueryItem::tagged(tag).into(), position, limit)
    }

    /// Events recorded at `time_ms` (UTC, Unix milliseconds, its end excluded), by
    /// the clock of the device and, where it says the same, in order of arrival.
    /// Of those at exactly the first millisecond only what lies after `position`:
    /// the next page begins with the time and the position of the last event.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn read_by_time(
        &self,
        time_ms: Range<i64>,
        position: u64,
        limit: u32,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        self.read(
            include_str!("sql/read_by_time.sql"),
            (time_ms.start, time_ms.end, bounded(position), limit),
        )
    }

    /// What a recorded event says, whatever the version of its payload.
    ///
    /// # Errors
    /// [`CodecError`], which names the type, if this build cannot read it.
    pub fn decode(&self, recorded: &RecordedEvent) -> Result<Event, CodecError> {
        codec::decode(
            &recorded.event_type,
            recorded.schema_version,
            &recorded.payload,
            &self.identity.context,
        )
    }

    /// Position of the newest event with a tag; 0 if there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn newest_with_tag(&self, tag: &str) -> Result<u64, StoreError> {
        let position = self
            .connection
            .prepare_cached(
                "SELECT coalesce(max(global_position), 0) FROM event_tags WHERE tag = ?1",
            )?
            .query_row([tag], |row| row.get(0))?;
        Ok(position)
    }

    /// Version of the newest event of a stream; 0 if it has none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn stream_version(&self, stream_id: &str) -> Result<u64, StoreError> {
        if let Some(version) = self.versions.borrow().get(stream_id) {
            return Ok(*version);
        }
        let version = self
            .connection
            .prepare_cached("SELECT coalesce(max(version), 0) FROM events WHERE stream_id = ?1")?
            .query_row([stream_id], |row| row.get(0))?;
        self.know_version(stream_id, version);
        Ok(version)
    }

    /// Nobody else writes, so what is known stays true until it is undone.
    pub(super) fn know_version(&self, stream_id: &str, version: u64) {
        let mut versions = self.versions.borrow_mut();
        if let Some(known) = versions.get_mut(stream_id) {
            *known = version;
            return;
        }
        if versions.len() >= MAX_KNOWN_VERSIONS {
            versions.clear();
        }
        versions.insert(stream_id.to_owned(), version);
    }

    /// What a command recorded, if it was carried out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn find_command(&self, command_id: &str) -> Result<Option<Appended>, StoreError> {
        let found = self
            .connection
            .prepare_cached(
                "SELECT first_position, last_position FROM commands WHERE command_id = ?1",
            )?
            .query_row([command_id], |row| {
                Ok(Appended {
                    first_position: row.get(0)?,
                    last_position: row.get(1)?,
                })
            })
            .optional()?;
        Ok(found)
    }

    /// Size of the log in bytes, without free pages.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn size_bytes(&self) -> Result<u64, StoreError> {
        let pragma = |sql: &str| {
            self.connection
                .query_row(sql, [], |row| row.get::<_, u64>(0))
        };
        let used = pragma("PRAGMA page_count")? - pragma("PRAGMA freelist_count")?;
        Ok(used * pragma("PRAGMA page_size")?)
    }

    fn read(&self, sql: &str, params: impl Params) -> Result<Vec<RecordedEvent>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(params, RecordedEvent::from_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
