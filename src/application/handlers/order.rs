//! Commands to one order.

use super::{Decision, Desk, NewestShift};
use crate::application::error::CommandError;
use crate::application::repository::Loaded;
use crate::domain::StreamType;
use crate::domain::ids::{LineId, OrderId, PaymentId, ProductId};
use crate::domain::order::{
    self, Order, OrderCommand, OrderError, OrderEvent, ProductFacts, StartOrder, Tender,
};
use crate::domain::product::{Product, ProductError};
use crate::domain::quantity::Quantity;
use crate::domain::register::{self, RegisterCommand, RegisterEvent};

/// Puts goods into a cart; the first of them begin it.
pub fn add_item(
    desk: &mut Desk<'_>,
    order_id: &OrderId,
    line_id: &LineId,
    product_id: &ProductId,
    quantity: Quantity,
) -> Result<Decision, CommandError> {
    let (product_read, product) = product_facts(desk, product_id)?;
    let loaded = desk.repository.order(desk.store, order_id)?;
    let mut story = Story::new(desk, loaded.state.clone());
    let mut decision = Decision::default();
    if loaded.state.is_none() {
        let shift = desk.own_open_shift()?;
        decision.check(StreamType::Shift, shift.id.as_str(), &shift.loaded);
        story.then(OrderCommand::Start(start_here(desk, shift)?))?;
    }
    story.then(OrderCommand::AddItem {
        line_id: line_id.clone(),
        product,
        quantity,
    })?;

    // At this price, and for sale.
    decision.check(StreamType::Product, product_id.as_str(), &product_read);
    decision.write(StreamType::Order, order_id.as_str(), &loaded, story.events);
    Ok(decision)
}

/// Takes goods out of a cart.
pub fn remove_item(
    desk: &mut Desk<'_>,
    order_id: &OrderId,
    line_id: &LineId,
    quantity: Quantity,
) -> Result<Decision, CommandError> {
    decide_alone(
        desk,
        order_id,
        OrderCommand::RemoveItem {
            line_id: line_id.clone(),
            quantity,
        },
    )
}

/// Takes a payment. If it completes the order, the receipt number is issued in
/// the same batch, so that numbers have no gap and no double.
pub fn take_payment(
    desk: &mut Desk<'_>,
    order_id: &OrderId,
    payment_id: &PaymentId,
    tender: &Tender,
) -> Result<Decision, CommandError> {
    let settings = desk.settings()?;
    let register_id = desk.own_register()?;
    let shift = desk.own_open_shift()?;
    let register = desk.repository.register(desk.store, &register_id)?;
    let issue = RegisterCommand::IssueReceiptNumber {
        order_id: order_id.clone(),
    };
    let issued = register::decide(&register.state, issue)?;

    let loaded = desk.repository.order(desk.store, order_id)?;
    let mut story = Story::new(desk, loaded.state.clone());
    story.then(OrderCommand::TakePayment {
        payment_id: payment_id.clone(),
        tender: tender.clone(),
        cash_rounding_minor: settings.cash_rounding_minor,
        receipt_number: issued_number(&issued),
        register: register_id.clone(),
        shift: Some(shift.id.clone()),
    })?;

    let mut decision = Decision::default();
    decision.check(StreamType::Shift, shift.id.as_str(), &shift.loaded);
    if story.is_completed() {
        decision.write(
            StreamType::Register,
            register_id.as_str(),
            &register,
            issued,
        );
    }
    decision.write(StreamType::Order, order_id.as_str(), &loaded, story.events);
    Ok(decision)
}

/// Gives a payment back.
pub fn void_payment(
    desk: &mut Desk<'_>,
    order_id: &OrderId,
    payment_id: &PaymentId,
    reason: &str,
) -> Result<Decision, CommandError> {
    let command = OrderCommand::VoidPayment {
        payment_id: payment_id.clone(),
        reason: reason.to_owned(),
    };
    decide_alone(desk, order_id, command)
}

/// Gives an order up.
pub fn cancel(
    desk: &mut Desk<'_>,
    order_id: &OrderId,
    reason: &str,
) -> Result<Decision, CommandError> {
    decide_alone(
        desk,
        order_id,
        OrderCommand::Cancel {
            reason: reason.to_owned(),
        },
    )
}

fn decide_alone(
    desk: &mut Desk<'_>,
    order_id: &OrderId,
    command: OrderCommand,
) -> Result<Decision, CommandError> {
    let loaded = desk.repository.order(desk.store, order_id)?;
    let events = order::decide(&loaded.state, desk.now, command)?;
    let mut decision = Decision::default();
    decision.write(StreamType::Order, order_id.as_str(), &loaded, events);
    Ok(decision)
}

/// A product as it is now, and what an order keeps of it.
fn product_facts(
    desk: &mut Desk<'_>,
    id: &ProductId,
) -> Result<(Loaded<Option<Product>>, ProductFacts), CommandError> {
    let settings = desk.settings()?;
    let loaded = desk.repository.product(desk.store, id)?;
    let product = loaded.state.clone().ok_or(ProductError::NotFound)?;
    if product.discontinued {
        return Err(ProductError::Discontinued(product.name).into());
    }
    let tax_rate = settings
        .tax_rate(&product.tax_rate)
        .ok_or_else(|| ProductError::UnknownTaxRate(product.tax_rate.to_string()))?;
    let facts = ProductFacts {
        id: id.clone(),
        name: product.name,
        unit_price_minor: product.price.minor(),
        tax_rate,
    };
    Ok((loaded, facts))
}

/// A cart on this register, in its open shift.
fn start_here(desk: &mut Desk<'_>, shift: NewestShift) -> Result<StartOrder, CommandError> {
    let settings = desk.settings()?;
    Ok(StartOrder {
        customer_id: None,
        order_date: None,
        register: desk.own_register()?,
        shift: Some(shift.id),
        cashier: shift.opened.cashier,
        currency: settings.currency,
        tax_policy: settings.tax_policy,
        imported: false,
    })
}

/// The number in a register's answer to `IssueReceiptNumber`.
pub fn issued_number(issued: &[RegisterEvent]) -> String {
    let number = issued.iter().find_map(|event| match event {
        RegisterEvent::ReceiptNumberIssued { number, .. } => Some(number.clone()),
        RegisterEvent::RegisterNamed { .. } => None,
    });
    number.unwrap_or_default()
}

/// Several commands to one order, each decided upon what the last one made.
pub struct Story {
    now: crate::domain::Timestamp,
    state: Option<Order>,
    /// What they decided.
    pub events: Vec<OrderEvent>,
}

impl Story {
    /// Goes on from `state`.
    pub const fn new(desk: &Desk<'_>, state: Option<Order>) -> Self {
        Self {
            now: desk.now,
            state,
            events: Vec::new(),
        }
    }

    /// Decides on the next command.
    pub fn then(&mut self, command: OrderCommand) -> Result<(), OrderError> {
        let events = order::decide(&self.state, self.now, command)?;
        for event in &events {
            order::evolve(&mut self.state, event);
        }
        self.events.extend(events);
        Ok(())
    }

    /// Whether the order is completed by now.
    pub fn is_completed(&self) -> bool {
        let status = self.state.as_ref().map(|order| order.status);
        status == Some(order::OrderStatus::Completed)
    }
}
