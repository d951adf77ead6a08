//! What happened to an order.

use serde::{Deserialize, Serialize};

use super::state::Line;
use crate::domain::ids::{CustomerId, LineId, OrderId, PaymentId, ProductId, RegisterId, ShiftId};
use crate::domain::money::Currency;
use crate::domain::quantity::Quantity;
use crate::domain::tax::{TaxPolicy, TaxRate, Totals};
use crate::domain::time::Timestamp;

/// An event of a stream `order-{id}`. Amounts are in minor units of the order's
/// currency, which [`OrderStarted`] or [`OrderCreated`] fixes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderEvent {
    /// A cart was begun.
    OrderStarted(OrderStarted),
    /// An order was placed whole.
    OrderCreated(OrderCreated),
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
    /// Promised: goods to deliver or to collect.
    OrderConfirmed {
        /// When, if history says so.
        confirmation_date: Option<Timestamp>,
    },
    /// On its way.
    OrderShipped {
        /// When, if history says so.
        shipping_date: Option<Timestamp>,
        /// The carrier's number; may be empty.
        tracking_number: String,
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

/// How an order began, by whichever event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beginning {
    /// Whose it is, if known.
    pub customer_id: Option<CustomerId>,
    /// When it was made; old orders that were placed whole may not say.
    pub order_date: Option<Timestamp>,
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

impl From<&OrderStarted> for Beginning {
    fn from(started: &OrderStarted) -> Self {
        Self {
            customer_id: started.customer_id.clone(),
            order_date: Some(started.order_date),
            register: started.register.clone(),
            shift: started.shift.clone(),
            cashier: started.cashier.clone(),
            currency: started.currency,
            tax_policy: started.tax_policy,
            imported: started.imported,
        }
    }
}

/// An order that was placed whole, by telephone or in advance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderCreated {
    /// The order.
    pub order_id: OrderId,
    /// How it began.
    pub beginning: Beginning,
    /// What was ordered, as it was then called and priced.
    pub items: Vec<Line>,
    /// What it came to, as it was said then. What is due follows from the items.
    pub total_amount_minor: i64,
}

impl OrderCreated {
    /// The items, as if each had been put into a cart.
    pub fn items_added(&self) -> impl Iterator<Item = ItemAddedToCart> {
        self.items.iter().map(|line| ItemAddedToCart {
            line_id: line.line_id.clone(),
            product_id: line.product_id.clone(),
            product_name: line.product_name.clone(),
            quantity: line.quantity,
            unit_price_minor: line.unit_price_minor,
            currency: self.beginning.currency,
            tax_rate: line.tax_rate.clone(),
        })
    }
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
    /// The number on the receipt; empty where imported history had none.
    pub receipt_number: String,
    /// What it came to. Old events do not state it: then it is what the cart
    /// comes to.
    pub totals: Option<Totals>,
    /// What cash rounding added (or took away, if negative).
    pub rounding_minor: i64,
    /// The order's currency.
    pub currency: Currency,
    /// Where.
    pub register: RegisterId,
    /// In which drawer session.
    pub shift: Option<ShiftId>,
}
