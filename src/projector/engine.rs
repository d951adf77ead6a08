//! The engine: from checkpoint to checkpoint.

use std::rc::Rc;

use rusqlite::Connection;

use super::error::ProjectorError;
use super::projection::{Projected, Projection};
use super::views_db::{self, Checkpoint};
use crate::codec::{self, LogContext};
use crate::domain::Event;
use crate::event_store::{EventStore, RecordedEvent};

/// Builds the views, step by step.
pub struct Projector {
    views: Rc<Connection>,
    projections: Vec<Box<dyn Projection>>,
    /// One for each projection, as in `projection_progress`.
    checkpoints: Vec<Checkpoint>,
}

/// What a step did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Step {
    /// Events that were read.
    pub events: usize,
    /// Projections whose tables an event concerned.
    pub changed: Vec<&'static str>,
    /// The position that every projection that runs has reached.
    pub position: u64,
    /// Whether that is the head of the log.
    pub at_head: bool,
}

/// Why one projection cannot go on.
struct Halt {
    projection: Option<usize>,
    /// The event that it stands at, if it is the event's fault.
    at: Option<u64>,
    error: ProjectorError,
}

impl Projector {
    /// Opens the views behind `views`, which must be the only connection to the
    /// file. What does not fit the log is built anew by the next steps.
    ///
    /// # Errors
    /// [`ProjectorError`] if the file cannot be used: it may be deleted then.
    pub fn open(
        views: Connection,
        store: &EventStore,
        projections: Vec<Box<dyn Projection>>,
    ) -> Result<Self, ProjectorError> {
        views_db::configure(&views)?;
        views_db::fit_to_log(&views, store)?;
        let checkpoints = projections
            .iter()
            .map(|projection| views_db::prepare(&views, projection.as_ref()))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            views: Rc::new(views),
            projections,
            checkpoints,
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

    /// The position that every projection that runs has reached.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.running()
            .map(|(_, checkpoint)| checkpoint.position)
            .min()
            .unwrap_or(0)
    }

    /// Applies up to `limit` events to the projections that are furthest behind.
    ///
    /// # Errors
    /// [`ProjectorError`] if the databases fail. An event that one projection
    /// cannot apply is no error: that projection stands still and says why in
    /// `projection_progress`, the others go on.
    pub fn step(&mut self, store: &EventStore, limit: u32) -> Result<Step, ProjectorError> {
        let from = self.position();
        let events = self.next_events(store, from, limit)?;
        let mut step = Step::default();
        if !events.is_empty() {
            step = match self.apply_all(from, &events, &store.identity().context) {
                Ok(step) => step,
                Err(halt) => {
                    self.halt(from, halt)?;
                    Step::default()
                }
            };
        }
        step.position = self.position();
        step.at_head = self.running().next().is_none() || step.position >= store.head();
        Ok(step)
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
            for id in step.changed {
                if !total.changed.contains(&id) {
                    total.changed.push(id);
                }
            }
            total.position = step.position;
            if step.at_head {
                total.at_head = true;
                return Ok(total);
            }
        }
    }

    /// Empties every projection; the next steps build them again.
    ///
    /// # Errors
    /// [`ProjectorError`].
    pub fn reset(&mut self) -> Result<(), ProjectorError> {
        for (projection, checkpoint) in self.projections.iter().zip(&mut self.checkpoints) {
            views_db::reset(&self.views, projection.as_ref())?;
            *checkpoint = Checkpoint {
                position: 0,
                failed: false,
            };
        }
        Ok(())
    }

    fn running(&self) -> impl Iterator<Item = (usize, &Checkpoint)> {
        self.checkpoints
            .iter()
            .enumerate()
            .filter(|(_, checkpoint)| !checkpoint.failed)
    }

    /// The events after `from`, but none that a projection further ahead has
    /// applied already: from there on they share one read.
    fn next_events(
        &self,
        store: &EventStore,
        from: u64,
        limit: u32,
    ) -> Result<Vec<RecordedEvent>, ProjectorError> {
        if self.running().next().is_none() {
            return Ok(Vec::new());
        }
        let ahead = self.running().map(|(_, checkpoint)| checkpoint.position);
        let next = ahead.filter(|position| *position > from).min();
        let room = next.map_or(u64::from(limit), |next| (next - from).min(u64::from(limit)));
        let events = store.read_all(from, u32::try_from(room).unwrap_or(limit))?;
        for (event, expected) in events.iter().zip(from + 1..) {
            if event.global_position != expected {
                return Err(ProjectorError::Gap {
                    expected,
                    found: event.global_position,
                });
            }
        }
        Ok(events)
    }

    /// One read, one decoding and one transaction for all that stand at `from`.
    fn apply_all(
        &mut self,
        from: u64,
        events: &[RecordedEvent],
        log: &LogContext,
    ) -> Result<Step, Halt> {
        let nobody = |error: ProjectorError| Halt {
            projection: None,
            at: None,
            error,
        };
        let group: Vec<usize> = self
            .running()
            .filter(|(_, checkpoint)| checkpoint.position == from)
            .map(|(index, _)| index)
            .collect();
        let mut changed = vec![false; self.projections.len()];
        let transaction = self
            .views
            .unchecked_transaction()
            .map_err(|error| nobody(error.into()))?;
        for recorded in events {
            let event = codec::decode(
                &recorded.event_type,
                recorded.schema_version,
                &recorded.payload,
                log,
            )
            .map_err(|error| Halt {
                projection: None,
                at: Some(recorded.global_position),
                error: error.into(),
            })?;
            for index in &group {
                changed[*index] |= self.apply_one(&transaction, *index, recorded, &event)?;
            }
        }
        let last = &events[events.len() - 1];
        for index in &group {
            save_checkpoint(&transaction, self.projections[*index].id(), last).map_err(nobody)?;
        }
        transaction.commit().map_err(|error| nobody(error.into()))?;

        for index in group {
            self.checkpoints[index].position = last.global_position;
        }
        let ids = self.projections.iter().map(|projection| projection.id());
        let changed = ids
            .zip(changed)
            .filter(|(_, changed)| *changed)
            .map(|(id, _)| id)
            .collect();
        Ok(Step {
            events: events.len(),
            changed,
            ..Step::default()
        })
    }

    /// Whether the event concerned the projection.
    fn apply_one(
        &self,
        views: &Connection,
        index: usize,
        recorded: &RecordedEvent,
        event: &Event,
    ) -> Result<bool, Halt> {
        let projection = &self.projections[index];
        if !projection.streams().contains(&event.stream_type()) {
            return Ok(false);
        }
        projection
            .apply(views, &Projected { recorded, event })
            .map_err(|error| Halt {
                projection: Some(index),
                at: Some(recorded.global_position),
                error,
            })?;
        Ok(true)
    }

    /// Marks who cannot go on: one projection, or all at `from` if it is the
    /// event itself that nobody can read. A database that fails is an error.
    fn halt(&mut self, from: u64, halt: Halt) -> Result<(), ProjectorError> {
        let group: Vec<usize> = match (halt.projection, &halt.error) {
            (_, error) if error.is_of_the_database() => return Err(halt.error),
            (Some(index), _) => vec![index],
            (None, ProjectorError::Codec(_)) => self
                .running()
                .filter(|(_, checkpoint)| checkpoint.position == from)
                .map(|(index, _)| index)
                .collect(),
            (None, _) => return Err(halt.error),
        };
        let reason = match halt.at {
            Some(position) => format!("event {position}: {}", halt.error),
            None => halt.error.to_string(),
        };
        for index in group {
            self.views.execute(
                "UPDATE projection_progress SET status = 'failed', error = ?2 WHERE projection_id = ?1",
                (self.projections[index].id(), &reason),
            )?;
            self.checkpoints[index].failed = true;
        }
        Ok(())
    }
}

fn save_checkpoint(
    views: &Connection,
    projection_id: &str,
    last: &RecordedEvent,
) -> Result<(), ProjectorError> {
    views
        .prepare_cached(
            "UPDATE projection_progress
             SET last_processed_position = ?2, last_processed_timestamp = ?3
             WHERE projection_id = ?1",
        )?
        .execute((projection_id, last.global_position, last.timestamp_ms))?;
    Ok(())
}
