//! The command side: load, decide, append.
//!
//! [`CommandBus::execute`] is the way of every change. It looks up what a rule
//! needs to know, asks the domain, and appends what the domain answers. It runs
//! in a transaction of its caller, who alone may say “saved”, after COMMIT.
//!
//! What follows from events is asked for in the same way: a [`ProcessManager`] turns
//! an event into a command, exactly once; a [`Reactor`] acts upon the world, at
//! most once. [`Reactions`] runs both.
//!
//! The page knows the commands and the refusals; the rest is the worker's.

#[cfg(feature = "storage")]
mod bus;
mod command;
#[cfg(feature = "storage")]
pub mod demo;
#[cfg(feature = "storage")]
mod environment;
#[cfg(feature = "storage")]
mod error;
#[cfg(feature = "storage")]
mod handlers;
mod health;
#[cfg(feature = "storage")]
pub mod import;
#[cfg(feature = "storage")]
mod process_manager;
#[cfg(feature = "storage")]
mod reactions;
#[cfg(feature = "storage")]
mod reactor;
mod refusal;
#[cfg(feature = "storage")]
mod repository;

#[cfg(feature = "storage")]
pub use bus::{Cause, CommandBus};
pub use command::{Command, CommandEnvelope, CommandOutcome, ImportedItem, ImportedSale, OpenShop};
#[cfg(feature = "storage")]
pub use environment::{Environment, SeededEnvironment};
#[cfg(feature = "storage")]
pub use error::CommandError;
pub use health::{BusHealth, ReactionHealth};
#[cfg(feature = "storage")]
pub use process_manager::{ProcessManager, follow_up_id};
#[cfg(feature = "storage")]
pub use reactions::{Reacted, Reactions};
#[cfg(feature = "storage")]
pub use reactor::Reactor;
pub use refusal::Refusal;
#[cfg(feature = "storage")]
pub use repository::{Aggregate, Loaded, Repository, decode};

/// Code of the first register of a new shop.
pub const FIRST_REGISTER: &str = "T1";
/// Code of the register that imported history goes to.
pub const IMPORT_REGISTER: &str = "IMP";
