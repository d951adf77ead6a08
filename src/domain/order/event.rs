//! What happened to an order.

use serde::{Deserialize, Serialize};

use crate::domain::ids::{CustomerId, LineId, PaymentId, ProductId, RegisterId, ShiftId};
use crate::domain::money::Currency;
use crate::domain::quantity::Quantity;
use crate::domain::tax::{TaxPolicy, TaxRate, Totals};
use crate::domain::time::Timestamp;

/// An event of a stream `order-{id}`. Amounts are in minor units of the order's
/// currency, which [`OrderStarted`] fixes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderEvent {
    /// A cart was begun.
    OrderStarted(OrderStarted),
    /// Goods went into the cart; on a line that exists, more of the same.
    ItemAddedToCart(ItemAddedToCart),
    /// Goods went out of the cart.
    ItemRemovedFromCart {
        /// The line that they were on.
        line_id: LineId,
        /// The product.
        product_id: ProductId,
        /// How much of it.
        quantity_removed: Quantity,
    },
    /// A payment was begun.
    OrderPaymentAttempted {
        /// The payment.
        payment_id: PaymentId,
        /// How.
        method: PaymentMethod,
        /// How much of what is due.
        amount_minor: i64,
        /// The order's currency.
        currency: Currency,
    },
    /// Money was taken.
    PaymentProcessed(PaymentProcessed),
    /// A payment was given back before the order was completed.
    PaymentVoided {
        /// The payment.
        payment_id: PaymentId,
        /// Why.
        reason: String,
    },
    /// Paid in full, with a receipt.
    OrderCompleted(OrderCompleted),
    /// Given up.
    OrderCancelled {
        /// Why.
        reason: String,
        /// When.
        cancellation_date: Timestamp,
    },
}

/// How an order began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderStarted {
    /// Whose it is, if known.
    pub customer_id: Option<CustomerId>,
    /// When it was made; of imported history, the ticket's own time.
    pub order_date: Timestamp,
    /// Where.
    pub register: RegisterId,
    /// In which drawer session; imported history has none.
    pub shift: Option<ShiftId>,
    /// By whom.
    pub cashier: String,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// How its tax is computed.
    pub tax_policy: TaxPolicy,
    /// Whether it was sold elsewhere and only recorded here.
    pub imported: bool,
}

/// Goods that went into the cart, as they were then called and priced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemAddedToCart {
    /// The line.
    pub line_id: LineId,
    /// The product.
    pub product_id: ProductId,
    /// Its name at that moment.
    pub product_name: String,
    /// How much.
    pub quantity: Quantity,
    /// Price of one unit at that moment.
    pub unit_price_minor: i64,
    /// The order's currency.
    pub currency: Currency,
    /// Its tax at that moment.
    pub tax_rate: TaxRate,
}

/// How something is paid. No card number is ever kept: see
/// [`Tender`](super::Tender).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PaymentMethod {
    /// Notes and coins.
    Cash,
    /// A card, on a terminal beside the till.
    Card,
    /// Paid elsewhere; imported history does not say how.
    Imported,
}

/// Money that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentProcessed {
    /// The payment.
    pub payment_id: PaymentId,
    /// How.
    pub method: PaymentMethod,
    /// The terminal's reference; may be empty.
    pub transaction_id: String,
    /// How much of what is due it settles.
    pub amount_paid_minor: i64,
    /// What the customer handed over.
    pub tendered_minor: i64,
    /// What went back.
    pub change_minor: i64,
    /// The order's currency.
    pub currency: Currency,
    /// Where.
    pub register: RegisterId,
    /// In which drawer session.
    pub shift: Option<ShiftId>,
}

/// How an order was completed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderCompleted {
    /// When; of imported history, the ticket's own time.
    pub completion_date: Timestamp,
    /// The number on the receipt.
    pub receipt_number: String,
    /// What it came to.
    pub totals: Totals,
    /// What cash rounding added (or took away, if negative).
    pub rounding_minor: i64,
    /// The order's currency.
    pub currency: Currency,
    /// Where.
    pub register: RegisterId,
    /// In which drawer session.
    pub shift: Option<ShiftId>,
}
