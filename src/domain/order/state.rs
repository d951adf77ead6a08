//! An order as its events made it.

use serde::{Deserialize, Serialize};

use super::event::{Beginning, ItemAddedToCart, OrderEvent, PaymentMethod};
use crate::domain::ids::{LineId, PaymentId, ProductId};
use crate::domain::money::MoneyError;
use crate::domain::quantity::Quantity;
use crate::domain::tax::{TaxPolicy, TaxRate, TaxedLine, Totals, totals};

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrderStatus {
    /// Open: items and payments may come and go.
    Pending,
    /// Promised to the customer: its items stay as they are.
    Confirmed,
    /// On its way.
    Shipped,
    /// Paid, with a receipt.
    Completed,
    /// Given up.
    Cancelled,
}

/// A line of a cart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its id.
    pub line_id: LineId,
    /// The product.
    pub product_id: ProductId,
    /// Its name when it went in.
    pub product_name: String,
    /// How much.
    pub quantity: Quantity,
    /// Price of one unit when it went in, in minor units.
    pub unit_price_minor: i64,
    /// Its tax when it went in.
    pub tax_rate: TaxRate,
}

impl Line {
    /// Quantity times price, in minor units.
    ///
    /// # Errors
    /// [`MoneyError::AmountOutOfRange`].
    pub fn amount_minor(&self) -> Result<i64, MoneyError> {
        self.quantity.price_minor(self.unit_price_minor)
    }
}

/// The goods of an order, and how they are taxed. Projections keep one too, so
/// that no screen adds up differently from the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cart {
    /// How tax is computed.
    pub tax_policy: TaxPolicy,
    /// In the order in which they were added.
    pub lines: Vec<Line>,
}

impl Cart {
    /// An empty cart.
    #[must_use]
    pub const fn new(tax_policy: TaxPolicy) -> Self {
        Self {
            tax_policy,
            lines: Vec::new(),
        }
    }

    /// What the cart comes to.
    ///
    /// # Errors
    /// [`MoneyError::AmountOutOfRange`].
    pub fn totals(&self) -> Result<Totals, MoneyError> {
        let mut lines = Vec::with_capacity(self.lines.len());
        for line in &self.lines {
            lines.push(TaxedLine {
                rate: &line.tax_rate,
                amount_minor: line.amount_minor()?,
            });
        }
        totals(self.tax_policy, lines)
    }

    /// Applies what concerns the goods; other events change nothing.
    pub fn evolve(&mut self, event: &OrderEvent) {
        match event {
            OrderEvent::ItemAddedToCart(item) => self.add(item),
            OrderEvent::OrderCreated(created) => {
                created.items_added().for_each(|item| self.add(&item));
            }
            OrderEvent::ItemRemovedFromCart {
                line_id,
                quantity_removed,
                ..
            } => {
                self.remove(line_id, *quantity_removed);
            }
            _ => {}
        }
    }

    fn add(&mut self, item: &ItemAddedToCart) {
        match self
            .lines
            .iter_mut()
            .find(|line| line.line_id == item.line_id)
        {
            Some(line) => {
                line.quantity = Quantity::saturating(line.quantity.milli() + item.quantity.milli());
            }
            None => self.lines.push(Line {
                line_id: item.line_id.clone(),
                product_id: item.product_id.clone(),
                product_name: item.product_name.clone(),
                quantity: item.quantity,
                unit_price_minor: item.unit_price_minor,
                tax_rate: item.tax_rate.clone(),
            }),
        }
    }

    fn remove(&mut self, line_id: &LineId, quantity: Quantity) {
        if let Some(line) = self.lines.iter_mut().find(|line| &line.line_id == line_id) {
            line.quantity = Quantity::saturating(line.quantity.milli() - quantity.milli());
        }
        self.lines.retain(|line| line.quantity.is_positive());
    }
}

/// A payment that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Its id.
    pub payment_id: PaymentId,
    /// How.
    pub method: PaymentMethod,
    /// How much of what is due it settled, in minor units.
    pub amount_minor: i64,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// How it began.
    pub started: Beginning,
    /// Where it stands.
    pub status: OrderStatus,
    /// Its goods.
    pub cart: Cart,
    /// Payments that were not voided.
    pub payments: Vec<Payment>,
    /// Those that were.
    pub voided: Vec<PaymentId>,
}

impl Order {
    /// An order without goods.
    const fn begin(started: Beginning) -> Self {
        Self {
            cart: Cart::new(started.tax_policy),
            started,
            status: OrderStatus::Pending,
            payments: Vec::new(),
            voided: Vec::new(),
        }
    }

    /// Whether a payment has this id, voided ones included.
    #[must_use]
    pub fn knows_payment(&self, id: &PaymentId) -> bool {
        let mut standing = self.payments.iter().map(|payment| &payment.payment_id);
        standing.any(|known| known == id) || self.voided.contains(id)
    }

    /// What was paid, in minor units.
    #[must_use]
    pub fn paid_minor(&self) -> i64 {
        self.payments.iter().fold(0, |sum, payment| {
            i64::saturating_add(sum, payment.amount_minor)
        })
    }
}

/// Applies one event. Events before the order's start change nothing.
pub fn evolve(state: &mut Option<Order>, event: &OrderEvent) {
    match event {
        OrderEvent::OrderStarted(started) => *state = Some(Order::begin(started.into())),
        OrderEvent::OrderCreated(created) => *state = Some(Order::begin(created.beginning.clone())),
        _ => {}
    }
    let Some(order) = state else { return };
    order.cart.evolve(event);
    match event {
        OrderEvent::PaymentProcessed(payment) => order.payments.push(Payment {
            payment_id: payment.payment_id.clone(),
            method: payment.method,
            amount_minor: payment.amount_paid_minor,
        }),
        OrderEvent::PaymentVoided { payment_id, .. } => {
            order
                .payments
                .retain(|payment| &payment.payment_id != payment_id);
            order.voided.push(payment_id.clone());
        }
        OrderEvent::OrderConfirmed { .. } => order.status = OrderStatus::Confirmed,
        OrderEvent::OrderShipped { .. } => order.status = OrderStatus::Shipped,
        OrderEvent::OrderCompleted(_) => order.status = OrderStatus::Completed,
        OrderEvent::OrderCancelled { .. } => order.status = OrderStatus::Cancelled,
        OrderEvent::OrderStarted(_)
        | OrderEvent::OrderCreated(_)
        | OrderEvent::ItemAddedToCart(_)
        | OrderEvent::ItemRemovedFromCart { .. }
        | OrderEvent::OrderPaymentAttempted { .. } => {}
    }
}
