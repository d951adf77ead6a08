//! What `make bench` measures inside the worker.

use js_sys::Uint8Array;
use rsqlite_vfs::VfsFilesManager;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetFileOptions,
    FileSystemReadWriteOptions, FileSystemSyncAccessHandle,
};

use super::messages::{answer, elapsed_ms, scope};
use super::opfs::{self, POOL_DIRECTORY};
use super::shop::Shop;
use crate::bench::{
    BenchError, Filling, PlainTable, append_events_per_s, load_aggregate, open_log, project_all,
};
use crate::event_store::{AppendError, Batch, ExpectedVersion, NewEvent, StreamWrite};
use crate::protocol::{Answer, Bench, BenchResult, RequestId, WorkerError};

const RAW_FILE: &str = "bench-raw";
const RAW_BYTES: usize = 4096;
const MAX_TIMES: u32 = 10_000;
const PLAIN_DB: &str = "bench.db";
const OTHER_LOG: &str = "bench-events.db";
const OTHER_VIEWS: &str = "bench-views.db";
const MOST_UNCOMMITTED: u32 = 100_000;

/// Keeps the bare database and the café between requests.
#[derive(Default)]
pub struct Workbench {
    plain: Option<PlainTable>,
    filling: Option<Filling>,
}

impl Workbench {
    /// Measures; nothing where the answer comes later, by itself.
    pub fn run(
        &mut self,
        shop: &mut Shop,
        id: RequestId,
        bench: Bench,
    ) -> Option<Result<Answer, WorkerError>> {
        if let Bench::RawFlush { times } = bench {
            spawn_local(async move {
                let result = raw_flush(times.min(MAX_TIMES)).await;
                let result = result.map_err(|error| WorkerError::File(format!("{error:?}")));
                answer(
                    id,
                    result.map(|samples| Answer::Bench(BenchResult::Samples(samples))),
                );
            });
            return None;
        }
        let result = self.measure(shop, bench);
        Some(
            result
                .map(Answer::Bench)
                .map_err(|error| WorkerError::Storage(error.to_string())),
        )
    }

    fn measure(&mut self, shop: &mut Shop, bench: Bench) -> Result<BenchResult, BenchError> {
        match bench {
            // Answered above.
            Bench::RawFlush { .. } => Ok(BenchResult::Done),
            Bench::PlainCommit => self.plain_commit(),
            Bench::Fill { events } => self.fill(shop, events),
            Bench::Append { batch_events } => append(shop, batch_events),
            Bench::LoadAggregate { events } => load(shop, events),
            Bench::ProjectAll => project(shop),
            Bench::Stats => stats(shop),
            Bench::WriteUntilEnded => write_until_ended(shop),
        }
    }

    fn plain_commit(&mut self) -> Result<BenchResult, BenchError> {
        if self.plain.is_none() {
            self.plain = Some(PlainTable::open(opfs::open(POOL_DIRECTORY, PLAIN_DB)?)?);
        }
        if let Some(plain) = &self.plain {
            plain.commit()?;
        }
        Ok(BenchResult::Done)
    }

    fn fill(&mut self, shop: &mut Shop, events: u64) -> Result<BenchResult, BenchError> {
        if self.filling.is_none() {
            self.filling = Some(Filling::new()?);
        }
        if let Some(filling) = &mut self.filling {
            let before = shop.store.head();
            filling.commit_some(&mut shop.store, events)?;
            shop.appended_since(before);
        }
        stats(shop)
    }
}

fn append(shop: &Shop, batch_events: u32) -> Result<BenchResult, BenchError> {
    let mut log = open_log(opfs::open(POOL_DIRECTORY, OTHER_LOG)?)?;
    let rate = append_events_per_s(&mut log, batch_events as usize, &elapsed_ms)?;
    drop(log);
    remove(shop, OTHER_LOG);
    Ok(BenchResult::Samples(vec![rate]))
}

fn load(shop: &Shop, events: u64) -> Result<BenchResult, BenchError> {
    let mut log = open_log(opfs::open(POOL_DIRECTORY, OTHER_LOG)?)?;
    let views = opfs::open(POOL_DIRECTORY, OTHER_VIEWS)?;
    let times = load_aggregate(&mut log, views, events, &elapsed_ms)?;
    drop(log);
    remove(shop, OTHER_LOG);
    remove(shop, OTHER_VIEWS);
    Ok(BenchResult::Loaded {
        from_events_ms: times.from_events_ms,
        from_snapshot_ms: times.from_snapshot_ms,
    })
}

/// What is left over only takes room, and is used again the next time.
fn remove(shop: &Shop, name: &str) {
    for suffix in ["", "-wal", "-journal"] {
        let _ = shop.pool.remove(&format!("{name}{suffix}"));
    }
}

fn project(shop: &mut Shop) -> Result<BenchResult, BenchError> {
    let projected = project_all(&mut shop.projector, &shop.store, &elapsed_ms)?;
    Ok(BenchResult::Projected {
        events: projected.events,
        milliseconds: projected.milliseconds,
    })
}

fn stats(shop: &Shop) -> Result<BenchResult, BenchError> {
    Ok(BenchResult::Stats {
        events: shop.store.head(),
        bytes: shop.store.size_bytes()?,
        opened_in_ms: shop.opened_in_ms,
    })
}

/// Nobody commits this. If nobody ends the worker either, it is undone.
fn write_until_ended(shop: &mut Shop) -> Result<BenchResult, BenchError> {
    let written = append_uncommitted(shop);
    shop.undo();
    written?;
    Ok(BenchResult::Done)
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
