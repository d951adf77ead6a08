//! A shift: one session of a register's drawer.

mod command;
mod decide;
mod error;
mod event;
mod state;

pub use command::OpenShift;
pub use decide::decide;
pub use error::ShiftError;
pub use event::{ShiftEvent, ShiftOpened};
pub use state::{Shift, evolve};
