//! A till on a simulated disk, driven as the worker drives the real one: commands in
//! groups, projecting in steps, an answer only after COMMIT, and an end where the
//! outcome is unknown. (src/worker is for the browser alone; its rules are repeated
//! here in the order in which src/worker/shop.rs and boot.rs have them.)

use daybook::application::{
    CommandBus, CommandEnvelope, CommandError, CommandOutcome, FIRST_REGISTER, SeededEnvironment,
};
use daybook::domain::{StreamType, Timestamp};
use daybook::event_store::{EventStore, Snapshots, StoreError};
use daybook::projector::{self, Projector, ProjectorError, Step};

use super::disk::Disk;
use super::new_log;

/// Both databases, open.
pub struct Till {
    pub store: EventStore,
    pub projector: Projector,
    pub bus: CommandBus<SeededEnvironment>,
}

/// What a command was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is recorded, and stays so.
    Done(CommandOutcome),
    /// A rule says no. Nothing was recorded.
    Refused(String),
    /// There is no room. Nothing was recorded.
    Full,
    /// The storage failed. Nothing was recorded.
    Failed(String),
}

/// The worker has ended: whether the commands were recorded is to be looked up.
#[derive(Debug)]
pub struct Ended;

impl Till {
    /// Opens what is on the disk. Views that cannot be opened are built anew.
    pub fn start(disk: &Disk, seed: u64, now: Timestamp) -> Result<Self, String> {
        let store = open_store(disk).map_err(|error| format!("events.db: {error}"))?;
        let projector = open_views(disk, &store).or_else(|_| {
            for name in ["views.db", "views.db-wal", "views.db-journal"] {
                disk.remove(name);
            }
            open_views(disk, &store)
        });
        let projector = projector.map_err(|error| format!("views.db: {error}"))?;
        Ok(Self {
            bus: new_bus(&projector, seed, now),
            projector,
            store,
        })
    }

    /// Carries all out in one transaction; if that fails as a whole, each alone.
    pub fn execute(&mut self, commands: &[CommandEnvelope]) -> Result<Vec<Answer>, Ended> {
        match self.try_group(commands) {
            Ok(answers) => Ok(answers),
            Err(StoreError::CommitUnknown(_)) => Err(Ended),
            Err(_) if commands.len() > 1 => {
                let mut answers = Vec::new();
                for command in commands {
                    answers.extend(self.execute(std::slice::from_ref(command))?);
                }
                Ok(answers)
            }
            Err(error) => commands
                .iter()
                .map(|command| self.look_up(command, &error))
                .collect(),
        }
    }

    fn try_group(&mut self, commands: &[CommandEnvelope]) -> Result<Vec<Answer>, StoreError> {
        self.store.begin()?;
        let mut answers = Vec::new();
        for command in commands {
            match self.bus.execute(&mut self.store, command) {
                Ok(outcome) => answers.push(Answer::Done(outcome)),
                Err(CommandError::Store(error)) => {
                    self.store.rollback();
                    self.bus.forget();
                    return Err(error);
                }
                Err(error) => answers.push(Answer::Refused(error.to_string())),
            }
        }
        if let Err(error) = self.store.commit() {
            self.bus.forget();
            return Err(error);
        }
        Ok(answers)
    }

    fn look_up(&self, command: &CommandEnvelope, why_not: &StoreError) -> Result<Answer, Ended> {
        match self.store.find_command(command.command_id.as_str()) {
            Ok(Some(first)) => Ok(Answer::Done(CommandOutcome {
                position: first.last_position,
                events: u32::try_from(first.last_position - first.first_position + 1).unwrap(),
            })),
            Ok(None) if why_not.is_full() => Ok(Answer::Full),
            Ok(None) => Ok(Answer::Failed(why_not.to_string())),
            Err(_) => Err(Ended),
        }
    }

    /// Projects up to `limit` events. A step that fails is tried again later.
    pub fn project(&mut self, limit: u32) -> Result<Step, ProjectorError> {
        self.projector.step(&self.store, limit)
    }
}

/// A bus that has loaded nothing yet. Snapshots are so frequent that tests have some.
pub fn new_bus(projector: &Projector, seed: u64, now: Timestamp) -> CommandBus<SeededEnvironment> {
    CommandBus::new(SeededEnvironment::new(seed, now), "test")
        .with_snapshots(Snapshots::new(projector.share_views()))
        .with_snapshot_every(StreamType::Order, 4)
        .with_snapshot_every(StreamType::Product, 3)
}

/// Opens events.db as the worker does.
pub fn open_store(disk: &Disk) -> Result<EventStore, StoreError> {
    EventStore::open(disk.connect("events.db")?, FIRST_REGISTER, &new_log())
}

fn open_views(disk: &Disk, store: &EventStore) -> Result<Projector, ProjectorError> {
    let projector = Projector::open(disk.connect("views.db")?, store, projector::all())?;
    projector.write_back_by_hand()?;
    Ok(projector)
}
