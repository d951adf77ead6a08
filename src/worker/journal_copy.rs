//! The journal as a plain SQLite file. The pool exports no open file, so a
//! consistent copy is written aside, in slices, and handed over in parts.

use rsqlite_vfs::VfsFilesManager;
use rsqlite_vfs::transfer::{DbTransfer, ExportSource};
use sqlite_wasm_vfs::sahpool::OpfsSAHPoolUtil;

use super::messages::{answer, elapsed_ms};
use super::opfs::{self, EVENTS_DB, POOL_DIRECTORY};
use super::shop::{Shop, store_error};
use crate::event_store::{LogCopy, StoreError};
use crate::protocol::{Answer, Request, RequestId, WorkerError};

const COPY_DB: &str = "journal-copy.db";
/// Rows that are copied between two looks at the clock.
const ROWS_A_STEP: u32 = 100;
/// The longest part that is handed over at once, in bytes.
const MAX_PART_BYTES: u32 = 4 * 1024 * 1024;

/// A copy that is being written.
pub struct WritingCopy {
    id: RequestId,
    pool: OpfsSAHPoolUtil,
    copy: Option<LogCopy>,
}

impl WritingCopy {
    /// Begins with the first slice.
    pub fn start(shop: &Shop, id: RequestId) -> Result<Self, WorkerError> {
        remove_copy(&shop.pool)?;
        let copy = opfs::open(POOL_DIRECTORY, COPY_DB)
            .map_err(StoreError::from)
            .and_then(|file| LogCopy::begin(&shop.store, file))
            .map_err(|error| failed(&shop.pool, &error))?;
        Ok(Self {
            id,
            pool: shop.pool.clone(),
            copy: Some(copy),
        })
    }

    /// Nobody wants it any more.
    pub fn give_up(mut self) {
        // The file must be closed before it can be removed.
        self.copy = None;
        let _ = remove_copy(&self.pool);
        let reason = "the download was given up".to_owned();
        answer(self.id, Err(WorkerError::File(reason)));
    }

    /// Copies for `slice_ms`; the file when it is whole. It answers then, or when
    /// it fails.
    pub fn slice(&mut self, shop: &Shop, slice_ms: f64) -> Copying {
        let until_ms = elapsed_ms() + slice_ms;
        while let Some(copy) = &mut self.copy {
            if elapsed_ms() >= until_ms {
                return Copying::More;
            }
            match copy.step(&shop.store, ROWS_A_STEP) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => return self.fail(&error),
            }
        }
        match self.copy.take().map_or(Ok(()), LogCopy::finish) {
            Ok(()) => self.hand_over(),
            Err(error) => self.fail(&error),
        }
    }

    fn hand_over(&self) -> Copying {
        let copy = JournalCopy {
            pool: self.pool.clone(),
            name: COPY_DB,
        };
        answer(self.id, copy.ready());
        Copying::Whole(copy)
    }

    fn fail(&mut self, error: &StoreError) -> Copying {
        self.copy = None;
        answer(self.id, Err(failed(&self.pool, error)));
        Copying::Failed
    }
}

/// Half a copy would only keep a full device full.
fn failed(pool: &OpfsSAHPoolUtil, error: &StoreError) -> WorkerError {
    let _ = remove_copy(pool);
    store_error(error)
}

/// How far a copy is.
pub enum Copying {
    /// There is more to do.
    More,
    /// It can be read.
    Whole(JournalCopy),
    /// It was removed.
    Failed,
}

/// A file of the pool that can be read.
pub struct JournalCopy {
    pool: OpfsSAHPoolUtil,
    name: &'static str,
}

impl JournalCopy {
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
