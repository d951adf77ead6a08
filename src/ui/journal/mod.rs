//! The journal: what happened, in words.

mod entry_row;
mod journal_page;
mod names;
mod payload;
mod projections;
mod story;
mod verify_chain;

pub use journal_page::JournalPage;
pub use names::{ProductNames, product_of};
pub use story::story_of;
