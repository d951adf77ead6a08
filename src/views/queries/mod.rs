//! The questions themselves: one file each, its SQL beside it. Only the worker
//! has them; the page knows the answers' shapes.

mod accounts;
mod error;
mod journal;
mod orders;
mod products;
mod progress;
mod search;
mod shop;
mod stock;

pub use accounts::{
    account, account_balance_at, account_history, account_totals, accounts, accounts_of,
};
pub use error::ViewError;
pub use journal::{journal, order_timeline};
pub use orders::{open_orders, order, orders};
pub use products::{product, products};
pub use progress::{dead_letters, projection_progress};
pub use shop::shop_overview;
pub use stock::stock;

/// The most rows that one answer has.
pub const MAX_ROWS: u32 = 500;
