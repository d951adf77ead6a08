//! A member of the staff.

mod command;
mod decide;
mod error;
mod event;
mod state;

pub use command::AddMember;
pub use decide::decide;
pub use error::StaffError;
pub use event::StaffEvent;
pub use state::{Member, evolve};
