//! The event store, natively and in a worker on OPFS: what it accepts, what it
//! refuses, and that nothing which was refused or undone leaves a trace.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use daybook::event_store::{
    AppendError, Batch, EventStore, ExpectedVersion, LogCopy, NewEvent, StoreError, StreamWrite,
    Verifier,
};

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

fn event(id: &str) -> NewEvent {
    NewEvent {
        event_id: id.to_owned(),
        event_type: "ProductNameChanged",
        schema_version: 1,
        payload: format!(r#"{{"name":"{id}"}}"#),
        tags: vec![],
    }
}

fn write(stream: &str, expected: ExpectedVersion, events: &[&str]) -> StreamWrite {
    StreamWrite {
        stream_id: stream.to_owned(),
        stream_type: "product",
        expected,
        events: events.iter().map(|id| event(id)).collect(),
    }
}

fn leak(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

fn batch(command: &'static str, writes: Vec<StreamWrite>) -> Batch<'static> {
    Batch {
        command_id: command,
        metadata: r#"{"actor":"Mara"}"#,
        timestamp_ms: 1,
        writes,
    }
}

fn append(
    store: &mut EventStore,
    command: &'static str,
    writes: Vec<StreamWrite>,
) -> Result<(u64, u64), AppendError> {
    store.begin()?;
    let result = store.append(&batch(command, writes));
    store.commit()?;
    result.map(|appended| (appended.first_position, appended.last_position))
}

fn verify(store: &EventStore) -> Result<u64, u64> {
    let mut verifier = Verifier::new(store.identity().log_id);
    loop {
        let events = store.read_all(verifier.verified(), 7).unwrap();
        if events.is_empty() {
            return Ok(verifier.verified());
        }
        for event in &events {
            verifier.check(event).map_err(|fault| fault.position)?;
        }
    }
}

in_both_worlds! {
    fn positions_have_no_gap_and_streams_their_own_versions(files) {
        let mut store = files.store();
        let any = ExpectedVersion::Any;
        assert_eq!(append(&mut store, "c1", vec![write("a", any, &["1", "2"]), write("b", any, &["3"])]).unwrap(), (1, 3));
        assert_eq!(append(&mut store, "c2", vec![write("a", any, &["4"])]).unwrap(), (4, 4));
        let found: Vec<_> = store.read_all(0, 10).unwrap().iter()
            .map(|event| (event.global_position, event.stream_id.clone(), event.version, event.origin_position)).collect();
        assert_eq!(found, [(1, "a".into(), 1, 1), (2, "a".into(), 2, 2), (3, "b".into(), 1, 3), (4, "a".into(), 3, 4)]);
        assert_eq!(store.read_stream("a", 2, 10).unwrap().len(), 2);
        assert_eq!(store.read_all_backwards(4, 1).unwrap()[0].global_position, 3);
        assert_eq!(verify(&store), Ok(4));
    }

    fn every_kind_of_expectation_is_checked_and_the_true_version_told(files) {
        let mut store = files.store();
        append(&mut store, "c1", vec![write("a", ExpectedVersion::NoStream, &["1", "2"])]).unwrap();
        for (stream, expected, fits) in [
            ("a", ExpectedVersion::Any, true),
            ("a", ExpectedVersion::NoStream, false),
            ("a", ExpectedVersion::StreamExists, true),
            ("a", ExpectedVersion::Exact(2), true),
            ("a", ExpectedVersion::Exact(1), false),
            ("a", ExpectedVersion::Exact(3), false),
            ("none", ExpectedVersion::Any, true),
            ("none", ExpectedVersion::NoStream, true),
            ("none", ExpectedVersion::StreamExists, false),
            ("none", ExpectedVersion::Exact(0), true),
        ] {
            store.begin().unwrap();
            let result = store.append(&batch("c2", vec![write(stream, expected, &["x"])]));
            store.rollback();
            match result {
                Ok(_) => assert!(fits, "{stream} {expected}"),
                Err(AppendError::WrongExpectedVersion { stream_id, actual, .. }) => {
                    assert!(!fits, "{stream} {expected}");
                    assert_eq!((stream_id.as_str(), actual), (stream, if stream == "a" { 2 } else { 0 }));
                }
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!(store.head(), 2);
    }

    fn a_batch_over_several_streams_is_whole_or_nothing(files) {
        let mut store = files.store();
        append(&mut store, "c1", vec![write("b", ExpectedVersion::Any, &["1"])]).unwrap();
        let result = append(&mut store, "c2", vec![
            write("a", ExpectedVersion::Any, &["2", "3"]),
            write("b", ExpectedVersion::NoStream, &["4"]),
        ]);
        assert!(matches!(result, Err(AppendError::WrongExpectedVersion { actual: 1, .. })));
        assert_eq!((store.head(), store.stream_version("a").unwrap()), (1, 0));
        assert_eq!(append(&mut store, "c3", vec![write("a", ExpectedVersion::Any, &["5"])]).unwrap(), (2, 2));
        assert_eq!(verify(&store), Ok(2));
    }

    fn the_same_command_again_is_answered_and_records_nothing(files) {
        let mut store = files.store();
        let first = append(&mut store, "c1", vec![write("a", ExpectedVersion::NoStream, &["1", "2"])]).unwrap();
        let again = append(&mut store, "c1", vec![write("a", ExpectedVersion::NoStream, &["3"])]).unwrap();
        assert_eq!((first, again, store.head()), ((1, 2), (1, 2), 2));
        drop(store);
        let mut store = files.store();
        assert_eq!(append(&mut store, "c1", vec![write("a", ExpectedVersion::NoStream, &["4"])]).unwrap(), (1, 2));
    }

    fn the_same_event_id_with_other_content_is_refused(files) {
        let mut store = files.store();
        append(&mut store, "c1", vec![write("a", ExpectedVersion::Any, &["1"])]).unwrap();
        let result = append(&mut store, "c2", vec![write("b", ExpectedVersion::Any, &["1"])]);
        assert!(matches!(result, Err(AppendError::EventIdReused(id)) if id == "1"));
        assert_eq!(store.head(), 1);
    }

    fn what_breaks_a_limit_is_refused(files) {
        let mut store = files.store();
        let mut unlisted = write("a", ExpectedVersion::Any, &["1"]);
        unlisted.events[0].event_type = "NeverHeardOf";
        assert!(matches!(append(&mut store, "c1", vec![unlisted]), Err(AppendError::UnlistedEventType(_))));
        let mut long = write("a", ExpectedVersion::Any, &["1"]);
        long.events[0].payload = format!("\"{}\"", "x".repeat(70_000));
        assert!(matches!(append(&mut store, "c1", vec![long]), Err(AppendError::PayloadTooLong { .. })));
        let mut not_json = write("a", ExpectedVersion::Any, &["1"]);
        not_json.events[0].payload = "{".to_owned();
        assert!(matches!(append(&mut store, "c1", vec![not_json]), Err(AppendError::Store(_))));
        let twice = vec![write("a", ExpectedVersion::Any, &["1"]), write("a", ExpectedVersion::Any, &["2"])];
        assert!(matches!(append(&mut store, "c1", twice), Err(AppendError::StreamTwice(_))));
        assert_eq!(store.head(), 0);
    }

    fn history_cannot_be_changed_deleted_or_replaced(files) {
        let mut store = files.store();
        append(&mut store, "c1", vec![write("a", ExpectedVersion::Any, &["1"])]).unwrap();
        for sql in [
            "UPDATE events SET payload = '{}'",
            "DELETE FROM events",
            "INSERT OR REPLACE INTO events SELECT global_position, event_id, stream_id, stream_type, version, event_type, schema_version, '{}', metadata, timestamp, origin, origin_position, hash FROM events",
        ] {
            let error = store.connection().execute_batch(sql).unwrap_err().to_string();
            assert!(error.contains("events are never"), "{sql}: {error}");
        }
        assert_eq!(verify(&store), Ok(1));
    }

    fn an_undone_transaction_leaves_no_trace(files) {
        let mut store = files.store();
        append(&mut store, "c1", vec![write("a", ExpectedVersion::Any, &["1"])]).unwrap();
        store.begin().unwrap();
        store.append(&batch("c2", vec![write("a", ExpectedVersion::Any, &["2"])])).unwrap();
        assert_eq!(store.head(), 2);
        store.rollback();
        assert_eq!((store.head(), store.find_command("c2").unwrap()), (1, None));
        append(&mut store, "c3", vec![write("a", ExpectedVersion::Exact(1), &["3"])]).unwrap();
        assert_eq!(verify(&store), Ok(2));
    }

    fn a_refused_command_takes_no_other_of_its_group_with_it(files) {
        let mut store = files.store();
        store.begin().unwrap();
        store.append(&batch("c1", vec![write("a", ExpectedVersion::Any, &["1"])])).unwrap();
        assert!(store.append(&batch("c2", vec![write("a", ExpectedVersion::NoStream, &["2"])])).is_err());
        store.append(&batch("c3", vec![write("a", ExpectedVersion::Exact(1), &["3"])])).unwrap();
        store.commit().unwrap();
        assert_eq!((store.head(), verify(&store)), (2, Ok(2)));
    }

    fn a_transaction_that_is_cut_off_never_happened(files) {
        let mut store = files.store();
        append(&mut store, "c1", vec![write("a", ExpectedVersion::Any, &["1"])]).unwrap();
        // So small a cache spills pages of the open transaction into the WAL.
        store.connection().execute_batch("PRAGMA cache_size = 10").unwrap();
        store.begin().unwrap();
        for number in 0..2000 {
            let id = format!("spilled-{number}");
            let command: &'static str = Box::leak(format!("s{number}").into_boxed_str());
            store.append(&batch(command, vec![write("b", ExpectedVersion::Any, &[&id])])).unwrap();
        }
        drop(store);
        let mut store = files.store();
        assert_eq!((store.head(), verify(&store)), (1, Ok(1)));
        append(&mut store, "c2", vec![write("a", ExpectedVersion::Exact(1), &["2"])]).unwrap();
        assert_eq!(verify(&store), Ok(2));
    }

    fn a_reopened_log_goes_on_where_it_stopped(files) {
        for round in 1..=3_u64 {
            let mut store = files.store();
            assert_eq!(store.head(), round - 1);
            let command: &'static str = ["c1", "c2", "c3"][round as usize - 1];
            append(&mut store, command, vec![write("a", ExpectedVersion::Exact(round - 1), &[command])]).unwrap();
        }
        assert_eq!(verify(&files.store()), Ok(3));
    }

    fn tampering_is_found_where_it_happened(files) {
        let mut store = files.store();
        for (command, id) in [("c1", "1"), ("c2", "2"), ("c3", "3"), ("c4", "4")] {
            append(&mut store, command, vec![write("a", ExpectedVersion::Any, &[id])]).unwrap();
        }
        store.connection().execute_batch(
            "DROP TRIGGER events_refuse_update; UPDATE events SET payload = '{\"name\":\"other\"}' WHERE global_position = 2"
        ).unwrap();
        assert_eq!(verify(&store), Err(2));
        store.connection().execute_batch("DROP TRIGGER events_refuse_delete; DELETE FROM events WHERE global_position = 2").unwrap();
        assert_eq!(verify(&store), Err(2));
    }

    fn a_log_that_is_broken_at_its_end_is_not_continued(files) {
        let mut store = files.store();
        append(&mut store, "c1", vec![write("a", ExpectedVersion::Any, &["1"])]).unwrap();
        store.connection().execute_batch(
            "DROP TRIGGER events_refuse_update; UPDATE events SET timestamp = 2"
        ).unwrap();
        drop(store);
        assert!(matches!(files.open_store(), Err(StoreError::Damaged(_))));
    }

    fn a_foreign_database_is_refused_and_left_alone(files) {
        let foreign = files.connect("events.db");
        foreign.execute_batch("CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('mine')").unwrap();
        drop(foreign);
        assert!(matches!(files.open_store(), Err(StoreError::Foreign(_))));
        let text: String = files.connect("events.db").query_row("SELECT text FROM notes", [], |row| row.get(0)).unwrap();
        assert_eq!(text, "mine");
    }

    fn a_creation_that_was_cut_off_is_begun_again(files) {
        // Setting the journal mode writes the first page, before any table is there.
        let cut_off = files.connect("events.db");
        cut_off.execute_batch("PRAGMA locking_mode = EXCLUSIVE; PRAGMA page_size = 8192; PRAGMA journal_mode = WAL").unwrap();
        drop(cut_off);
        let mut store = files.store();
        append(&mut store, "c1", vec![write("a", ExpectedVersion::Any, &["1"])]).unwrap();
        assert_eq!(verify(&store), Ok(1));
    }

    fn a_copy_in_slices_is_the_log_as_it_was_when_it_began(files) {
        let mut store = files.store();
        for number in 0..50 {
            let (command, id) = (leak(format!("c{number:02}")), leak(format!("e{number:02}")));
            let mut write = write("a", ExpectedVersion::Any, &[id]);
            write.events[0].tags = vec![format!("code:{}", number % 7)];
            append(&mut store, command, vec![write]).unwrap();
        }
        let mut copy = LogCopy::begin(&store, files.connect("copy.db")).unwrap();
        let mut steps = 0;
        while copy.step(&store, 7).unwrap() {
            // The log goes on meanwhile.
            let (command, id) = (leak(format!("during{steps}")), leak(format!("d{steps}")));
            append(&mut store, command, vec![write("b", ExpectedVersion::Any, &[id])]).unwrap();
            steps += 1;
        }
        assert!(steps > 20, "{steps}");
        copy.finish().unwrap();

        let copied = EventStore::open(files.connect("copy.db"), "T1", &support::new_log()).unwrap();
        assert_eq!(copied.identity(), store.identity());
        assert_eq!((copied.head(), verify(&copied)), (50, Ok(50)));
        assert_eq!(copied.read_all(0, 100).unwrap(), store.read_all(0, 50).unwrap());
        let tagged = |store: &EventStore| store.connection().query_row("SELECT count(*) FROM event_tags", [], |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(tagged(&copied), 50);
        assert_eq!(copied.find_command("c49").unwrap(), store.find_command("c49").unwrap());
        assert_eq!(copied.find_command("during0").unwrap(), None);
    }

    fn half_a_copy_is_no_log(files) {
        let mut store = files.store();
        append(&mut store, "c1", vec![write("a", ExpectedVersion::Any, &["1", "2", "3"])]).unwrap();
        let mut copy = LogCopy::begin(&store, files.connect("copy.db")).unwrap();
        assert!(copy.step(&store, 2).unwrap());
        drop(copy);
        // Whatever of it has reached the file.
        if let Ok(opened) = EventStore::open(files.connect("copy.db"), "T1", &support::new_log()) {
            assert_eq!(opened.head(), 0);
        }
        let mut copy = LogCopy::begin(&store, files.connect("another.db")).unwrap();
        copy.step(&store, 2).unwrap();
        assert!(matches!(copy.finish(), Err(StoreError::Damaged(_))));
    }

    fn a_newer_format_is_refused_by_name(files) {
        let store = files.store();
        store.connection().execute_batch("PRAGMA user_version = 2").unwrap();
        drop(store);
        assert!(matches!(files.open_store(), Err(StoreError::NewerFormat { found: 2, known: 1 })));
    }
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn a_file_of_garbage_is_refused_and_not_one_byte_of_it_changed() {
    let files = support::Files::new();
    let garbage = vec![0x5A; 50_000];
    std::fs::write(files.path("events.db"), &garbage).unwrap();
    let error = files.open_store().err().expect("garbage was opened");
    assert!(error.is_damage(), "{error}");
    assert!(std::fs::read(files.path("events.db")).unwrap() == garbage);
}
