//! The journal as a plain SQLite file. The pool exports no open file, so a
//! consistent copy is written aside and handed over in parts.

use rsqlite_vfs::VfsFilesManager;
use rsqlite_vfs::transfer::{DbTransfer, ExportSource};
use rusqlite::backup::{Backup, StepResult};
use sqlite_wasm_vfs::sahpool::OpfsSAHPoolUtil;

use super::opfs::{self, EVENTS_DB, POOL_DIRECTORY};
use super::shop::Shop;
use crate::protocol::{Answer, Request, WorkerError};

const COPY_DB: &str = "journal-copy.db";
/// Few enough that every journal takes several steps, in tests too.
const PAGES_A_STEP: i32 = 16;
/// The longest part that is handed over at once, in bytes.
const MAX_PART_BYTES: u32 = 4 * 1024 * 1024;

/// A file of the pool that can be read.
pub struct JournalCopy {
    pool: OpfsSAHPoolUtil,
    name: &'static str,
}

impl JournalCopy {
    /// Writes a copy aside.
    pub fn prepare(shop: &Shop) -> Result<(Self, Answer), WorkerError> {
        remove_copy(&shop.pool)?;
        Self::written(shop).inspect_err(|_| {
            // Half a copy would only keep a full device full.
            let _ = remove_copy(&shop.pool);
        })
    }

    fn written(shop: &Shop) -> Result<(Self, Answer), WorkerError> {
        copy_log(shop).map_err(|error| match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => WorkerError::StorageFull,
            _ => WorkerError::Storage(error.to_string()),
        })?;
        let copy = Self {
            pool: shop.pool.clone(),
            name: COPY_DB,
        };
        let ready = copy.ready()?;
        Ok((copy, ready))
    }

    /// The log itself, where it could not be opened.
    pub const fn of_closed_log(pool: OpfsSAHPoolUtil) -> Self {
        Self {
            pool,
            name: EVENTS_DB,
        }
    }

    /// Removes the copy.
    pub fn discard(shop: &Shop) -> Result<Answer, WorkerError> {
        remove_copy(&shop.pool).map(|()| Answer::Ok)
    }

    /// Answers what can be asked of a journal that is not open.
    pub fn serve(&self, request: Request) -> Result<Answer, WorkerError> {
        match request {
            Request::PrepareJournal => self.ready(),
            Request::ReadJournal { offset, length } => self.read(offset, length),
            Request::DiscardJournal => Ok(Answer::Ok),
            _ => Err(WorkerError::Storage("the journal is not open".to_owned())),
        }
    }

    /// A part of the file; empty at its end.
    pub fn read(&self, offset: u64, length: u32) -> Result<Answer, WorkerError> {
        let failed = |error: &dyn std::fmt::Display| WorkerError::File(error.to_string());
        let mut source = self
            .pool
            .open_export(self.name)
            .map_err(|error| failed(&error))?;
        let mut part = vec![0; length.min(MAX_PART_BYTES) as usize];
        let read = source
            .read_at(offset, &mut part)
            .map_err(|error| failed(&error))?;
        part.truncate(read);
        Ok(Answer::JournalPart(part))
    }

    fn ready(&self) -> Result<Answer, WorkerError> {
        let source = self
            .pool
            .open_export(self.name)
            .map_err(|error| WorkerError::File(error.to_string()))?;
        Ok(Answer::JournalReady {
            file_name: EVENTS_DB.to_owned(),
            bytes: source.size(),
        })
    }
}

/// Removes the copy, or what a tab that was closed in mid-download left of one.
///
/// # Errors
/// [`WorkerError::Storage`] if the pool cannot.
pub fn remove_copy(pool: &OpfsSAHPoolUtil) -> Result<(), WorkerError> {
    for suffix in ["", "-wal", "-journal"] {
        pool.remove(&format!("{COPY_DB}{suffix}"))
            .map_err(|error| WorkerError::Storage(error.to_string()))?;
    }
    Ok(())
}

fn copy_log(shop: &Shop) -> rusqlite::Result<()> {
    let mut copy = opfs::open(POOL_DIRECTORY, COPY_DB)?;
    copy.execute_batch(
        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA page_size = 8192; PRAGMA synchronous = OFF;",
    )?;
    copy_pages(&Backup::new(shop.store.connection(), &mut copy)?)?;
    // Without a WAL it is one file that any SQLite opens.
    copy.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    copy.close().map_err(|(_, error)| error)
}

/// Step by step, since the crate's own loop sleeps between steps, which a worker
/// cannot.
fn copy_pages(backup: &Backup<'_, '_>) -> rusqlite::Result<()> {
    loop {
        match backup.step(PAGES_A_STEP)? {
            StepResult::Done => return Ok(()),
            StepResult::More => {}
            // One thread and one connection: nobody can be in the way.
            _ => return Err(rusqlite::Error::InvalidQuery),
        }
    }
}
