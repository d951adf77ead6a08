//! From a wish to recorded events.

use super::command::{CommandEnvelope, CommandOutcome};
use super::environment::Environment;
use super::error::CommandError;
use super::handlers::{self, Decision, Desk, PlannedWrite};
use super::health::BusHealth;
use super::refusal::Refusal;
use super::repository::Repository;
use crate::codec;
use crate::domain::{StreamType, Timestamp};
use crate::event_store::{
    Appended, Batch, EventStore, ExpectedVersion, Metadata, NewEvent, Snapshots, StoreError,
    StreamWrite,
};

/// How often a command is decided because its streams moved meanwhile.
const MAX_ATTEMPTS: u32 = 3;

/// Carries out commands, one after the other.
pub struct CommandBus<E> {
    environment: E,
    app_version: String,
    repository: Repository,
    health: BusHealth,
}

/// What led to a command, if it was not a person. It goes into the metadata of the
/// events.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cause {
    /// The conversation that the command is part of: the id of its first command.
    /// Empty if the command begins one.
    pub correlation_id: String,
    /// The event that led to it. Empty if none did.
    pub causation_id: String,
}

impl<E: Environment> CommandBus<E> {
    /// A bus that draws time and ids from `environment` and signs events with
    /// the build's version.
    pub fn new(environment: E, app_version: &str) -> Self {
        Self {
            environment,
            app_version: app_version.to_owned(),
            repository: Repository::default(),
            health: BusHealth::default(),
        }
    }

    /// The same bus, which loads long streams from snapshots and says when others
    /// are due.
    #[must_use]
    pub fn with_snapshots(mut self, snapshots: Snapshots) -> Self {
        self.repository.use_snapshots(snapshots);
        self
    }

    /// Snapshots in another place from now on.
    pub fn use_snapshots(&mut self, snapshots: Snapshots) {
        self.repository.use_snapshots(snapshots);
    }

    /// The same bus, with snapshots of these streams every so many events.
    #[must_use]
    pub fn with_snapshot_every(mut self, stream_type: StreamType, events: u64) -> Self {
        self.repository.snapshot_every(stream_type, events);
        self
    }

    /// Where time and ids come from.
    pub const fn environment(&mut self) -> &mut E {
        &mut self.environment
    }

    /// How often a command had to be decided anew.
    #[must_use]
    pub const fn conflicts(&self) -> u64 {
        self.health.conflicts
    }

    /// How commands fared so far.
    #[must_use]
    pub const fn health(&self) -> &BusHealth {
        &self.health
    }

    /// Carries a command out within the open transaction of `store`. The same
    /// `command_id` again is answered with the first outcome and records nothing.
    ///
    /// # Errors
    /// [`CommandError`]; nothing of the command was recorded then, and the rest
    /// of the transaction stands.
    pub fn execute(
        &mut self,
        store: &mut EventStore,
        envelope: &CommandEnvelope,
    ) -> Result<CommandOutcome, CommandError> {
        self.execute_caused_by(store, envelope, &Cause::default())
    }

    /// As [`execute`](Self::execute), for a command that an event led to.
    ///
    /// # Errors
    /// As [`execute`](Self::execute).
    pub fn execute_caused_by(
        &mut self,
        store: &mut EventStore,
        envelope: &CommandEnvelope,
        cause: &Cause,
    ) -> Result<CommandOutcome, CommandError> {
        if let Some(first) = store.find_command(envelope.command_id.as_str())? {
            return Ok(outcome(first));
        }
        self.again_after_conflicts(|bus| bus.attempt(store, envelope, cause))
    }

    /// To be called when the transaction, or a savepoint around a command, was
    /// undone.
    pub fn forget(&mut self) {
        self.repository.forget();
    }

    /// Whether [`take_snapshots`](Self::take_snapshots) has something to do.
    #[must_use]
    pub fn snapshots_due(&self) -> bool {
        self.repository.snapshots_due()
    }

    /// Takes up to `limit` snapshots that are due, and says how many. For when
    /// nobody waits; within a transaction it takes none, since its events may yet
    /// be undone.
    ///
    /// # Errors
    /// [`StoreError`] if views.db fails: nothing is lost but time, and what was
    /// due is due again with its stream's next events.
    pub fn take_snapshots(
        &mut self,
        store: &EventStore,
        limit: usize,
    ) -> Result<usize, StoreError> {
        if store.is_in_transaction() {
            return Ok(0);
        }
        self.repository.take_snapshots(limit)
    }

    /// A decision that something overtook is made anew, upon what is there now.
    fn again_after_conflicts<T>(
        &mut self,
        mut attempt: impl FnMut(&mut Self) -> Result<T, CommandError>,
    ) -> Result<T, CommandError> {
        for _ in 0..MAX_ATTEMPTS {
            match attempt(self) {
                Err(CommandError::Conflict(conflict)) => {
                    self.health.conflicts += 1;
                    self.health.last_conflict = Some(conflict.to_string());
                }
                result => return result,
            }
        }
        self.health.given_up += 1;
        Err(CommandError::Refused(Refusal::TooManyConflicts))
    }

    fn attempt(
        &mut self,
        store: &mut EventStore,
        envelope: &CommandEnvelope,
        cause: &Cause,
    ) -> Result<CommandOutcome, CommandError> {
        let now = self.environment.now();
        let mut desk = Desk {
            store,
            repository: &mut self.repository,
            now,
        };
        let decision = handlers::handle(&mut desk, &envelope.command)?;
        let metadata = self.metadata(envelope, cause)?;
        self.append(store, envelope, &metadata, now, decision)
    }

    fn append(
        &mut self,
        store: &mut EventStore,
        envelope: &CommandEnvelope,
        metadata: &str,
        now: Timestamp,
        decision: Decision,
    ) -> Result<CommandOutcome, CommandError> {
        let before = store.head();
        let mut writes = Vec::with_capacity(decision.writes.len());
        for planned in &decision.writes {
            writes.push(self.stream_write(planned, now)?);
        }
        let appended = store.append(&Batch {
            command_id: envelope.command_id.as_str(),
            metadata,
            timestamp_ms: now.0,
            writes,
            condition: decision.condition,
        })?;
        // Not if it was only answered with what was recorded before.
        if appended.last_position > before {
            self.repository.appended(&decision.writes);
        }
        Ok(CommandOutcome {
            position: appended.last_position,
            events: u32::try_from(appended.last_position - before).unwrap_or(u32::MAX),
        })
    }

    fn stream_write(
        &mut self,
        planned: &PlannedWrite,
        now: Timestamp,
    ) -> Result<StreamWrite, CommandError> {
        let mut events = Vec::with_capacity(planned.events.len());
        for event in &planned.events {
            let encoded = codec::encode(event)?;
            events.push(NewEvent {
                event_id: self.environment.new_id(now).to_string(),
                event_type: encoded.event_type,
                schema_version: encoded.schema_version,
                payload: encoded.payload,
                tags: codec::tags(event),
            });
        }
        Ok(StreamWrite {
            stream_id: planned.stream_type.stream_id(&planned.id),
            stream_type: planned.stream_type.as_str(),
            expected: match planned.version {
                0 => ExpectedVersion::NoStream,
                version => ExpectedVersion::Exact(version),
            },
            events,
        })
    }

    fn metadata(&self, envelope: &CommandEnvelope, cause: &Cause) -> Result<String, CommandError> {
        let metadata = Metadata {
            command_id: envelope.command_id.to_string(),
            correlation_id: cause.correlation_id.clone(),
            causation_id: cause.causation_id.clone(),
            actor: crate::domain::text::optional("The name", &envelope.actor, 120)?,
            app_version: self.app_version.clone(),
        };
        serde_json::to_string(&metadata).map_err(|error| {
            CommandError::Codec(codec::CodecError::Payload {
                event_type: "metadata".to_owned(),
                reason: error.to_string(),
            })
        })
    }
}

fn outcome(first: Appended) -> CommandOutcome {
    let events = first.last_position - first.first_position + 1;
    CommandOutcome {
        position: first.last_position,
        events: u32::try_from(events).unwrap_or(u32::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::SeededEnvironment;
    use crate::event_store::AppendError;

    #[test]
    fn a_conflict_is_decided_anew_until_it_holds_but_not_for_ever() {
        for (conflicts, holds) in [(0, true), (1, true), (2, true), (3, false), (9, false)] {
            let mut bus = CommandBus::new(SeededEnvironment::new(1, Timestamp(0)), "test");
            let mut attempts = 0;
            let result = bus.again_after_conflicts(|_| {
                attempts += 1;
                if attempts > conflicts {
                    return Ok(attempts);
                }
                Err(CommandError::Conflict(AppendError::WrongExpectedVersion {
                    stream_id: "order-1".to_owned(),
                    expected: ExpectedVersion::Exact(1),
                    actual: 1 + attempts,
                }))
            });
            assert_eq!(result.is_ok(), holds, "{conflicts}: {result:?}");
            let counted = conflicts.min(u64::from(MAX_ATTEMPTS));
            assert_eq!(bus.conflicts(), counted);
            let told = counted
                .checked_sub(1)
                .map(|last| format!("stream order-1 is at version {}, expected was 1", last + 2));
            let expected = BusHealth {
                conflicts: counted,
                given_up: u64::from(!holds),
                last_conflict: told,
            };
            assert_eq!(bus.health(), &expected);
        }
    }
}
