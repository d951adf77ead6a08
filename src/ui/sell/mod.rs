//! The till: products on the left, the cart on the right.

mod cancel_dialog;
mod cart;
mod cart_line;
mod category_chips;
mod order_tabs;
mod product_grid;
mod product_tile;
mod product_window;
mod scanner;
mod search_box;
mod sell_page;
mod till;

pub use cancel_dialog::CancelDialog;
pub use sell_page::SellPage;
pub use till::{Till, use_till};
