//! Questions to views.db: one file a question, with its answer's shape.
//!
//! Amounts are in minor units of the shop's currency, quantities in
//! thousandths, times in UTC milliseconds, as their names say.

mod journal;
mod orders;
mod products;
mod progress;
mod shop;
mod stock;

pub use journal::{JournalEntry, JournalPage};
pub use orders::{
    OpenOrder, OrderDetail, OrderFilter, OrderLine, OrderPage, OrderPayment, OrderRow, TaxShare,
};
pub use products::{ProductDetail, ProductFilter, ProductPage, ProductRow};
pub use progress::ProjectionProgress;
pub use shop::{OpenShift, ShopOverview};
pub use stock::{StockFilter, StockPage, StockRow};
