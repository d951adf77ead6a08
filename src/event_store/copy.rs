//! A copy of the log in a file of its own, made some rows at a time while the
//! log goes on: nobody has to wait until a long journal is copied.
//!
//! It holds what was recorded when it began. Row by row it is the same: events,
//! hashes, tags, carried-out commands. Until it is finished it is no log, so half
//! a copy cannot be taken for a whole one.

use rusqlite::{Connection, MAIN_DB, Params, Statement, ToSql};

use super::EventStore;
use super::error::StoreError;
use super::open::{APPLICATION_ID, FORMAT_VERSION};
use super::record::RecordedEvent;

/// A copy that is being made.
pub struct LogCopy {
    copy: Connection,
    /// Events after this one came later.
    until: u64,
    /// How many of them are copied.
    events: u64,
    stage: Stage,
}

/// Which table is being copied, and how far.
enum Stage {
    Events { after: u64 },
    Tags { after: (String, u64) },
    Commands { after: String },
    Done,
}

impl LogCopy {
    /// Begins a copy of all that is committed into `copy`, an empty database.
    ///
    /// # Errors
    /// [`StoreError`] of either database.
    pub fn begin(store: &EventStore, copy: Connection) -> Result<Self, StoreError> {
        copy.execute_batch(
            "PRAGMA locking_mode = EXCLUSIVE;
             PRAGMA page_size = 8192;
             PRAGMA journal_mode = OFF;
             PRAGMA synchronous = OFF;",
        )?;
        // One transaction from here to the end: a page that is filled in many steps
        // is written once. Nothing is ever rolled back, but the file thrown away.
        copy.execute_batch("BEGIN EXCLUSIVE")?;
        copy.execute_batch(include_str!("sql/schema.sql"))?;
        let begun = Self {
            copy,
            until: store.head(),
            events: 0,
            stage: Stage::Events { after: 0 },
        };
        begun.copy_small_tables(store)?;
        Ok(begun)
    }

    /// Copies up to `rows` more; whether there are more.
    ///
    /// # Errors
    /// [`StoreError`] of either database: throw the copy away then.
    pub fn step(&mut self, store: &EventStore, rows: u32) -> Result<bool, StoreError> {
        self.stage = match &self.stage {
            Stage::Events { after } => {
                let after = *after;
                self.copy_events(store, after, rows)?
            }
            Stage::Tags { after } => self.copy_tags(store, after, rows)?,
            Stage::Commands { after } => self.copy_commands(store, after, rows)?,
            Stage::Done => Stage::Done,
        };
        Ok(!matches!(self.stage, Stage::Done))
    }

    /// Makes it a log, and closes it: one file that any SQLite opens.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if events are missing; [`StoreError`] of the copy.
    pub fn finish(self) -> Result<(), StoreError> {
        self.make_it_a_log()?;
        self.copy.close().map_err(|(_, error)| error.into())
    }

    /// Makes it a log, and hands over the bytes of the file: for a copy that is made
    /// in memory, since there is no room for it on the device.
    ///
    /// # Errors
    /// As [`Self::finish`].
    pub fn finish_as_bytes(mut self) -> Result<Vec<u8>, StoreError> {
        self.make_it_a_log()?;
        Ok(self.copy.serialize(MAIN_DB)?.to_vec())
    }

    fn make_it_a_log(&self) -> Result<(), StoreError> {
        if self.events != self.until {
            return Err(StoreError::Damaged(format!(
                "its copy has {} of {} events",
                self.events, self.until
            )));
        }
        self.copy.execute_batch("COMMIT")?;
        self.copy
            .pragma_update(None, "user_version", FORMAT_VERSION)?;
        self.copy
            .pragma_update(None, "application_id", APPLICATION_ID)?;
        Ok(())
    }

    fn copy_small_tables(&self, store: &EventStore) -> Result<(), StoreError> {
        for (read, write) in [
            (
                "SELECT id, log_id, epoch, format_version, v1_currency FROM log",
                "INSERT INTO log VALUES (?1, ?2, ?3, ?4, ?5)",
            ),
            (
                "SELECT event_type_name, description, schema_version FROM event_types",
                "INSERT INTO event_types VALUES (?1, ?2, ?3)",
            ),
            (
                "SELECT reactor, global_position FROM reactor_marks",
                "INSERT INTO reactor_marks VALUES (?1, ?2)",
            ),
        ] {
            let mut found = store.connection.prepare(read)?;
            transfer(&mut found, [], &mut self.copy.prepare(write)?)?;
        }
        Ok(())
    }

    fn copy_events(
        &mut self,
        store: &EventStore,
        after: u64,
        rows: u32,
    ) -> Result<Stage, StoreError> {
        let mut insert = self
            .copy
            .prepare_cached(include_str!("sql/insert_event.sql"))?;
        let mut last = after;
        for event in store.read_all(after, rows)? {
            if event.global_position > self.until {
                break;
            }
            last = event.global_position;
            insert_event(&mut insert, &event)?;
            self.events += 1;
        }
        Ok(if last == after || last >= self.until {
            Stage::Tags {
                after: (String::new(), 0),
            }
        } else {
            Stage::Events { after: last }
        })
    }

    fn copy_tags(
        &self,
        store: &EventStore,
        after: &(String, u64),
        rows: u32,
    ) -> Result<Stage, StoreError> {
        let mut read = store
            .connection
            .prepare_cached(include_str!("sql/tags_after.sql"))?;
        let found = read
            .query_map((&after.0, after.1, rows), |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, u64>(1)?))
            })?
            .collect::<Result<Vec<_>, _>>()?;
        let mut insert = self
            .copy
            .prepare_cached("INSERT INTO event_tags (tag, global_position) VALUES (?1, ?2)")?;
        for tag in found.iter().filter(|(_, position)| *position <= self.until) {
            insert.execute((&tag.0, tag.1))?;
        }
        Ok(match found.into_iter().next_back() {
            Some(after) => Stage::Tags { after },
            None => Stage::Commands {
                after: String::new(),
            },
        })
    }

    fn copy_commands(
        &self,
        store: &EventStore,
        after: &str,
        rows: u32,
    ) -> Result<Stage, StoreError> {
        let mut read = store
            .connection
            .prepare_cached(include_str!("sql/commands_after.sql"))?;
        let found = read
            .query_map((after, rows), |row| {
                Ok((
                    row.get::<_, String>(0)?,
                    row.get::<_, String>(1)?,
                    row.get::<_, u64>(2)?,
                    row.get::<_, u64>(3)?,
                ))
            })?
            .collect::<Result<Vec<_>, _>>()?;
        let mut insert = self.copy.prepare_cached(
            "INSERT INTO commands (command_id, outcome, first_position, last_position)
             VALUES (?1, ?2, ?3, ?4)",
        )?;
        for command in found.iter().filter(|(.., last)| *last <= self.until) {
            insert.execute((&command.0, &command.1, command.2, command.3))?;
        }
        Ok(match found.into_iter().next_back() {
            Some((after, ..)) => Stage::Commands { after },
            None => Stage::Done,
        })
    }
}

/// Every row of a small table as it is.
fn transfer(
    read: &mut Statement<'_>,
    params: impl Params,
    write: &mut Statement<'_>,
) -> Result<(), StoreError> {
    let columns = read.column_count();
    let mut rows = read.query(params)?;
    while let Some(row) = rows.next()? {
        let values = (0..columns)
            .map(|column| row.get::<_, rusqlite::types::Value>(column))
            .collect::<Result<Vec<_>, _>>()?;
        let values: Vec<&dyn ToSql> = values.iter().map(|value| value as &dyn ToSql).collect();
        write.execute(values.as_slice())?;
    }
    Ok(())
}

fn insert_event(insert: &mut Statement<'_>, event: &RecordedEvent) -> Result<(), StoreError> {
    insert.execute((
        event.global_position,
        &event.event_id,
        &event.stream_id,
        &event.stream_type,
        event.version,
        &event.event_type,
        event.schema_version,
        &event.payload,
        &event.metadata,
        event.timestamp_ms,
        &event.origin,
        event.origin_position,
        &event.hash,
    ))?;
    Ok(())
}
