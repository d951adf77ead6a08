//! What a long command says on stderr meanwhile: at most a line a second.

use std::time::{Duration, Instant};

use super::output::{grouped, say};

const BETWEEN_LINES: Duration = Duration::from_secs(1);

/// How far a command has come.
pub struct Progress {
    command: &'static str,
    /// Where it ends, if that is known.
    end: Option<u64>,
    said: Instant,
}

impl Progress {
    /// Of a command that ends at position `end`.
    pub fn new(command: &'static str, end: Option<u64>) -> Self {
        Self {
            command,
            end,
            said: Instant::now(),
        }
    }

    /// It has come to `position`.
    pub fn at(&mut self, position: u64) {
        if self.said.elapsed() < BETWEEN_LINES {
            return;
        }
        self.said = Instant::now();
        let of = match self.end {
            Some(end) => format!(" of {}", grouped(end)),
            None => String::new(),
        };
        let events = grouped(position);
        say(&format!("{}: {events}{of} events", self.command));
    }
}
