//! The command line, used as a person would: the built program on files in a
//! temporary folder.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use daybook::application::demo::{Trade, corner_cafe};
use daybook::application::{CommandBus, SeededEnvironment};
use daybook::codec::{self, LogContext};
use daybook::domain::tax::Pricing;
use daybook::domain::{Currency, Money, Timestamp};
use daybook::event_store::{EventStore, Link, genesis_hash, link};
use rusqlite::Connection;
use serde_json::Value;
use tempfile::TempDir;

// The program.

struct Answer {
    code: i32,
    out: String,
    err: String,
}

impl Answer {
    #[track_caller]
    fn fine(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (0, ""), "{}", self.out);
        self.out
    }

    /// It found something wrong, and says this of it.
    #[track_caller]
    fn found(self, expected: &str) {
        assert_eq!(self.code, 1, "{}{}", self.out, self.err);
        assert!(self.out.contains(expected), "{expected:?}: {}", self.out);
    }

    /// It did not begin, and says so in one line.
    #[track_caller]
    fn refuses(self, expected: &str) {
        assert_eq!(self.code, 2, "{}{}", self.out, self.err);
        assert!(self.err.contains(expected), "{expected:?}: {}", self.err);
        assert_eq!(self.err.lines().count(), 1, "{}", self.err);
        assert_eq!(self.out, "");
    }
}

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_daybook"))
}

fn daybook<A: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = A>) -> Answer {
    let output = program().args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Answer {
        code: output.status.code().expect("ended by a signal"),
        out: text(output.stdout),
        err: text(output.stderr)
            .split_inclusive('\n')
            .filter(|line| !is_progress(line))
            .collect(),
    }
}

/// What a command says on a slow machine: `import: 2,000 events`.
fn is_progress(line: &str) -> bool {
    !line.starts_with("daybook:") && line.ends_with(" events\n")
}

fn audit(log: &Path) -> Answer {
    daybook([Path::new("audit"), log])
}

fn replay(log: &Path, views: &Path, more: &[&str]) -> Answer {
    let paths = ["--events", text(log), "--views", text(views)];
    daybook(["replay"].iter().chain(&paths).chain(more))
}

fn verify_views(log: &Path, views: &Path) -> Answer {
    daybook([
        "verify-views",
        "--events",
        text(log),
        "--views",
        text(views),
    ])
}

fn import(file: &Path, out: &Path) -> Answer {
    daybook([
        "import",
        "--format",
        "documents",
        text(file),
        "--out",
        text(out),
    ])
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// Names in a folder: nothing shall appear beside what was asked for.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

// Logs.

/// A day of a café with 20 products, as the program made it.
fn demo_bytes() -> &'static [u8] {
    static DEMO: OnceLock<Vec<u8>> = OnceLock::new();
    DEMO.get_or_init(|| {
        let folder = folder();
        demo(folder.path(), "1", "20", "5").fine();
        fs::read(folder.path().join("events.db")).unwrap()
    })
}

fn demo(out: &Path, days: &str, products: &str, seed: &str) -> Answer {
    let options = ["--days", days, "--products", products, "--seed", seed];
    daybook(["demo", "--out", text(out)].iter().chain(&options))
}

/// A folder with that log in it.
fn demo_log() -> (TempDir, PathBuf) {
    let folder = folder();
    let log = folder.path().join("events.db");
    fs::write(&log, demo_bytes()).unwrap();
    (folder, log)
}

/// Writes to a log past its triggers.
fn tamper(log: &Path, sql: &str) {
    let connection = Connection::open(log).unwrap();
    connection
        .execute_batch("DROP TRIGGER events_refuse_update; DROP TRIGGER events_refuse_delete;")
        .unwrap();
    connection.execute_batch(sql).unwrap();
}

/// The same, by somebody who knows the hash chain.
fn tamper_and_rehash(log: &Path, sql: &str) {
    tamper(log, sql);
    let connection = Connection::open(log).unwrap();
    let log_id: [u8; 16] = connection
        .query_row("SELECT log_id FROM log", [], |row| row.get(0))
        .unwrap();
    let store = EventStore::inspect(log).unwrap();
    let events = store.read_all(0, u32::MAX).unwrap();
    drop(store);
    let mut hash = genesis_hash(&log_id, "T1");
    connection.execute_batch("BEGIN").unwrap();
    for event in &events {
        hash = link(&hash, &Link::from(event));
        // Every row has the number of its position, also in a table without keys.
        connection
            .prepare_cached("UPDATE events SET hash = ?2 WHERE rowid = ?1")
            .unwrap()
            .execute((event.global_position, hash))
            .unwrap();
    }
    connection.execute_batch("COMMIT").unwrap();
}

fn number(log: &Path, sql: &str) -> u64 {
    let connection = Connection::open(log).unwrap();
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

fn head(log: &Path) -> u64 {
    number(log, "SELECT max(global_position) FROM events")
}

// demo

#[test]
fn the_same_seed_gives_the_same_log_byte_for_byte() {
    let folder = folder();
    let log = |name: &str| fs::read(folder.path().join(name).join("events.db")).unwrap();
    for (name, seed) in [("one", "5"), ("two", "6")] {
        demo(&folder.path().join(name), "1", "20", seed).fine();
    }
    assert_eq!(log("one"), demo_bytes());
    assert_ne!(log("two"), demo_bytes());
    assert_eq!(names(&folder.path().join("one")), ["events.db"]);
}

#[test]
fn a_demo_overwrites_nothing() {
    let (folder, log) = demo_log();
    demo(folder.path(), "1", "5", "1").refuses("nothing is overwritten");
    assert_eq!(fs::read(&log).unwrap(), demo_bytes());
    fs::write(&log, "mine").unwrap();
    demo(folder.path(), "1", "5", "1").refuses(text(&log));
    assert_eq!(names(folder.path()), ["events.db"]);
}

#[test]
fn a_week_in_a_cafe_has_all_that_happens_there() {
    let folder = folder();
    demo(folder.path(), "8", "30", "11").fine();
    let log = folder.path().join("events.db");
    audit(&log).fine();
    let connection = Connection::open(&log).unwrap();
    let count = |sql: &str| -> i64 { connection.query_row(sql, [], |row| row.get(0)).unwrap() };
    for event_type in [
        "ShopConfigured",
        "ProductCreated",
        "ProductPriceUpdated",
        "ProductDescribed",
        "ProductDiscontinued",
        "InventoryItemStocked",
        "InventoryAdjusted",
        "ItemRemovedFromCart",
        "PaymentVoided",
        "OrderCompleted",
        "OrderCancelled",
    ] {
        let sql = format!("SELECT count(*) FROM events WHERE event_type = '{event_type}'");
        assert!(count(&sql) > 0, "{event_type}");
    }
    // By the clock in Dublin, which is at UTC then.
    let at = |hour: i64| {
        count(&format!(
            "SELECT count(*) FROM events WHERE event_type = 'OrderStarted'
             AND timestamp / 3600000 % 24 = {hour}"
        ))
    };
    assert_eq!((at(3), at(22)), (0, 0));
    assert!(at(8) > at(10) && at(12) > at(10), "no rush hours");
    let method = |method: &str| {
        count(&format!(
            "SELECT count(*) FROM events WHERE event_type = 'PaymentProcessed'
             AND payload ->> 'paymentMethod' = '{method}'"
        ))
    };
    assert!(method("card") > method("cash") && method("cash") > 300);
}

/// Carries a café's days out; every command must pass.
fn trade(trade: Trade, context: LogContext) -> u64 {
    let files = support::Files::new();
    let new = daybook::event_store::NewLog {
        log_id: [1; 16],
        context,
    };
    let mut store = EventStore::open(files.connect("events.db"), "T1", &new).unwrap();
    let mut bus = CommandBus::new(SeededEnvironment::new(1, Timestamp(0)), "test");
    let mut last = Timestamp(0);
    store.begin().unwrap();
    for (at, envelope) in trade {
        assert!(at >= last, "time goes back");
        last = at;
        bus.environment().set_now(at);
        if let Err(error) = bus.execute(&mut store, &envelope) {
            panic!("{error}: {envelope:?}");
        }
    }
    store.commit().unwrap();
    store.head()
}

#[test]
fn any_shop_can_trade() {
    for currency in [
        Currency::EUR,
        "JPY".parse().unwrap(),
        "KWD".parse().unwrap(),
    ] {
        for pricing in [Pricing::TaxInclusive, Pricing::TaxExclusive] {
            let mut open = corner_cafe().unwrap();
            open.settings.currency = currency;
            open.settings.tax_policy.pricing = pricing;
            open.settings.tax_rates.remove(0);
            open.opening_float = Money::zero(currency);
            let context = LogContext {
                v1_currency: currency,
            };
            for products in [1, 9] {
                let events = trade(Trade::new(open.clone(), products, 3).days(1), context);
                assert!(events > 500, "{events}");
            }
        }
    }
}

// audit

#[test]
fn a_sound_log_is_found_sound() {
    let (folder, log) = demo_log();
    let said = audit(&log).fine();
    assert!(said.contains("sound"), "{said}");
    let said = daybook(["audit", text(&log), "--json"]).fine();
    let report: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(report["sound"], true);
    assert_eq!(report["events"], head(&log));
    assert_eq!(report["fault"], Value::Null);
    let last_hash = report["chains"][0]["last_hash"].as_str().unwrap();
    let connection = Connection::open(&log).unwrap();
    let stored: String = connection
        .query_row(
            "SELECT lower(hex(hash)) FROM events ORDER BY global_position DESC LIMIT 1",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(last_hash, stored);
    let issued = "SELECT count(*) FROM events WHERE event_type = 'ReceiptNumberIssued'";
    assert_eq!(report["receipts"][0]["numbers"], number(&log, issued));
    assert_eq!(names(folder.path()), ["events.db"]);
}

#[test]
fn what_was_changed_is_found_where_it_was() {
    for (sql, expected) in [
        (
            "UPDATE events SET payload = replace(payload, 'Minor\":2', 'Minor\":9')
             WHERE global_position = 24",
            "event 24: chain: its hash does not match its content",
        ),
        (
            "UPDATE events SET timestamp = timestamp + 1 WHERE global_position = 100",
            "event 100: chain: its hash",
        ),
        (
            "DELETE FROM events WHERE global_position = 50",
            "event 50: chain: the event is missing",
        ),
        (
            "UPDATE events SET global_position = -7 WHERE global_position = 50",
            "event 1: positions:",
        ),
        (
            "UPDATE events SET origin_position = 99999 WHERE global_position = 70",
            "event 70: chain: its position on its register",
        ),
        (
            "UPDATE events SET hash = zeroblob(32) WHERE global_position = 1",
            "event 1: chain: its hash",
        ),
    ] {
        let (_folder, log) = demo_log();
        tamper(&log, sql);
        audit(&log).found(expected);
    }
}

/// A new chain hides none of it.
#[test]
fn what_breaks_a_rule_is_found_behind_a_sound_chain() {
    let receipt = |nth: u32| {
        let (_folder, log) = demo_log();
        number(
            &log,
            &format!(
                "SELECT global_position FROM events WHERE event_type = 'ReceiptNumberIssued'
                 ORDER BY global_position LIMIT 1 OFFSET {}",
                nth - 1
            ),
        )
    };
    let third = receipt(3);
    let change = |set: &str, position: u64| {
        format!("UPDATE events SET {set} WHERE global_position = {position}")
    };
    for (sql, expected) in [
        (
            change("version = version + 5", 60),
            "event 60: versions: stream".to_owned(),
        ),
        (
            change("event_type = 'ShopClosed'", 40),
            "event 40: payload: unknown event type “ShopClosed”".to_owned(),
        ),
        (
            change("schema_version = 9", 20),
            "event 20: payload: ProductCreated has schema version 9".to_owned(),
        ),
        (
            change("payload = '{}'", 1),
            "event 1: payload: the payload of ShopConfigured cannot be read".to_owned(),
        ),
        (
            change("metadata = '[]'", 7),
            "event 7: metadata:".to_owned(),
        ),
        (
            change("metadata = '{\"actor\":7}'", 8),
            "event 8: metadata:".to_owned(),
        ),
        (
            change("stream_type = 'order'", 9),
            "event 9: stream: ProductCreated belongs in a stream of the type product".to_owned(),
        ),
        (
            change("stream_id = 'product-'", 10),
            "event 10: stream:".to_owned(),
        ),
        (
            change(
                "payload = replace(payload, 'T1-000003', 'T1-000002')",
                third,
            ),
            format!("event {third}: receipts: it issues receipt number T1-000002 where T1-000003"),
        ),
        (
            change("payload = json_set(payload, '$.orderId', 'another')", third),
            "which was issued to order another".to_owned(),
        ),
        (
            "UPDATE events SET payload = replace(payload, 'T1-000003', 'T1-000001')
             WHERE event_type = 'OrderCompleted'"
                .to_owned(),
            "it carries receipt number T1-000001, which was not issued to it".to_owned(),
        ),
    ] {
        let (_folder, log) = demo_log();
        tamper_and_rehash(&log, &sql);
        audit(&log).found(&expected);
    }
}

#[test]
fn the_last_receipt_number_must_be_carried_too() {
    let (_folder, log) = demo_log();
    let last = number(
        &log,
        "SELECT max(global_position) FROM events WHERE event_type = 'ReceiptNumberIssued'",
    );
    // What comes after the number is cut off, as by a broken batch.
    tamper(
        &log,
        &format!("DELETE FROM events WHERE global_position > {last}"),
    );
    audit(&log).found(&format!("event {last}: receipts: receipt number"));
}

/// A table without the rules that the log's own has.
const LAWLESS: &str = "CREATE TABLE lawless AS SELECT * FROM events;
    DROP TABLE events;
    ALTER TABLE lawless RENAME TO events;";

#[test]
fn a_log_without_constraints_is_not_trusted() {
    for (sql, expected) in [
        (
            "UPDATE events SET event_id = (SELECT event_id FROM events WHERE global_position = 30)
             WHERE global_position = 35",
            "event 35: event ids: event id",
        ),
        (
            "UPDATE events SET version = 1 WHERE global_position = 2
             OR (stream_id = 'register-T1' AND version = 2)",
            "versions: stream register-T1 has version 1 where 2 is next",
        ),
    ] {
        let (_folder, log) = demo_log();
        tamper_and_rehash(&log, &format!("{LAWLESS} {sql}"));
        audit(&log).found(expected);
    }
    for (sql, expected) in [
        (
            "UPDATE events SET payload = NULL WHERE global_position = 77",
            "event 77: file:",
        ),
        (
            "UPDATE events SET payload = x'ff' WHERE global_position = 78",
            "event 78: file:",
        ),
        (
            "UPDATE events SET payload = CAST(x'22ff22' AS TEXT) WHERE global_position = 79",
            "event 79: file:",
        ),
        (
            "UPDATE events SET version = -1 WHERE global_position = 80",
            "event 80: file:",
        ),
        (
            "UPDATE events SET hash = 'short' WHERE global_position = 81",
            "event 81:",
        ),
    ] {
        let (_folder, log) = demo_log();
        tamper(&log, &format!("{LAWLESS} {sql}"));
        audit(&log).found(expected);
    }
}

#[test]
fn views_in_place_of_tables_are_refused() {
    let (_folder, log) = demo_log();
    tamper(
        &log,
        "ALTER TABLE events RENAME TO hidden;
         CREATE VIEW events AS WITH RECURSIVE forever(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM forever)
             SELECT n AS global_position FROM forever;",
    );
    audit(&log).refuses("its tables are missing");
}

#[test]
fn a_truncated_log_is_found_out() {
    let (_folder, log) = demo_log();
    let bytes = demo_bytes();
    fs::write(&log, &bytes[..bytes.len() / 3]).unwrap();
    let said = audit(&log);
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.out.contains("event "), "{}", said.out);
    fs::write(&log, &bytes[..8192]).unwrap();
    assert_ne!(audit(&log).code, 0);
    fs::write(&log, &bytes[..60]).unwrap();
    audit(&log).refuses("this is not an SQLite database");
}

#[test]
fn a_file_with_flipped_bits_never_panics_anybody() {
    let (_folder, log) = demo_log();
    let mut seed = SeededEnvironment::new(99, Timestamp(0));
    for _ in 0..25 {
        let mut bytes = demo_bytes().to_vec();
        for _ in 0..200 {
            let place = usize::try_from(seed.next_u64() % bytes.len() as u64).unwrap();
            bytes[place] ^= 1 << (seed.next_u64() % 8);
        }
        fs::write(&log, bytes).unwrap();
        let said = audit(&log);
        assert!(said.code == 1 || said.code == 2, "{}{}", said.out, said.err);
        assert!(!said.err.contains("panicked"), "{}", said.err);
        let said = daybook([Path::new("export"), &log]);
        assert!(!said.err.contains("panicked"), "{}", said.err);
    }
}

#[test]
fn what_is_no_log_is_refused_by_all_who_read_one() {
    let folder = folder();
    let file = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path
    };
    let foreign = folder.path().join("foreign.db");
    Connection::open(&foreign)
        .unwrap()
        .execute_batch("CREATE TABLE events (x); PRAGMA application_id = 7;")
        .unwrap();
    let newer = file("newer.db", demo_bytes());
    Connection::open(&newer)
        .unwrap()
        .pragma_update(None, "user_version", 2)
        .unwrap();
    for (path, expected) in [
        (folder.path().join("missing.db"), "No such file"),
        (file("garbage.db", &[0x5A; 5000]), "not an SQLite database"),
        (file("empty.db", b""), "not an SQLite database"),
        (folder.path().to_owned(), "not an SQLite database"),
        (foreign, "not a Daybook journal"),
        (newer, "has format 2"),
    ] {
        let views = folder.path().join("views.db");
        for answer in [
            audit(&path),
            daybook([Path::new("export"), &path]),
            replay(&path, &views, &[]),
            verify_views(&path, &views),
        ] {
            answer.refuses(expected);
        }
        assert!(!views.exists());
    }
}

/// Everything in a folder, with when it was last written to.
fn snapshot(folder: &Path) -> Vec<(String, Vec<u8>, std::time::SystemTime)> {
    let of = |name: &String| {
        let path = folder.join(name);
        let modified = fs::metadata(&path).unwrap().modified().unwrap();
        (name.clone(), fs::read(&path).unwrap(), modified)
    };
    names(folder).iter().map(of).collect()
}

#[test]
fn looking_at_a_log_leaves_no_trace() {
    // In WAL mode without a WAL, as the app leaves it; and odd names pass.
    let folder = folder();
    let log = folder.path().join("a b%20?c#d.db");
    fs::write(&log, demo_bytes()).unwrap();
    Connection::open(&log)
        .unwrap()
        .query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))
        .unwrap();
    let before = snapshot(folder.path());
    assert_eq!(before.len(), 1);
    assert_eq!(before[0].1[18..20], [2, 2], "not in WAL mode");
    audit(&log).fine();
    daybook([Path::new("export"), &log]).fine();
    assert_eq!(snapshot(folder.path()), before);
}

#[test]
fn a_log_whose_newest_events_are_in_its_wal_is_read_whole() {
    let files = support::Files::new();
    let mut shop = support::TestShop::open(&files);
    let bread = shop.product("bread", 250);
    shop.add("o1", &bread, 2000);
    shop.pay_exactly("o1");
    // The shop itself is open, and not to be disturbed. (That comes first: who
    // closes a file that this process has open twice gives its locks up.)
    audit(&files.path("events.db")).refuses("another program has it open");
    let folder = folder();
    for name in ["events.db", "events.db-wal"] {
        fs::copy(files.path(name), folder.path().join(name)).unwrap();
    }
    let before = snapshot(folder.path());
    assert!(before[1].1.len() > 1000, "nothing in the WAL");
    let log = folder.path().join("events.db");
    let said = daybook(["audit", text(&log), "--json"]).fine();
    let report: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(report["events"], shop.store.head());
    let lines = daybook([Path::new("export"), &log]).fine();
    assert_eq!(lines.lines().count() as u64, shop.store.head());
    assert_eq!(snapshot(folder.path()), before);
}

// export

#[test]
fn an_export_has_every_column_of_every_event() {
    let (_folder, log) = demo_log();
    let said = daybook([Path::new("export"), &log]).fine();
    let store = EventStore::inspect(&log).unwrap();
    let events = store.read_all(0, u32::MAX).unwrap();
    assert_eq!(said.lines().count(), events.len());
    for (line, event) in said.lines().zip(&events) {
        let json: Value = serde_json::from_str(line).unwrap();
        let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        let hex: String = event
            .hash
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let expected = serde_json::json!({
            "global_position": event.global_position,
            "event_id": event.event_id,
            "stream_id": event.stream_id,
            "stream_type": event.stream_type,
            "version": event.version,
            "event_type": event.event_type,
            "schema_version": event.schema_version,
            "payload": parsed(&event.payload),
            "metadata": parsed(&event.metadata),
            "timestamp": event.timestamp_ms,
            "origin": event.origin,
            "origin_position": event.origin_position,
            "hash": hex,
        });
        assert_eq!(json, expected);
    }
}

#[test]
fn an_export_keeps_numbers_as_they_are_written() {
    let (_folder, log) = demo_log();
    let payload = "{\"price\": 12345678901234567890.10,\r\n \"again\":1e400}";
    tamper(
        &log,
        &format!("UPDATE events SET payload = '{payload}' WHERE global_position = 2"),
    );
    let said = daybook([Path::new("export"), &log]).fine();
    let second = said.lines().nth(1).unwrap();
    assert!(
        second.contains("12345678901234567890.10,   \"again\":1e400"),
        "{second}"
    );
}

#[test]
fn an_export_names_the_event_that_it_cannot_tell() {
    for payload in ["'[1]'", "'{\"a\":'", "NULL"] {
        let (_folder, log) = demo_log();
        tamper(
            &log,
            &format!("{LAWLESS} UPDATE events SET payload = {payload} WHERE global_position = 3"),
        );
        let said = daybook([Path::new("export"), &log]);
        assert_eq!(said.code, 1);
        assert!(said.err.contains("event 3: "), "{}", said.err);
        assert_eq!(said.out.lines().count(), 2, "{}", said.out);
    }
}

#[test]
fn a_reader_that_stops_reading_breaks_nothing() {
    let (_folder, log) = demo_log();
    for arguments in [vec!["export"], vec!["audit"], vec!["audit", "--json"]] {
        let mut child = program()
            .args(&arguments)
            .arg(&log)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
        assert!(output.status.success(), "{arguments:?}");
    }
}

// replay

#[test]
fn a_replay_that_stopped_goes_on() {
    let (folder, log) = demo_log();
    let (whole, parts) = (
        folder.path().join("whole.db"),
        folder.path().join("parts.db"),
    );
    replay(&log, &whole, &[]).fine();
    for to in ["0", "1", "700", "700"] {
        let said = replay(&log, &parts, &["--to", to]).fine();
        assert!(said.contains(&format!(": {to} event")), "{said}");
    }
    replay(&log, &parts, &["--to", "699"]).refuses("are at position 700 already");
    verify_views(&log, &parts).refuses("is at position 700, the log is at");
    replay(&log, &parts, &[]).fine();
    let dump = |path: &Path| support::dump(&Connection::open(path).unwrap());
    assert_eq!(dump(&parts), dump(&whole));
    verify_views(&log, &parts).fine();
    assert_eq!(names(folder.path()), ["events.db", "parts.db", "whole.db"]);
}

#[test]
fn a_replay_writes_only_into_views() {
    let (folder, log) = demo_log();
    let beyond = format!("{}", head(&log) + 1);
    let views = folder.path().join("views.db");
    replay(&log, &views, &["--to", &beyond]).refuses("the log ends at position");
    assert!(!views.exists());
    let foreign = folder.path().join("foreign.db");
    Connection::open(&foreign)
        .unwrap()
        .execute_batch("CREATE TABLE mine (x)")
        .unwrap();
    let notes = folder.path().join("notes.txt");
    fs::write(&notes, "mine").unwrap();
    let before = snapshot(folder.path());
    replay(&log, &foreign, &[]).refuses("not a file of Daybook's views");
    replay(&log, &notes, &[]).refuses("not an SQLite database");
    replay(&log, &log, &[]).refuses("not a file of Daybook's views");
    replay(&log, folder.path(), &[]).refuses("not an SQLite database");
    assert_eq!(snapshot(folder.path()), before);
}

#[test]
fn an_event_that_cannot_be_applied_is_named() {
    let (folder, log) = demo_log();
    let first = "SELECT min(global_position) FROM events WHERE event_type = 'ItemAddedToCart'";
    let position = number(&log, first);
    tamper(
        &log,
        &format!("UPDATE events SET payload = '{{}}' WHERE global_position = {position}"),
    );
    let views = folder.path().join("views.db");
    let said = replay(&log, &views, &[]);
    assert_eq!(said.code, 1, "{}{}", said.out, said.err);
    let expected = format!("order_lines: event {position}: the payload of ItemAddedToCart");
    assert!(said.err.contains(&expected), "{}", said.err);
    // The fresh replay meets the same event.
    verify_views(&log, &views).fine();
}

#[test]
fn views_of_another_version_are_built_anew() {
    let (folder, log) = demo_log();
    let views = folder.path().join("views.db");
    replay(&log, &views, &[]).fine();
    Connection::open(&views)
        .unwrap()
        .execute_batch(
            "UPDATE projection_progress SET version = 99 WHERE projection_id = 'order_lines'",
        )
        .unwrap();
    verify_views(&log, &views).refuses("order_lines has version 99");
    replay(&log, &views, &[]).fine();
    verify_views(&log, &views).fine();
}

#[test]
fn views_of_another_log_are_built_anew() {
    let (folder, log) = demo_log();
    let other = folder.path().join("other");
    demo(&other, "1", "5", "8").fine();
    let views = folder.path().join("views.db");
    replay(&other.join("events.db"), &views, &[]).fine();
    verify_views(&log, &views).refuses("these views were built from another log");
    replay(&log, &views, &[]).fine();
    verify_views(&log, &views).fine();
}

// verify-views

#[test]
fn a_row_that_the_log_does_not_say_is_found() {
    let (folder, log) = demo_log();
    let sound = folder.path().join("sound.db");
    replay(&log, &sound, &[]).fine();
    let said = verify_views(&log, &sound).fine();
    assert!(said.lines().count() >= 10, "{said}");
    for (table, change, expected) in [
        (
            "products_catalog",
            "UPDATE {table} SET price_minor = price_minor + 1 WHERE product_number = 7",
            "products_catalog: different: product_number=7: price_minor is ",
        ),
        (
            "order_payments",
            "DELETE FROM {table} WHERE payment_id = (SELECT min(payment_id) FROM {table})",
            "is in the log, and not there",
        ),
        (
            "product_barcodes",
            "INSERT INTO {table} VALUES ('0', 'nobody')",
            "product_barcodes: different: barcode='0', product_id='nobody' is there, and not in the log",
        ),
        (
            "products_search",
            "UPDATE {table} SET name = 'Tea' WHERE rowid = 1",
            "products_search: different: rowid=1: name is 'Tea', the log says 'Espresso'",
        ),
        (
            "products_search",
            "UPDATE {table} SET name = 'Tea' WHERE rowid = 1;
             UPDATE {table}_content SET c0 = 'Espresso' WHERE id = 1;",
            "products_search, words: different: term='espresso', doc=1, col='name', offset=0 is in the log, and not there",
        ),
        (
            "products_search",
            "DELETE FROM {table}_data WHERE id > 10",
            "products_search, words: different: it cannot be read: ",
        ),
    ] {
        let views = folder.path().join("views.db");
        fs::copy(&sound, &views).unwrap();
        let connection = Connection::open(&views).unwrap();
        let table = physical(&connection, table);
        let change = change.replace("{table}", &table);
        connection.execute_batch(&change).unwrap();
        drop(connection);
        let before = snapshot(folder.path());
        verify_views(&log, &views).found(expected);
        assert_eq!(snapshot(folder.path()), before);
    }
}

/// The table that serves as this view, if the name itself is a SQL view's.
fn physical(views: &Connection, name: &str) -> String {
    views
        .query_row(
            "SELECT name FROM sqlite_schema WHERE type = 'table'
             AND (name = ?1 OR name GLOB ?1 || '__[0-9]*') ORDER BY name LIMIT 1",
            [name],
            |row| row.get(0),
        )
        .unwrap()
}

#[test]
fn what_are_no_views_cannot_be_verified() {
    let (folder, log) = demo_log();
    let views = folder.path().join("views.db");
    verify_views(&log, &views).refuses("No such file");
    verify_views(&log, &log).refuses("not a file of Daybook's views");
    fs::write(&views, [7; 9000]).unwrap();
    verify_views(&log, &views).refuses("not an SQLite database");
}

// import

const REGISTER: &str = r#"{"code":"IMP","name":"Café"}"#;

fn document(id: &str, stream: &str, version: u64, event_type: &str, payload: &str) -> String {
    format!(
        r#"{{"event_id":"{id}","stream_id":"{stream}","event_type":"{event_type}","payload":{payload},"timestamp":"2024-03-01T10:00:00Z","version":{version}}}"#
    )
}

fn imported(lines: &str) -> (TempDir, PathBuf) {
    let folder = folder();
    let (file, out) = (folder.path().join("in.jsonl"), folder.path().join("out.db"));
    fs::write(&file, lines).unwrap();
    import(&file, &out).fine();
    fs::remove_file(file).unwrap();
    assert_eq!(names(folder.path()), ["out.db"]);
    (folder, out)
}

#[test]
fn imported_events_are_as_they_were() {
    let odd = r#"{ "name" : "Caf\u00e9",  "code":"IMP" }"#;
    let lines = [
        document("first", "register-IMP", 1, "RegisterNamed", REGISTER),
        document(
            "e-2",
            "product-p.1",
            1,
            "ProductNameChanged",
            r#"{"name":"Tea"}"#,
        ),
        String::new(),
        document("e-3", "register-IMP", 2, "RegisterNamed", odd)
            .replace("\"2024-03-01T10:00:00Z\"", "1709287200123"),
        document("e-4", "product-p.1", 2, "ProductDiscontinued", "{}")
            .replace("T10:00:00Z", " 10:00:00.5"),
    ];
    let (_folder, log) = imported(&format!("\u{feff}{}\r\n", lines.join("\r\n")));
    audit(&log).fine();
    let store = EventStore::inspect(&log).unwrap();
    let events = store.read_all(0, 10).unwrap();
    let what: Vec<_> = events
        .iter()
        .map(|event| {
            (
                event.event_id.as_str(),
                event.stream_id.as_str(),
                event.version,
            )
        })
        .collect();
    assert_eq!(
        what,
        [
            ("first", "register-IMP", 1),
            ("e-2", "product-p.1", 1),
            ("e-3", "register-IMP", 2),
            ("e-4", "product-p.1", 2),
        ]
    );
    assert_eq!(events[2].payload, odd);
    let times: Vec<i64> = events.iter().map(|event| event.timestamp_ms).collect();
    assert_eq!(times[0], 1_709_287_200_000);
    assert_eq!(times[2..], [1_709_287_200_123, 1_709_287_200_500]);
    assert!(
        events
            .iter()
            .all(|event| event.origin == "IMP" && event.schema_version == 1)
    );
}

/// Every payload of version 1 that this build reads can be imported.
#[test]
fn the_documents_own_payloads_are_imported_as_they_are() {
    let context = LogContext {
        v1_currency: Currency::EUR,
    };
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/events");
    let (mut lines, mut payloads) = (Vec::new(), Vec::new());
    for name in names(&fixtures) {
        let Some(event_type) = name.strip_suffix(".v1.json") else {
            continue;
        };
        let payload = fs::read_to_string(fixtures.join(&name))
            .unwrap()
            .trim()
            .to_owned();
        let event = codec::decode(event_type, 1, &payload, &context).unwrap();
        let kind = event.stream_type().as_str();
        // A number that is issued goes to an order that carries it, which is
        // another test's.
        if event_type == "ReceiptNumberIssued" {
            continue;
        }
        let id = format!("{event_type}-{}", lines.len());
        lines.push(document(
            &id,
            &format!("{kind}-{event_type}"),
            1,
            event_type,
            &payload,
        ));
        payloads.push(payload);
    }
    assert!(lines.len() > 8, "{lines:?}");
    let (_folder, log) = imported(&lines.join("\n"));
    audit(&log).fine();
    let store = EventStore::inspect(&log).unwrap();
    let stored: Vec<String> = store
        .read_all(0, 1000)
        .unwrap()
        .into_iter()
        .map(|event| event.payload)
        .collect();
    assert_eq!(stored, payloads);
}

/// A sale as the documents tell it, from the shelf to the receipt.
const OLD_SALE: [(&str, &str, &str); 8] = [
    (
        "product-prod-abc",
        "ProductCreated",
        r#"{"productId":"prod-abc","name":"Rye loaf","initialPrice":4.50,"category":"Bread","sku":"R"}"#,
    ),
    (
        "product-prod-abc",
        "InventoryItemStocked",
        r#"{"productId":"prod-abc","quantityAdded":12,"receivedDate":"2016-10-30T07:00:00Z"}"#,
    ),
    (
        "order-1",
        "OrderStarted",
        r#"{"orderId":"1","customerId":"c-7","orderDate":"2016-10-30T09:58:11Z"}"#,
    ),
    (
        "order-1",
        "ItemAddedToCart",
        r#"{"orderId":"1","productId":"prod-abc","productName":"Rye loaf","quantity":3,"unitPrice":4.5}"#,
    ),
    (
        "order-1",
        "ItemRemovedFromCart",
        r#"{"orderId":"1","productId":"prod-abc","quantityRemoved":1}"#,
    ),
    (
        "order-1",
        "OrderPaymentAttempted",
        r#"{"orderId":"1","paymentId":"p","paymentMethod":"cash","amount":9}"#,
    ),
    (
        "order-1",
        "PaymentProcessed",
        r#"{"orderId":"1","paymentId":"p","paymentMethod":"cash","transactionId":"A","amountPaid":9.00}"#,
    ),
    (
        "order-1",
        "OrderCompleted",
        r#"{"orderId":"1","completionDate":"2016-10-30T09:59:00Z","totalAmount":9.00}"#,
    ),
];

#[test]
fn a_sale_of_the_documents_is_in_the_views() {
    let mut versions = std::collections::HashMap::new();
    let lines: Vec<String> = OLD_SALE
        .iter()
        .enumerate()
        .map(|(index, (stream, event_type, payload))| {
            let version = versions.entry(*stream).or_insert(0);
            *version += 1;
            document(&format!("e{index}"), stream, *version, event_type, payload)
        })
        .collect();
    let (folder, log) = imported(&lines.join("\n"));
    audit(&log).fine();
    let views = folder.path().join("views.db");
    replay(&log, &views, &[]).fine();
    verify_views(&log, &views).fine();
    for (sql, expected) in [
        ("SELECT price_minor FROM products_catalog", 450),
        ("SELECT quantity_milli FROM order_lines", 2000),
        (
            "SELECT quantity_on_hand_milli FROM current_inventory",
            10_000,
        ),
        (
            "SELECT total_amount_minor FROM customer_orders_summary",
            900,
        ),
    ] {
        assert_eq!(number(&views, sql), expected, "{sql}");
    }
}

/// The documents' product: a decimal price without a currency.
#[test]
fn amounts_without_a_currency_get_the_one_that_is_named() {
    let payload = r#"{"productId":"p1","name":"Tea","description":"","initialPrice":2.10,"category":"Tea","sku":"T"}"#;
    let folder = folder();
    let (file, out) = (folder.path().join("in.jsonl"), folder.path().join("out.db"));
    fs::write(
        &file,
        document("e1", "product-p1", 1, "ProductCreated", payload),
    )
    .unwrap();
    let import = |currency: &str| {
        daybook([
            "import",
            "--format",
            "documents",
            "--currency",
            currency,
            text(&file),
            "--out",
            text(&out),
        ])
    };
    let said = import("ABC");
    assert_eq!(
        (said.code, said.err.contains("ABC")),
        (2, true),
        "{}",
        said.err
    );
    import("GBP").fine();
    let currency: String = Connection::open(&out)
        .unwrap()
        .query_row("SELECT v1_currency FROM log", [], |row| row.get(0))
        .unwrap();
    assert_eq!(currency, "GBP");
    let views = folder.path().join("views.db");
    replay(&out, &views, &[]).fine();
    verify_views(&out, &views).fine();
    assert_eq!(
        number(&views, "SELECT price_minor FROM products_catalog"),
        210
    );
}

#[test]
fn a_line_that_does_not_fit_is_named_and_nothing_is_written() {
    let good = document("good", "register-IMP", 1, "RegisterNamed", REGISTER);
    let second = |line: &str| format!("{good}\n\n{line}\n{good}").into_bytes();
    let named = |id: &str, stream: &str, version| {
        second(&document(id, stream, version, "RegisterNamed", REGISTER))
    };
    let with = |from: &str, to: &str| {
        let line = document("e", "register-IMP", 2, "RegisterNamed", REGISTER);
        assert!(line.contains(from));
        second(&line.replace(from, to))
    };
    let long = format!("{{\"event_id\":\"{}\"}}", "x".repeat(300_000));
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let heavy = format!("{{\"code\":\"IMP\",\"name\":\"{}\"}}", "x".repeat(70_000));
    for (content, expected) in [
        (
            second("{"),
            "line 3: it is not an event in the documents' shape: EOF",
        ),
        (second("null"), "line 3: it is not an event"),
        (second("[1,2]"), "line 3: it is not an event"),
        (second(&deep), "line 3: it is not an event"),
        (
            second("{\"event_id\":\"x\"}"),
            "line 3: it is not an event in the documents' shape: missing field",
        ),
        (
            with("\"version\"", "\"x\":1,\"version\""),
            "line 3: it is not an event in the documents' shape: unknown field `x`",
        ),
        (
            with("\"version\":2", "\"version\":2,\"version\":2"),
            "line 3: it is not an event in the documents' shape: duplicate field",
        ),
        (
            second(&good),
            "line 3: event_id: good is in the file already, in stream register-IMP",
        ),
        (
            named("e", "register-IMP", 3),
            "line 3: version: stream register-IMP is at 2, not 3",
        ),
        (
            named("e", "register-IMP", 1),
            "line 3: version: stream register-IMP is at 2, not 1",
        ),
        (named("e", "register-IMP", 0), "line 3: version:"),
        (named("e", "register-IMP", u64::MAX), "line 3: version:"),
        (
            with("\"version\":2", "\"version\":-1"),
            "line 3: it is not an event",
        ),
        (
            with("\"version\":2", "\"version\":1.5"),
            "line 3: it is not an event",
        ),
        (
            named("e", "order-1", 1),
            "line 3: stream_id: “order-1” is not “register-”",
        ),
        (named("e", "register-", 1), "line 3: stream_id:"),
        (named("e", "register-a b", 1), "line 3: stream_id:"),
        (named("", "register-IMP", 2), "line 3: event_id:"),
        (
            named("a'; DROP TABLE events", "register-IMP", 2),
            "line 3: event_id:",
        ),
        (
            with("RegisterNamed", "ShopClosed"),
            "line 3: unknown event type “ShopClosed”",
        ),
        (
            with("RegisterNamed", "\\u001b[2JX"),
            "line 3: unknown event type “\\u{1b}[2JX”",
        ),
        (
            with(REGISTER, "{}"),
            "line 3: the payload of RegisterNamed cannot be read: missing field",
        ),
        (
            with(REGISTER, "[\"IMP\",\"Café\"]"),
            "line 3: payload: it is no JSON object",
        ),
        (
            with(REGISTER, "\"{}\""),
            "line 3: payload: it is no JSON object",
        ),
        (
            with(REGISTER, &heavy),
            "line 3: the payload of RegisterNamed has 70",
        ),
        (
            with("\"2024-03-01T10:00:00Z\"", "\"yesterday\""),
            "line 3: timestamp: “yesterday”",
        ),
        (
            with("\"2024-03-01T10:00:00Z\"", "9e99"),
            "line 3: it is not an event",
        ),
        (
            with("\"2024-03-01T10:00:00Z\"", "9223372036854775807"),
            "line 3: timestamp:",
        ),
        (second(&long), "line 3: it is longer than 262144 bytes"),
        (
            [&second("")[..], b"\n\xff\xfe"].concat(),
            "line 4: event_id: good",
        ),
        (
            [good.as_bytes(), b"\n\xff\xfe"].concat(),
            "line 2: it is not UTF-8 text",
        ),
        (
            [good.as_bytes(), b"\n\0\0"].concat(),
            "line 2: it is not an event",
        ),
    ] {
        let folder = folder();
        let (file, out) = (folder.path().join("in.jsonl"), folder.path().join("out.db"));
        fs::write(&file, content).unwrap();
        import(&file, &out).refuses(&format!("in.jsonl: {expected}"));
        assert_eq!(names(folder.path()), ["in.jsonl"], "{expected}");
    }
}

#[test]
fn a_long_file_is_read_in_parts_and_refused_as_a_whole() {
    let mut lines: Vec<String> = (1..=4500)
        .map(|index| {
            let payload = format!("{{\"name\":\"Product {index}\"}}");
            let stream = format!("product-{}", index % 90);
            let version = (index - 1) / 90 + 1;
            document(
                &format!("e{index}"),
                &stream,
                version,
                "ProductNameChanged",
                &payload,
            )
        })
        .collect();
    // Stream 0 has its first event last of the ninety.
    let (_folder, log) = imported(&lines.join("\n"));
    assert_eq!(head(&log), 4500);
    audit(&log).fine();

    lines[4400].clear();
    let folder = folder();
    let (file, out) = (folder.path().join("in.jsonl"), folder.path().join("out.db"));
    fs::write(&file, lines.join("\n")).unwrap();
    import(&file, &out).refuses("line 4491: version: stream product-81 is at 49, not 50");
    assert_eq!(names(folder.path()), ["in.jsonl"]);
}

#[test]
fn an_import_overwrites_nothing_and_needs_a_file() {
    let folder = folder();
    let (file, out) = (folder.path().join("in.jsonl"), folder.path().join("out.db"));
    import(&file, &out).refuses("in.jsonl: No such file");
    import(folder.path(), &out).refuses("directory");
    fs::write(&file, "").unwrap();
    fs::write(&out, "mine").unwrap();
    import(&file, &out).refuses("nothing is overwritten");
    import(&file, &folder.path().join("no/such/out.db")).refuses("cannot be written");
    assert_eq!(fs::read_to_string(&out).unwrap(), "mine");
    assert_eq!(names(folder.path()), ["in.jsonl", "out.db"]);
}

// The command line.

#[test]
fn misuse_is_told_from_findings() {
    for arguments in [
        &["sell"][..],
        &["audit"],
        &["demo"],
        &["demo", "--out", "x", "--days", "0"],
        &["demo", "--out", "x", "--products", "many"],
        &["import", "--format", "csv", "a", "--out", "b"],
        &["replay", "--events", "a", "--views", "b", "--to", "-1"],
    ] {
        let said = daybook(arguments);
        assert_eq!(said.code, 2, "{arguments:?}");
        assert!(!said.err.is_empty());
    }
    let said = daybook(["--help"]).fine();
    for command in [
        "demo",
        "audit",
        "export",
        "import",
        "replay",
        "verify-views",
    ] {
        assert!(said.contains(command), "{command}: {said}");
    }
}
