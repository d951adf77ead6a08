//! From a fresh worker to open databases, or to a clear word why not.

use rsqlite_vfs::VfsFilesManager;
use rusqlite::Connection;
use sqlite_wasm_vfs::sahpool::OpfsSAHPoolUtil;
use wasm_bindgen_futures::spawn_local;

use super::environment::BrowserEnvironment;
use super::messages::{elapsed_ms, notify};
use super::opfs::{self, EVENTS_DB, POOL_DIRECTORY, VIEWS_DB};
use super::scheduler::Scheduler;
use super::shop::Shop;
use super::{journal_copy, locks};
use crate::application::{CommandBus, Environment, FIRST_REGISTER};
use crate::codec::LogContext;
use crate::domain::Currency;
use crate::event_store::{EventStore, NewLog, Snapshots, StoreError};
use crate::projector::{self, Projector};
use crate::protocol::{BUILD_ID, CannotStart, Notice, Ready};

/// Currency of payloads in the documents' old format, which Daybook itself never
/// writes; an import of such a log sets its own.
const V1_CONTEXT: LogContext = LogContext {
    v1_currency: Currency::EUR,
};

/// Opens everything and lets the scheduler begin.
pub fn open_databases(scheduler: Scheduler) {
    spawn_local(async move {
        match open().await {
            Ok(shop) => {
                let ready = Ready {
                    head: shop.store.head(),
                    projected: shop.projector.position(),
                    started_in_ms: elapsed_ms(),
                };
                scheduler.begin(shop);
                notify(Notice::Ready(ready));
            }
            Err(Failure { reason, pool }) => {
                if let Some(pool) = pool {
                    scheduler.serve_damaged(journal_copy::JournalCopy::of_closed_log(pool));
                }
                notify(Notice::CannotStart(reason));
            }
        }
    });
}

struct Failure {
    reason: CannotStart,
    /// With which the journal can still be downloaded as it is.
    pool: Option<OpfsSAHPoolUtil>,
}

impl From<CannotStart> for Failure {
    fn from(reason: CannotStart) -> Self {
        Self { reason, pool: None }
    }
}

async fn open() -> Result<Shop, Failure> {
    locks::take_lock().await?;
    let pool = opfs::install_pool(POOL_DIRECTORY).await?;
    // A copy that a closed tab left behind only takes room; one that cannot be
    // removed now is removed before the next one is written.
    let _ = journal_copy::remove_copy(&pool);
    let began_ms = elapsed_ms();
    let store = open_log().map_err(|error| log_failure(&error, &pool))?;
    let projector = match open_views(&store) {
        Ok(projector) => projector,
        // Views that cannot be opened are worth nothing: build them anew.
        Err(_) => rebuild_views(&pool, &store).map_err(CannotStart::Other)?,
    };
    let opened_in_ms = elapsed_ms() - began_ms;
    let snapshots = Snapshots::new(projector.share_views());
    let bus = CommandBus::new(BrowserEnvironment, BUILD_ID).with_snapshots(snapshots);
    Ok(Shop::new(store, projector, bus, pool, opened_in_ms))
}

fn open_log() -> Result<EventStore, StoreError> {
    let connection = opfs::open(POOL_DIRECTORY, EVENTS_DB)?;
    let mut log_id = [0; 16];
    BrowserEnvironment.random(&mut log_id);
    let new = NewLog {
        log_id,
        context: V1_CONTEXT,
    };
    EventStore::open(connection, FIRST_REGISTER, &new)
}

fn log_failure(error: &StoreError, pool: &OpfsSAHPoolUtil) -> Failure {
    if error.is_full() {
        return CannotStart::StorageFull.into();
    }
    if let StoreError::NewerFormat { .. } = error {
        return CannotStart::JournalNewer(error.to_string()).into();
    }
    if error.is_damage() {
        let reason = CannotStart::JournalDamaged(error.to_string());
        return Failure {
            reason,
            pool: Some(pool.clone()),
        };
    }
    CannotStart::Other(error.to_string()).into()
}

fn open_views(store: &EventStore) -> Result<Projector, String> {
    let views = opfs::open(POOL_DIRECTORY, VIEWS_DB).map_err(|error| error.to_string())?;
    let projector =
        Projector::open(views, store, projector::all()).map_err(|error| error.to_string())?;
    projector
        .write_back_by_hand()
        .map_err(|error| error.to_string())?;
    Ok(projector)
}

/// Views that nobody keeps.
pub fn views_in_memory(store: &EventStore) -> Result<Projector, String> {
    let views = Connection::open_in_memory().map_err(|error| error.to_string())?;
    Projector::open(views, store, projector::all()).map_err(|error| error.to_string())
}

/// Deletes the views, whose file nobody may have open, and begins anew.
pub fn rebuild_views(pool: &OpfsSAHPoolUtil, store: &EventStore) -> Result<Projector, String> {
    for suffix in ["", "-wal", "-journal"] {
        pool.remove(&format!("{VIEWS_DB}{suffix}"))
            .map_err(|error| error.to_string())?;
    }
    open_views(store)
}
