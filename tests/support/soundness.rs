//! What must be true of both databases, whatever happened to the disk.

use std::collections::HashMap;

use daybook::event_store::{EventStore, Metadata, RecordedEvent, Verifier};
use daybook::projector::{self, Projector};
use rusqlite::Connection;

use super::{assert_same, dump};

/// The whole log, after checking that it is one: every position once, every version
/// once, the chain unbroken, and each command that left events known with them.
pub fn sound_log(store: &EventStore) -> Vec<RecordedEvent> {
    assert_file_is_whole(store.connection());
    let events = store.read_all(0, u32::MAX).unwrap();
    let mut verifier = Verifier::new(store.identity().log_id);
    let mut versions: HashMap<&str, u64> = HashMap::new();
    for event in &events {
        verifier.check(event).unwrap();
        let version = versions.entry(&event.stream_id).or_default();
        *version += 1;
        assert_eq!(event.version, *version, "of {}", event.stream_id);
    }
    assert_eq!(store.head(), events.len() as u64);
    assert_commands_have_their_events(store, &events);
    events
}

fn assert_file_is_whole(connection: &Connection) {
    let check: String = connection
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(check, "ok");
}

/// A command is remembered with exactly the events that name it.
fn assert_commands_have_their_events(store: &EventStore, events: &[RecordedEvent]) {
    let mut spans: Vec<(String, u64, u64)> = Vec::new();
    for event in events {
        let metadata: Metadata = serde_json::from_str(&event.metadata).unwrap();
        match spans.last_mut() {
            Some((command, _, last)) if *command == metadata.command_id => {
                *last = event.global_position;
            }
            _ => spans.push((
                metadata.command_id,
                event.global_position,
                event.global_position,
            )),
        }
    }
    let remembered: Vec<(String, u64, u64)> = store
        .connection()
        .prepare("SELECT command_id, first_position, last_position FROM commands ORDER BY first_position")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(remembered, spans);
}

/// The views, after checking that they are whole, up to date, and what the log says.
pub fn sound_views(store: &EventStore, projector: &mut Projector, fresh: &mut FreshViews) {
    projector.catch_up(store).unwrap();
    assert_eq!(projector.position(), store.head());
    assert_file_is_whole(projector.views());
    assert_same(&dump(projector.views()), fresh.of(store));
    // A rebuild that was cut off goes on, and what it leaves behind can be removed.
    while projector.rebuild_step(store, 20).unwrap().more {}
    while projector.drop_old_tables(100).unwrap() {}
    assert_same(&dump(projector.views()), fresh.of(store));
}

/// Views that were built in one go, kept by what the log says at its end.
#[derive(Default)]
pub struct FreshViews(HashMap<Vec<u8>, Vec<String>>);

impl FreshViews {
    fn of(&mut self, store: &EventStore) -> &Vec<String> {
        let last = store.read_all_backwards(u64::MAX >> 1, 1).unwrap().pop();
        let hash = last.map_or_else(Vec::new, |event| event.hash);
        self.0.entry(hash).or_insert_with(|| {
            let memory = Connection::open_in_memory().unwrap();
            let mut projector = Projector::open(memory, store, projector::all()).unwrap();
            projector.catch_up(store).unwrap();
            dump(projector.views())
        })
    }
}
