//! A register: a till with a code, and the receipt numbers that it issues.

mod command;
mod decide;
mod error;
mod event;
mod state;

pub use command::RegisterCommand;
pub use decide::decide;
pub use error::RegisterError;
pub use event::RegisterEvent;
pub use state::{Register, evolve};
