//! An order: from the first item to the receipt.

mod command;
mod decide;
mod error;
mod event;
mod state;

pub use command::{CreateOrder, OrderCommand, OrderItem, ProductFacts, StartOrder, Tender};
pub use decide::{MAX_LINES, decide};
pub use error::OrderError;
pub use event::{
    Beginning, ItemAddedToCart, OrderCompleted, OrderCreated, OrderEvent, OrderStarted,
    PaymentMethod, PaymentProcessed,
};
pub use state::{Cart, Line, Order, OrderStatus, Payment, evolve};
