//! The VFS that gathers writes to write-ahead logs: how often it troubles the disk
//! beneath, and that nobody notices otherwise. That a kill, a power cut and every
//! failure leave what they should is shown by tests/faults.rs, which runs upon it.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use daybook::disk::{InstallError, install_gathering_vfs};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use support::disk::{Disk, Fault, Operation};
use support::random::{Dice, seed};

const SEED: &str = "DAYBOOK_DISK_SEED";
const ROW_BYTES: usize = 6_000;

/// A database as the log or the views are, with a table of rows of which one fills
/// a page.
fn open(disk: &Disk, synchronous: &str) -> Connection {
    let connection = disk.connect("test.db").unwrap();
    connection
        .execute_batch(&format!(
            "PRAGMA locking_mode = EXCLUSIVE;
             PRAGMA page_size = 8192;
             PRAGMA journal_mode = WAL;
             PRAGMA synchronous = {synchronous};
             PRAGMA wal_autocheckpoint = 0;
             CREATE TABLE IF NOT EXISTS filled (id INTEGER PRIMARY KEY, text TEXT NOT NULL);"
        ))
        .unwrap();
    connection
}

fn fill(connection: &Connection, rows: usize) -> rusqlite::Result<()> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let filled = (0..rows).try_for_each(|_| {
        connection
            .execute(
                "INSERT INTO filled (text) VALUES (?1)",
                ["x".repeat(ROW_BYTES)],
            )
            .map(drop)
    });
    let result = filled.and_then(|()| connection.execute_batch("COMMIT"));
    if result.is_err() && !connection.is_autocommit() {
        connection.execute_batch("ROLLBACK").unwrap();
    }
    result
}

fn rows(connection: &Connection) -> usize {
    connection
        .query_row(
            "SELECT count(*) FROM filled WHERE length(text) = ?1",
            [ROW_BYTES],
            |row| row.get(0),
        )
        .unwrap()
}

/// What changed the disk since `from`.
fn changes(disk: &Disk, from: usize) -> Vec<Operation> {
    let history = disk.history().split_off(from);
    history
        .into_iter()
        .filter(|operation| *operation != Operation::Look)
        .collect()
}

#[test]
fn a_commit_of_many_pages_is_one_write_and_one_sync() {
    let disk = Disk::new();
    let connection = open(&disk, "FULL");
    fill(&connection, 1).unwrap();
    let before = disk.operations();
    fill(&connection, 10).unwrap();
    let changes = changes(&disk, before);
    assert!(
        matches!(
            changes[..],
            [Operation::Change { .. }, Operation::Sync { .. }]
        ),
        "{changes:?}"
    );
    // The last page is in the log once more, as padding: up to the end of a sector it is
    // synced, the rest is still gathered.
    connection.execute_batch("PRAGMA shrink_memory").unwrap();
    assert_eq!(rows(&connection), 11);
}

#[test]
fn a_commit_without_a_sync_waits_and_can_be_read() {
    let disk = Disk::new();
    let connection = open(&disk, "NORMAL");
    fill(&connection, 1).unwrap();
    // Nothing stays in memory, so every page is read from the log.
    connection
        .execute_batch("PRAGMA cache_size = 1; PRAGMA shrink_memory")
        .unwrap();
    let before = disk.operations();
    fill(&connection, 5).unwrap();
    assert_eq!(changes(&disk, before), []);
    connection.execute_batch("PRAGMA shrink_memory").unwrap();
    assert_eq!(rows(&connection), 6);
}

#[test]
fn a_long_transaction_is_handed_on_in_parts() {
    let disk = Disk::new();
    let connection = open(&disk, "FULL");
    connection.execute_batch("PRAGMA cache_size = 10").unwrap();
    let before = disk.operations();
    fill(&connection, 200).unwrap();
    let writes = changes(&disk, before)
        .iter()
        .filter(|change| matches!(change, Operation::Change { .. }))
        .count();
    assert!((2..20).contains(&writes), "{writes} writes");
    assert_eq!(rows(&connection), 200);
}

#[test]
fn a_transaction_for_which_there_is_no_room_leaves_the_room_to_the_next() {
    for synchronous in ["FULL", "NORMAL"] {
        let disk = Disk::new();
        let connection = open(&disk, synchronous);
        fill(&connection, 40).unwrap();
        connection
            .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
            .unwrap();
        // From now on the log is written over, and there is no room for a longer one.
        disk.fail_at(disk.operations(), Fault::Full);
        let error = fill(&connection, 100).unwrap_err();
        assert_eq!(error.sqlite_error_code(), Some(ErrorCode::DiskFull));
        fill(&connection, 3).unwrap();
        assert_eq!(rows(&connection), 43);
        connection.execute_batch("PRAGMA shrink_memory").unwrap();
        assert_eq!(rows(&connection), 43);
    }
}

#[test]
fn whatever_is_done_a_database_upon_it_is_as_one_without_it() {
    let mut dice = Dice::new(seed(SEED));
    for _ in 0..10 {
        let folder = tempfile::tempdir().unwrap();
        install_gathering_vfs("gathering-unix", "unix").unwrap();
        let path = folder.path().join("test.db");
        let connect = |vfs: &str| {
            let flags = OpenFlags::default();
            Connection::open_with_flags_and_vfs(&path, flags, vfs).unwrap()
        };
        let mut twin = Twin::new(connect("gathering-unix"), &mut dice);
        for _ in 0..60 {
            twin.step(&mut dice);
            if dice.below(10) == 0 {
                twin.reconnect(|| connect(["gathering-unix", "unix"][dice.below(2)]));
            }
        }
        twin.compare();
    }
}

/// The same statements on a database upon the VFS and on one in memory.
struct Twin {
    gathering: Option<Connection>,
    plain: Connection,
}

impl Twin {
    fn new(gathering: Connection, dice: &mut Dice) -> Self {
        let twin = Self {
            gathering: Some(gathering),
            plain: Connection::open_in_memory().unwrap(),
        };
        twin.configure();
        let synchronous = ["FULL", "NORMAL"][dice.below(2)];
        twin.run(&format!("PRAGMA synchronous = {synchronous}"));
        twin.run("CREATE TABLE t (id INTEGER PRIMARY KEY, x); CREATE INDEX i ON t (x)");
        twin
    }

    fn gathering(&self) -> &Connection {
        self.gathering.as_ref().unwrap()
    }

    fn configure(&self) {
        let gathering = self.gathering();
        gathering
            .execute_batch(
                "PRAGMA locking_mode = EXCLUSIVE; PRAGMA page_size = 512; PRAGMA journal_mode = WAL;
                 PRAGMA wal_autocheckpoint = 20; PRAGMA cache_size = 10; PRAGMA journal_size_limit = 20000",
            )
            .unwrap();
    }

    fn run(&self, sql: &str) {
        self.gathering().execute_batch(sql).unwrap();
        self.plain.execute_batch(sql).unwrap();
    }

    fn step(&self, dice: &mut Dice) {
        let (first, count) = (dice.below(1000), 1 + dice.below(60));
        let insert = format!(
            "WITH RECURSIVE n (id) AS (SELECT {first} UNION ALL SELECT id + 1 FROM n LIMIT {count})
             INSERT OR REPLACE INTO t SELECT id, hex(zeroblob(id % 300)) FROM n"
        );
        let update = format!("UPDATE t SET x = x || 'y' WHERE id % 7 = {}", first % 7);
        let long = format!(
            "WITH RECURSIVE n (id) AS (SELECT {first} UNION ALL SELECT id + 1 FROM n LIMIT {count})
             INSERT OR REPLACE INTO t SELECT id, hex(zeroblob(id * 20)) FROM n"
        );
        match dice.below(7) {
            6 => self.run(&long),
            0 => self.run(&format!("BEGIN; {insert}; ROLLBACK")),
            1 => self.run(&format!(
                "BEGIN; SAVEPOINT s; {insert}; ROLLBACK TO s; {update}; COMMIT"
            )),
            2 => self.run(&format!("DELETE FROM t WHERE id % 5 = {}", count % 5)),
            3 => self.checkpoint(["PASSIVE", "RESTART", "TRUNCATE"][dice.below(3)]),
            _ => self.run(&insert),
        }
        if dice.below(4) == 0 {
            self.gathering()
                .execute_batch("PRAGMA shrink_memory")
                .unwrap();
            self.compare();
        }
    }

    fn checkpoint(&self, mode: &str) {
        self.gathering()
            .query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |_| Ok(()))
            .unwrap();
    }

    fn reconnect(&mut self, connect: impl FnOnce() -> Connection) {
        drop(self.gathering.take());
        self.gathering = Some(connect());
        self.configure();
    }

    fn compare(&self) {
        let content = |connection: &Connection| -> Vec<(i64, String)> {
            let mut statement = connection
                .prepare("SELECT id, x FROM t ORDER BY id")
                .unwrap();
            let rows = statement
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
                .unwrap();
            rows.collect::<Result<_, _>>().unwrap()
        };
        let gathering = self.gathering();
        assert_eq!(content(gathering), content(&self.plain));
        let check: String = gathering
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(check, "ok");
    }
}

#[test]
fn it_is_installed_once_and_only_upon_one_that_is_there() {
    install_gathering_vfs("gathering-twice", "unix").unwrap();
    install_gathering_vfs("gathering-twice", "unix").unwrap();
    assert_eq!(
        install_gathering_vfs("gathering-nothing", "no such VFS"),
        Err(InstallError::NoSuchVfs("no such VFS".to_owned()))
    );
    assert_eq!(
        install_gathering_vfs("a\0b", "unix"),
        Err(InstallError::Name("a\0b".to_owned()))
    );
}
