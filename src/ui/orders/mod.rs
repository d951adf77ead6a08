//! Orders: the list, and one order whole.

mod order_page;
mod orders_page;
mod status_badge;
mod timeline;

pub use order_page::OrderPage;
pub use orders_page::OrdersPage;
