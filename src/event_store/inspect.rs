//! Opening a log to look at it: nothing is written, neither to the file nor
//! beside it. What is broken in it is for its reader to find.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use thiserror::Error;

use super::error::StoreError;
use super::open::{PREPARED_STATEMENTS, check_format, read_identity};
use super::subscription::Listeners;
use super::{EventStore, Head};

/// What every SQLite 3 database begins with.
const SQLITE_MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// Where the header says whether the file is in WAL mode.
const READ_VERSION_BYTE: usize = 19;
const WAL_READ_VERSION: u8 = 2;
/// A WAL of this length or less is a header without a page.
const WAL_HEADER_BYTES: u64 = 32;
const HEADER_BYTES: usize = 100;

/// Why a file cannot be looked at.
#[derive(Debug, Error)]
pub enum InspectError {
    /// It cannot be read, or is not there.
    #[error("{0}")]
    Unreadable(#[from] io::Error),
    /// Something else, or nothing, is in it.
    #[error("this is not an SQLite database")]
    NotADatabase,
    /// Its newest pages lie in a file that only who may write can read.
    #[error("another program has it open, or its write-ahead log cannot be locked")]
    InUse,
    /// It is not a log, or not one that this build knows.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for InspectError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Sqlite(error) => error.into(),
            error => Self::Store(error),
        }
    }
}

impl From<rusqlite::Error> for InspectError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked, NotADatabase};
        match error.sqlite_error_code() {
            Some(DatabaseBusy | DatabaseLocked) => Self::InUse,
            Some(NotADatabase) => Self::NotADatabase,
            _ => Self::Store(StoreError::Sqlite(error)),
        }
    }
}

impl EventStore {
    /// Opens the log at `path` to read it. Its appends fail, and so does
    /// [`begin`](Self::begin).
    ///
    /// # Errors
    /// [`InspectError`].
    pub fn inspect(path: &Path) -> Result<Self, InspectError> {
        let mut store = Self::over(open_read_only(path)?)?;
        store.head.global_position = store.connection.query_row(
            "SELECT max(0, coalesce(max(global_position), 0)) FROM events",
            [],
            |row| row.get(0),
        )?;
        Ok(store)
    }

    /// The same for a log that may be broken anywhere: nothing is read but what
    /// makes it one, so its [`head`](Self::head) is not known, and 0.
    ///
    /// # Errors
    /// [`InspectError`].
    pub fn inspect_damaged(path: &Path) -> Result<Self, InspectError> {
        let connection = connect(path)?;
        // Otherwise SQLite refuses a file that is shorter than it should be,
        // instead of reading what is there.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_WRITABLE_SCHEMA, true)?;
        Self::over(connection)
    }

    fn over(connection: Connection) -> Result<Self, InspectError> {
        connection.pragma_update(None, "query_only", true)?;
        connection.set_prepared_statement_cache_capacity(PREPARED_STATEMENTS);
        check_format(&connection)?;
        check_tables(&connection)?;
        let identity = read_identity(&connection)?;
        Ok(Self {
            connection,
            identity,
            origin: String::new(),
            // Nobody appends to it, so where a chain ends does not matter.
            head: Head {
                global_position: 0,
                origin_position: 0,
                hash: [0; 32],
            },
            before_transaction: None,
            event_types: HashSet::new(),
            versions: RefCell::default(),
            listeners: Listeners::default(),
        })
    }
}

/// Connects to the database at `path` so that not a byte of it changes and no
/// file appears beside it. Temporary tables can be made.
///
/// # Errors
/// [`InspectError`].
pub fn open_read_only(path: &Path) -> Result<Connection, InspectError> {
    let connection = connect(path)?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(connection)
}

fn connect(path: &Path) -> Result<Connection, InspectError> {
    let header = read_header(path)?;
    let pages_in_wal = length_of(&beside(path, "-wal"))? > WAL_HEADER_BYTES;
    let half_a_change = length_of(&beside(path, "-journal"))? > 0;
    let connection = if pages_in_wal {
        open_with_wal(path)?
    } else if header[READ_VERSION_BYTE] == WAL_READ_VERSION && !half_a_change {
        // Without a WAL nobody is writing. Only a file that cannot change is read
        // without one being made.
        open_uri(path, "immutable=1")?
    } else {
        open_uri(path, "mode=ro")?
    };
    // The file may come from anywhere: no function of ours runs from its schema.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    Ok(connection)
}

/// EXCLUSIVE, so that the index of the WAL is kept in memory; it needs the lock
/// of a writer, which also says that nobody else is one. Nothing is written: no
/// statement does, and closing does not copy the WAL back.
fn open_with_wal(path: &Path) -> Result<Connection, InspectError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.busy_timeout(std::time::Duration::ZERO)?;
    if connection.is_readonly("main")? {
        return Err(InspectError::InUse);
    }
    connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE; PRAGMA wal_autocheckpoint = 0;")?;
    Ok(connection)
}

fn open_uri(path: &Path, parameter: &str) -> Result<Connection, InspectError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let uri = format!("{}?{parameter}", file_uri(path)?);
    Ok(Connection::open_with_flags(uri, flags)?)
}

/// RFC 8089: whatever is not plain is written as its bytes.
fn file_uri(path: &Path) -> Result<String, InspectError> {
    let absolute = std::path::absolute(path)?;
    let mut uri = "file://".to_owned();
    for byte in absolute.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'-' | b'_' | b'.' | b'~' => uri.push(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => uri.push(char::from(*byte)),
            // Writing to a string cannot fail.
            byte => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    Ok(uri)
}

fn read_header(path: &Path) -> Result<[u8; HEADER_BYTES], InspectError> {
    let mut file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(InspectError::NotADatabase);
    }
    let mut header = [0; HEADER_BYTES];
    file.read_exact(&mut header)
        .map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => InspectError::NotADatabase,
            _ => InspectError::Unreadable(error),
        })?;
    if header.starts_with(SQLITE_MAGIC) {
        Ok(header)
    } else {
        Err(InspectError::NotADatabase)
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Length in bytes; 0 where there is none.
fn length_of(path: &Path) -> Result<u64, InspectError> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(metadata.len()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error.into()),
    }
}

/// A view of that name could answer anything, and never end.
fn check_tables(connection: &Connection) -> Result<(), StoreError> {
    let tables: u32 = connection.query_row(
        "SELECT count(*) FROM sqlite_schema
         WHERE type = 'table' AND name IN ('log', 'events') AND sql LIKE 'CREATE TABLE %'",
        [],
        |row| row.get(0),
    )?;
    if tables == 2 {
        Ok(())
    } else {
        Err(StoreError::Damaged("its tables are missing".to_owned()))
    }
}
