//! A shift as its events made it.

use serde::{Deserialize, Serialize};

use super::event::{ShiftEvent, ShiftOpened};

/// A shift.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// How it began, once it did.
    pub opened: Option<ShiftOpened>,
}

/// Applies one event.
pub fn evolve(shift: &mut Shift, event: &ShiftEvent) {
    match event {
        ShiftEvent::ShiftOpened(opened) => shift.opened = Some(opened.clone()),
    }
}
