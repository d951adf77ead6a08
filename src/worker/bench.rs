//! What `make bench` measures inside the worker.

use js_sys::Uint8Array;
use rusqlite::Connection;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetFileOptions,
    FileSystemReadWriteOptions, FileSystemSyncAccessHandle,
};

use super::messages::{answer, elapsed_ms, scope};
use super::opfs::{self, POOL_DIRECTORY};
use super::shop::{Shop, store_error};
use crate::event_store::{AppendError, Batch, ExpectedVersion, NewEvent, StreamWrite};
use crate::protocol::{Answer, Bench, BenchResult, RequestId, WorkerError};

const RAW_FILE: &str = "bench-raw";
const RAW_BYTES: usize = 4096;
const MAX_TIMES: u32 = 10_000;
const PLAIN_DB: &str = "bench.db";
const MOST_UNCOMMITTED: u32 = 100_000;

/// Keeps the bare database between requests.
#[derive(Default)]
pub struct Workbench {
    plain: Option<Connection>,
}

impl Workbench {
    /// Measures; nothing where the answer comes later, by itself.
    pub fn run(
        &mut self,
        shop: &mut Shop,
        id: RequestId,
        bench: Bench,
    ) -> Option<Result<Answer, WorkerError>> {
        match bench {
            Bench::RawFlush { times } => {
                spawn_local(async move {
                    let result = raw_flush(times.min(MAX_TIMES)).await;
                    let result = result.map_err(|error| WorkerError::File(format!("{error:?}")));
                    answer(
                        id,
                        result.map(|samples| Answer::Bench(BenchResult::Samples(samples))),
                    );
                });
                None
            }
            Bench::PlainCommit => Some(match self.plain_commit() {
                Ok(()) => Ok(Answer::Bench(BenchResult::Done)),
                Err(error) => Err(WorkerError::Storage(error.to_string())),
            }),
            Bench::ProjectAll => Some(project_all(shop)),
            Bench::Stats => Some(stats(shop)),
            Bench::WriteUntilEnded => Some(write_until_ended(shop)),
        }
    }

    /// One row into a bare table, in a database of the same mode as the log.
    fn plain_commit(&mut self) -> rusqlite::Result<()> {
        if self.plain.is_none() {
            let plain = opfs::open(POOL_DIRECTORY, PLAIN_DB)?;
            plain.execute_batch(
                "PRAGMA locking_mode = EXCLUSIVE;
                 PRAGMA page_size = 8192;
                 PRAGMA journal_mode = WAL;
                 PRAGMA synchronous = FULL;
                 PRAGMA wal_autocheckpoint = 0;
                 CREATE TABLE IF NOT EXISTS plain (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;",
            )?;
            self.plain = Some(plain);
        }
        let Some(plain) = &self.plain else {
            return Ok(());
        };
        plain.execute_batch("BEGIN IMMEDIATE")?;
        plain
            .prepare_cached("INSERT INTO plain (text) VALUES (?1)")?
            .execute(["one row, as plain as can be"])?;
        plain.execute_batch("COMMIT")
    }
}

fn stats(shop: &Shop) -> Result<Answer, WorkerError> {
    let bytes = shop
        .store
        .size_bytes()
        .map_err(|error| store_error(&error))?;
    let events = shop.store.head();
    Ok(Answer::Bench(BenchResult::Stats { events, bytes }))
}

/// Nobody commits this. If nobody ends the worker either, it is undone.
fn write_until_ended(shop: &mut Shop) -> Result<Answer, WorkerError> {
    let written = append_uncommitted(shop);
    shop.undo();
    written.map_err(|error| WorkerError::Storage(error.to_string()))?;
    Ok(Answer::Bench(BenchResult::Done))
}

fn append_uncommitted(shop: &mut Shop) -> Result<(), AppendError> {
    shop.store
        .connection()
        .execute_batch("PRAGMA cache_size = 10")?;
    shop.store.begin()?;
    for number in 0..MOST_UNCOMMITTED {
        let id = format!("uncommitted-{number}");
        shop.store.append(&Batch {
            command_id: &id,
            metadata: "{}",
            timestamp_ms: 0,
            writes: vec![StreamWrite {
                stream_id: "product-uncommitted".to_owned(),
                stream_type: "product",
                expected: ExpectedVersion::Any,
                events: vec![NewEvent {
                    event_id: id.clone(),
                    event_type: "ProductNameChanged",
                    schema_version: 1,
                    payload: r#"{"name":"never"}"#.to_owned(),
                    tags: vec![],
                }],
            }],
            condition: None,
        })?;
    }
    Ok(())
}

fn project_all(shop: &mut Shop) -> Result<Answer, WorkerError> {
    let failed = |error: crate::projector::ProjectorError| WorkerError::Storage(error.to_string());
    shop.projector.reset().map_err(failed)?;
    let began = elapsed_ms();
    let step = shop.projector.catch_up(&shop.store).map_err(failed)?;
    let milliseconds = elapsed_ms() - began;
    Ok(Answer::Bench(BenchResult::Projected {
        events: step.events as u64,
        milliseconds,
    }))
}

/// What the device itself needs to make 4 KiB durable.
async fn raw_flush(times: u32) -> Result<Vec<f64>, JsValue> {
    let root: FileSystemDirectoryHandle =
        JsFuture::from(scope().navigator().storage().get_directory())
            .await?
            .unchecked_into();
    let options = FileSystemGetFileOptions::new();
    options.set_create(true);
    let file: FileSystemFileHandle =
        JsFuture::from(root.get_file_handle_with_options(RAW_FILE, &options))
            .await?
            .unchecked_into();
    let handle: FileSystemSyncAccessHandle = JsFuture::from(file.create_sync_access_handle())
        .await?
        .unchecked_into();
    let bytes = Uint8Array::from(&[7_u8; RAW_BYTES][..]);
    let place = FileSystemReadWriteOptions::new();
    place.set_at(0.0);
    let mut samples = Vec::with_capacity(times as usize);
    for _ in 0..times {
        let began = elapsed_ms();
        handle.write_with_buffer_source_and_options(&bytes, &place)?;
        handle.flush()?;
        samples.push(elapsed_ms() - began);
    }
    handle.close();
    JsFuture::from(root.remove_entry(RAW_FILE)).await?;
    Ok(samples)
}
