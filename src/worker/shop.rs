//! The open shop: both databases and what works on them.

use sqlite_wasm_vfs::sahpool::OpfsSAHPoolUtil;

use super::boot;
use super::environment::BrowserEnvironment;
use super::messages;
use crate::application::{
    CommandBus, CommandEnvelope, CommandError, CommandOutcome, OpenShop, demo,
};
use crate::domain::ids::CommandId;
use crate::event_store::{EventStore, Snapshots, StoreError};
use crate::projector::{Projector, ProjectorError, RebuildStep, Retried, Step};
use crate::protocol::{WorkerError, WorkerHealth};
use crate::views::ViewError;

/// What the worker owns.
pub struct Shop {
    /// events.db.
    pub store: EventStore,
    /// views.db.
    pub projector: Projector,
    /// The command side.
    pub bus: CommandBus<BrowserEnvironment>,
    /// The files.
    pub pool: OpfsSAHPoolUtil,
    /// What opening both databases took.
    pub opened_in_ms: f64,
    /// Whether something was appended since the WAL was last written back.
    checkpoint_due: bool,
    /// Why the views stand still, if they do.
    trouble: Option<String>,
}

/// What became of a command.
pub type Outcome = Result<CommandOutcome, WorkerError>;

/// The WAL is written back when nobody asked for so long and it has so many pages, or
/// more. The first commit after that begins it anew, which takes a second flush: so not
/// after every tap. Nor is it left to grow, for the next start reads it: about a tenth
/// of a millisecond a page.
const CHECKPOINTS: [(f64, u32); 3] = [(30_000.0, 1), (2_000.0, 128), (0.0, 256)];

impl Shop {
    /// An open shop.
    pub fn new(
        store: EventStore,
        projector: Projector,
        bus: CommandBus<BrowserEnvironment>,
        pool: OpfsSAHPoolUtil,
        opened_in_ms: f64,
    ) -> Self {
        // Whatever a previous run left in the WAL counts as due.
        Self {
            store,
            projector,
            bus,
            pool,
            opened_in_ms,
            checkpoint_due: true,
            trouble: None,
        }
    }

    /// Carries out all commands in one transaction (group commit). A refused one
    /// takes no other with it. Outcomes are given only after COMMIT.
    pub fn execute_all(&mut self, commands: &[CommandEnvelope]) -> Vec<Outcome> {
        match self.try_group(commands) {
            Ok(outcomes) => outcomes,
            // This worker has ended; the next one will know.
            Err(StoreError::CommitUnknown(_)) => commands
                .iter()
                .map(|_| Err(WorkerError::OutcomeUnknown))
                .collect(),
            // The group failed as a whole: each alone, so that one which the
            // storage cannot take does not keep the others out.
            Err(_) if commands.len() > 1 => commands
                .iter()
                .map(|command| self.execute_alone(command))
                .collect(),
            Err(error) => commands
                .iter()
                .map(|command| self.look_up(command, &error))
                .collect(),
        }
    }

    fn execute_alone(&mut self, command: &CommandEnvelope) -> Outcome {
        match self.try_group(std::slice::from_ref(command)) {
            Ok(mut outcomes) => outcomes.pop().unwrap_or(Err(WorkerError::OutcomeUnknown)),
            Err(error) => self.look_up(command, &error),
        }
    }

    fn try_group(&mut self, commands: &[CommandEnvelope]) -> Result<Vec<Outcome>, StoreError> {
        let before = self.store.head();
        self.store.begin()?;
        let mut outcomes = Vec::with_capacity(commands.len());
        for command in commands {
            match self.bus.execute(&mut self.store, command) {
                Ok(outcome) => outcomes.push(Ok(outcome)),
                Err(CommandError::Store(error)) => {
                    self.undo();
                    return Err(error);
                }
                Err(error) => outcomes.push(Err(to_worker_error(error))),
            }
        }
        self.commit(before)?;
        Ok(outcomes)
    }

    /// Makes the open transaction durable.
    pub fn commit(&mut self, head_before: u64) -> Result<(), StoreError> {
        let committed = self.store.commit();
        if let Err(error) = &committed {
            self.bus.forget();
            if let StoreError::CommitUnknown(_) = error {
                messages::end(&error.to_string());
            }
        }
        self.appended_since(head_before);
        committed
    }

    /// Takes note of what was committed since `head_before`.
    pub fn appended_since(&mut self, head_before: u64) {
        self.checkpoint_due |= self.store.head() > head_before;
    }

    /// Undoes the open transaction.
    pub fn undo(&mut self) {
        self.store.rollback();
        self.bus.forget();
    }

    /// After a failure the outcome is unknown until the log is asked.
    fn look_up(&self, command: &CommandEnvelope, error: &StoreError) -> Outcome {
        self.outcome_or(command, store_error(error))
    }

    /// The outcome of a command that was recorded before, or why it was not.
    pub fn outcome_or(&self, command: &CommandEnvelope, why_not: WorkerError) -> Outcome {
        match self.store.find_command(command.command_id.as_str()) {
            Ok(Some(first)) => {
                let events = first.last_position - first.first_position + 1;
                Ok(CommandOutcome {
                    position: first.last_position,
                    events: u32::try_from(events).unwrap_or(u32::MAX),
                })
            }
            Ok(None) => Err(why_not),
            Err(_) => Err(WorkerError::OutcomeUnknown),
        }
    }

    /// Makes the demo shop, all of it or nothing.
    pub fn open_demo(&mut self, seed: &CommandId, open: &OpenShop) -> Outcome {
        let before = self.store.head();
        self.store.begin().map_err(|error| store_error(&error))?;
        let mut events = 0;
        for command in demo::commands(seed, open) {
            match self.bus.execute(&mut self.store, &command) {
                Ok(outcome) => events += outcome.events,
                Err(error) => {
                    self.undo();
                    return Err(to_worker_error(error));
                }
            }
        }
        self.commit(before).map_err(|error| store_error(&error))?;
        Ok(CommandOutcome {
            position: self.store.head(),
            events,
        })
    }

    /// Projects up to `limit` events.
    pub fn project(&mut self, limit: u32) -> Result<Step, ProjectorError> {
        let step = self.projector.step(&self.store, limit)?;
        self.trouble = None;
        Ok(step)
    }

    /// Whether `error` is news: the views stand still for another reason than before.
    pub fn note_trouble(&mut self, error: &ProjectorError) -> bool {
        let reason = Some(error.to_string());
        let news = self.trouble != reason;
        self.trouble = reason;
        news
    }

    /// Views that turn out to be damaged are worth nothing: the file is deleted,
    /// and built anew from the log.
    pub fn replace_views(&mut self) -> Result<(), String> {
        // The file can be deleted only when nobody has it open.
        let aside = boot::views_in_memory(&self.store)?;
        self.use_views(aside);
        let anew = boot::rebuild_views(&self.pool, &self.store)?;
        self.use_views(anew);
        Ok(())
    }

    fn use_views(&mut self, projector: Projector) {
        self.bus
            .use_snapshots(Snapshots::new(projector.share_views()));
        self.projector = projector;
    }

    /// One step of what is being built aside.
    pub fn rebuild_step(&mut self, limit: u32) -> Result<RebuildStep, ProjectorError> {
        self.projector.rebuild_step(&self.store, limit)
    }

    /// Tries every dead letter again.
    pub fn retry_all(&mut self) -> Result<Retried, ProjectorError> {
        self.projector.retry_all(&self.store)
    }

    /// Whether any projection has one.
    pub fn has_dead_letters(&self) -> bool {
        self.projector.has_dead_letters()
    }

    /// How the worker is.
    pub fn health(&self, longest_slice_ms: f64) -> WorkerHealth {
        WorkerHealth {
            conflicts: self.bus.health().conflicts,
            last_conflict: self.bus.health().last_conflict.clone(),
            longest_slice_ms,
            memory_bytes: memory_bytes(),
            trouble: self.trouble.clone(),
        }
    }

    /// Whether the views are behind the log.
    pub fn has_backlog(&self) -> bool {
        self.projector.position() < self.store.head()
    }

    /// Writes the WAL back when there is enough in it for how long nobody has asked
    /// for anything, in milliseconds.
    pub fn checkpoint_if_due(&mut self, idle_ms: f64) {
        let due = CHECKPOINTS
            .iter()
            .find(|(after_ms, _)| idle_ms >= *after_ms);
        let Some((_, due_pages)) = due.filter(|_| self.checkpoint_due) else {
            return;
        };
        let pages = self.store.wal_pages();
        // A checkpoint that fails loses nothing: the WAL stays, and so does the debt.
        if pages.is_ok_and(|pages| pages >= *due_pages) && self.store.checkpoint().is_ok() {
            self.checkpoint_due = false;
        }
    }
}

/// WebAssembly's memory, which never shrinks: so this is also its peak.
fn memory_bytes() -> u64 {
    const PAGE_BYTES: u64 = 65_536;
    core::arch::wasm32::memory_size(0) as u64 * PAGE_BYTES
}

/// A command's failure in the page's terms.
pub fn to_worker_error(error: CommandError) -> WorkerError {
    match error {
        CommandError::Refused(rule) => WorkerError::Refused(rule),
        CommandError::Store(error) => store_error(&error),
        CommandError::Conflict(error) => WorkerError::Storage(error.to_string()),
        CommandError::Rejected(error) => WorkerError::Storage(error.to_string()),
        CommandError::Codec(error) => WorkerError::Storage(error.to_string()),
    }
}

/// The store's failure in the page's terms.
pub fn store_error(error: &StoreError) -> WorkerError {
    if error.is_full() {
        WorkerError::StorageFull
    } else {
        WorkerError::Storage(error.to_string())
    }
}

impl From<ViewError> for WorkerError {
    fn from(error: ViewError) -> Self {
        Self::Storage(error.to_string())
    }
}
