//! How SQLite gets at the disks: one VFS for all of them, whose paths begin with a
//! disk's number.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Once, PoisonError, Weak};
use std::time::Duration;

use rsqlite_vfs::{
    AccessMode, DeviceCharacteristics, LockLevel, OpenOptions, OpenRequest, OpenedFile, OsCallback,
    SQLiteIoMethods, SQLiteVfs, SectorSize, SyncOptions, VfsError, VfsErrorCode, VfsFile,
    VfsResult, VfsStore,
};
use rusqlite::{Connection, OpenFlags};

use super::file::{Change, SECTOR_BYTES};
use super::lock;
use super::state::{Operation, State};

const VFS_NAME: &str = "daybook-simulated-disk";
/// What SQLite sees: as in the worker, writes to its logs are gathered.
const GATHERING_VFS_NAME: &str = "daybook-simulated-disk-gathering";

static MOUNTED: Mutex<BTreeMap<u64, Weak<Mutex<State>>>> = Mutex::new(BTreeMap::new());
static LAST_NUMBER: AtomicU64 = AtomicU64::new(0);

/// Makes a disk known to SQLite; it is forgotten with its last owner.
pub fn mount(state: &Arc<Mutex<State>>) -> u64 {
    let number = LAST_NUMBER.fetch_add(1, Ordering::Relaxed) + 1;
    let mut mounted = MOUNTED.lock().unwrap_or_else(PoisonError::into_inner);
    mounted.retain(|_, state| state.strong_count() > 0);
    mounted.insert(number, Arc::downgrade(state));
    number
}

/// Opens a database on the disk with this number.
pub fn connect(number: u64, name: &str) -> rusqlite::Result<Connection> {
    static REGISTERED: Once = Once::new();
    REGISTERED.call_once(register);
    Connection::open_with_flags_and_vfs(
        format!("{number}/{name}"),
        OpenFlags::default(),
        GATHERING_VFS_NAME,
    )
}

#[allow(unsafe_code)]
fn register() {
    // SAFETY: `Methods` and `Vfs` override no callback and no version, so that they
    // agree with each other, and there is nothing in their application data. SQLite is
    // built to be used from several threads; what the callbacks share is behind
    // mutexes. Nobody else registers this name, and only once.
    let registration = unsafe { rsqlite_vfs::register_vfs::<Methods, Vfs>(VFS_NAME, Os, false) };
    let _for_good = registration.unwrap().into_raw();
    daybook::disk::install_gathering_vfs(GATHERING_VFS_NAME, VFS_NAME).unwrap();
}

struct Methods;

impl SQLiteIoMethods for Methods {
    type Store = Store;
}

struct Vfs;

impl SQLiteVfs<Methods> for Vfs {
    type Os = Os;

    fn os(data: &Os) -> &Os {
        data
    }
}

/// SQLite draws its randomness from its default VFS and waits for nobody here.
struct Os;

impl OsCallback for Os {
    fn sleep(&self, _: Duration) {}

    fn random(&self, _: &mut [u8]) -> usize {
        0
    }

    fn epoch_timestamp_in_ms(&self) -> VfsResult<i64> {
        Ok(0)
    }
}

struct Store;

/// The disk and the name on it.
fn locate(path: &str) -> VfsResult<(Arc<Mutex<State>>, &str)> {
    let found = path.split_once('/').and_then(|(number, name)| {
        let mounted = MOUNTED.lock().unwrap_or_else(PoisonError::into_inner);
        let state = mounted.get(&number.parse().ok()?)?.upgrade()?;
        Some((state, name))
    });
    found.ok_or_else(|| VfsError::new(VfsErrorCode::CantOpen, "no such disk".into()))
}

impl VfsStore for Store {
    type File = Handle;
    type AppData = Os;

    fn open_file(_: &Os, request: OpenRequest<'_>) -> VfsResult<OpenedFile<Handle>> {
        let access = request.options.access();
        let Some(path) = request.filename else {
            // SQLite spills what does not fit its memory into such files. They are on
            // a disk that never fails: nothing in them outlives the connection.
            let disk = Arc::new(Mutex::new(State::default()));
            let file = lock(&disk).add_nameless();
            let file = Handle { disk, file };
            return Ok(OpenedFile { file, access });
        };
        let (disk, name) = locate(path.path())?;
        let file = open(&mut lock(&disk), name, request.options)?;
        let file = Handle { disk, file };
        Ok(OpenedFile { file, access })
    }

    fn close_file(_: &Os, _: Option<&str>, _: Handle, _: OpenOptions) -> VfsResult<()> {
        Ok(())
    }

    fn access(_: &Os, path: &str, _: AccessMode) -> VfsResult<bool> {
        let (disk, name) = locate(path)?;
        let mut disk = lock(&disk);
        disk.perform(Operation::Look, VfsErrorCode::IoAccess)?;
        Ok(disk.find(name).is_some())
    }

    fn full_pathname(_: &Os, path: &str) -> VfsResult<String> {
        Ok(path.to_owned())
    }

    fn delete_file(_: &Os, path: &str, synced: bool) -> VfsResult<()> {
        let (disk, name) = locate(path)?;
        let mut disk = lock(&disk);
        if disk.find(name).is_none() {
            return Err(VfsError::new(
                VfsErrorCode::IoDeleteNoEntry,
                "no such file".into(),
            ));
        }
        let name = name.to_owned();
        disk.perform(Operation::Delete { name, synced }, VfsErrorCode::IoDelete)
    }
}

fn open(disk: &mut State, name: &str, options: OpenOptions) -> VfsResult<usize> {
    let code = VfsErrorCode::CantOpen;
    match disk.find(name) {
        Some(file) => disk.perform(Operation::Look, code).map(|()| file),
        None if options.create() => {
            disk.perform(Operation::Create(name.to_owned()), code)?;
            disk.find(name)
                .ok_or_else(|| VfsError::new(code, "it was not created".into()))
        }
        None => Err(VfsError::new(code, "no such file".into())),
    }
}

/// An open file. There is one connection to each database, so locks lock nothing.
struct Handle {
    disk: Arc<Mutex<State>>,
    file: usize,
}

impl Handle {
    fn change(&self, change: Change, code: VfsErrorCode) -> VfsResult<()> {
        let file = self.file;
        lock(&self.disk).perform(Operation::Change { file, change }, code)
    }
}

impl VfsFile for Handle {
    fn size_hint(&mut self, size: u64) -> VfsResult<bool> {
        if size > self.size()? {
            self.truncate(size)?;
        }
        Ok(true)
    }

    fn sector_size(&self) -> SectorSize {
        SectorSize::new(SECTOR_BYTES as u32).unwrap()
    }

    fn device_characteristics(&self) -> DeviceCharacteristics {
        DeviceCharacteristics::UNDELETABLE_WHEN_OPEN
    }

    fn read(&mut self, buffer: &mut [u8], offset: u64) -> VfsResult<usize> {
        let mut disk = lock(&self.disk);
        disk.perform(Operation::Look, VfsErrorCode::IoRead)?;
        let bytes = disk.bytes(self.file);
        let from = usize::try_from(offset).unwrap_or(usize::MAX);
        let there = bytes.get(from..).unwrap_or_default();
        let length = there.len().min(buffer.len());
        buffer[..length].copy_from_slice(&there[..length]);
        Ok(length)
    }

    fn write(&mut self, bytes: &[u8], offset: u64) -> VfsResult<()> {
        let at = usize::try_from(offset).unwrap();
        let bytes = bytes.into();
        self.change(Change::Write { at, bytes }, VfsErrorCode::IoWrite)
    }

    fn truncate(&mut self, size: u64) -> VfsResult<()> {
        let size = usize::try_from(size).unwrap();
        self.change(Change::Resize(size), VfsErrorCode::IoTruncate)
    }

    fn sync(&mut self, _: SyncOptions) -> VfsResult<()> {
        let file = self.file;
        lock(&self.disk).perform(Operation::Sync { file }, VfsErrorCode::IoSync)
    }

    fn size(&self) -> VfsResult<u64> {
        let mut disk = lock(&self.disk);
        disk.perform(Operation::Look, VfsErrorCode::IoStat)?;
        Ok(disk.bytes(self.file).len() as u64)
    }

    fn lock(&mut self, _: LockLevel) -> VfsResult<()> {
        Ok(())
    }

    fn unlock(&mut self, _: LockLevel) -> VfsResult<()> {
        Ok(())
    }

    fn check_reserved_lock(&self) -> VfsResult<bool> {
        Ok(false)
    }
}
