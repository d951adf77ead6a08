//! Sales history from a file of till tickets.
//!
//! The ticket is the atom: all its events or none. Rows that cannot be sold are
//! listed with their line and left out. Ids are derived from the content, so
//! importing the same file twice changes nothing.

mod csv_file;
mod job;
mod tickets;

pub use csv_file::{ImportError, MAX_FILE_BYTES};
pub use job::{Counts, ImportJob};
pub use tickets::{PriceList, Rejected, Ticket, TicketFile, Tickets};
