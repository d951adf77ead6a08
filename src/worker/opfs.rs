//! The pool of files in the browser's private file system.

use gloo_timers::future::TimeoutFuture;
use rusqlite::{Connection, OpenFlags};
use sqlite_wasm_rs::WasmOsCallback;
use sqlite_wasm_vfs::sahpool::{OpfsSAHError, OpfsSAHPoolCfgBuilder, OpfsSAHPoolUtil, install};

use crate::disk::install_gathering_vfs;
use crate::protocol::CannotStart;

/// Directory of the shop's pool below the origin's root, and the pool's own VFS's name.
pub const POOL_DIRECTORY: &str = "daybook";

/// The log.
pub const EVENTS_DB: &str = "events.db";
/// The read models.
pub const VIEWS_DB: &str = "views.db";

/// Files of two databases with their WALs, a copy of the journal, and room to
/// grow: the pool cannot grow inside SQL.
const SLOTS: usize = 20;
/// After a kill the old handles can be held for a moment.
const ATTEMPTS: u32 = 25;
const PAUSE_MS: u32 = 200;

/// Installs the pool. It is not made SQLite's default: databases name it, so that
/// none is ever opened in memory by mistake.
///
/// # Errors
/// [`CannotStart`] with the reason for a person.
pub async fn install_pool(directory: &str) -> Result<OpfsSAHPoolUtil, CannotStart> {
    let config = OpfsSAHPoolCfgBuilder::new()
        .vfs_name(directory)
        .directory(directory)
        .initial_capacity(SLOTS)
        .build();
    let mut attempt = 1;
    loop {
        match install::<WasmOsCallback>(&config, false).await {
            Ok(pool) => {
                let gathering = install_gathering_vfs(&gathering_vfs(directory), directory);
                return gathering
                    .map(|()| pool)
                    .map_err(|error| CannotStart::Other(error.to_string()));
            }
            Err(error) if is_held(&error) && attempt < ATTEMPTS => attempt += 1,
            Err(error) => return Err(reason(&error)),
        }
        TimeoutFuture::new(PAUSE_MS).await;
    }
}

fn browser_name(error: &OpfsSAHError) -> Option<String> {
    let OpfsSAHError::Opfs { value, .. } = error else {
        return None;
    };
    js_sys::Reflect::get(value, &"name".into())
        .ok()?
        .as_string()
}

fn is_held(error: &OpfsSAHError) -> bool {
    browser_name(error).as_deref() == Some("NoModificationAllowedError")
}

fn reason(error: &OpfsSAHError) -> CannotStart {
    match browser_name(error).as_deref() {
        Some("NoModificationAllowedError") => CannotStart::OpenElsewhere,
        Some("QuotaExceededError") => CannotStart::StorageFull,
        Some("SecurityError" | "NotAllowedError" | "UnknownError") => {
            CannotStart::NoOpfs(error.to_string())
        }
        _ if matches!(error, OpfsSAHError::NotSupported) => CannotStart::NoOpfs(error.to_string()),
        _ => CannotStart::Other(error.to_string()),
    }
}

/// The VFS by which databases of the pool are opened.
fn gathering_vfs(directory: &str) -> String {
    format!("{directory}-gathering")
}

/// Opens a database of the pool, by the VFS that gathers writes to its log.
///
/// # Errors
/// SQLite's.
pub fn open(directory: &str, name: &str) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags_and_vfs(name, flags, gathering_vfs(directory).as_str())
}
