//! How much fits into a slice.

/// Finds out how many events make a step of the wanted length: one transaction a
/// slice is cheaper than several, and a longer slice keeps a command waiting.
pub struct Pace {
    events: u32,
}

/// What a step aims at; a commit that takes longer than most still ends within
/// the slice.
const AIM_MS: f64 = 5.0;
const FEWEST: u32 = 20;
const MOST: u32 = 2000;

impl Default for Pace {
    fn default() -> Self {
        Self { events: 100 }
    }
}

impl Pace {
    /// Events for the next step.
    pub const fn events(&self) -> u32 {
        self.events
    }

    /// Takes note of a full step that took so long.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    pub fn took(&mut self, milliseconds: f64) {
        // Half way towards what would have been right: one slow step is no rule.
        let right = f64::from(self.events) * AIM_MS / milliseconds.max(0.1);
        let next = f64::midpoint(f64::from(self.events), right);
        self.events = next.clamp(f64::from(FEWEST), f64::from(MOST)) as u32;
    }
}
