//! The command side: load, decide, append.
//!
//! [`CommandBus::execute`] is the way of every change. It looks up what a rule
//! needs to know, asks the domain, and appends what the domain answers. It runs
//! in a transaction of its caller, who alone may say “saved”, after COMMIT.

mod bus;
mod command;
pub mod demo;
mod environment;
mod error;
mod handlers;
pub mod import;
mod refusal;
mod repository;

pub use bus::CommandBus;
pub use command::{Command, CommandEnvelope, CommandOutcome, ImportedItem, ImportedSale, OpenShop};
pub use environment::{Environment, SeededEnvironment};
pub use error::CommandError;
pub use refusal::Refusal;
pub use repository::{Loaded, Repository, decode};

/// Code of the first register of a new shop.
pub const FIRST_REGISTER: &str = "T1";
/// Code of the register that imported history goes to.
pub const IMPORT_REGISTER: &str = "IMP";
