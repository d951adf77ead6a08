//! Why an order refused.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::state::OrderStatus;
use crate::domain::ids::{LineId, PaymentId};
use crate::domain::money::{Money, MoneyError};
use crate::domain::quantity::{Quantity, QuantityError};
use crate::domain::text::TextError;

/// A rule of the order that was broken.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum OrderError {
    /// No such order.
    #[error("there is no such order")]
    NotFound,
    /// An order begins once.
    #[error("this order was started already")]
    AlreadyStarted,
    /// What is over stays so, and what is promised stays as it was promised.
    #[error("the order is {0}")]
    NotOpen(OrderStatus),
    /// Only what was promised is sent.
    #[error("the order is {0}: only a confirmed order is shipped")]
    NotConfirmed(OrderStatus),
    /// What was promised is complete when it was sent.
    #[error("the order is {0}: ship it before taking the rest of the money")]
    NotShipped(OrderStatus),
    /// Goods come in amounts above zero.
    #[error("the quantity must be above zero")]
    QuantityNotPositive,
    /// No such line.
    #[error("the order has no line {0}")]
    LineNotFound(LineId),
    /// No more can go out than is in.
    #[error("the line has {available}, {requested} cannot be removed")]
    NotEnoughOnLine {
        /// What is on the line.
        available: Quantity,
        /// What should go.
        requested: Quantity,
    },
    /// Goods stay as they are while money has been taken for them.
    #[error("part of the order is paid: give that payment back before changing items")]
    PartlyPaid,
    /// It may be free, but not pay the customer.
    #[error("a price cannot be negative")]
    NegativePrice,
    /// An id is used for one line.
    #[error("line {0} has another item")]
    LineTaken(LineId),
    /// A cart has a limit.
    #[error("an order has at most {0} lines")]
    TooManyLines(usize),
    /// There is nothing to pay for.
    #[error("the order has no items")]
    Empty,
    /// A payment of nothing.
    #[error("the amount must be above zero")]
    AmountNotPositive,
    /// A card pays at most what is due.
    #[error("{requested} is more than the {due} due")]
    MoreThanDue {
        /// What is due.
        due: Money,
        /// What should be taken.
        requested: Money,
    },
    /// An id is used once.
    #[error("this payment was taken already")]
    DuplicatePayment,
    /// No such payment, or it was given back.
    #[error("the order has no payment {0}")]
    PaymentNotFound(PaymentId),
    /// Money has been taken; it must go back first.
    #[error("{0} was paid: give the payment back before cancelling")]
    PaidInPart(Money),
    /// Only history that is imported may be paid elsewhere.
    #[error("only an imported order can be paid elsewhere")]
    NotImported,
    /// An amount.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// A quantity.
    #[error(transparent)]
    Quantity(#[from] QuantityError),
    /// A text.
    #[error(transparent)]
    Text(#[from] TextError),
}

impl std::fmt::Display for OrderStatus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Pending => "open",
            Self::Confirmed => "confirmed",
            Self::Shipped => "shipped",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
        })
    }
}
