//! One pass of a batch over a group of lanes, in one transaction.

use std::collections::HashSet;

use rusqlite::Connection;

use super::batch::{Batch, Decoded};
use super::changes::{Changed, Rows};
use super::dead_letters;
use super::engine::Projector;
use super::error::ProjectorError;
use super::lane::{Group, Lane};
use super::projection::{Projected, aggregate_id};
use super::tables::Tables;
use crate::event_store::RecordedEvent;

/// What happens to an event that a projection cannot apply.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum OnFault {
    /// The whole pass is undone: nothing is kept that would have to be undone
    /// event by event, so this is the fast way, for as long as all is well.
    Stop,
    /// It becomes a dead letter, undone by a savepoint of its own, and the pass
    /// goes on.
    DeadLetter,
}

/// An event that a projection could not apply, in a pass that stops at it.
pub struct Fault {
    /// Place of the lane.
    pub lane: usize,
    /// The event.
    pub position: u64,
    /// Why.
    pub error: ProjectorError,
}

/// Why a pass was not completed. Nothing of it was kept.
pub enum Stopped {
    /// By an event.
    AtEvent(Fault),
    /// By the databases.
    ByDatabase(ProjectorError),
}

impl Stopped {
    /// The cause, whatever was stopped.
    pub fn into_error(self) -> ProjectorError {
        match self {
            Self::AtEvent(fault) => fault.error,
            Self::ByDatabase(error) => error,
        }
    }
}

impl<E: Into<ProjectorError>> From<E> for Stopped {
    fn from(error: E) -> Self {
        Self::ByDatabase(error.into())
    }
}

/// What a pass did, to be kept once its transaction is committed.
pub struct Passed {
    /// For each lane of the group, the keys that wait since this pass.
    blocked: Vec<(usize, HashSet<String>)>,
    rows: Vec<Option<Rows>>,
}

impl Passed {
    /// The rows that changed, by projection.
    pub fn changed(&self, projector: &Projector) -> Vec<Changed> {
        self.rows
            .iter()
            .enumerate()
            .filter_map(|(place, rows)| {
                let projection = projector.projections[place].id();
                rows.clone().map(|rows| Changed { projection, rows })
            })
            .collect()
    }

    /// Moves the lanes.
    pub fn keep(self, lanes: &mut [Lane], group: &Group, position: u64) {
        for place in group.places() {
            lanes[place].position = position;
        }
        for (place, keys) in self.blocked {
            lanes[place].blocked.extend(keys);
        }
    }
}

/// Applies `batch` to the lanes of `group`, within the caller's transaction.
pub fn run(
    projector: &Projector,
    transaction: &Connection,
    lanes: &[Lane],
    group: &Group,
    batch: &Batch,
    on_fault: OnFault,
) -> Result<Passed, Stopped> {
    let mut passed = Passed {
        blocked: group
            .places()
            .map(|place| (place, HashSet::new()))
            .collect(),
        rows: vec![None; projector.projections.len()],
    };
    for (recorded, decoded) in batch.events() {
        for projection in projector.interest.in_event(recorded) {
            let Some(place) = group.lane_of(*projection) else {
                continue;
            };
            let one = One {
                projector,
                transaction,
                lane: &lanes[place],
                recorded,
                decoded,
            };
            if one.is_skipped() {
                continue;
            }
            if one.waits(&passed.blocked, place) {
                one.wait_behind()?;
                continue;
            }
            match one.apply(on_fault) {
                Ok(key) => passed.rows[*projection]
                    .get_or_insert_with(Rows::none)
                    .add(key),
                Err(error) if error.is_of_the_database() => return Err(error.into()),
                Err(error) if on_fault == OnFault::DeadLetter => {
                    one.become_dead_letter(&error)?;
                    block(&mut passed.blocked, place, one.sequence_key());
                }
                Err(error) => {
                    return Err(Stopped::AtEvent(Fault {
                        lane: place,
                        position: recorded.global_position,
                        error,
                    }));
                }
            }
        }
    }
    Ok(passed)
}

fn block(blocked: &mut [(usize, HashSet<String>)], place: usize, key: &str) {
    if let Some((_, keys)) = blocked.iter_mut().find(|(lane, _)| *lane == place) {
        keys.insert(key.to_owned());
    }
}

/// One event for one lane.
struct One<'a> {
    projector: &'a Projector,
    transaction: &'a Connection,
    lane: &'a Lane,
    recorded: &'a RecordedEvent,
    decoded: &'a Decoded,
}

impl<'a> One<'a> {
    fn projection(&self) -> &'a dyn super::Projection {
        self.projector.projections[self.lane.projection].as_ref()
    }

    fn sequence_key(&self) -> &'a str {
        self.projection().sequence_key(self.recorded)
    }

    fn is_skipped(&self) -> bool {
        self.projector.skipped[self.lane.projection].contains(&self.recorded.global_position)
    }

    fn waits(&self, since: &[(usize, HashSet<String>)], place: usize) -> bool {
        let newly = since.iter().find(|(lane, _)| *lane == place);
        let newly = newly.filter(|(_, keys)| !keys.is_empty());
        if self.lane.blocked.is_empty() && newly.is_none() {
            return false;
        }
        let key = self.sequence_key();
        self.lane.blocked.contains(key) || newly.is_some_and(|(_, keys)| keys.contains(key))
    }

    /// The key of the row that changed.
    fn apply(&self, on_fault: OnFault) -> Result<Option<&'a str>, ProjectorError> {
        let event = match self.decoded {
            Decoded::Event(event) => event,
            Decoded::Unreadable(error) => return Err(error.clone().into()),
            Decoded::Unread => return Ok(Some(aggregate_id(self.recorded))),
        };
        let projected = Projected {
            recorded: self.recorded,
            event,
        };
        let tables = Tables::new(self.transaction, &self.lane.generation);
        let apply = || self.projection().apply(&tables, &projected);
        match on_fault {
            OnFault::Stop => apply()?,
            OnFault::DeadLetter => in_savepoint(self.transaction, apply)?,
        }
        Ok(self.projection().row_key(&projected))
    }

    fn wait_behind(&self) -> Result<(), ProjectorError> {
        dead_letters::record(
            self.transaction,
            self.projection().id(),
            self.recorded.global_position,
            self.sequence_key(),
            None,
        )
    }

    fn become_dead_letter(&self, error: &ProjectorError) -> Result<(), ProjectorError> {
        dead_letters::record(
            self.transaction,
            self.projection().id(),
            self.recorded.global_position,
            self.sequence_key(),
            Some(error),
        )
    }
}

/// Keeps what `work` wrote whole or not at all, and the rest of the transaction.
pub fn in_savepoint(
    transaction: &Connection,
    work: impl FnOnce() -> Result<(), ProjectorError>,
) -> Result<(), ProjectorError> {
    let execute = |sql| transaction.prepare_cached(sql)?.execute([]).map(|_| ());
    execute("SAVEPOINT event")?;
    let worked = work();
    if worked.is_err() && !transaction.is_autocommit() {
        execute("ROLLBACK TO event")?;
    }
    if !transaction.is_autocommit() {
        execute("RELEASE event")?;
    }
    worked
}
