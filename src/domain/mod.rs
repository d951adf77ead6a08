//! The shop's rules, pure: no SQLite, no browser, no clock, no randomness.
//!
//! Read the values first ([`money`], [`quantity`], [`tax`]), then an aggregate;
//! [`order`] is the richest. Each has commands, events, a state,
//! `decide(&State, Command) -> Result<Vec<Event>, Error>` and
//! `evolve(&mut State, &Event)`. Rules live in `decide`; `evolve` never refuses
//! history.

pub mod account;
pub mod event;
pub mod ids;
pub mod money;
pub mod order;
pub mod product;
pub mod quantity;
pub mod register;
pub mod shift;
pub mod shop;
pub mod staff;
pub mod tax;
pub mod text;
pub mod time;

pub use event::{Event, StreamType};
pub use ids::*;
pub use money::{Currency, Money, MoneyError};
pub use quantity::{Quantity, QuantityError};
pub use text::TextError;
pub use time::{TimeError, Timestamp, ZoneName};
