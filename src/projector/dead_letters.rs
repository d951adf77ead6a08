//! Events that a projection could not apply: recorded, retried, skipped.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension};

use super::batch::{self, Decoded};
use super::engine::Projector;
use super::error::ProjectorError;
use super::pass::in_savepoint;
use super::projection::Projected;
use super::tables::Tables;
use crate::event_store::{EventStore, RecordedEvent};

/// What became of a retry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retried {
    /// Events that are applied now.
    pub applied: u64,
    /// Events that still cannot be applied, or wait behind one.
    pub left: u64,
}

/// Writes down an event that could not be applied, or (without an error) that
/// waits behind one.
pub fn record(
    views: &Connection,
    projection_id: &str,
    position: u64,
    sequence_key: &str,
    error: Option<&ProjectorError>,
) -> Result<(), ProjectorError> {
    let error = error.map(ToString::to_string);
    views
        .prepare_cached(
            "INSERT INTO dead_letters
                 (projection_id, global_position, sequence_key, error, attempts, skipped)
             VALUES (?1, ?2, ?3, ?4, ?5, 0)
             ON CONFLICT DO UPDATE SET error = excluded.error, attempts = attempts + 1",
        )?
        .execute((
            projection_id,
            position,
            sequence_key,
            &error,
            i64::from(error.is_some()),
        ))?;
    note(views, projection_id)
}

/// The progress of a projection names its first dead letter, if it has one.
fn note(views: &Connection, projection_id: &str) -> Result<(), ProjectorError> {
    views
        .prepare_cached(
            "UPDATE projection_progress SET error = (
                 SELECT 'event ' || global_position || ': ' || error FROM dead_letters
                 WHERE projection_id = ?1 AND NOT skipped AND error IS NOT NULL
                 ORDER BY global_position LIMIT 1)
             WHERE projection_id = ?1",
        )?
        .execute([projection_id])?;
    Ok(())
}

/// The sequence keys that wait.
pub fn blocked_keys(
    views: &Connection,
    projection_id: &str,
) -> Result<HashSet<String>, ProjectorError> {
    let keys = views
        .prepare_cached(
            "SELECT DISTINCT sequence_key FROM dead_letters
             WHERE projection_id = ?1 AND NOT skipped",
        )?
        .query_map([projection_id], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    Ok(keys)
}

/// The events that somebody decided to leave out.
pub fn skipped(views: &Connection, projection_id: &str) -> Result<HashSet<u64>, ProjectorError> {
    let positions = views
        .prepare_cached(
            "SELECT global_position FROM dead_letters WHERE projection_id = ?1 AND skipped",
        )?
        .query_map([projection_id], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    Ok(positions)
}

/// Forgets all but what shall be left out: the projection was built anew.
pub fn clear(views: &Connection, projection_id: &str) -> Result<(), ProjectorError> {
    views.execute(
        "DELETE FROM dead_letters WHERE projection_id = ?1 AND NOT skipped",
        [projection_id],
    )?;
    Ok(())
}

impl Projector {
    /// Tries a dead letter again, through the upcasters of this build, and what
    /// waits behind it: in order, up to the first that still cannot be applied.
    ///
    /// # Errors
    /// [`ProjectorError::NoSuchDeadLetter`]; or the databases fail.
    pub fn retry(
        &mut self,
        store: &EventStore,
        projection_id: &str,
        position: u64,
    ) -> Result<Retried, ProjectorError> {
        let place = self.place_of(projection_id)?;
        let key = self.key_of(projection_id, position)?;
        self.retry_key(store, place, &key)
    }

    /// Whether any projection has an event that it could not apply.
    #[must_use]
    pub fn has_dead_letters(&self) -> bool {
        self.live.iter().any(|lane| !lane.blocked.is_empty())
    }

    /// Tries every dead letter again.
    ///
    /// # Errors
    /// The databases fail.
    pub fn retry_all(&mut self, store: &EventStore) -> Result<Retried, ProjectorError> {
        let mut total = Retried::default();
        for place in 0..self.projections.len() {
            for key in blocked_keys(&self.views, self.projections[place].id())? {
                let retried = self.retry_key(store, place, &key)?;
                total.applied += retried.applied;
                total.left += retried.left;
            }
        }
        Ok(total)
    }

    /// Leaves an event out of a projection for good, also when it is built anew,
    /// and goes on with what waits behind it. The event stays in the log.
    ///
    /// # Errors
    /// As [`Self::retry`].
    pub fn skip(
        &mut self,
        store: &EventStore,
        projection_id: &str,
        position: u64,
    ) -> Result<Retried, ProjectorError> {
        let place = self.place_of(projection_id)?;
        if self.skip_in_rebuild(place, position)? {
            return Ok(Retried::default());
        }
        let key = self.key_of(projection_id, position)?;
        self.views.execute(
            "UPDATE dead_letters SET skipped = 1 WHERE projection_id = ?1 AND global_position = ?2",
            (projection_id, position),
        )?;
        self.skipped[place].insert(position);
        self.retry_key(store, place, &key)
    }

    fn key_of(&self, projection_id: &str, position: u64) -> Result<String, ProjectorError> {
        self.views
            .query_row(
                "SELECT sequence_key FROM dead_letters
                 WHERE projection_id = ?1 AND global_position = ?2 AND NOT skipped",
                (projection_id, position),
                |row| row.get(0),
            )
            .optional()?
            .ok_or_else(|| ProjectorError::NoSuchDeadLetter {
                projection_id: projection_id.to_owned(),
                position,
            })
    }

    fn retry_key(
        &mut self,
        store: &EventStore,
        place: usize,
        key: &str,
    ) -> Result<Retried, ProjectorError> {
        let mut retried = Retried::default();
        if self.live[place].paused {
            return Ok(retried);
        }
        while let Some(position) = self.first_of(place, key)? {
            if !self.retry_one(store, place, position)? {
                break;
            }
            retried.applied += 1;
        }
        retried.left = self.waiting(place, key)?;
        if retried.left == 0 {
            self.live[place].blocked.remove(key);
        }
        note(&self.views, self.projections[place].id())?;
        if retried.applied > 0 && self.projections[place].order_matters() {
            self.start_rebuild(self.projections[place].id())?;
        }
        Ok(retried)
    }

    fn first_of(&self, place: usize, key: &str) -> Result<Option<u64>, ProjectorError> {
        let first = self
            .views
            .prepare_cached(
                "SELECT min(global_position) FROM dead_letters
                 WHERE projection_id = ?1 AND sequence_key = ?2 AND NOT skipped",
            )?
            .query_row((self.projections[place].id(), key), |row| row.get(0))?;
        Ok(first)
    }

    fn waiting(&self, place: usize, key: &str) -> Result<u64, ProjectorError> {
        let count = self
            .views
            .prepare_cached(
                "SELECT count(*) FROM dead_letters
                 WHERE projection_id = ?1 AND sequence_key = ?2 AND NOT skipped",
            )?
            .query_row((self.projections[place].id(), key), |row| row.get(0))?;
        Ok(count)
    }

    /// Whether the event is applied now, and no dead letter any more.
    fn retry_one(
        &self,
        store: &EventStore,
        place: usize,
        position: u64,
    ) -> Result<bool, ProjectorError> {
        let id = self.projections[place].id();
        let recorded = event_at(store, position)?;
        let transaction = self.views.unchecked_transaction()?;
        let applied = match self.apply_alone(&transaction, store, place, &recorded) {
            Err(error) if error.is_of_the_database() => return Err(error),
            Err(error) => {
                let key = self.projections[place].sequence_key(&recorded);
                record(&transaction, id, position, key, Some(&error))?;
                false
            }
            Ok(()) => {
                transaction.execute(
                    "DELETE FROM dead_letters WHERE projection_id = ?1 AND global_position = ?2",
                    (id, position),
                )?;
                true
            }
        };
        transaction.commit()?;
        Ok(applied)
    }

    /// Applies one event to the tables that readers see.
    pub(super) fn apply_alone(
        &self,
        transaction: &Connection,
        store: &EventStore,
        place: usize,
        recorded: &RecordedEvent,
    ) -> Result<(), ProjectorError> {
        let event = match batch::decode(store, recorded) {
            Decoded::Event(event) => event,
            Decoded::Unreadable(error) => return Err(error.into()),
            Decoded::Unread => return Ok(()),
        };
        let tables = Tables::new(transaction, &self.live[place].generation);
        let projected = Projected {
            recorded,
            event: &event,
        };
        in_savepoint(transaction, || {
            self.projections[place].apply(&tables, &projected)
        })
    }
}

fn event_at(store: &EventStore, position: u64) -> Result<RecordedEvent, ProjectorError> {
    let found = store.read_all(position.saturating_sub(1), 1)?.into_iter();
    let mut found = found.filter(|event| event.global_position == position);
    found.next().ok_or(ProjectorError::Gap {
        expected: position,
        found: store.head(),
    })
}
