//! What screens ask of views.db: here the shape of each question and answer, in
//! [`queries`] how it is answered.
//!
//! Amounts are in minor units of the shop's currency, quantities in
//! thousandths, times in UTC milliseconds, as their names say.

mod accounts;
mod journal;
mod orders;
mod products;
mod progress;
#[cfg(feature = "storage")]
pub mod queries;
mod shop;
mod stock;

pub use accounts::{
    AccountBalance, AccountHistoryFilter, AccountHistoryPage, AccountRow, AccountTotals,
    AccountTransaction, TransactionKind,
};
pub use journal::{JournalEntry, JournalPage};
pub use orders::{
    OpenOrder, OrderDetail, OrderFilter, OrderLine, OrderPage, OrderPayment, OrderRow, TaxShare,
};
pub use products::{ProductDetail, ProductFilter, ProductPage, ProductRow};
pub use progress::{DeadLetter, DeadLetterPage, ProjectionProgress, RebuildProgress};
#[cfg(feature = "storage")]
pub use queries::{
    MAX_ROWS, ViewError, account, account_balance_at, account_history, account_totals, accounts,
    accounts_of, dead_letters, journal, open_orders, order, order_timeline, orders, product,
    products, projection_progress, shop_overview, stock,
};
pub use shop::{OpenShift, ShopOverview};
pub use stock::{StockFilter, StockPage, StockRow};
