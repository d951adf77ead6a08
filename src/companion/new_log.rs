//! A log that appears whole or not at all: it is written beside its place, under
//! a name of its own, and takes its place when all is in it.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use tempfile::{NamedTempFile, TempPath};

use super::error::CompanionError;
use crate::event_store::{EventStore, NewLog, StoreError};

/// Events after which the write-ahead log is written back, so that it stays small.
const CHECKPOINT_EVENTS: u64 = 20_000;

/// A log on its way to its place.
pub struct LogInTheMaking {
    /// The log, to append to.
    pub store: EventStore,
    checkpointed: u64,
    // After the store: what is dropped first closes the file that the other removes.
    aside: TempPath,
    place: PathBuf,
}

impl LogInTheMaking {
    /// Begins a log that shall be at `place`, where nothing is yet.
    ///
    /// # Errors
    /// [`CompanionError`].
    pub fn begin(place: &Path, origin: &str, new: &NewLog) -> Result<Self, CompanionError> {
        if place.symlink_metadata().is_ok() {
            return Err(CompanionError::Exists(place.to_owned()));
        }
        let aside = aside(place).map_err(CompanionError::not_writable(place))?;
        let begun = || {
            let connection = Connection::open(&aside).map_err(StoreError::from)?;
            EventStore::open(connection, origin, new)
        };
        let store = begun().map_err(CompanionError::not_recorded(place))?;
        Ok(Self {
            store,
            checkpointed: 0,
            aside,
            place: place.to_owned(),
        })
    }

    /// Makes what was appended durable.
    ///
    /// # Errors
    /// [`CompanionError`].
    pub fn commit(&mut self) -> Result<(), CompanionError> {
        self.store
            .commit()
            .and_then(|()| {
                if self.store.head() - self.checkpointed >= CHECKPOINT_EVENTS {
                    self.checkpointed = self.store.head();
                    self.store.checkpoint()?;
                }
                Ok(())
            })
            .map_err(CompanionError::not_recorded(&self.place))
    }

    /// Puts the log in its place.
    ///
    /// # Errors
    /// [`CompanionError`]; also if something else has come there meanwhile.
    pub fn finish(self) -> Result<(), CompanionError> {
        let Self {
            store,
            aside,
            place,
            ..
        } = self;
        // Without a WAL it is one file that any SQLite opens.
        store
            .checkpoint()
            .and_then(|()| {
                let to_one_file = "PRAGMA journal_mode = DELETE";
                Ok(store.connection().query_row(to_one_file, [], |_| Ok(()))?)
            })
            .map_err(CompanionError::not_recorded(&place))?;
        drop(store);
        put_in_place(aside, &place)
    }
}

/// An empty file in the folder of `place`.
pub fn aside(place: &Path) -> std::io::Result<TempPath> {
    let folder = match place.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    Ok(NamedTempFile::with_prefix_in(".daybook-", folder)?.into_temp_path())
}

/// Moves a finished file to `place`, where nothing may be.
pub fn put_in_place(aside: TempPath, place: &Path) -> Result<(), CompanionError> {
    aside
        .persist_noclobber(place)
        .map_err(|error| match error.error.kind() {
            std::io::ErrorKind::AlreadyExists => CompanionError::Exists(place.to_owned()),
            _ => CompanionError::NotWritable {
                file: place.to_owned(),
                cause: error.error,
            },
        })
}
