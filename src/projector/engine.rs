//! The engine: from checkpoint to checkpoint.

use std::collections::HashSet;
use std::rc::Rc;

use rusqlite::{Connection, OptionalExtension};

use super::batch::{Batch, Interest};
use super::changes::{self, Changed};
use super::error::ProjectorError;
use super::lane::{Group, Lane};
use super::pass::{self, OnFault, Passed, Stopped};
use super::projection::Projection;
use super::tables::Generation;
use super::{dead_letters, rebuild, views_db};
use crate::event_store::{EventStore, RecordedEvent};

/// Builds the views, step by step.
pub struct Projector {
    pub(super) views: Rc<Connection>,
    pub(super) projections: Vec<Box<dyn Projection>>,
    pub(super) interest: Interest,
    /// What readers see, one for each projection, as in `projection_progress`.
    pub(super) live: Vec<Lane>,
    /// What is being built aside, as in `rebuilds`.
    pub(super) rebuilds: Vec<Lane>,
    /// For each projection, the events that it shall leave out.
    pub(super) skipped: Vec<HashSet<u64>>,
}

/// What a step did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Step {
    /// Events that were read.
    pub events: usize,
    /// What changed in the views.
    pub changed: Vec<Changed>,
    /// The position that every projection that goes on has passed.
    pub position: u64,
    /// Whether that is the head of the log.
    pub at_head: bool,
}

impl Projector {
    /// Opens the views behind `views`, which must be the only connection to the
    /// file. What does not fit the log is built anew by the next steps; tables of
    /// another version serve until theirs are built.
    ///
    /// # Errors
    /// [`ProjectorError`] if the file cannot be used: it may be deleted then.
    pub fn open(
        views: Connection,
        store: &EventStore,
        projections: Vec<Box<dyn Projection>>,
    ) -> Result<Self, ProjectorError> {
        views_db::configure(&views)?;
        let transaction = views.unchecked_transaction()?;
        views_db::fit_to_log(&transaction, store)?;
        forget_unknown(&transaction, &projections)?;
        let (mut live, mut rebuilds) = (Vec::new(), Vec::new());
        for (place, projection) in projections.iter().enumerate() {
            let lane = open_live(&transaction, place, projection.as_ref())?;
            rebuilds.extend(rebuild::open(&transaction, &lane, projection.as_ref())?);
            live.push(lane);
        }
        let skipped = projections
            .iter()
            .map(|projection| dead_letters::skipped(&transaction, projection.id()))
            .collect::<Result<_, _>>()?;
        transaction.commit()?;
        Ok(Self {
            views: Rc::new(views),
            interest: Interest::of(&projections),
            projections,
            live,
            rebuilds,
            skipped,
        })
    }

    /// The views, to read.
    #[must_use]
    pub fn views(&self) -> &Connection {
        &self.views
    }

    /// The same, for who keeps what can be thrown away beside the views: snapshots.
    #[must_use]
    pub fn share_views(&self) -> Rc<Connection> {
        Rc::clone(&self.views)
    }

    /// Leaves it to the caller to write the WAL back, at a moment that suits it. By
    /// itself SQLite would do so within the commit that makes the WAL too long.
    ///
    /// # Errors
    /// [`ProjectorError`].
    pub fn write_back_by_hand(&self) -> Result<(), ProjectorError> {
        Ok(self.views.pragma_update(None, "wal_autocheckpoint", 0)?)
    }

    /// Pages in the WAL that are not written back yet.
    ///
    /// # Errors
    /// [`ProjectorError`].
    pub fn pages_to_write_back(&self) -> Result<i64, ProjectorError> {
        let mut statement = self.views.prepare_cached("PRAGMA wal_checkpoint(NOOP)")?;
        let (in_wal, written_back): (i64, i64) =
            statement.query_row([], |row| Ok((row.get(1)?, row.get(2)?)))?;
        Ok(in_wal - written_back)
    }

    /// Writes the WAL back into the file; it keeps its length, for to grow costs
    /// more than to write over.
    ///
    /// # Errors
    /// [`ProjectorError`]; nothing is lost then.
    pub fn write_back(&self) -> Result<(), ProjectorError> {
        let mut statement = self
            .views
            .prepare_cached("PRAGMA wal_checkpoint(PASSIVE)")?;
        Ok(statement.query_row([], |_| Ok(()))?)
    }

    /// The position that every projection that goes on has passed. One that waits
    /// for its rebuild does not count: it stands still until then.
    #[must_use]
    pub fn position(&self) -> u64 {
        let running = self.live.iter().filter(|lane| !lane.paused);
        running.map(|lane| lane.position).min().unwrap_or(0)
    }

    /// Applies up to `limit` events to the projections that are furthest behind.
    /// An event that one of them cannot apply becomes a dead letter of that
    /// projection; what has to come after it waits, all else goes on.
    ///
    /// # Errors
    /// [`ProjectorError`] if the databases fail, or the log has a gap.
    pub fn step(&mut self, store: &EventStore, limit: u32) -> Result<Step, ProjectorError> {
        let mut step = Step::default();
        let Some(group) = Group::furthest_behind(&self.live, self.projections.len()) else {
            step.at_head = true;
            return Ok(step);
        };
        let batch = Batch::read(store, &group, &self.interest, limit)?;
        if let Some(last) = batch.last() {
            let passed = match self.pass_live(&group, &batch, last, OnFault::Stop) {
                Err(Stopped::AtEvent(_)) => {
                    self.pass_live(&group, &batch, last, OnFault::DeadLetter)
                }
                result => result,
            };
            let passed = passed.map_err(Stopped::into_error)?;
            step.events = batch.len();
            step.changed = passed.changed(self);
            passed.keep(&mut self.live, &group, last.global_position);
        }
        step.position = self.position();
        step.at_head = step.position >= store.head();
        Ok(step)
    }

    fn pass_live(
        &self,
        group: &Group,
        batch: &Batch,
        last: &RecordedEvent,
        on_fault: OnFault,
    ) -> Result<Passed, Stopped> {
        let transaction = self.views.unchecked_transaction()?;
        let passed = pass::run(self, &transaction, &self.live, group, batch, on_fault)?;
        for place in group.places() {
            let projection = &self.projections[self.live[place].projection];
            save_checkpoint(&transaction, projection.id(), last)?;
        }
        transaction.commit()?;
        Ok(passed)
    }

    /// Steps until the head of the log is reached.
    ///
    /// # Errors
    /// As [`Self::step`].
    pub fn catch_up(&mut self, store: &EventStore) -> Result<Step, ProjectorError> {
        const BATCH: u32 = 500;
        let mut total = Step::default();
        loop {
            let step = self.step(store, BATCH)?;
            total.events += step.events;
            changes::merge(&mut total.changed, step.changed);
            total.position = step.position;
            if step.at_head {
                total.at_head = true;
                return Ok(total);
            }
        }
    }

    /// The place of a projection.
    pub(super) fn place_of(&self, projection_id: &str) -> Result<usize, ProjectorError> {
        self.projections
            .iter()
            .position(|projection| projection.id() == projection_id)
            .ok_or_else(|| {
                ProjectorError::NoSuchProjection(projection_id.chars().take(80).collect())
            })
    }
}

/// A projection that this build does not have any more leaves nothing behind: its
/// tables are dropped in slices like any that nobody reads.
fn forget_unknown(
    views: &Connection,
    projections: &[Box<dyn Projection>],
) -> Result<(), ProjectorError> {
    let stored: Vec<String> = views
        .prepare("SELECT projection_id FROM projection_progress")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for id in stored {
        if projections.iter().any(|projection| projection.id() == id) {
            continue;
        }
        views_db::hide(views, &id)?;
        for table in ["projection_progress", "rebuilds", "dead_letters"] {
            views.execute(
                &format!("DELETE FROM {table} WHERE projection_id = ?1"),
                [&id],
            )?;
        }
    }
    Ok(())
}

/// The lane that readers see. One of another version is paused: this build cannot
/// write its tables.
fn open_live(
    views: &Connection,
    place: usize,
    projection: &dyn Projection,
) -> Result<Lane, ProjectorError> {
    let found: Option<(u32, u32, u64)> = views
        .query_row(
            "SELECT version, generation, last_processed_position FROM projection_progress
             WHERE projection_id = ?1",
            [projection.id()],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .optional()?;
    let Some((version, number, position)) = found else {
        return create_live(views, place, projection);
    };
    let mut lane = Lane::new(
        place,
        Generation::new(number, projection.tables()),
        position,
    );
    lane.paused = version != projection.version();
    if lane.paused {
        mark_outdated(views, projection, version)?;
    } else {
        lane.blocked = dead_letters::blocked_keys(views, projection.id())?;
    }
    Ok(lane)
}

fn create_live(
    views: &Connection,
    place: usize,
    projection: &dyn Projection,
) -> Result<Lane, ProjectorError> {
    let generation = views_db::create_generation(views, projection)?;
    views_db::show(views, projection, &generation)?;
    views.execute(
        "INSERT INTO projection_progress
             (projection_id, version, generation, last_processed_position,
              last_processed_timestamp, last_processed_event_id, status, error)
         VALUES (?1, ?2, ?3, 0, 0, '', 'running', NULL)",
        (projection.id(), projection.version(), generation.number()),
    )?;
    Ok(Lane::new(place, generation, 0))
}

fn mark_outdated(
    views: &Connection,
    projection: &dyn Projection,
    version: u32,
) -> Result<(), ProjectorError> {
    let reason = format!(
        "its tables have version {version}; version {} is being built",
        projection.version()
    );
    views.execute(
        "UPDATE projection_progress SET status = 'outdated', error = ?2 WHERE projection_id = ?1",
        (projection.id(), reason),
    )?;
    Ok(())
}

fn save_checkpoint(
    views: &Connection,
    projection_id: &str,
    last: &RecordedEvent,
) -> Result<(), ProjectorError> {
    views
        .prepare_cached(
            "UPDATE projection_progress
             SET last_processed_position = ?2, last_processed_timestamp = ?3,
                 last_processed_event_id = ?4
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
