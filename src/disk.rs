//! What lies between SQLite and its files: a VFS that gathers what is written to
//! a write-ahead log and hands it on in one piece.
//!
//! SQLite writes a log in two pieces for each page. In a browser every write to a
//! file crosses from WebAssembly through JavaScript into the browser, which costs
//! more than the bytes do: a command with eight pages paid for sixteen of them.
//!
//! Nothing is promised earlier than before. A sync first hands on all that was
//! gathered and then syncs the file beneath, so what SQLite takes for durable is
//! durable. Only what SQLite itself leaves unsynced can still be gathered when the
//! program ends: after a power cut it would be just as lost.
//!
//! The VFS beneath does all the rest. Only write-ahead logs are gathered, and only
//! without shared memory: for databases with `locking_mode = EXCLUSIVE`.

// SQLite calls a VFS through pointers; there is no other way in.
#![allow(unsafe_code)]

use std::ffi::{CString, c_char, c_int, c_void};
use std::ptr;

use rusqlite::ffi::{
    SQLITE_OK, SQLITE_OPEN_WAL, sqlite3_file, sqlite3_int64, sqlite3_io_methods, sqlite3_vfs,
    sqlite3_vfs_find, sqlite3_vfs_register,
};
use thiserror::Error;

/// More than this is handed on without waiting for a sync. SQLite itself never writes
/// more than a page at once, and its own VFS for Unix looks at 17 bits of the length.
const MAX_GATHERED_BYTES: usize = 120 * 1024;

/// Why the VFS could not be installed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InstallError {
    /// There is no VFS of the name to build upon.
    #[error("there is no VFS called {0}")]
    NoSuchVfs(String),
    /// A name holds a zero byte.
    #[error("the name {0:?} cannot be a VFS's")]
    Name(String),
    /// SQLite refused it.
    #[error("SQLite does not take the VFS: code {0}")]
    Refused(c_int),
}

/// Installs a VFS called `name` that gathers writes to write-ahead logs and leaves
/// the rest to the VFS called `beneath`. The same name again changes nothing.
///
/// # Errors
/// [`InstallError`]; nothing was installed then.
pub fn install_gathering_vfs(name: &str, beneath: &str) -> Result<(), InstallError> {
    let to_c = |name: &str| CString::new(name).map_err(|_| InstallError::Name(name.to_owned()));
    let (c_name, c_beneath) = (to_c(name)?, to_c(beneath)?);
    // SAFETY: both names end with a zero byte; a VFS that is found stays registered
    // for as long as the program runs, since nothing here ever removes one.
    unsafe {
        if !sqlite3_vfs_find(c_name.as_ptr()).is_null() {
            return Ok(());
        }
        let inner = sqlite3_vfs_find(c_beneath.as_ptr());
        if inner.is_null() {
            return Err(InstallError::NoSuchVfs(beneath.to_owned()));
        }
        // All that concerns no open file is the inner VFS's, its data included.
        let outer = sqlite3_vfs {
            szOsFile: FILE_BYTES + (*inner).szOsFile,
            pNext: ptr::null_mut(),
            zName: c_name.into_raw(),
            xOpen: Some(open),
            ..ptr::read(inner)
        };
        let registered = Box::into_raw(Box::new(Installed { outer, inner }));
        match sqlite3_vfs_register(ptr::addr_of_mut!((*registered).outer), 0) {
            SQLITE_OK => Ok(()),
            code => Err(InstallError::Refused(code)),
        }
    }
}

/// A registered VFS, and the one beneath it. It is never freed.
#[repr(C)]
struct Installed {
    /// First, so that SQLite's pointer to it is a pointer to the whole.
    outer: sqlite3_vfs,
    inner: *mut sqlite3_vfs,
}

/// An open file. The file of the VFS beneath follows it in the same memory.
#[repr(C, align(8))]
struct GatheringFile {
    base: sqlite3_file,
    /// For a write-ahead log.
    gathered: *mut Gathered,
}

const FILE_BYTES: c_int = size_of::<GatheringFile>() as c_int;

/// One run of bytes that the file beneath does not have yet.
#[derive(Default)]
struct Gathered {
    at: u64,
    bytes: Vec<u8>,
    /// The file beneath did not take them.
    refused: bool,
}

impl Gathered {
    fn end(&self) -> u64 {
        self.at + self.bytes.len() as u64
    }

    /// Takes bytes that continue the run or overwrite a part of it; whether it did.
    fn take(&mut self, at: u64, bytes: &[u8]) -> bool {
        // SQLite undoes a transaction whose write failed. The next one begins where
        // that one began: the rest is nobody's, and a full disk needs the room.
        if std::mem::take(&mut self.refused) {
            self.cut(at);
        }
        if self.bytes.is_empty() {
            self.at = at;
        }
        let Some(offset) = at
            .checked_sub(self.at)
            .and_then(|n| usize::try_from(n).ok())
        else {
            return false;
        };
        let end = offset.saturating_add(bytes.len());
        if offset > self.bytes.len() || end > MAX_GATHERED_BYTES {
            return false;
        }
        if end > self.bytes.len() {
            self.bytes.resize(end, 0);
        }
        self.bytes[offset..end].copy_from_slice(bytes);
        true
    }

    /// Forgets what lies behind the new end of the file.
    fn cut(&mut self, size: u64) {
        let kept = usize::try_from(size.saturating_sub(self.at)).unwrap_or(usize::MAX);
        self.bytes.truncate(kept);
    }

    /// What of `length` bytes from `at` on is before the run, within it and behind it.
    fn split(&self, at: u64, length: usize) -> (usize, &[u8], usize) {
        let within = |place: u64| {
            let length_from_start = place.saturating_sub(at).min(length as u64);
            usize::try_from(length_from_start).unwrap_or(length)
        };
        let (before, until) = (within(self.at), within(self.end()));
        if self.bytes.is_empty() || before == until {
            return (length, &[], 0);
        }
        let first = usize::try_from(at.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let shared = &self.bytes[first..first + (until - before)];
        (before, shared, length - until)
    }
}

/// The file beneath, and its methods.
unsafe fn beneath(file: *mut sqlite3_file) -> (*mut sqlite3_file, &'static sqlite3_io_methods) {
    unsafe {
        let inner = file.byte_add(FILE_BYTES as usize);
        (inner, &*(*inner).pMethods)
    }
}

unsafe fn gathered<'a>(file: *mut sqlite3_file) -> Option<&'a mut Gathered> {
    unsafe { (*file.cast::<GatheringFile>()).gathered.as_mut() }
}

/// Calls a method of the file beneath; every VFS has those of version 1.
macro_rules! call {
    ($file:expr, $method:ident $(, $argument:expr)*) => {{
        let (inner, methods) = beneath($file);
        match methods.$method {
            Some(method) => method(inner $(, $argument)*),
            None => rusqlite::ffi::SQLITE_IOERR,
        }
    }};
}

/// Hands on what was gathered. What the file beneath does not take stays, so that
/// it can still be read, and is tried again.
unsafe fn hand_on(file: *mut sqlite3_file) -> c_int {
    unsafe {
        let Some(gathered) = gathered(file).filter(|gathered| !gathered.bytes.is_empty()) else {
            return SQLITE_OK;
        };
        let length = gathered.bytes.len() as c_int;
        let code = call!(
            file,
            xWrite,
            gathered.bytes.as_ptr().cast(),
            length,
            gathered.at as sqlite3_int64
        );
        match code {
            SQLITE_OK => gathered.bytes.clear(),
            _ => gathered.refused = true,
        }
        code
    }
}

unsafe extern "C" fn open(
    vfs: *mut sqlite3_vfs,
    name: *const c_char,
    file: *mut sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    unsafe {
        (*file).pMethods = ptr::null();
        let inner_vfs = (*vfs.cast::<Installed>()).inner;
        let inner = file.byte_add(FILE_BYTES as usize);
        (*inner).pMethods = ptr::null();
        let code = match (*inner_vfs).xOpen {
            Some(open) => open(inner_vfs, name, inner, flags, out_flags),
            None => rusqlite::ffi::SQLITE_CANTOPEN,
        };
        if (*inner).pMethods.is_null() {
            return code;
        }
        (*file.cast::<GatheringFile>()).gathered = if flags & SQLITE_OPEN_WAL == 0 {
            ptr::null_mut()
        } else {
            Box::into_raw(Box::default())
        };
        // Also when opening failed: then SQLite closes it, and this what is beneath.
        (*file).pMethods = &METHODS;
        code
    }
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    unsafe {
        let handed_on = hand_on(file);
        let gathered = (*file.cast::<GatheringFile>()).gathered;
        if !gathered.is_null() {
            drop(Box::from_raw(gathered));
        }
        match call!(file, xClose) {
            SQLITE_OK => handed_on,
            code => code,
        }
    }
}

unsafe extern "C" fn read(
    file: *mut sqlite3_file,
    buffer: *mut c_void,
    length: c_int,
    at: sqlite3_int64,
) -> c_int {
    unsafe {
        let Some(gathered) = gathered(file) else {
            return call!(file, xRead, buffer, length, at);
        };
        let (before, shared, behind) = gathered.split(at as u64, length as usize);
        if before > 0 {
            let code = call!(file, xRead, buffer, before as c_int, at);
            if code != SQLITE_OK || shared.is_empty() {
                return code;
            }
        }
        let rest = buffer.byte_add(before);
        ptr::copy_nonoverlapping(shared.as_ptr(), rest.cast(), shared.len());
        if behind == 0 {
            return SQLITE_OK;
        }
        let rest = rest.byte_add(shared.len());
        let end = gathered.end() as sqlite3_int64;
        call!(file, xRead, rest, behind as c_int, end)
    }
}

unsafe extern "C" fn write(
    file: *mut sqlite3_file,
    buffer: *const c_void,
    length: c_int,
    at: sqlite3_int64,
) -> c_int {
    unsafe {
        let Some(gathered) = gathered(file) else {
            return call!(file, xWrite, buffer, length, at);
        };
        let bytes = std::slice::from_raw_parts(buffer.cast::<u8>(), length as usize);
        if gathered.take(at as u64, bytes) {
            return SQLITE_OK;
        }
        match hand_on(file) {
            SQLITE_OK if gathered.take(at as u64, bytes) => SQLITE_OK,
            SQLITE_OK => call!(file, xWrite, buffer, length, at),
            code => code,
        }
    }
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, size: sqlite3_int64) -> c_int {
    unsafe {
        if let Some(gathered) = gathered(file) {
            gathered.cut(size as u64);
        }
        call!(file, xTruncate, size)
    }
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, flags: c_int) -> c_int {
    unsafe {
        match hand_on(file) {
            SQLITE_OK => call!(file, xSync, flags),
            code => code,
        }
    }
}

unsafe extern "C" fn file_size(file: *mut sqlite3_file, size: *mut sqlite3_int64) -> c_int {
    unsafe {
        let code = call!(file, xFileSize, size);
        if let Some(gathered) = gathered(file).filter(|gathered| !gathered.bytes.is_empty())
            && code == SQLITE_OK
        {
            *size = (*size).max(gathered.end() as sqlite3_int64);
        }
        code
    }
}

unsafe extern "C" fn lock(file: *mut sqlite3_file, level: c_int) -> c_int {
    unsafe { call!(file, xLock, level) }
}

unsafe extern "C" fn unlock(file: *mut sqlite3_file, level: c_int) -> c_int {
    unsafe { call!(file, xUnlock, level) }
}

unsafe extern "C" fn check_reserved_lock(file: *mut sqlite3_file, held: *mut c_int) -> c_int {
    unsafe { call!(file, xCheckReservedLock, held) }
}

unsafe extern "C" fn file_control(
    file: *mut sqlite3_file,
    operation: c_int,
    argument: *mut c_void,
) -> c_int {
    unsafe { call!(file, xFileControl, operation, argument) }
}

unsafe extern "C" fn sector_size(file: *mut sqlite3_file) -> c_int {
    unsafe { call!(file, xSectorSize) }
}

unsafe extern "C" fn device_characteristics(file: *mut sqlite3_file) -> c_int {
    unsafe { call!(file, xDeviceCharacteristics) }
}

/// Version 1: no shared memory, no mapped files.
static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    iVersion: 1,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: None,
    xShmLock: None,
    xShmBarrier: None,
    xShmUnmap: None,
    xFetch: None,
    xUnfetch: None,
};
