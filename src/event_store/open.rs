//! Opening a log: create it if the file is empty, check it if it is not. A file
//! that is not a sound Daybook log is never written to.

use std::cell::RefCell;
use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension};

use super::chain::{Link, genesis_hash, link};
use super::error::StoreError;
use super::record::{LogIdentity, RecordedEvent};
use super::subscription::Listeners;
use super::{EventStore, Head};
use crate::codec::{CATALOGUE, LogContext};

/// `DYBK`, in the SQLite header of every log.
pub const APPLICATION_ID: i64 = 0x4459_424B;
/// The layout of schema.sql, as `user_version`.
pub const FORMAT_VERSION: i64 = 1;

pub(super) const PREPARED_STATEMENTS: usize = 64;

/// What a log that does not exist yet shall be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLog {
    /// Drawn at random.
    pub log_id: [u8; 16],
    /// What payloads of version 1 leave out; nobody but an import writes such.
    pub context: LogContext,
}

impl EventStore {
    /// Opens the log behind `connection`, which must be the only one to the file,
    /// to record as `origin`.
    ///
    /// # Errors
    /// [`StoreError`]; the file is left as it is.
    pub fn open(connection: Connection, origin: &str, new: &NewLog) -> Result<Self, StoreError> {
        connection.set_prepared_statement_cache_capacity(PREPARED_STATEMENTS);
        // EXCLUSIVE before anything is read: without shared memory, a database in
        // WAL mode cannot be opened otherwise. Then reading comes before setting
        // the journal mode, which writes to the file.
        connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE")?;
        let empty = is_empty(&connection)?;
        if !empty {
            check_format(&connection)?;
            read_head(&connection, &read_identity(&connection)?, origin)?;
        }
        configure(&connection)?;
        if empty {
            create(&connection, new)?;
        } else {
            make_durable(&connection)?;
        }
        list_event_types(&connection)?;
        let event_types = listed_event_types(&connection)?;
        let identity = read_identity(&connection)?;
        let head = read_head(&connection, &identity, origin)?;
        Ok(Self {
            connection,
            identity,
            origin: origin.to_owned(),
            head,
            before_transaction: None,
            event_types,
            versions: RefCell::default(),
            listeners: Listeners::default(),
        })
    }
}

/// A file without a table, a view or a mark of its own is nobody's: it is new, or
/// its creation was cut off right after the journal mode was set, which writes
/// the first page.
fn is_empty(connection: &Connection) -> Result<bool, StoreError> {
    let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    Ok(number("PRAGMA application_id")? == 0
        && number("PRAGMA user_version")? == 0
        && number("SELECT count(*) FROM sqlite_schema")? == 0)
}

pub(super) fn check_format(connection: &Connection) -> Result<(), StoreError> {
    let pragma = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    let application_id = pragma("PRAGMA application_id")?;
    if application_id != APPLICATION_ID {
        return Err(StoreError::Foreign(format!(
            "its application id is {application_id:#x}"
        )));
    }
    let found = pragma("PRAGMA user_version")?;
    if found > FORMAT_VERSION {
        return Err(StoreError::NewerFormat {
            found,
            known: FORMAT_VERSION,
        });
    }
    if found < FORMAT_VERSION {
        return Err(StoreError::Damaged(format!("there is no format {found}")));
    }
    Ok(())
}

/// FULL, so that a commit is on the disk; recursive triggers, or REPLACE gets
/// past the trigger that refuses deletes.
fn configure(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch("PRAGMA page_size = 8192")?;
    keep_write_ahead_log(connection)?;
    connection.execute_batch(
        "PRAGMA synchronous = FULL;
         PRAGMA recursive_triggers = ON;
         PRAGMA foreign_keys = ON;
         PRAGMA wal_autocheckpoint = 0;
         PRAGMA journal_size_limit = 16777216;",
    )?;
    Ok(())
}

/// SQLite answers with the mode, and only then writes it: whoever reads one row does
/// not hear of it if that fails. Where it cannot be set, it answers with the old one.
fn keep_write_ahead_log(connection: &Connection) -> Result<(), StoreError> {
    let mut statement = connection.prepare("PRAGMA journal_mode = WAL")?;
    let answers = statement.query_map([], |row| row.get::<_, String>(0))?;
    for mode in answers {
        let mode = mode?;
        if mode != "wal" {
            return Err(StoreError::NoWriteAheadLog(mode));
        }
    }
    Ok(())
}

/// The last commit of a process that was killed, or whose disk failed, may be in the
/// WAL without ever having been synced. Nobody may be told of it before it is: the
/// checkpoint syncs the WAL first, so that a full disk does not matter.
fn make_durable(connection: &Connection) -> Result<(), StoreError> {
    let written_back = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    match written_back {
        Err(error) if StoreError::is_full_cause(&error) => Ok(()),
        result => Ok(result?),
    }
}

fn create(connection: &Connection, new: &NewLog) -> Result<(), StoreError> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let created = (|| {
        connection.execute_batch(include_str!("sql/schema.sql"))?;
        connection.execute(
            "INSERT INTO log (id, log_id, epoch, format_version, v1_currency) VALUES (1, ?1, 1, ?2, ?3)",
            (new.log_id, FORMAT_VERSION, new.context.v1_currency.code()),
        )?;
        // The last statement of the transaction makes the file a log.
        connection.pragma_update(None, "user_version", FORMAT_VERSION)?;
        connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        connection.execute_batch("COMMIT")
    })();
    if created.is_err() && !connection.is_autocommit() {
        let _ = connection.execute_batch("ROLLBACK");
    }
    Ok(created?)
}

/// A newer build may know more types than the one that made the log.
fn list_event_types(connection: &Connection) -> Result<(), StoreError> {
    let known: i64 =
        connection.query_row("SELECT count(*) FROM event_types", [], |row| row.get(0))?;
    let newest = |spec: &crate::codec::EventTypeSpec| {
        connection
            .prepare_cached("SELECT schema_version FROM event_types WHERE event_type_name = ?1")?
            .query_row([spec.name], |row| row.get::<_, u32>(0))
            .optional()
    };
    let mut missing = Vec::new();
    for spec in CATALOGUE {
        if known == 0 || newest(spec)?.is_none_or(|version| version < spec.schema_version) {
            missing.push(spec);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let transaction = connection.unchecked_transaction()?;
    for spec in missing {
        transaction.execute(
            "INSERT INTO event_types (event_type_name, description, schema_version)
             VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET description = excluded.description,
                                       schema_version = excluded.schema_version",
            (spec.name, spec.description, spec.schema_version),
        )?;
    }
    Ok(transaction.commit()?)
}

/// What may be appended. Only [`list_event_types`] adds to it.
fn listed_event_types(connection: &Connection) -> Result<HashSet<String>, StoreError> {
    let mut statement = connection.prepare("SELECT event_type_name FROM event_types")?;
    let names = statement.query_map([], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}

pub(super) fn read_identity(connection: &Connection) -> Result<LogIdentity, StoreError> {
    let (log_id, epoch, currency): ([u8; 16], i64, String) = connection
        .query_row(
            "SELECT log_id, epoch, v1_currency FROM log WHERE id = 1",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .optional()?
        .ok_or_else(|| StoreError::Damaged("it has lost its identity".to_owned()))?;
    let v1_currency = currency
        .parse()
        .map_err(|_| StoreError::Damaged(format!("it names a currency “{currency}”")))?;
    Ok(LogIdentity {
        log_id,
        epoch,
        context: LogContext { v1_currency },
    })
}

/// The end of the log as the file has it. The newest event's hash is reckoned
/// again, so that nothing is appended to a chain that is broken at its end.
pub(super) fn read_head(
    connection: &Connection,
    identity: &LogIdentity,
    origin: &str,
) -> Result<Head, StoreError> {
    let global_position: u64 = connection.query_row(
        "SELECT coalesce(max(global_position), 0) FROM events",
        [],
        |row| row.get(0),
    )?;
    let mut own = last_two_of(connection, origin)?.into_iter();
    let genesis = genesis_hash(&identity.log_id, origin);
    let Some(last) = own.next() else {
        return Ok(Head {
            global_position,
            origin_position: 0,
            hash: genesis,
        });
    };
    let before: [u8; 32] = match own.next() {
        Some(event) => stored_hash(&event)?,
        None => genesis,
    };
    let hash = stored_hash(&last)?;
    if link(&before, &Link::from(&last)) != hash {
        return Err(StoreError::Damaged(format!(
            "event {} was changed from outside: its hash does not match",
            last.global_position
        )));
    }
    Ok(Head {
        global_position,
        origin_position: last.origin_position,
        hash,
    })
}

fn last_two_of(connection: &Connection, origin: &str) -> Result<Vec<RecordedEvent>, StoreError> {
    let mut statement = connection.prepare_cached(include_str!("sql/last_two_of_origin.sql"))?;
    let rows = statement.query_map([origin], RecordedEvent::from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn stored_hash(event: &RecordedEvent) -> Result<[u8; 32], StoreError> {
    event.hash.as_slice().try_into().map_err(|_| {
        StoreError::Damaged(format!("event {} has no whole hash", event.global_position))
    })
}
