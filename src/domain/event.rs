//! All events of all aggregates, and the streams that they are in.

use super::account::AccountEvent;
use super::order::OrderEvent;
use super::product::ProductEvent;
use super::register::RegisterEvent;
use super::shift::ShiftEvent;
use super::shop::ShopEvent;
use super::staff::StaffEvent;

/// An event of any aggregate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Of the shop.
    Shop(ShopEvent),
    /// Of a register.
    Register(RegisterEvent),
    /// Of a shift.
    Shift(ShiftEvent),
    /// Of a product.
    Product(ProductEvent),
    /// Of an order.
    Order(OrderEvent),
    /// Of an account.
    Account(AccountEvent),
    /// Of a member of the staff.
    Staff(StaffEvent),
}

/// The kinds of stream. A stream's id is its type, a hyphen, and the aggregate's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StreamType {
    /// `shop-main`.
    Shop,
    /// `register-{code}`.
    Register,
    /// `shift-{id}`.
    Shift,
    /// `product-{id}`.
    Product,
    /// `order-{id}`.
    Order,
    /// `account-{id}`.
    Account,
    /// `staff-{id}`.
    Staff,
}

impl StreamType {
    /// As stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shop => "shop",
            Self::Register => "register",
            Self::Shift => "shift",
            Self::Product => "product",
            Self::Order => "order",
            Self::Account => "account",
            Self::Staff => "staff",
        }
    }

    /// The stream of the aggregate with this id.
    #[must_use]
    pub fn stream_id(self, id: &str) -> String {
        format!("{}-{id}", self.as_str())
    }
}

impl Event {
    /// The kind of stream that it belongs in.
    #[must_use]
    pub const fn stream_type(&self) -> StreamType {
        match self {
            Self::Shop(_) => StreamType::Shop,
            Self::Register(_) => StreamType::Register,
            Self::Shift(_) => StreamType::Shift,
            Self::Product(_) => StreamType::Product,
            Self::Order(_) => StreamType::Order,
            Self::Account(_) => StreamType::Account,
            Self::Staff(_) => StreamType::Staff,
        }
    }
}

macro_rules! event_from {
    ($($variant:ident($event:ty)),* $(,)?) => {$(
        impl From<$event> for Event {
            fn from(event: $event) -> Self {
                Self::$variant(event)
            }
        }
    )*};
}

event_from! {
    Shop(ShopEvent),
    Register(RegisterEvent),
    Shift(ShiftEvent),
    Product(ProductEvent),
    Order(OrderEvent),
    Account(AccountEvent),
    Staff(StaffEvent),
}
