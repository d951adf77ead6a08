//! A product: what is sold, at which price, and how much of it came in.

mod command;
mod decide;
mod error;
mod event;
mod state;

pub use command::{CreateProduct, EditProduct, ProductCommand};
pub use decide::{MAX_BARCODES, decide};
pub use error::ProductError;
pub use event::{ProductCreated, ProductEvent};
pub use state::{Product, StockPolicy, Unit, evolve};
