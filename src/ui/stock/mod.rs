//! How much there is of what; goods that come in, and corrections.

mod adjust_dialog;
mod receive_dialog;
mod stock_page;

pub use stock_page::StockPage;
