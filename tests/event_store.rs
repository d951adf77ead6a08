//! The event store, natively and in a worker on OPFS: what it accepts, what it
//! refuses, and that nothing which was refused or undone leaves a trace.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::cell::RefCell;
use std::rc::Rc;

use daybook::event_store::{
    AppendCondition, AppendError, Appended, Batch, DeliveryError, EventQuery, EventStore,
    ExpectedVersion, LogCopy, MAX_BATCH_EVENTS, MAX_CONDITION_ITEMS, MAX_EVENT_TAGS,
    MAX_METADATA_BYTES, MAX_PAYLOAD_BYTES, MAX_STREAM_ID_BYTES, MAX_TAG_BYTES, NewEvent, QueryItem,
    RecordedEvent, StoreError, StreamWrite, Verifier,
};
use rusqlite::Connection;

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
        condition: None,
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

const ANY: ExpectedVersion = ExpectedVersion::Any;
/// Positions or versions, where there are none.
const NONE: [u64; 0] = [];

fn tagged(id: &str, event_type: &'static str, tags: &[&str]) -> NewEvent {
    NewEvent {
        event_type,
        payload: "{}".to_owned(),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        ..event(id)
    }
}

/// Appends events with tags, each in a stream of its own, at the time of its
/// position.
fn append_tagged(store: &mut EventStore, events: &[(&'static str, &'static str, &[&str])]) {
    store.begin().unwrap();
    for (id, event_type, tags) in events {
        let mut write = write(&format!("stream-{id}"), ANY, &[]);
        write.events.push(tagged(id, event_type, tags));
        let timestamp_ms = i64::try_from(store.head()).unwrap() + 1;
        store
            .append(&Batch {
                timestamp_ms,
                ..batch(id, vec![write])
            })
            .unwrap();
    }
    store.commit().unwrap();
}

/// A small log about codes and shifts.
fn codes(store: &mut EventStore) {
    append_tagged(
        store,
        &[
            ("e1", "ProductCreated", &["code:a", "code:b"]),
            ("e2", "ProductBarcodeAdded", &["code:c"]),
            ("e3", "ProductBarcodeRemoved", &["code:a"]),
            ("e4", "ShiftOpened", &["shift-of:T1"]),
            ("e5", "ProductCreated", &["code:a"]),
            ("e6", "ProductNameChanged", &[]),
        ],
    );
}

/// Tries a batch under a condition, and undoes it.
fn try_if(
    store: &mut EventStore,
    fail_if: EventQuery,
    after: u64,
) -> Result<Appended, AppendError> {
    store.begin().unwrap();
    let condition = Some(AppendCondition { fail_if, after });
    let result = store.append(&Batch {
        condition,
        ..batch("new", vec![write("new", ANY, &["new"])])
    });
    store.rollback();
    result
}

fn positions(events: &[RecordedEvent]) -> Vec<u64> {
    events.iter().map(|event| event.global_position).collect()
}

/// How SQLite would run a statement, whatever its parameters.
fn plan(store: &EventStore, sql: &str) -> String {
    let mut statement = store
        .connection()
        .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
        .unwrap();
    for index in 1..=statement.parameter_count() {
        statement.raw_bind_parameter(index, "[]").unwrap();
    }
    let mut rows = statement.raw_query();
    let mut plan = String::new();
    while let Some(row) = rows.next().unwrap() {
        plan.push_str(&row.get::<_, String>(3).unwrap());
        plan.push('\n');
    }
    plan
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

    // Conditions.

    fn a_condition_watches_types_and_tags_after_a_position(files) {
        let mut store = files.store();
        codes(&mut store);
        let code = |code: &str| QueryItem::tagged(format!("code:{code}"));
        let given = ["ProductCreated", "ProductBarcodeAdded"];
        let both = QueryItem::tagged("code:a").and_tagged("code:b");
        let several: EventQuery = [code("x"), code("c"), code("b")].into_iter().collect();
        for (query, after, expected) in [
            (code("a").into(), 0, Some(1)),
            (code("a").into(), 1, Some(3)),
            (code("a").of_types(&given).into(), 1, Some(5)),
            (code("a").of_types(&given).into(), 5, None),
            (code("x").into(), 0, None),
            (code("a").of_types(&["ShiftOpened"]).into(), 0, None),
            (both.clone().into(), 0, Some(1)),
            (both.into(), 1, None),
            (several.clone(), 0, Some(1)),
            (several.clone(), 1, Some(2)),
            (several, 2, None),
            (EventQuery::of_types(&["ShiftOpened", "ProductNameChanged"]), 0, Some(4)),
            (EventQuery::of_types(&["ShiftOpened"]), 4, None),
            (EventQuery::all(), 5, Some(6)),
            (EventQuery::all(), 6, None),
            (EventQuery::all(), u64::MAX, None),
            (EventQuery::default(), 0, None),
        ] {
            let failed = match try_if(&mut store, query.clone(), after) {
                Ok(appended) => {
                    assert_eq!(appended.first_position, 7);
                    None
                }
                Err(AppendError::ConditionFailed { position, after: told, event_type, stream_id }) => {
                    let event = store.read_all(position - 1, 1).unwrap().remove(0);
                    assert_eq!((told, &event_type, &stream_id), (after, &event.event_type, &event.stream_id));
                    Some(position)
                }
                Err(other) => panic!("{other}"),
            };
            assert_eq!(failed, expected, "{query:?} after {after}");
            assert_eq!(store.head(), 6);
        }
    }

    fn a_condition_sees_the_open_transaction_and_forgets_what_is_undone(files) {
        let mut store = files.store();
        let mut taken = write("a", ANY, &[]);
        taken.events.push(tagged("1", "ProductCreated", &["code:a"]));
        let mut late = batch("c2", vec![write("b", ANY, &["2"])]);
        late.condition = Some(AppendCondition { fail_if: EventQuery::tagged("code:a"), after: 0 });
        store.begin().unwrap();
        store.append(&batch("c1", vec![taken])).unwrap();
        assert!(matches!(store.append(&late), Err(AppendError::ConditionFailed { position: 1, .. })));
        store.rollback();
        store.begin().unwrap();
        assert_eq!(store.append(&late).unwrap().first_position, 1);
        store.commit().unwrap();
        assert_eq!(verify(&store), Ok(1));
    }

    fn a_tag_is_looked_up_and_never_searched_for(files) {
        let store = files.store();
        for sql in [
            include_str!("../src/event_store/sql/matching_tagged.sql"),
            include_str!("../src/event_store/sql/matching_tagged_backwards.sql"),
        ] {
            let plan = plan(&store, sql);
            assert!(plan.contains("SEARCH found USING PRIMARY KEY (tag=? AND global_position>? AND global_position<?)"), "{plan}");
            assert!(plan.contains("SEARCH events USING INTEGER PRIMARY KEY (rowid=?)"), "{plan}");
            assert!(plan.contains("SEARCH has USING PRIMARY KEY (tag=? AND global_position=?)"), "{plan}");
            for bad in ["SCAN events", "SCAN found", "SCAN has", "TEMP B-TREE"] {
                assert!(!plan.contains(bad), "{plan}");
            }
        }
        for (sql, index) in [
            (include_str!("../src/event_store/sql/matching_untagged.sql"), "USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
            (include_str!("../src/event_store/sql/matching_untagged_backwards.sql"), "USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
            (include_str!("../src/event_store/sql/read_by_time.sql"), "USING INDEX events_timestamp (timestamp>? AND timestamp<?)"),
            (include_str!("../src/event_store/sql/read_stream_backwards.sql"), "(stream_id=? AND version<?)"),
        ] {
            let plan = plan(&store, sql);
            assert!(plan.contains(&format!("SEARCH events {index}")) || plan.contains(index), "{plan}");
            assert!(!plan.contains("SCAN events") && !plan.contains("TEMP B-TREE"), "{plan}");
        }
    }

    fn a_stream_can_be_checked_without_being_written(files) {
        let mut store = files.store();
        append(&mut store, "c1", vec![write("a", ANY, &["1", "2"])]).unwrap();
        let checked = |expected, id: &'static str| vec![write("a", expected, &[]), write("b", ANY, &[id])];
        let result = append(&mut store, "c2", checked(ExpectedVersion::Exact(1), "3"));
        assert!(matches!(result, Err(AppendError::WrongExpectedVersion { actual: 2, .. })));
        assert_eq!((store.head(), store.stream_version("b").unwrap()), (2, 0));
        assert_eq!(append(&mut store, "c2", checked(ExpectedVersion::Exact(2), "3")).unwrap(), (3, 3));
        assert_eq!((store.stream_version("a").unwrap(), store.stream_version("b").unwrap()), (2, 1));
    }

    fn checks_alone_record_nothing_and_are_not_remembered(files) {
        let mut store = files.store();
        assert_eq!(append(&mut store, "c0", vec![write("a", ExpectedVersion::NoStream, &[])]).unwrap(), (0, 0));
        append(&mut store, "c1", vec![write("a", ANY, &["1"])]).unwrap();
        let check = |expected| vec![write("a", expected, &[])];
        assert_eq!(append(&mut store, "c2", check(ExpectedVersion::Exact(1))).unwrap(), (1, 1));
        assert!(append(&mut store, "c2", check(ExpectedVersion::Exact(2))).is_err());
        assert_eq!((store.head(), store.find_command("c2").unwrap()), (1, None));
        // Under the id of a command that recorded something, that is the answer.
        assert_eq!(append(&mut store, "c1", check(ExpectedVersion::Exact(9))).unwrap(), (1, 1));
        assert_eq!(append(&mut store, "c2", vec![write("a", ANY, &["2"])]).unwrap(), (2, 2));
    }

    fn versions_stay_true_whatever_is_undone(files) {
        let mut store = files.store();
        append(&mut store, "c1", vec![write("a", ANY, &["1"])]).unwrap();
        store.begin().unwrap();
        store.append(&batch("c2", vec![write("a", ANY, &["2"])])).unwrap();
        let refused = store.append(&batch("c3", vec![write("a", ANY, &["3", "4"]), write("b", ExpectedVersion::StreamExists, &["5"])]));
        assert!(refused.is_err());
        assert_eq!(store.stream_version("a").unwrap(), 2);
        store.rollback();
        assert_eq!(store.stream_version("a").unwrap(), 1);
        assert_eq!(append(&mut store, "c4", vec![write("a", ExpectedVersion::Exact(1), &["6"])]).unwrap(), (2, 2));
        assert_eq!(verify(&store), Ok(2));
    }

    // The same again.

    fn a_batch_whose_events_are_recorded_is_answered_with_where_they_are(files) {
        let mut store = files.store();
        append(&mut store, "c1", vec![write("z", ANY, &["0"])]).unwrap();
        let expected = ExpectedVersion::NoStream;
        let whole = || vec![write("a", expected, &["1", "2"]), write("b", expected, &["3"])];
        append(&mut store, "c2", whole()).unwrap();
        append(&mut store, "c3", vec![write("z", ANY, &["4"])]).unwrap();
        // Another command, whose expectations have long ceased to hold.
        assert_eq!(append(&mut store, "c4", whole()).unwrap(), (2, 4));
        assert_eq!(append(&mut store, "c5", vec![write("a", ANY, &["1", "2"])]).unwrap(), (2, 3));
        assert_eq!(append(&mut store, "c6", vec![write("b", ANY, &["3"])]).unwrap(), (4, 4));
        assert_eq!((store.head(), store.find_command("c4").unwrap()), (5, None));
        assert_eq!(verify(&store), Ok(5));
    }

    fn a_batch_that_is_recorded_in_part_or_otherwise_is_refused(files) {
        let mut store = files.store();
        append(&mut store, "c1", vec![write("a", ANY, &["1", "2"])]).unwrap();
        append(&mut store, "c2", vec![write("a", ANY, &["3"])]).unwrap();
        let refused = |store: &mut EventStore, write: StreamWrite| append(store, "c3", vec![write]).unwrap_err();
        let error = refused(&mut store, write("a", ANY, &["2", "new"]));
        assert!(matches!(&error, AppendError::BatchPartlyRecorded(id) if id == "2"), "{error}");
        let error = refused(&mut store, write("a", ANY, &["2", "1"]));
        assert!(matches!(&error, AppendError::BatchPartlyRecorded(id) if id == "2"), "{error}");
        let error = refused(&mut store, write("a", ANY, &["new", "new"]));
        assert!(matches!(&error, AppendError::EventIdTwice(id) if id == "new"), "{error}");
        for change in [
            |event: &mut NewEvent| event.payload = r#"{"name":"other"}"#.to_owned(),
            |event: &mut NewEvent| event.event_type = "ProductDescribed",
            |event: &mut NewEvent| event.schema_version = 2,
        ] {
            let mut other = write("a", ANY, &["1"]);
            change(&mut other.events[0]);
            let error = refused(&mut store, other);
            assert!(matches!(&error, AppendError::EventIdReused(id) if id == "1"), "{error}");
        }
        assert_eq!((store.head(), verify(&store)), (3, Ok(3)));
    }

    // Limits.

    fn a_type_is_taken_if_the_log_lists_it_whatever_the_build_knows(files) {
        let store = files.store();
        store.connection().execute("INSERT INTO event_types VALUES ('PaperFolded', 'By a newer build', 1)", []).unwrap();
        drop(store);
        let mut store = files.store();
        let mut folded = write("a", ANY, &["1"]);
        folded.events[0].event_type = "PaperFolded";
        assert_eq!(append(&mut store, "c1", vec![folded]).unwrap(), (1, 1));
    }

    fn what_lies_at_a_limit_is_taken_and_what_lies_beyond_is_refused(files) {
        let mut store = files.store();
        let mut number = 0;
        let mut try_both = |fits: bool, change: &dyn Fn(&mut Batch<'static>)| {
            number += 1;
            let id = format!("e{number}");
            let mut batch = batch("c", vec![write("a", ANY, &[&id])]);
            change(&mut batch);
            store.begin().unwrap();
            let result = store.append(&batch);
            store.rollback();
            assert_eq!(result.is_ok(), fits, "case {number}: {result:?}");
            if let Err(error) = result {
                assert!(!matches!(error, AppendError::Store(_)), "case {number}: {error}");
            }
        };
        for (fits, more) in [(true, 0), (false, 1)] {
            try_both(fits, &|batch| batch.writes[0].events[0].payload = format!("\"{}\"", "x".repeat(MAX_PAYLOAD_BYTES - 2 + more)));
            try_both(fits, &|batch| batch.metadata = format!("\"{}\"", "x".repeat(MAX_METADATA_BYTES - 2 + more)).leak());
            try_both(fits, &|batch| batch.writes[0].stream_id = "s".repeat(MAX_STREAM_ID_BYTES + more));
            try_both(fits, &|batch| batch.writes[0].events[0].tags = vec!["t".repeat(MAX_TAG_BYTES + more)]);
            try_both(fits, &|batch| batch.writes[0].events[0].tags = (0..MAX_EVENT_TAGS + more).map(|n| n.to_string()).collect());
            try_both(fits, &|batch| batch.writes[0].events[0].event_id = "e".repeat(64 + more));
            try_both(fits, &|batch| batch.command_id = "c".repeat(64 + more).leak());
            try_both(fits, &|batch| batch.condition = Some(AppendCondition {
                fail_if: (0..MAX_CONDITION_ITEMS + more).map(|n| QueryItem::tagged(n.to_string())).collect(),
                after: 0,
            }));
            try_both(fits, &|batch| batch.writes[0].events = (0..MAX_BATCH_EVENTS + more).map(|n| event(&format!("many-{n}"))).collect());
        }
        try_both(false, &|batch| batch.writes[0].stream_id.clear());
        try_both(false, &|batch| batch.writes[0].events[0].tags = vec![String::new()]);
        try_both(false, &|batch| batch.metadata = "{");
        assert_eq!(store.head(), 0);
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
        assert!(matches!(append(&mut store, "c1", vec![not_json]), Err(AppendError::NotJson(_))));
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

    fn a_copy_in_memory_is_handed_over_as_the_same_file(files) {
        let mut store = files.store();
        append(&mut store, "c1", vec![write("a", ExpectedVersion::Any, &["1", "2", "3"])]).unwrap();
        let mut copy = LogCopy::begin(&store, Connection::open_in_memory().unwrap()).unwrap();
        while copy.step(&store, 2).unwrap() {}
        let bytes = copy.finish_as_bytes().unwrap();

        let mut opened = Connection::open_in_memory().unwrap();
        opened.deserialize_read_exact(rusqlite::MAIN_DB, &bytes[..], bytes.len(), true).unwrap();
        let hashes = |log: &Connection| log.prepare("SELECT hash FROM events ORDER BY global_position").unwrap()
            .query_map([], |row| row.get(0)).unwrap().collect::<Result<Vec<Vec<u8>>, _>>().unwrap();
        assert_eq!(hashes(&opened), hashes(store.connection()));
        let id: i64 = opened.query_row("PRAGMA application_id", [], |row| row.get(0)).unwrap();
        assert_eq!(id, daybook::event_store::APPLICATION_ID);
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

    // Reads.

    fn a_stream_is_read_in_both_directions_from_a_version(files) {
        let mut store = files.store();
        append(&mut store, "c1", vec![write("a", ANY, &["1", "2"]), write("b", ANY, &["3"]), ]).unwrap();
        append(&mut store, "c2", vec![write("a", ANY, &["4", "5"])]).unwrap();
        let versions = |events: Vec<RecordedEvent>| events.iter().map(|event| event.version).collect::<Vec<_>>();
        assert_eq!(versions(store.read_stream("a", 0, 10).unwrap()), [1, 2, 3, 4]);
        assert_eq!(versions(store.read_stream("a", 2, 2).unwrap()), [2, 3]);
        assert_eq!(versions(store.read_stream("a", 5, 2).unwrap()), NONE);
        assert_eq!(versions(store.read_stream("a", u64::MAX, 2).unwrap()), NONE);
        assert_eq!(versions(store.read_stream_backwards("a", u64::MAX, 3).unwrap()), [4, 3, 2]);
        assert_eq!(versions(store.read_stream_backwards("a", 2, 10).unwrap()), [2, 1]);
        assert_eq!(versions(store.read_stream_backwards("a", 0, 10).unwrap()), NONE);
        assert_eq!(versions(store.read_stream_backwards("none", 9, 10).unwrap()), NONE);
    }

    fn everything_is_read_in_both_directions_from_a_position(files) {
        let mut store = files.store();
        codes(&mut store);
        assert_eq!(positions(&store.read_all(0, 2).unwrap()), [1, 2]);
        assert_eq!(positions(&store.read_all(4, 10).unwrap()), [5, 6]);
        assert_eq!(positions(&store.read_all(u64::MAX, 10).unwrap()), NONE);
        assert_eq!(positions(&store.read_all_backwards(u64::MAX, 2).unwrap()), [6, 5]);
        assert_eq!(positions(&store.read_all_backwards(3, 10).unwrap()), [2, 1]);
        assert_eq!(positions(&store.read_all_backwards(0, 10).unwrap()), NONE);
    }

    fn a_type_is_read_in_both_directions(files) {
        let mut store = files.store();
        codes(&mut store);
        assert_eq!(positions(&store.read_by_type("ProductCreated", 0, 10).unwrap()), [1, 5]);
        assert_eq!(positions(&store.read_by_type("ProductCreated", 0, 1).unwrap()), [1]);
        assert_eq!(positions(&store.read_by_type("ProductCreated", 1, 10).unwrap()), [5]);
        assert_eq!(positions(&store.read_by_type_backwards("ProductCreated", u64::MAX, 1).unwrap()), [5]);
        assert_eq!(positions(&store.read_by_type_backwards("ProductCreated", 5, 10).unwrap()), [1]);
        assert_eq!(positions(&store.read_by_type("OrderStarted", 0, 10).unwrap()), NONE);
    }

    fn a_tag_is_read_in_both_directions(files) {
        let mut store = files.store();
        codes(&mut store);
        assert_eq!(positions(&store.read_by_tag("code:a", 0, 10).unwrap()), [1, 3, 5]);
        assert_eq!(positions(&store.read_by_tag("code:a", 1, 1).unwrap()), [3]);
        assert_eq!(positions(&store.read_by_tag_backwards("code:a", u64::MAX, 2).unwrap()), [5, 3]);
        assert_eq!(positions(&store.read_by_tag_backwards("code:a", 3, 10).unwrap()), [1]);
        assert_eq!(positions(&store.read_by_tag("code:", 0, 10).unwrap()), NONE);
        assert_eq!((store.newest_with_tag("code:a").unwrap(), store.newest_with_tag("none").unwrap()), (5, 0));
    }

    fn a_query_of_several_items_finds_each_event_once(files) {
        let mut store = files.store();
        codes(&mut store);
        let query: EventQuery = [
            QueryItem::tagged("code:b"),
            QueryItem::default().of_types(&["ShiftOpened", "ProductCreated"]),
            QueryItem::tagged("code:a"),
        ].into_iter().collect();
        assert_eq!(positions(&store.read_matching(&query, 0, 10).unwrap()), [1, 3, 4, 5]);
        assert_eq!(positions(&store.read_matching(&query, 0, 3).unwrap()), [1, 3, 4]);
        assert_eq!(positions(&store.read_matching_backwards(&query, u64::MAX, 3).unwrap()), [5, 4, 3]);
        assert_eq!(positions(&store.read_matching_backwards(&query, 4, 10).unwrap()), [3, 1]);
        assert_eq!(positions(&store.read_matching(&EventQuery::all(), 2, 2).unwrap()), [3, 4]);
        assert_eq!(positions(&store.read_matching(&EventQuery::default(), 0, 9).unwrap()), NONE);
    }

    fn a_span_of_time_is_read_page_by_page(files) {
        let mut store = files.store();
        // A clock that stands still, jumps back, and goes on.
        for (id, timestamp_ms) in [("e1", 10), ("e2", 20), ("e3", 20), ("e4", 5), ("e5", 20), ("e6", 30)] {
            store.begin().unwrap();
            store.append(&Batch { timestamp_ms, ..batch(id, vec![write("a", ANY, &[id])]) }).unwrap();
            store.commit().unwrap();
        }
        assert_eq!(positions(&store.read_by_time(5..30, 0, 10).unwrap()), [4, 1, 2, 3, 5]);
        assert_eq!(positions(&store.read_by_time(20..21, 0, 10).unwrap()), [2, 3, 5]);
        assert_eq!(positions(&store.read_by_time(i64::MIN..i64::MAX, 0, 2).unwrap()), [4, 1]);
        assert_eq!(positions(&store.read_by_time(21..21, 0, 9).unwrap()), NONE);
        let (mut from, mut after, mut all) = (i64::MIN, 0, Vec::new());
        while let [event] = &store.read_by_time(from..i64::MAX, after, 1).unwrap()[..] {
            (from, after) = (event.timestamp_ms, event.global_position);
            all.push(after);
        }
        assert_eq!(all, [4, 1, 2, 3, 5, 6]);
    }

    // Subscriptions.

    fn a_subscription_catches_up_and_goes_live(files) {
        let mut store = files.store();
        codes(&mut store);
        let mut all = store.subscribe(2, None).unwrap();
        let first = all.poll(&store, 3).unwrap();
        assert_eq!((positions(&first.events), first.is_live, all.position()), (vec![3, 4, 5], false, 5));
        let rest = all.poll(&store, 3).unwrap();
        assert_eq!((positions(&rest.events), rest.is_live), (vec![6], true));
        assert_eq!(all.poll(&store, 3).unwrap().events, []);
        append(&mut store, "c7", vec![write("a", ANY, &["7"])]).unwrap();
        assert!(!all.is_live(&store));
        assert_eq!(positions(&all.poll(&store, 3).unwrap().events), [7]);
        assert_eq!(all.poll(&store, 0).unwrap().events, []);
    }

    fn a_subscription_to_a_query_moves_past_what_does_not_match(files) {
        let mut store = files.store();
        codes(&mut store);
        let mut some = store.subscribe(0, Some(EventQuery::tagged("code:a"))).unwrap();
        assert_eq!(positions(&some.poll(&store, 2).unwrap().events), [1, 3]);
        let rest = some.poll(&store, 2).unwrap();
        assert_eq!((positions(&rest.events), rest.is_live, some.position()), (vec![5], true, 6));
    }

    fn an_open_transaction_is_delivered_only_once_it_is_committed(files) {
        let mut store = files.store();
        append(&mut store, "c1", vec![write("a", ANY, &["1"])]).unwrap();
        let mut all = store.subscribe(0, None).unwrap();
        store.begin().unwrap();
        store.append(&batch("c2", vec![write("a", ANY, &["2"])])).unwrap();
        let delivery = all.poll(&store, 10).unwrap();
        assert_eq!((positions(&delivery.events), delivery.is_live, store.committed_head()), (vec![1], true, 1));
        store.rollback();
        store.begin().unwrap();
        store.append(&batch("c3", vec![write("a", ANY, &["3"])])).unwrap();
        assert_eq!(all.poll(&store, 10).unwrap().events, []);
        store.commit().unwrap();
        assert_eq!(all.poll(&store, 10).unwrap().events[0].event_id, "3");
    }

    fn a_subscription_beyond_the_end_is_refused(files) {
        let mut store = files.store();
        append(&mut store, "c1", vec![write("a", ANY, &["1"])]).unwrap();
        store.begin().unwrap();
        store.append(&batch("c2", vec![write("a", ANY, &["2"])])).unwrap();
        assert!(matches!(store.subscribe(2, None), Err(StoreError::BeyondHead { position: 2, head: 1 })));
        store.commit().unwrap();
        assert!(store.subscribe(2, None).is_ok());
    }

    fn listeners_are_called_after_a_commit_that_recorded_something(files) {
        let mut store = files.store();
        let heard = Rc::new(RefCell::new(Vec::new()));
        let listen = |store: &mut EventStore, name: &'static str| {
            let heard = Rc::clone(&heard);
            store.on_commit(move |head| heard.borrow_mut().push((name, head)))
        };
        let first = listen(&mut store, "first");
        listen(&mut store, "second");
        append(&mut store, "c1", vec![write("a", ANY, &["1", "2"])]).unwrap();
        append(&mut store, "c2", vec![write("a", ExpectedVersion::Exact(2), &[])]).unwrap();
        store.begin().unwrap();
        store.append(&batch("c3", vec![write("a", ANY, &["3"])])).unwrap();
        store.rollback();
        store.remove_listener(first);
        append(&mut store, "c4", vec![write("a", ANY, &["4"])]).unwrap();
        assert_eq!(*heard.borrow(), [("first", 2), ("second", 2), ("second", 3)]);
    }

    fn a_subscription_decodes_and_stands_before_what_it_cannot_read(files) {
        let mut store = files.store();
        append(&mut store, "c1", vec![write("a", ANY, &["1", "2"])]).unwrap();
        let mut newer = write("a", ANY, &["3", "4"]);
        newer.events[0].schema_version = 99;
        append(&mut store, "c2", vec![newer]).unwrap();
        let mut all = store.subscribe(0, None).unwrap();
        let delivery = all.poll_decoded(&store, 10).unwrap();
        assert_eq!((delivery.events.len(), delivery.is_live, all.position()), (2, false, 2));
        assert_eq!(delivery.events[1].event, store.decode(&delivery.events[1].recorded).unwrap());
        for _ in 0..2 {
            let error = all.poll_decoded(&store, 10).unwrap_err();
            assert!(matches!(&error, DeliveryError::Unreadable { position: 3, .. }), "{error}");
            assert_eq!(all.position(), 2);
        }
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
