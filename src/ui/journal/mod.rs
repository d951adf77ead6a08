//! The journal: what happened, in words.

mod dead_letters;
mod entry_row;
mod journal_page;
mod lines;
mod names;
mod payload;
mod projections;
mod repairs;
mod story;
mod verify_chain;

pub use journal_page::JournalPage;
pub use names::{ProductNames, product_of};
pub use story::story_of;
