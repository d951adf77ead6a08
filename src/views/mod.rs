//! Questions to views.db: one file a question, with its answer's shape.
//!
//! Amounts are in minor units of the shop's currency, quantities in
//! thousandths, times in UTC milliseconds, as their names say.

mod error;
mod journal;
mod orders;
mod products;
mod progress;
mod search;
mod shop;
mod stock;

pub use error::ViewError;
pub use journal::{JournalEntry, JournalPage, journal, order_timeline};
pub use orders::{
    OpenOrder, OrderDetail, OrderFilter, OrderLine, OrderPage, OrderPayment, OrderRow, TaxShare,
    open_orders, order, orders,
};
pub use products::{ProductDetail, ProductFilter, ProductPage, ProductRow, product, products};
pub use progress::{ProjectionProgress, projection_progress};
pub use shop::{OpenShift, ShopOverview, shop_overview};
pub use stock::{StockFilter, StockPage, StockRow, stock};

/// The most rows that one answer has.
pub const MAX_ROWS: u32 = 500;
