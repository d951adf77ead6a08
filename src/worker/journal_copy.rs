//! The journal as a plain SQLite file. The pool exports no open file, so a
//! consistent copy is written aside, in slices, and handed over in parts. On a device
//! that is full it is made in memory.

use rsqlite_vfs::VfsFilesManager;
use rsqlite_vfs::transfer::{DbTransfer, ExportSource};
use rusqlite::Connection;
use sqlite_wasm_vfs::sahpool::{OpfsSAHError, OpfsSAHPoolUtil};

use super::messages::{answer, elapsed_ms};
use super::opfs::{self, EVENTS_DB, POOL_DIRECTORY};
use super::shop::{Shop, store_error};
use crate::event_store::{LogCopy, StoreError};
use crate::protocol::{Answer, Request, RequestId, WorkerError};

const COPY_DB: &str = "journal-copy.db";
/// Rows that are copied between two looks at the clock.
const ROWS_A_STEP: u32 = 100;
/// The longest journal that is copied in memory where there is no room for a file. The
/// copy is there twice for a moment.
const MAX_BYTES_IN_MEMORY: u64 = 32 * 1024 * 1024;
/// The longest part that is handed over at once, in bytes.
const MAX_PART_BYTES: u32 = 4 * 1024 * 1024;

/// A copy that is being written.
pub struct WritingCopy {
    id: RequestId,
    pool: OpfsSAHPoolUtil,
    copy: Option<LogCopy>,
    /// There is no room for a file.
    in_memory: bool,
}

impl WritingCopy {
    /// Begins with the first slice.
    pub fn start(shop: &Shop, id: RequestId) -> Result<Self, WorkerError> {
        remove_copy(&shop.pool)?;
        let mut writing = Self {
            id,
            pool: shop.pool.clone(),
            copy: None,
            in_memory: false,
        };
        match begin(shop, opfs::open(POOL_DIRECTORY, COPY_DB)) {
            Ok(copy) => writing.copy = Some(copy),
            Err(error) => writing
                .go_on_in_memory(shop, error)
                .map_err(|error| failed(&shop.pool, &error))?,
        }
        Ok(writing)
    }

    /// Whoever has to make room on a full device first wants the journal elsewhere:
    /// one that is not too long is copied in memory then.
    fn go_on_in_memory(&mut self, shop: &Shop, why: StoreError) -> Result<(), StoreError> {
        if self.in_memory || !why.is_full() || shop.store.size_bytes()? > MAX_BYTES_IN_MEMORY {
            return Err(why);
        }
        self.copy = None;
        let _ = remove_copy(&self.pool);
        self.copy = Some(begin(shop, Connection::open_in_memory())?);
        self.in_memory = true;
        Ok(())
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
                Err(error) => return self.go_on_or_fail(shop, error),
            }
        }
        match self.finish() {
            Ok(content) => self.hand_over(content),
            Err(error) => self.go_on_or_fail(shop, error),
        }
    }

    fn finish(&mut self) -> Result<Content, StoreError> {
        match self.copy.take() {
            Some(copy) if self.in_memory => Ok(Content::Bytes(copy.finish_as_bytes()?)),
            Some(copy) => copy.finish().map(|()| Content::File(COPY_DB)),
            None => Ok(Content::File(COPY_DB)),
        }
    }

    fn hand_over(&self, content: Content) -> Copying {
        let copy = JournalCopy {
            pool: self.pool.clone(),
            content,
        };
        answer(self.id, copy.ready());
        Copying::Whole(copy)
    }

    fn go_on_or_fail(&mut self, shop: &Shop, error: StoreError) -> Copying {
        match self.go_on_in_memory(shop, error) {
            Ok(()) => Copying::More,
            Err(error) => {
                self.copy = None;
                answer(self.id, Err(failed(&self.pool, &error)));
                Copying::Failed
            }
        }
    }
}

fn begin(shop: &Shop, into: rusqlite::Result<Connection>) -> Result<LogCopy, StoreError> {
    LogCopy::begin(&shop.store, into?)
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

/// A copy that can be read.
pub struct JournalCopy {
    pool: OpfsSAHPoolUtil,
    content: Content,
}

/// Where it is.
enum Content {
    /// In a file of the pool.
    File(&'static str),
    /// In memory.
    Bytes(Vec<u8>),
}

impl JournalCopy {
    /// The log itself, where it could not be opened.
    pub const fn of_closed_log(pool: OpfsSAHPoolUtil) -> Self {
        Self {
            pool,
            content: Content::File(EVENTS_DB),
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
        let length = length.min(MAX_PART_BYTES) as usize;
        let part = match &self.content {
            Content::Bytes(bytes) => {
                let from = usize::try_from(offset).unwrap_or(usize::MAX);
                let rest = bytes.get(from..).unwrap_or_default();
                rest[..length.min(rest.len())].to_vec()
            }
            Content::File(name) => self
                .read_file(name, offset, length)
                .map_err(|error| WorkerError::File(error.to_string()))?,
        };
        Ok(Answer::JournalPart(part))
    }

    fn read_file(&self, name: &str, offset: u64, length: usize) -> Result<Vec<u8>, OpfsSAHError> {
        let mut source = self.pool.open_export(name)?;
        let mut part = vec![0; length];
        let read = source.read_at(offset, &mut part)?;
        part.truncate(read);
        Ok(part)
    }

    fn ready(&self) -> Result<Answer, WorkerError> {
        let bytes = match &self.content {
            Content::Bytes(bytes) => bytes.len() as u64,
            Content::File(name) => self
                .pool
                .open_export(name)
                .map_err(|error| WorkerError::File(error.to_string()))?
                .size(),
        };
        Ok(Answer::JournalReady {
            file_name: EVENTS_DB.to_owned(),
            bytes,
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
