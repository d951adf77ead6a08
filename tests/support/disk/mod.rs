//! A disk in memory that fails as disks do, at exactly the operation that a test
//! names: it cuts the power, kills the process, breaks, or is full.
//!
//! SQLite is promised no more than the browser's pool promises it: sectors of
//! 4,096 bytes, no write is atomic, and a write that is cut off may spoil the rest
//! of the sectors that it touched. What was synced stays. So SQLite pads its commits
//! here as it does there, and the same operations can fail.

mod file;
mod state;
mod vfs;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use super::random::Dice;
use state::State;
pub use state::{Fault, Operation};

/// A disk. A clone is the same disk.
#[derive(Clone)]
pub struct Disk {
    /// Under which SQLite finds it.
    number: u64,
    state: Arc<Mutex<State>>,
}

impl Default for Disk {
    fn default() -> Self {
        Self::new()
    }
}

impl Disk {
    /// An empty disk.
    pub fn new() -> Self {
        Self::holding(State::default())
    }

    fn holding(state: State) -> Self {
        let state = Arc::new(Mutex::new(state));
        let number = vfs::mount(&state);
        Self { number, state }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Opens a database on it.
    pub fn connect(&self, name: &str) -> rusqlite::Result<Connection> {
        vfs::connect(self.number, name)
    }

    /// From the `operation`th operation on (from 0, counted since the disk was made)
    /// this is wrong with it.
    pub fn fail_at(&self, operation: usize, fault: Fault) {
        self.state().fault = Some((operation, fault));
    }

    /// It works again, and has room.
    pub fn repair(&self) {
        let mut state = self.state();
        state.fault = None;
        state.capacity_bytes = None;
    }

    /// How many operations it has carried out.
    pub fn operations(&self) -> usize {
        self.state().count
    }

    /// Every operation since the disk was made, to be replayed by [`Replay`].
    pub fn history(&self) -> Vec<Operation> {
        self.state().history.clone()
    }

    /// Removes a file, as the worker does with views that cannot be opened.
    pub fn remove(&self, name: &str) {
        self.state().remove(name);
    }

    /// What another process would find if this one were killed now: all that was
    /// written, synced or not. It has as much room as before, and is not broken.
    pub fn after_kill(&self, dice: &mut Dice) -> Self {
        Self::holding(self.state().after_kill(dice))
    }

    /// What would be there after a power cut now: all that was synced, and of the rest
    /// whatever the dice leave.
    pub fn after_power_cut(&self, dice: &mut Dice) -> Self {
        Self::holding(self.state().after_power_cut(dice))
    }

    /// Whoever still has a file open reaches nothing any more, so that what ends
    /// without a word cannot tidy up.
    pub fn unplug(&self) {
        self.state().gone = true;
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    // A test that panicked is reported by itself; its disk is still a disk.
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Goes through the history of a disk and tells at each operation what a kill or a
/// power cut would have left there, without running anything again.
pub struct Replay {
    history: std::vec::IntoIter<Operation>,
    state: State,
}

impl Replay {
    /// Begins with an empty disk.
    pub fn new(history: Vec<Operation>) -> Self {
        Self {
            history: history.into_iter(),
            state: State::default(),
        }
    }

    /// Moves to the next operation that changes something: it is under way then.
    /// How many operations came before it.
    pub fn advance(&mut self) -> Option<usize> {
        loop {
            self.state.finish();
            let operation = self.history.next()?;
            let changes = operation != Operation::Look;
            self.state.begin(operation);
            if changes {
                return Some(self.state.count - 1);
            }
        }
    }

    /// As [`Disk::after_kill`].
    pub fn killed_here(&self, dice: &mut Dice) -> Disk {
        Disk::holding(self.state.after_kill(dice))
    }

    /// As [`Disk::after_power_cut`].
    pub fn power_cut_here(&self, dice: &mut Dice) -> Disk {
        Disk::holding(self.state.after_power_cut(dice))
    }
}
