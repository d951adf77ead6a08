//! What may be asked of an order.

use serde::{Deserialize, Serialize};

use crate::domain::ids::{CustomerId, LineId, OrderId, PaymentId, ProductId, RegisterId, ShiftId};
use crate::domain::money::Currency;
use crate::domain::quantity::Quantity;
use crate::domain::tax::{TaxPolicy, TaxRate};
use crate::domain::time::Timestamp;

/// A command to one order, with the facts that its handler looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderCommand {
    /// Begin a cart.
    Start(StartOrder),
    /// Place an order whole.
    Create(CreateOrder),
    /// Put goods into it.
    AddItem {
        /// The line to make, if no line takes more of the same.
        line_id: LineId,
        /// The product as it is now.
        product: ProductFacts,
        /// How much, above zero.
        quantity: Quantity,
    },
    /// Take goods out of it.
    RemoveItem {
        /// The line.
        line_id: LineId,
        /// How much, above zero and at most what is there.
        quantity: Quantity,
    },
    /// Take money, and complete the order when it is then paid in full.
    TakePayment {
        /// The payment.
        payment_id: PaymentId,
        /// What the customer gives.
        tender: Tender,
        /// Smallest coin in minor units.
        cash_rounding_minor: i64,
        /// The register's next receipt number.
        receipt_number: String,
        /// Where.
        register: RegisterId,
        /// In which drawer session.
        shift: Option<ShiftId>,
    },
    /// Give a payment back before the order is completed.
    VoidPayment {
        /// The payment.
        payment_id: PaymentId,
        /// Why.
        reason: String,
    },
    /// Promise the goods.
    Confirm,
    /// Send them.
    Ship {
        /// The carrier's number; may be empty.
        tracking_number: String,
    },
    /// Give the order up.
    Cancel {
        /// Why.
        reason: String,
    },
}

/// The beginning of a cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartOrder {
    /// Whose it is, if known.
    pub customer_id: Option<CustomerId>,
    /// When it was made, where that is not now.
    pub order_date: Option<Timestamp>,
    /// Where.
    pub register: RegisterId,
    /// In which drawer session.
    pub shift: Option<ShiftId>,
    /// By whom.
    pub cashier: String,
    /// The shop's currency.
    pub currency: Currency,
    /// The shop's way with tax.
    pub tax_policy: TaxPolicy,
    /// Whether it was sold elsewhere and only recorded here.
    pub imported: bool,
}

/// An order that is placed whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateOrder {
    /// The order.
    pub order_id: OrderId,
    /// How it begins.
    pub start: StartOrder,
    /// What is ordered.
    pub items: Vec<OrderItem>,
}

/// Goods that are ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderItem {
    /// The line to make.
    pub line_id: LineId,
    /// The product as it is now.
    pub product: ProductFacts,
    /// How much, above zero.
    pub quantity: Quantity,
}

/// A product as the cart needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductFacts {
    /// Its id.
    pub id: ProductId,
    /// Its name.
    pub name: String,
    /// Price of one unit, in minor units.
    pub unit_price_minor: i64,
    /// Its tax rate.
    pub tax_rate: TaxRate,
}

/// What a customer gives, in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tender {
    /// Exactly what is due in cash, whatever the total is by then.
    ExactCash,
    /// Notes and coins; what is too much goes back as change.
    Cash {
        /// What was handed over.
        tendered_minor: i64,
    },
    /// A card on the terminal beside the till.
    Card {
        /// How much; at most what is due.
        amount_minor: i64,
        /// The terminal's reference; may be empty.
        reference: String,
    },
    /// Imported history: paid in full elsewhere.
    Imported,
}
