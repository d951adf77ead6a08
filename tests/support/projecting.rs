//! Given these events, then a projection has these rows: how a read model is written
//! down. However the events came to it: one at a time or all at once, in a second
//! build aside, or after the first build was thrown away, the rows are the same.

use daybook::codec;
use daybook::domain::Event;
use daybook::event_store::{Batch, EventStore, ExpectedVersion, NewEvent, StreamWrite};
use daybook::projector::{self, Projection, Projector};
use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::disk::Disk;
use super::till::open_store;
use super::{OPENING, assert_same, dump};

/// An event on its way into the log, with the id of the aggregate that it is about.
pub type Recorded = (String, Event);

/// An event about the aggregate with this id.
pub fn on(id: &str, event: impl Into<Event>) -> Recorded {
    (id.to_owned(), event.into())
}

/// A projection and its history.
pub struct Given {
    projection: &'static str,
    store: EventStore,
}

/// Begins a specification of the projection with this id. The events happen a second
/// apart, beginning a second after [`OPENING`], and are called `event-1`, `event-2`, …
pub fn given(projection: &'static str, events: impl IntoIterator<Item = Recorded>) -> Given {
    let mut store = open_store(&Disk::new()).unwrap();
    for (number, (id, event)) in (1..).zip(events) {
        record(&mut store, number, &id, &event);
    }
    Given { projection, store }
}

fn record(store: &mut EventStore, number: i64, id: &str, event: &Event) {
    let encoded = codec::encode(event).unwrap();
    let id = event.stream_type().stream_id(id);
    store.begin().unwrap();
    store
        .append(&Batch {
            command_id: &format!("command-{number}"),
            metadata: "{}",
            timestamp_ms: OPENING.0 + 1000 * number,
            writes: vec![StreamWrite {
                stream_id: id,
                stream_type: event.stream_type().as_str(),
                expected: ExpectedVersion::Any,
                events: vec![NewEvent {
                    event_id: format!("event-{number}"),
                    event_type: encoded.event_type,
                    schema_version: encoded.schema_version,
                    payload: encoded.payload,
                    tags: codec::tags(event),
                }],
            }],
            condition: None,
        })
        .unwrap();
    store.commit().unwrap();
}

impl Given {
    /// `SELECT` finds exactly these rows, cells separated by ` | `. `NULL` is nothing,
    /// and an empty text is empty.
    #[track_caller]
    pub fn then_rows<const N: usize>(self, select: &str, expected: [&str; N]) -> Self {
        let built = self.built_in_steps_of(500);
        assert_eq!(rows(built.views(), select), expected);
        self
    }

    /// However the projection is built, all its rows are the same.
    #[track_caller]
    pub fn then_the_same_however_it_is_built(self) {
        let expected = dump(self.built_in_steps_of(500).views());
        for events in [1, 2, 3] {
            assert_same(&dump(self.built_in_steps_of(events).views()), &expected);
        }
        let mut projector = self.built_in_steps_of(500);
        let again = projector.step(&self.store, 500).unwrap();
        assert_eq!((again.events, again.at_head), (0, true));
        assert_same(&dump(projector.views()), &expected);

        projector.start_rebuild(self.projection).unwrap();
        while projector.rebuild_step(&self.store, 2).unwrap().more {}
        while projector.drop_old_tables(1).unwrap() {}
        assert_same(&dump(projector.views()), &expected);

        projector.reset().unwrap();
        projector.catch_up(&self.store).unwrap();
        assert_same(&dump(projector.views()), &expected);
    }

    fn built_in_steps_of(&self, events: u32) -> Projector {
        let memory = Connection::open_in_memory().unwrap();
        let mut projector = Projector::open(memory, &self.store, self.alone()).unwrap();
        while !projector.step(&self.store, events).unwrap().at_head {}
        assert!(
            !projector.has_dead_letters(),
            "{:?}",
            dump(projector.views())
        );
        projector
    }

    fn alone(&self) -> Vec<Box<dyn Projection>> {
        let mut projections = projector::all();
        projections.retain(|projection| projection.id() == self.projection);
        assert_eq!(projections.len(), 1, "there is no {}", self.projection);
        projections
    }
}

/// What `select` finds, cells separated by ` | `.
pub fn rows(views: &Connection, select: &str) -> Vec<String> {
    let mut statement = views.prepare(select).unwrap();
    let columns = statement.column_count();
    let mut found = statement.query([]).unwrap();
    let mut rows = Vec::new();
    while let Some(row) = found.next().unwrap() {
        let cells = (0..columns).map(|column| match row.get_ref(column).unwrap() {
            ValueRef::Null => "NULL".to_owned(),
            ValueRef::Integer(number) => number.to_string(),
            ValueRef::Real(number) => number.to_string(),
            ValueRef::Text(text) => String::from_utf8(text.to_vec()).unwrap(),
            ValueRef::Blob(bytes) => format!("{bytes:?}"),
        });
        rows.push(cells.collect::<Vec<_>>().join(" | "));
    }
    rows
}
