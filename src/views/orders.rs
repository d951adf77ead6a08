//! Orders: the open carts, the list, one order whole.

use serde::{Deserialize, Serialize};

use crate::domain::ids::{LineId, OrderId, PaymentId, ProductId};
use crate::domain::order::{OrderStatus, PaymentMethod};

/// Which orders to show; newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderFilter {
    /// Only with this status.
    pub status: Option<OrderStatus>,
    /// Receipt number, order number or part of either; empty for all.
    pub search: String,
    /// Continue after this row: the last one's `(order_date_ms, order_id)`.
    pub after: Option<(i64, OrderId)>,
    /// Rows to return, at most 500.
    pub limit: u32,
}

/// A page of orders.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderPage {
    /// The rows asked for.
    pub rows: Vec<OrderRow>,
    /// How many match in all.
    pub total: u32,
}

/// An order in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRow {
    /// Its id.
    pub order_id: OrderId,
    /// Short number on its register, from 1.
    pub number: u64,
    /// Its register's code.
    pub register: String,
    /// Where it stands.
    pub status: OrderStatus,
    /// When it was made.
    pub order_date_ms: i64,
    /// Its lines.
    pub item_count: u32,
    /// What it comes to, before cash rounding.
    pub total_amount_minor: i64,
    /// The number on its receipt, once it is completed.
    pub receipt_number: Option<String>,
    /// Who made it.
    pub cashier: String,
    /// Whether it is imported history.
    pub imported: bool,
}

/// One order whole: the cart, the payment dialog and the receipt show it too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderDetail {
    /// As in the list.
    pub row: OrderRow,
    /// Its lines, in the order in which they were added.
    pub lines: Vec<OrderLine>,
    /// Without tax.
    pub net_minor: i64,
    /// Tax per rate.
    pub taxes: Vec<TaxShare>,
    /// What cash rounding added.
    pub rounding_minor: i64,
    /// What was paid and not given back.
    pub paid_minor: i64,
    /// What is still due; 0 once it is completed or cancelled.
    pub due_minor: i64,
    /// What is still due if the rest is paid in cash.
    pub cash_due_minor: i64,
    /// All change given.
    pub change_minor: i64,
    /// Payments, voided ones too.
    pub payments: Vec<OrderPayment>,
    /// When it was completed.
    pub completed_at_ms: Option<i64>,
    /// Why it was cancelled.
    pub cancel_reason: Option<String>,
}

/// An open order, as the tabs above the cart show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenOrder {
    /// Its id.
    pub order_id: OrderId,
    /// Short number on its register.
    pub number: u64,
    /// What it comes to.
    pub total_minor: i64,
    /// Its lines.
    pub item_count: u32,
}

/// A line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    /// Its id.
    pub line_id: LineId,
    /// The product.
    pub product_id: ProductId,
    /// Its name when it was sold.
    pub product_name: String,
    /// How much.
    pub quantity_milli: i64,
    /// Price of one unit when it was sold.
    pub unit_price_minor: i64,
    /// Quantity times price.
    pub line_total_minor: i64,
    /// Its tax rate, in hundredths of a percent.
    pub tax_basis_points: u32,
}

/// Tax of one rate on an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxShare {
    /// Hundredths of a percent.
    pub basis_points: u32,
    /// Without tax.
    pub net_minor: i64,
    /// The tax.
    pub tax_minor: i64,
}

/// A payment of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderPayment {
    /// Its id.
    pub payment_id: PaymentId,
    /// How.
    pub method: PaymentMethod,
    /// The terminal's reference; may be empty.
    pub reference: String,
    /// How much of what was due it settled.
    pub amount_minor: i64,
    /// What was handed over.
    pub tendered_minor: i64,
    /// What went back.
    pub change_minor: i64,
    /// Why it was given back, if it was.
    pub voided: Option<String>,
}
