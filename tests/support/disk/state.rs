//! What a disk holds, what it is doing, and what is wrong with it.

use std::collections::BTreeMap;

use rsqlite_vfs::{VfsError, VfsErrorCode, VfsResult};

use super::super::random::Dice;
use super::file::{Change, File};

/// What can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// One operation fails, the next ones work.
    FailsOnce,
    /// That operation fails and every one after it.
    FailsFromThenOn,
    /// One operation fails, and yet it was carried out.
    FailsButHappened,
    /// No file can grow any more. What is removed makes room again.
    Full,
}

/// What SQLite asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// Something that changes nothing: a read, a size, a look whether a file exists.
    Look,
    /// A new file.
    Create(String),
    /// A file goes; for certain only if the folder is synced as well.
    Delete { name: String, synced: bool },
    /// A file's content changes.
    Change { file: usize, change: Change },
    /// What was written to the file shall be durable.
    Sync { file: usize },
}

/// A name now means this file, or none.
type NameChange = (String, Option<usize>);

/// The disk itself.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// Operations that were begun.
    pub count: usize,
    /// All of them.
    pub history: Vec<Operation>,
    /// From which operation on something is wrong, and what.
    pub fault: Option<(usize, Fault)>,
    /// The files together cannot have more.
    pub capacity_bytes: Option<usize>,
    /// Nobody reaches it any more.
    pub gone: bool,
    files: Vec<File>,
    names: BTreeMap<String, usize>,
    durable_names: BTreeMap<String, usize>,
    unsynced_names: Vec<NameChange>,
    under_way: Option<Operation>,
}

impl State {
    /// Carries an operation out, or fails it with `code`.
    pub fn perform(&mut self, operation: Operation, code: VfsErrorCode) -> VfsResult<()> {
        if self.gone {
            return Err(error(code));
        }
        let number = self.count;
        self.begin(operation);
        let result = self.strike(number, code);
        match result {
            Ok(()) => self.finish(),
            Err(_) => self.under_way = None,
        }
        result
    }

    fn strike(&mut self, number: usize, code: VfsErrorCode) -> VfsResult<()> {
        if let Some((from, fault)) = self.fault {
            match fault {
                Fault::FailsOnce if number == from => return Err(error(code)),
                Fault::FailsFromThenOn if number >= from => return Err(error(code)),
                Fault::FailsButHappened if number == from => {
                    self.finish();
                    return Err(error(code));
                }
                Fault::Full if number == from => self.capacity_bytes = Some(self.used_bytes()),
                _ => {}
            }
        }
        self.check_room()
    }

    /// A write that is too long for the disk leaves what there was room for.
    fn check_room(&mut self) -> VfsResult<()> {
        let Some(capacity) = self.capacity_bytes else {
            return Ok(());
        };
        let Some(Operation::Change { file, change }) = &self.under_way else {
            return Ok(());
        };
        let file = *file;
        let length = self.files[file].bytes.len();
        let end = match change {
            Change::Write { at, bytes } => at + bytes.len(),
            Change::Resize(length) => *length,
        };
        let room = length + capacity.saturating_sub(self.used_bytes());
        if end <= length.max(room) {
            return Ok(());
        }
        if let Change::Write { at, bytes } = change
            && *at < room
        {
            let part = Change::Write {
                at: *at,
                bytes: bytes[..room - at].into(),
            };
            self.files[file].change(part);
        }
        Err(error(VfsErrorCode::Full))
    }

    fn used_bytes(&self) -> usize {
        let named = self.names.values();
        named.map(|file| self.files[*file].bytes.len()).sum()
    }

    /// An operation is under way from now on.
    pub fn begin(&mut self, operation: Operation) {
        self.count += 1;
        self.history.push(operation.clone());
        self.under_way = Some(operation);
    }

    /// The operation that was under way is done.
    pub fn finish(&mut self) {
        match self.under_way.take() {
            Some(Operation::Create(name)) => {
                self.files.push(File::default());
                self.rename(name, Some(self.files.len() - 1));
            }
            Some(Operation::Delete { name, synced }) => {
                self.rename(name, None);
                if synced {
                    self.sync_names(self.unsynced_names.len());
                }
            }
            Some(Operation::Change { file, change }) => self.files[file].change(change),
            Some(Operation::Sync { file }) => {
                self.files[file].sync();
                // A file that is durable has its name, and what happened in the
                // folder before that has happened as well.
                let named = |(_, to): &NameChange| *to == Some(file);
                if let Some(last) = self.unsynced_names.iter().rposition(named) {
                    self.sync_names(last + 1);
                }
            }
            Some(Operation::Look) | None => {}
        }
    }

    fn rename(&mut self, name: String, to: Option<usize>) {
        set(&mut self.names, &name, to);
        self.unsynced_names.push((name, to));
    }

    fn sync_names(&mut self, count: usize) {
        for (name, to) in self.unsynced_names.drain(..count) {
            set(&mut self.durable_names, &name, to);
        }
    }

    /// The file of this name.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.names.get(name).copied()
    }

    /// A file that has no name and goes when it is closed.
    pub fn add_nameless(&mut self) -> usize {
        self.files.push(File::default());
        self.files.len() - 1
    }

    /// A file's content.
    pub fn bytes(&self, file: usize) -> &[u8] {
        &self.files[file].bytes
    }

    /// Removes a file for good.
    pub fn remove(&mut self, name: &str) {
        let name = name.to_owned();
        self.begin(Operation::Delete { name, synced: true });
        self.finish();
    }

    /// See [`super::Disk::after_kill`].
    pub fn after_kill(&self, dice: &mut Dice) -> Self {
        let files = self.files.iter().enumerate();
        Self {
            files: files
                .map(|(index, file)| file.after_kill(self.change_under_way(index), dice))
                .collect(),
            names: self.names.clone(),
            durable_names: self.durable_names.clone(),
            unsynced_names: self.unsynced_names.clone(),
            capacity_bytes: self.capacity_bytes,
            ..Self::default()
        }
    }

    /// See [`super::Disk::after_power_cut`].
    pub fn after_power_cut(&self, dice: &mut Dice) -> Self {
        let mut names = self.durable_names.clone();
        let kept = dice.below(self.unsynced_names.len() + 1);
        for (name, to) in &self.unsynced_names[..kept] {
            set(&mut names, name, *to);
        }
        let files = self.files.iter().enumerate();
        Self {
            files: files
                .map(|(index, file)| file.after_power_cut(self.change_under_way(index), dice))
                .collect(),
            durable_names: names.clone(),
            names,
            capacity_bytes: self.capacity_bytes,
            ..Self::default()
        }
    }

    fn change_under_way(&self, index: usize) -> Option<&Change> {
        match &self.under_way {
            Some(Operation::Change { file, change }) if *file == index => Some(change),
            _ => None,
        }
    }
}

fn set(names: &mut BTreeMap<String, usize>, name: &str, to: Option<usize>) {
    match to {
        Some(file) => names.insert(name.to_owned(), file),
        None => names.remove(name),
    };
}

fn error(code: VfsErrorCode) -> VfsError {
    VfsError::new(code, "the disk was told to fail".into())
}
