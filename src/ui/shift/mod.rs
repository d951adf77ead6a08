//! The open shift.

mod shift_page;

pub use shift_page::{Figure, ShiftPage};
