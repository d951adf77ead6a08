//! The shop: what it is called, where it is, its currency and taxes.

mod command;
mod decide;
mod error;
mod event;
mod state;

pub use command::ConfigureShop;
pub use decide::decide;
pub use error::ShopError;
pub use event::{ShopConfigured, ShopEvent, TaxRateSetting};
pub use state::{Shop, evolve};
