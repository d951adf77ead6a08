//! From a wish to recorded events.

use super::command::{CommandEnvelope, CommandOutcome};
use super::environment::Environment;
use super::error::CommandError;
use super::handlers::{self, Decision, Desk};
use super::refusal::Refusal;
use super::repository::Repository;
use crate::codec;
use crate::domain::Timestamp;
use crate::event_store::{Batch, EventStore, ExpectedVersion, Metadata, NewEvent, StreamWrite};

/// How often a command is decided anew because its streams moved meanwhile.
const MAX_ATTEMPTS: u32 = 3;

/// Carries out commands, one after the other.
pub struct CommandBus<E> {
    environment: E,
    app_version: String,
    repository: Repository,
    conflicts: u64,
}

impl<E: Environment> CommandBus<E> {
    /// A bus that draws time and ids from `environment` and signs events with
    /// the build's version.
    pub fn new(environment: E, app_version: &str) -> Self {
        Self {
            environment,
            app_version: app_version.to_owned(),
            repository: Repository::default(),
            conflicts: 0,
        }
    }

    /// Where time and ids come from.
    pub const fn environment(&mut self) -> &mut E {
        &mut self.environment
    }

    /// How often a command had to be decided anew.
    #[must_use]
    pub const fn conflicts(&self) -> u64 {
        self.conflicts
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
        if let Some(first) = store.find_command(envelope.command_id.as_str())? {
            let events = first.last_position - first.first_position + 1;
            return Ok(CommandOutcome {
                position: first.last_position,
                events: u32::try_from(events).unwrap_or(u32::MAX),
            });
        }
        for _ in 0..MAX_ATTEMPTS {
            match self.attempt(store, envelope) {
                Err(CommandError::Conflict(_)) => self.conflicts += 1,
                result => return result,
            }
        }
        Err(CommandError::Refused(Refusal::TooManyConflicts))
    }

    /// To be called when the transaction was undone.
    pub fn forget(&mut self) {
        self.repository.forget();
    }

    fn attempt(
        &mut self,
        store: &mut EventStore,
        envelope: &CommandEnvelope,
    ) -> Result<CommandOutcome, CommandError> {
        let now = self.environment.now();
        let mut desk = Desk {
            store,
            repository: &mut self.repository,
            now,
        };
        let decision = handlers::handle(&mut desk, &envelope.command)?;
        self.append(store, envelope, now, decision)
    }

    fn append(
        &mut self,
        store: &mut EventStore,
        envelope: &CommandEnvelope,
        now: Timestamp,
        decision: Decision,
    ) -> Result<CommandOutcome, CommandError> {
        let before = store.head();
        let metadata = self.metadata(envelope)?;
        let mut writes = Vec::with_capacity(decision.writes.len());
        for planned in decision.writes {
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
            writes.push(StreamWrite {
                stream_id: planned.stream_type.stream_id(&planned.id),
                stream_type: planned.stream_type.as_str(),
                expected: match planned.version {
                    0 => ExpectedVersion::NoStream,
                    version => ExpectedVersion::Exact(version),
                },
                events,
            });
        }
        let appended = store.append(&Batch {
            command_id: envelope.command_id.as_str(),
            metadata: &metadata,
            timestamp_ms: now.0,
            writes,
        })?;
        Ok(CommandOutcome {
            position: appended.last_position,
            events: u32::try_from(appended.last_position - before).unwrap_or(u32::MAX),
        })
    }

    fn metadata(&self, envelope: &CommandEnvelope) -> Result<String, CommandError> {
        let metadata = Metadata {
            command_id: envelope.command_id.to_string(),
            actor: crate::domain::text::optional("The name", &envelope.actor, 120)?,
            app_version: self.app_version.clone(),
            ..Metadata::default()
        };
        serde_json::to_string(&metadata).map_err(|error| {
            CommandError::Codec(codec::CodecError::Payload {
                event_type: "metadata".to_owned(),
                reason: error.to_string(),
            })
        })
    }
}
