//! An account: what the shop owes a customer, as store credit.

mod command;
mod decide;
mod error;
mod event;
mod state;

pub use command::AccountCommand;
pub use decide::decide;
pub use error::AccountError;
pub use event::{AccountEvent, AccountOpened, MoneyWithdrawn};
pub use state::{Account, AccountStatus, evolve};
