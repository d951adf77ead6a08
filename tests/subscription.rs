//! A subscription delivers each committed event once and in order, whatever is
//! appended, undone and polled in between.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use daybook::event_store::{
    Batch, EventQuery, EventStore, ExpectedVersion, NewEvent, QueryItem, StreamWrite,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use support::Files;
use support::random::cases;

const TYPES: [&str; 3] = ["ProductCreated", "ProductDescribed", "ShiftOpened"];
const TAGS: [&str; 3] = ["t0", "t1", "t2"];

#[derive(Debug, Clone)]
enum Step {
    Begin,
    /// A batch of events, each with a type and tags.
    Append(Vec<(usize, Vec<usize>)>),
    /// A batch that is refused after it was written.
    Refuse(Vec<(usize, Vec<usize>)>),
    Commit,
    Rollback,
    Poll {
        subscriber: usize,
        limit: u32,
    },
    /// A subscriber begins anew where it had come to.
    Resume {
        subscriber: usize,
    },
}

fn any_events() -> impl Strategy<Value = Vec<(usize, Vec<usize>)>> {
    vec((0..TYPES.len(), vec(0..TAGS.len(), 0..3)), 1..6)
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => Just(Step::Begin),
        6 => any_events().prop_map(Step::Append),
        1 => any_events().prop_map(Step::Refuse),
        3 => Just(Step::Commit),
        1 => Just(Step::Rollback),
        8 => (0..queries().len(), 0_u32..5).prop_map(|(subscriber, limit)| Step::Poll { subscriber, limit }),
        1 => (0..queries().len()).prop_map(|subscriber| Step::Resume { subscriber }),
    ]
}

fn queries() -> Vec<Option<EventQuery>> {
    vec![
        None,
        Some(EventQuery::all()),
        Some(EventQuery::of_types(&TYPES[..1])),
        Some(QueryItem::tagged("t0").and_tagged("t1").into()),
        Some(
            [
                QueryItem::tagged("t2").of_types(&TYPES[1..]),
                QueryItem::tagged("t0"),
            ]
            .into_iter()
            .collect(),
        ),
        Some(EventQuery::default()),
    ]
}

/// An event as the model knows it.
#[derive(Debug, Clone)]
struct Known {
    id: String,
    event_type: &'static str,
    tags: Vec<&'static str>,
}

fn matches(query: Option<&EventQuery>, event: &Known) -> bool {
    let Some(query) = query else { return true };
    query.items.iter().any(|item| {
        let of_type = item.event_types.is_empty()
            || item.event_types.iter().any(|name| name == event.event_type);
        of_type
            && item
                .tags
                .iter()
                .all(|tag| event.tags.contains(&tag.as_str()))
    })
}

fn append(store: &mut EventStore, events: &[Known], expected: ExpectedVersion) -> bool {
    let write = |stream: &str, events: &[Known], expected| StreamWrite {
        stream_id: stream.to_owned(),
        stream_type: "product",
        expected,
        events: events
            .iter()
            .map(|event| NewEvent {
                event_id: event.id.clone(),
                event_type: event.event_type,
                schema_version: 1,
                payload: "{}".to_owned(),
                tags: event.tags.iter().map(|tag| (*tag).to_owned()).collect(),
            })
            .collect(),
    };
    let batch = Batch {
        command_id: &events[0].id,
        metadata: "{}",
        timestamp_ms: 1,
        writes: vec![
            write("a", events, ExpectedVersion::Any),
            write("none", &[], expected),
        ],
        condition: None,
    };
    store.append(&batch).is_ok()
}

fn run(steps: Vec<Step>) {
    let files = Files::new();
    let mut store = files.store();
    let queries = queries();
    let mut subscriptions: Vec<_> = queries
        .iter()
        .map(|query| store.subscribe(0, query.clone()).unwrap())
        .collect();
    let mut delivered = vec![Vec::new(); queries.len()];
    let (mut committed, mut open, mut made) = (Vec::new(), Vec::new(), 0);
    for step in steps {
        match step {
            Step::Begin if !store.is_in_transaction() => store.begin().unwrap(),
            Step::Append(events) | Step::Refuse(events) if !store.is_in_transaction() => {
                drop(events);
            }
            Step::Append(ref events) | Step::Refuse(ref events) => {
                let known: Vec<Known> = events
                    .iter()
                    .map(|(kind, tags)| {
                        made += 1;
                        Known {
                            id: format!("e{made}"),
                            event_type: TYPES[*kind],
                            tags: tags.iter().map(|tag| TAGS[*tag]).collect(),
                        }
                    })
                    .collect();
                let fits = matches!(step, Step::Append(_));
                let expected = if fits {
                    ExpectedVersion::NoStream
                } else {
                    ExpectedVersion::StreamExists
                };
                assert_eq!(append(&mut store, &known, expected), fits);
                if fits {
                    open.extend(known);
                }
            }
            Step::Commit if store.is_in_transaction() => {
                store.commit().unwrap();
                committed.append(&mut open);
            }
            Step::Rollback => {
                store.rollback();
                open.clear();
            }
            Step::Poll { subscriber, limit } => {
                let delivery = subscriptions[subscriber].poll(&store, limit).unwrap();
                assert!(delivery.events.len() <= limit as usize);
                delivered[subscriber]
                    .extend(delivery.events.into_iter().map(|event| event.event_id));
                let so_far = expected(&committed, queries[subscriber].as_ref());
                assert!(so_far.starts_with(&delivered[subscriber]));
                assert!(!delivery.is_live || so_far == delivered[subscriber]);
            }
            Step::Resume { subscriber } => {
                let position = subscriptions[subscriber].position();
                subscriptions[subscriber] = store
                    .subscribe(position, queries[subscriber].clone())
                    .unwrap();
            }
            Step::Begin | Step::Commit => {}
        }
    }
    store.rollback();
    for (index, subscription) in subscriptions.iter_mut().enumerate() {
        while !subscription.is_live(&store) {
            let events = subscription.poll(&store, 2).unwrap().events;
            delivered[index].extend(events.into_iter().map(|event| event.event_id));
        }
        assert_eq!(
            delivered[index],
            expected(&committed, queries[index].as_ref())
        );
    }
}

fn expected(committed: &[Known], query: Option<&EventQuery>) -> Vec<String> {
    let matching = committed.iter().filter(|event| matches(query, event));
    matching.map(|event| event.id.clone()).collect()
}

#[test]
fn each_committed_event_is_delivered_once_and_in_order() {
    TestRunner::new(cases(60))
        .run(&vec(any_step(), 1..120), |steps| {
            run(steps);
            Ok(())
        })
        .unwrap();
}

/// What a poll looks at is bounded: what is rare is found all the same.
#[test]
fn what_is_rare_is_found_after_more_polls() {
    let files = Files::new();
    let mut store = files.store();
    let common = |from: usize, to: usize| -> Vec<Known> {
        (from..to)
            .map(|number| Known {
                id: format!("e{number}"),
                event_type: TYPES[0],
                tags: vec![],
            })
            .collect()
    };
    let rare = Known {
        id: "rare".to_owned(),
        event_type: TYPES[2],
        tags: vec!["t0"],
    };
    store.begin().unwrap();
    assert!(append(
        &mut store,
        &common(0, 9_000),
        ExpectedVersion::NoStream
    ));
    assert!(append(&mut store, &[rare], ExpectedVersion::NoStream));
    assert!(append(
        &mut store,
        &common(9_000, 9_010),
        ExpectedVersion::NoStream
    ));
    store.commit().unwrap();
    for query in [EventQuery::tagged("t0"), EventQuery::of_types(&TYPES[2..])] {
        let mut subscription = store.subscribe(0, Some(query)).unwrap();
        let (mut found, mut polls) = (Vec::new(), 0);
        loop {
            let delivery = subscription.poll(&store, 10).unwrap();
            found.extend(delivery.events);
            polls += 1;
            if delivery.is_live {
                break;
            }
        }
        assert_eq!((found.len(), found[0].event_id.as_str()), (1, "rare"));
        assert!(polls > 1);
    }
}
