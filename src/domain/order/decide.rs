//! An order's rules.

use super::command::{CreateOrder, OrderCommand, OrderItem, ProductFacts, StartOrder, Tender};
use super::error::OrderError;
use super::event::{
    Beginning, ItemAddedToCart, OrderCompleted, OrderCreated, OrderEvent, OrderStarted,
    PaymentMethod, PaymentProcessed,
};
use super::state::{Cart, Line, Order, OrderStatus};
use crate::domain::ids::{LineId, PaymentId, RegisterId, ShiftId};
use crate::domain::money::{Currency, Money};
use crate::domain::quantity::Quantity;
use crate::domain::tax::round_to_cash;
use crate::domain::text::{CODE_LIMIT, NAME_LIMIT, NOTE_LIMIT, optional, required};
use crate::domain::time::Timestamp;

/// The most lines that one order can have.
pub const MAX_LINES: usize = 500;

/// Decides on a command given at `now`.
///
/// # Errors
/// [`OrderError`], named after the rule.
pub fn decide(
    state: &Option<Order>,
    now: Timestamp,
    command: OrderCommand,
) -> Result<Vec<OrderEvent>, OrderError> {
    let Some(order) = state else {
        return match command {
            OrderCommand::Start(start) => start_order(now, start),
            OrderCommand::Create(create) => create_order(now, create),
            _ => Err(OrderError::NotFound),
        };
    };
    check_status(order.status, &command)?;
    match command {
        OrderCommand::Start(_) | OrderCommand::Create(_) => Err(OrderError::AlreadyStarted),
        OrderCommand::AddItem {
            line_id,
            product,
            quantity,
        } => add_item(order, line_id, product, quantity),
        OrderCommand::RemoveItem { line_id, quantity } => remove_item(order, line_id, quantity),
        OrderCommand::TakePayment {
            payment_id,
            tender,
            cash_rounding_minor,
            receipt_number,
            register,
            shift,
        } => {
            let till = Till {
                now,
                cash_rounding_minor,
                receipt_number,
                register,
                shift,
            };
            take_payment(order, till, payment_id, tender)
        }
        OrderCommand::VoidPayment { payment_id, reason } => {
            void_payment(order, payment_id, &reason)
        }
        OrderCommand::Confirm => confirm(order, now),
        OrderCommand::Ship { tracking_number } => ship(now, &tracking_number),
        OrderCommand::Cancel { reason } => cancel(order, now, &reason),
    }
}

/// What may still be done with an order, by where it stands.
const fn check_status(status: OrderStatus, command: &OrderCommand) -> Result<(), OrderError> {
    use OrderStatus::{Confirmed, Pending, Shipped};
    let is_possible = match command {
        OrderCommand::Start(_) | OrderCommand::Create(_) => {
            return Err(OrderError::AlreadyStarted);
        }
        OrderCommand::AddItem { .. } | OrderCommand::RemoveItem { .. } | OrderCommand::Confirm => {
            matches!(status, Pending)
        }
        OrderCommand::TakePayment { .. } | OrderCommand::VoidPayment { .. } => {
            matches!(status, Pending | Confirmed | Shipped)
        }
        OrderCommand::Ship { .. } if !matches!(status, Confirmed) => {
            return Err(OrderError::NotConfirmed(status));
        }
        OrderCommand::Ship { .. } => true,
        OrderCommand::Cancel { .. } => matches!(status, Pending | Confirmed),
    };
    if is_possible {
        Ok(())
    } else {
        Err(OrderError::NotOpen(status))
    }
}

fn start_order(now: Timestamp, start: StartOrder) -> Result<Vec<OrderEvent>, OrderError> {
    Ok(vec![OrderEvent::OrderStarted(OrderStarted {
        customer_id: start.customer_id,
        order_date: start.order_date.unwrap_or(now),
        register: start.register,
        shift: start.shift,
        cashier: optional("The cashier's name", &start.cashier, NAME_LIMIT)?,
        currency: start.currency,
        tax_policy: start.tax_policy,
        imported: start.imported,
    })])
}

fn create_order(now: Timestamp, create: CreateOrder) -> Result<Vec<OrderEvent>, OrderError> {
    let start = create.start;
    if create.items.is_empty() {
        return Err(OrderError::Empty);
    }
    let mut cart = Cart::new(start.tax_policy);
    for item in create.items {
        let line = new_line(&cart, start.currency, item)?;
        cart.lines.push(line);
    }
    let total_amount_minor = cart.totals()?.gross_minor;
    Ok(vec![OrderEvent::OrderCreated(OrderCreated {
        order_id: create.order_id,
        beginning: Beginning {
            customer_id: start.customer_id,
            order_date: Some(start.order_date.unwrap_or(now)),
            register: start.register,
            shift: start.shift,
            cashier: optional("The cashier's name", &start.cashier, NAME_LIMIT)?,
            currency: start.currency,
            tax_policy: start.tax_policy,
            imported: start.imported,
        },
        items: cart.lines,
        total_amount_minor,
    })])
}

/// A line of an order that is placed whole, which nothing was added to yet.
fn new_line(cart: &Cart, currency: Currency, item: OrderItem) -> Result<Line, OrderError> {
    check_new_line(cart, &item.line_id)?;
    let product = item.product;
    check_price(product.unit_price_minor, currency)?;
    Ok(Line {
        line_id: item.line_id,
        product_id: product.id,
        product_name: product.name,
        quantity: checked_quantity(item.quantity)?,
        unit_price_minor: product.unit_price_minor,
        tax_rate: product.tax_rate,
    })
}

fn check_price(unit_price_minor: i64, currency: Currency) -> Result<(), OrderError> {
    if Money::new(unit_price_minor, currency)?.is_negative() {
        return Err(OrderError::NegativePrice);
    }
    Ok(())
}

fn add_item(
    order: &Order,
    line_id: LineId,
    product: ProductFacts,
    quantity: Quantity,
) -> Result<Vec<OrderEvent>, OrderError> {
    check_items_may_change(order)?;
    let quantity = checked_quantity(quantity)?;
    check_price(product.unit_price_minor, order.started.currency)?;
    let takes_more = |line: &&Line| {
        line.product_id == product.id
            && line.unit_price_minor == product.unit_price_minor
            && line.tax_rate == product.tax_rate
            && line.product_name == product.name
    };
    let existing = order.cart.lines.iter().find(takes_more);
    match existing {
        Some(line) => {
            line.quantity.add(quantity)?;
        }
        None => check_new_line(&order.cart, &line_id)?,
    }
    let event = OrderEvent::ItemAddedToCart(ItemAddedToCart {
        line_id: existing.map_or(line_id, |line| line.line_id.clone()),
        product_id: product.id,
        product_name: product.name,
        quantity,
        unit_price_minor: product.unit_price_minor,
        currency: order.started.currency,
        tax_rate: product.tax_rate,
    });
    check_total_stays_in_range(order, &event)?;
    Ok(vec![event])
}

fn check_new_line(cart: &Cart, line_id: &LineId) -> Result<(), OrderError> {
    let lines = &cart.lines;
    if lines.iter().any(|line| &line.line_id == line_id) {
        return Err(OrderError::LineTaken(line_id.clone()));
    }
    if lines.len() >= MAX_LINES {
        return Err(OrderError::TooManyLines(MAX_LINES));
    }
    Ok(())
}

/// `evolve` never refuses, so a total that cannot be reckoned must not come to be.
fn check_total_stays_in_range(order: &Order, event: &OrderEvent) -> Result<(), OrderError> {
    let mut cart = order.cart.clone();
    cart.evolve(event);
    cart.totals()?;
    Ok(())
}

fn remove_item(
    order: &Order,
    line_id: LineId,
    quantity: Quantity,
) -> Result<Vec<OrderEvent>, OrderError> {
    check_items_may_change(order)?;
    let quantity = checked_quantity(quantity)?;
    let line = order
        .cart
        .lines
        .iter()
        .find(|line| line.line_id == line_id)
        .ok_or_else(|| OrderError::LineNotFound(line_id.clone()))?;
    if quantity > line.quantity {
        return Err(OrderError::NotEnoughOnLine {
            available: line.quantity,
            requested: quantity,
        });
    }
    Ok(vec![OrderEvent::ItemRemovedFromCart {
        line_id,
        product_id: line.product_id.clone(),
        quantity_removed: quantity,
    }])
}

fn check_items_may_change(order: &Order) -> Result<(), OrderError> {
    if order.payments.is_empty() {
        Ok(())
    } else {
        Err(OrderError::PartlyPaid)
    }
}

fn checked_quantity(quantity: Quantity) -> Result<Quantity, OrderError> {
    if !quantity.is_positive() {
        return Err(OrderError::QuantityNotPositive);
    }
    Ok(quantity)
}

/// Where and when a payment is taken.
struct Till {
    now: Timestamp,
    cash_rounding_minor: i64,
    receipt_number: String,
    register: RegisterId,
    shift: Option<ShiftId>,
}

/// A payment as it will be recorded, in minor units.
struct Settlement {
    method: PaymentMethod,
    reference: String,
    amount: i64,
    tendered: i64,
    /// What cash rounding adds to what is due; only where it settles the rest.
    rounding: i64,
}

fn take_payment(
    order: &Order,
    till: Till,
    payment_id: PaymentId,
    tender: Tender,
) -> Result<Vec<OrderEvent>, OrderError> {
    if order.cart.lines.is_empty() {
        return Err(OrderError::Empty);
    }
    if order.knows_payment(&payment_id) {
        return Err(OrderError::DuplicatePayment);
    }
    let totals = order.cart.totals()?;
    let due = totals.gross_minor - order.paid_minor();
    let settlement = settle(order, due, till.cash_rounding_minor, tender)?;
    let settled = settlement.amount - settlement.rounding >= due;
    if settled && order.status == OrderStatus::Confirmed {
        return Err(OrderError::NotShipped(order.status));
    }

    let mut events = vec![
        OrderEvent::OrderPaymentAttempted {
            payment_id: payment_id.clone(),
            method: settlement.method,
            amount_minor: settlement.amount,
            currency: order.started.currency,
        },
        OrderEvent::PaymentProcessed(PaymentProcessed {
            payment_id,
            method: settlement.method,
            transaction_id: settlement.reference,
            amount_paid_minor: settlement.amount,
            tendered_minor: settlement.tendered,
            change_minor: settlement.tendered - settlement.amount,
            currency: order.started.currency,
            register: till.register.clone(),
            shift: till.shift.clone(),
        }),
    ];
    if settled {
        events.push(OrderEvent::OrderCompleted(OrderCompleted {
            completion_date: completion_date(order, till.now),
            receipt_number: till.receipt_number,
            totals: Some(totals),
            rounding_minor: settlement.rounding,
            currency: order.started.currency,
            register: till.register,
            shift: till.shift,
        }));
    }
    Ok(events)
}

/// Imported history was completed when it was sold, not when it was recorded.
fn completion_date(order: &Order, now: Timestamp) -> Timestamp {
    let is_imported = order.started.imported;
    let sold = order.started.order_date.filter(|_| is_imported);
    sold.unwrap_or(now)
}

fn settle(
    order: &Order,
    due: i64,
    cash_rounding_minor: i64,
    tender: Tender,
) -> Result<Settlement, OrderError> {
    let currency = order.started.currency;
    let cash_due = round_to_cash(due, cash_rounding_minor)?;
    let full = |method, amount| Settlement {
        method,
        reference: String::new(),
        amount,
        tendered: amount,
        rounding: amount - due,
    };
    match tender {
        Tender::ExactCash => Ok(full(PaymentMethod::Cash, cash_due)),
        Tender::Cash { tendered_minor } => {
            let tendered = Money::new(tendered_minor, currency)?.minor();
            if tendered < 0 || (tendered == 0 && cash_due > 0) {
                return Err(OrderError::AmountNotPositive);
            }
            if tendered >= cash_due {
                return Ok(Settlement {
                    tendered,
                    ..full(PaymentMethod::Cash, cash_due)
                });
            }
            // What is between what is due and its rounding up covers what is due.
            Ok(Settlement {
                rounding: (tendered - due).max(0),
                ..full(PaymentMethod::Cash, tendered)
            })
        }
        Tender::Card {
            amount_minor,
            reference,
        } => {
            let requested = Money::new(amount_minor, currency)?;
            if amount_minor < 0 || (amount_minor == 0 && due > 0) {
                return Err(OrderError::AmountNotPositive);
            }
            if amount_minor > due {
                return Err(OrderError::MoreThanDue {
                    due: Money::new(due, currency)?,
                    requested,
                });
            }
            let reference = optional("The terminal's reference", &reference, CODE_LIMIT)?;
            Ok(Settlement {
                reference,
                rounding: 0,
                ..full(PaymentMethod::Card, amount_minor)
            })
        }
        Tender::Imported if order.started.imported => Ok(full(PaymentMethod::Imported, due)),
        Tender::Imported => Err(OrderError::NotImported),
    }
}

fn void_payment(
    order: &Order,
    payment_id: PaymentId,
    reason: &str,
) -> Result<Vec<OrderEvent>, OrderError> {
    if !order
        .payments
        .iter()
        .any(|payment| payment.payment_id == payment_id)
    {
        return Err(OrderError::PaymentNotFound(payment_id));
    }
    let reason = required("The reason", reason, NOTE_LIMIT)?;
    Ok(vec![OrderEvent::PaymentVoided { payment_id, reason }])
}

fn confirm(order: &Order, now: Timestamp) -> Result<Vec<OrderEvent>, OrderError> {
    if order.cart.lines.is_empty() {
        return Err(OrderError::Empty);
    }
    Ok(vec![OrderEvent::OrderConfirmed {
        confirmation_date: Some(now),
    }])
}

fn ship(now: Timestamp, tracking_number: &str) -> Result<Vec<OrderEvent>, OrderError> {
    Ok(vec![OrderEvent::OrderShipped {
        shipping_date: Some(now),
        tracking_number: optional("The tracking number", tracking_number, CODE_LIMIT)?,
    }])
}

fn cancel(order: &Order, now: Timestamp, reason: &str) -> Result<Vec<OrderEvent>, OrderError> {
    if !order.payments.is_empty() {
        let paid = Money::new(order.paid_minor(), order.started.currency)?;
        return Err(OrderError::PaidInPart(paid));
    }
    Ok(vec![OrderEvent::OrderCancelled {
        reason: required("The reason", reason, NOTE_LIMIT)?,
        cancellation_date: now,
    }])
}
