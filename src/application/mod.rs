//! The command side: load, decide, append.

mod command;
mod refusal;

pub use command::{Command, CommandEnvelope, CommandOutcome, OpenShop};
pub use refusal::Refusal;
