//! The frame around every screen: rail, routes, status strip.

mod connectivity;
mod frame;
mod not_found_page;
mod rail;
mod status_strip;

pub use connectivity::Connectivity;
pub use frame::Shell;
pub use status_strip::StatusStrip;
