//! One file: what is durable, what was written since, and what may be left of it.

use std::sync::Arc;

use super::super::random::Dice;

/// What the disk writes in one go.
pub const PIECE_BYTES: usize = 512;
/// What it promises: a write that is cut off may spoil whatever shares such a sector.
pub const SECTOR_BYTES: usize = 4096;

/// A change of a file's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Bytes from here on.
    Write { at: usize, bytes: Arc<[u8]> },
    /// A new length.
    Resize(usize),
}

/// A file's content.
#[derive(Debug, Clone, Default)]
pub struct File {
    /// As every process sees it.
    pub bytes: Vec<u8>,
    durable: Vec<u8>,
    unsynced: Vec<Change>,
}

impl File {
    /// Changes it; it is not durable yet.
    pub fn change(&mut self, change: Change) {
        apply(&change, &mut self.bytes);
        self.unsynced.push(change);
    }

    /// All that was changed is durable.
    pub fn sync(&mut self) {
        for change in self.unsynced.drain(..) {
            apply(&change, &mut self.durable);
        }
    }

    /// As it was left by a process that ended in the middle of `last`.
    pub fn after_kill(&self, last: Option<&Change>, dice: &mut Dice) -> Self {
        let mut left = self.clone();
        if let Some(Change::Write { at, bytes }) = last {
            let part = bytes[..dice.below(bytes.len() + 1)].into();
            left.change(Change::Write {
                at: *at,
                bytes: part,
            });
        }
        left
    }

    /// As a power cut in the middle of `last` leaves it.
    pub fn after_power_cut(&self, last: Option<&Change>, dice: &mut Dice) -> Self {
        let mut left = self.durable.clone();
        let mut changes: Vec<&Change> = self.unsynced.iter().chain(last).collect();
        match dice.below(4) {
            0 => changes.clear(),
            1 => {
                // Everything in order, but the last of it is torn.
                changes.truncate(dice.below(changes.len() + 1));
                if let Some(torn) = changes.pop() {
                    changes.iter().for_each(|change| apply(change, &mut left));
                    tear(torn, &mut left, dice);
                }
                changes.clear();
            }
            2 => dice.shuffle(&mut changes),
            _ => {}
        }
        for change in changes {
            match dice.below(3) {
                0 => {}
                1 => apply(change, &mut left),
                _ => tear(change, &mut left, dice),
            }
        }
        Self {
            bytes: left.clone(),
            durable: left,
            unsynced: Vec::new(),
        }
    }
}

fn apply(change: &Change, content: &mut Vec<u8>) {
    match change {
        Change::Write { at, bytes } => write(content, *at, bytes),
        Change::Resize(length) if *length < content.len() => content.truncate(*length),
        Change::Resize(length) => fill(content, *length),
    }
}

/// Copies whole slices, which is quick even where nothing is optimised.
fn write(content: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    if content.len() < at {
        fill(content, at);
    }
    let over = bytes.len().min(content.len() - at);
    content[at..at + over].copy_from_slice(&bytes[..over]);
    content.extend_from_slice(&bytes[over..]);
}

fn fill(content: &mut Vec<u8>, length: usize) {
    content.extend_from_slice(&vec![0; length - content.len()]);
}

/// Some pieces of a write arrive, others do not or arrive as garbage, and what
/// shares a sector with it may be spoilt.
fn tear(change: &Change, content: &mut Vec<u8>, dice: &mut Dice) {
    let Change::Write { at, bytes } = change else {
        return;
    };
    let (at, end) = (*at, at + bytes.len());
    let mut from = at;
    while from < end {
        let to = end.min((from / PIECE_BYTES + 1) * PIECE_BYTES);
        match dice.below(8) {
            0..4 => write(content, from, &bytes[from - at..to - at]),
            4 => write(content, from, &dice.bytes(to - from)),
            _ => {}
        }
        from = to;
    }
    if dice.below(4) == 0 {
        let sector = at / SECTOR_BYTES * SECTOR_BYTES;
        spoil(content, sector, at, dice);
    }
    if dice.below(4) == 0 {
        let sector_end = end.div_ceil(SECTOR_BYTES) * SECTOR_BYTES;
        spoil(content, end, sector_end, dice);
    }
}

fn spoil(content: &mut [u8], from: usize, to: usize, dice: &mut Dice) {
    let to = to.min(content.len());
    if from < to {
        let garbage = dice.bytes(to - from);
        content[from..to].copy_from_slice(&garbage);
    }
}
