//! Building a projection anew, in tables of its own, while the old ones serve.
//! The swap redefines what readers see in one transaction; tables that nobody
//! reads any more are dropped in slices.

use rusqlite::{Connection, OptionalExtension};

use super::batch::Batch;
use super::changes::{Changed, Rows};
use super::engine::Projector;
use super::error::ProjectorError;
use super::lane::{Group, Lane};
use super::pass::{self, Fault, OnFault, Passed, Stopped};
use super::projection::Projection;
use super::tables::Generation;
use super::{dead_letters, views_db};
use crate::event_store::{EventStore, RecordedEvent};

/// What a step of the rebuilds did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RebuildStep {
    /// Events that were read.
    pub events: usize,
    /// Projections whose new tables readers see from now on.
    pub swapped: Vec<Changed>,
    /// Whether there is more to do.
    pub more: bool,
}

impl Projector {
    /// Begins to build a projection anew, or tries one again that stopped.
    ///
    /// # Errors
    /// [`ProjectorError::NoSuchProjection`]; or the database fails.
    pub fn start_rebuild(&mut self, projection_id: &str) -> Result<(), ProjectorError> {
        let place = self.place_of(projection_id)?;
        if let Some(lane) = self
            .rebuilds
            .iter_mut()
            .find(|lane| lane.projection == place)
        {
            lane.paused = false;
            return set_status(&self.views, projection_id, None);
        }
        let transaction = self.views.unchecked_transaction()?;
        let lane = begin(&transaction, place, self.projections[place].as_ref())?;
        transaction.commit()?;
        self.rebuilds.push(lane);
        Ok(())
    }

    /// Begins to build all projections anew.
    ///
    /// # Errors
    /// As [`Self::start_rebuild`].
    pub fn start_rebuild_of_all(&mut self) -> Result<(), ProjectorError> {
        (0..self.projections.len()).try_for_each(|place| {
            let id = self.projections[place].id();
            self.start_rebuild(id)
        })
    }

    /// Gives a rebuild up; what was built of it is dropped in slices.
    ///
    /// # Errors
    /// [`ProjectorError::MustBeRebuilt`] if the tables that serve are of another
    /// version, and nothing else would ever replace them.
    pub fn cancel_rebuild(&mut self, projection_id: &str) -> Result<(), ProjectorError> {
        let place = self.place_of(projection_id)?;
        if self.live[place].paused {
            return Err(ProjectorError::MustBeRebuilt(projection_id.to_owned()));
        }
        self.views.execute(
            "DELETE FROM rebuilds WHERE projection_id = ?1",
            [projection_id],
        )?;
        self.rebuilds.retain(|lane| lane.projection != place);
        Ok(())
    }

    /// Stops every rebuild where it is, for a reason that is not an event's. What
    /// is built stays; [`Self::start_rebuild`] goes on with it.
    pub fn pause_rebuilds(&mut self, reason: &ProjectorError) {
        for lane in &mut self.rebuilds {
            lane.paused = true;
            // Where even this cannot be written, the next start tries again.
            let _ = self.views.execute(
                "UPDATE rebuilds SET status = 'stopped', stopped_at = NULL, error = ?2
                 WHERE projection_id = ?1",
                (self.projections[lane.projection].id(), reason.to_string()),
            );
        }
    }

    /// Whether a rebuild goes on.
    #[must_use]
    pub fn is_rebuilding(&self) -> bool {
        self.rebuilds.iter().any(|lane| !lane.paused)
    }

    /// Applies up to `limit` events to the rebuilds that are furthest behind, and
    /// swaps those that have reached the head. An event that cannot be applied
    /// stops its rebuild, and the old tables stay.
    ///
    /// # Errors
    /// [`ProjectorError`] if the databases fail, or the log has a gap.
    pub fn rebuild_step(
        &mut self,
        store: &EventStore,
        limit: u32,
    ) -> Result<RebuildStep, ProjectorError> {
        let mut step = RebuildStep::default();
        if let Some(group) = Group::furthest_behind(&self.rebuilds, self.projections.len()) {
            let batch = Batch::read(store, &group, &self.interest, limit)?;
            if let Some(last) = batch.last() {
                match self.pass_rebuilds(&group, &batch, last) {
                    Ok(passed) => {
                        step.events = batch.len();
                        passed.keep(&mut self.rebuilds, &group, last.global_position);
                    }
                    Err(Stopped::AtEvent(fault)) => self.stop(&fault)?,
                    Err(Stopped::ByDatabase(error)) => return Err(error),
                }
            }
        }
        step.swapped = self.swap_complete(store)?;
        step.more = self.is_rebuilding();
        Ok(step)
    }

    fn pass_rebuilds(
        &self,
        group: &Group,
        batch: &Batch,
        last: &RecordedEvent,
    ) -> Result<Passed, Stopped> {
        let transaction = self.views.unchecked_transaction()?;
        let lanes = &self.rebuilds;
        let passed = pass::run(self, &transaction, lanes, group, batch, OnFault::Stop)?;
        for place in group.places() {
            let projection = &self.projections[lanes[place].projection];
            save_position(&transaction, projection.id(), last)?;
        }
        transaction.commit()?;
        Ok(passed)
    }

    fn stop(&mut self, fault: &Fault) -> Result<(), ProjectorError> {
        let lane = &mut self.rebuilds[fault.lane];
        lane.paused = true;
        let id = self.projections[lane.projection].id();
        set_status(&self.views, id, Some((fault.position, &fault.error)))
    }

    /// If the rebuild of a projection stopped at `position`, leaves that event out
    /// and goes on.
    pub(super) fn skip_in_rebuild(
        &mut self,
        place: usize,
        position: u64,
    ) -> Result<bool, ProjectorError> {
        let id = self.projections[place].id();
        let stopped_at: Option<u64> = self
            .views
            .query_row(
                "SELECT stopped_at FROM rebuilds WHERE projection_id = ?1 AND status = 'stopped'",
                [id],
                |row| row.get(0),
            )
            .optional()?;
        if stopped_at != Some(position) {
            return Ok(false);
        }
        self.views.execute(
            "INSERT INTO dead_letters
                 (projection_id, global_position, sequence_key, error, attempts, skipped)
             VALUES (?1, ?2, '', (SELECT error FROM rebuilds WHERE projection_id = ?1), 1, 1)
             ON CONFLICT DO UPDATE SET skipped = 1",
            (id, position),
        )?;
        self.skipped[place].insert(position);
        self.start_rebuild(id)?;
        Ok(true)
    }

    fn swap_complete(&mut self, store: &EventStore) -> Result<Vec<Changed>, ProjectorError> {
        let mut swapped = Vec::new();
        let mut place = 0;
        while let Some(lane) = self.rebuilds.get(place) {
            if lane.paused || lane.position < store.head() {
                place += 1;
                continue;
            }
            let projection = self.projections[lane.projection].as_ref();
            let transaction = self.views.unchecked_transaction()?;
            swap(&transaction, projection, &lane.generation)?;
            transaction.commit()?;
            swapped.push(Changed {
                projection: projection.id(),
                rows: Rows::Any,
            });
            let lane = self.rebuilds.remove(place);
            let index = lane.projection;
            self.live[index] = lane;
        }
        Ok(swapped)
    }

    /// Empties every projection at once; the next steps build them again, and
    /// readers see them grow. For measurements and tests: a shop that is open
    /// [builds aside](Self::start_rebuild).
    ///
    /// # Errors
    /// [`ProjectorError`].
    pub fn reset(&mut self) -> Result<(), ProjectorError> {
        for place in 0..self.projections.len() {
            let projection = self.projections[place].as_ref();
            let transaction = self.views.unchecked_transaction()?;
            transaction.execute(
                "DELETE FROM rebuilds WHERE projection_id = ?1",
                [projection.id()],
            )?;
            let lane = begin(&transaction, place, projection)?;
            swap(&transaction, projection, &lane.generation)?;
            transaction.commit()?;
            self.live[place] = lane;
        }
        self.rebuilds.clear();
        Ok(())
    }

    /// Drops some rows of a table that nobody reads any more, and the table with
    /// the last of them; whether there is more to drop.
    ///
    /// # Errors
    /// [`ProjectorError`].
    pub fn drop_old_tables(&self, rows: u32) -> Result<bool, ProjectorError> {
        let Some(table) = self.old_table()? else {
            return Ok(false);
        };
        let transaction = self.views.unchecked_transaction()?;
        if delete_rows(&transaction, &table, rows)? == 0 {
            views_db::drop_table(&transaction, &table)?;
            transaction.execute(
                "DELETE FROM projection_tables WHERE physical = ?1",
                [&table],
            )?;
        }
        transaction.commit()?;
        Ok(true)
    }

    fn old_table(&self) -> Result<Option<String>, ProjectorError> {
        let found = self
            .views
            .prepare_cached(
                "SELECT physical FROM projection_tables t
                 WHERE NOT EXISTS (SELECT 1 FROM projection_progress p
                                   WHERE p.projection_id = t.projection_id AND p.generation = t.generation)
                   AND NOT EXISTS (SELECT 1 FROM rebuilds r
                                   WHERE r.projection_id = t.projection_id AND r.generation = t.generation)
                 LIMIT 1",
            )?
            .query_row([], |row| row.get(0))
            .optional()?;
        Ok(found)
    }
}

/// The rebuild that an earlier run left, or that another version of the
/// projection makes necessary.
pub fn open(
    views: &Connection,
    live: &Lane,
    projection: &dyn Projection,
) -> Result<Option<Lane>, ProjectorError> {
    let found: Option<(u32, u32, u64)> = views
        .query_row(
            "SELECT version, generation, position FROM rebuilds WHERE projection_id = ?1",
            [projection.id()],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .optional()?;
    if let Some((version, number, position)) = found
        && version == projection.version()
    {
        // One that stopped tries again: this build may know better.
        set_status(views, projection.id(), None)?;
        let generation = Generation::new(number, projection.tables());
        return Ok(Some(Lane::new(live.projection, generation, position)));
    }
    if live.paused {
        return Ok(Some(begin(views, live.projection, projection)?));
    }
    views.execute(
        "DELETE FROM rebuilds WHERE projection_id = ?1",
        [projection.id()],
    )?;
    Ok(None)
}

fn begin(
    views: &Connection,
    place: usize,
    projection: &dyn Projection,
) -> Result<Lane, ProjectorError> {
    let generation = views_db::create_generation(views, projection)?;
    views.execute(
        "INSERT OR REPLACE INTO rebuilds
             (projection_id, version, generation, position, timestamp, event_id, status,
              stopped_at, error)
         VALUES (?1, ?2, ?3, 0, 0, '', 'running', NULL, NULL)",
        (projection.id(), projection.version(), generation.number()),
    )?;
    Ok(Lane::new(place, generation, 0))
}

/// Readers see the new tables, and the progress is theirs.
fn swap(
    views: &Connection,
    projection: &dyn Projection,
    generation: &Generation,
) -> Result<(), ProjectorError> {
    views_db::show(views, projection, generation)?;
    views.execute(
        "UPDATE projection_progress AS p
         SET version = r.version, generation = r.generation, status = 'running', error = NULL,
             last_processed_position = r.position, last_processed_timestamp = r.timestamp,
             last_processed_event_id = r.event_id
         FROM rebuilds r
         WHERE r.projection_id = p.projection_id AND p.projection_id = ?1",
        [projection.id()],
    )?;
    views.execute(
        "DELETE FROM rebuilds WHERE projection_id = ?1",
        [projection.id()],
    )?;
    dead_letters::clear(views, projection.id())
}

fn save_position(
    views: &Connection,
    projection_id: &str,
    last: &RecordedEvent,
) -> Result<(), ProjectorError> {
    views
        .prepare_cached(
            "UPDATE rebuilds SET position = ?2, timestamp = ?3, event_id = ?4
             WHERE projection_id = ?1",
        )?
        .execute((
            projection_id,
            last.global_position,
            last.timestamp_ms,
            &last.event_id,
        ))?;
    Ok(())
}

/// Running, or stopped by an event.
fn set_status(
    views: &Connection,
    projection_id: &str,
    stopped: Option<(u64, &ProjectorError)>,
) -> Result<(), ProjectorError> {
    let status = match stopped {
        Some(_) => "stopped",
        None => "running",
    };
    views.execute(
        "UPDATE rebuilds SET status = ?2, stopped_at = ?3, error = ?4 WHERE projection_id = ?1",
        (
            projection_id,
            status,
            stopped.map(|(position, _)| position),
            stopped.map(|(_, error)| error.to_string()),
        ),
    )?;
    Ok(())
}

/// Deletes up to `limit` rows by their primary key; how many.
fn delete_rows(views: &Connection, table: &str, limit: u32) -> Result<usize, ProjectorError> {
    let exists = views
        .prepare_cached("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1")?
        .exists([table])?;
    if !exists {
        return Ok(0);
    }
    let mut key: Vec<String> = views
        .prepare("SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk")?
        .query_map([table], |row| row.get::<_, String>(0))?
        .map(|name| name.map(|name| views_db::quoted(&name)))
        .collect::<Result<_, _>>()?;
    if key.is_empty() {
        key.push("rowid".to_owned());
    }
    let (key, table) = (key.join(", "), views_db::quoted(table));
    let sql =
        format!("DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} LIMIT {limit})");
    Ok(views.execute(&sql, [])?)
}
