//! The carts that are being filled.

use rusqlite::OptionalExtension;

use super::running_cart::RunningCart;
use crate::domain::order::{Beginning, OrderEvent};
use crate::domain::{Event, StreamType};
use crate::projector::error::ProjectorError;
use crate::projector::projection::{Projected, Projection};
use crate::projector::tables::Tables;

/// `open_orders`.
pub struct OpenOrders;

impl Projection for OpenOrders {
    fn id(&self) -> &'static str {
        "open_orders"
    }

    fn version(&self) -> u32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["open_orders", "open_order_numbers"]
    }

    fn schema(&self) -> &'static str {
        include_str!("schema.sql")
    }

    fn event_types(&self) -> &'static [&'static str] {
        &[
            "OrderStarted",
            "OrderCreated",
            "ItemAddedToCart",
            "ItemRemovedFromCart",
            "OrderConfirmed",
            "OrderCompleted",
            "OrderCancelled",
        ]
    }

    fn streams(&self) -> &'static [StreamType] {
        &[StreamType::Order]
    }

    // Orders are numbered in the order in which they began.
    fn order_matters(&self) -> bool {
        true
    }

    fn apply(&self, tables: &Tables<'_>, event: &Projected<'_>) -> Result<(), ProjectorError> {
        let Event::Order(order) = event.event else {
            return Ok(());
        };
        match order {
            OrderEvent::OrderStarted(started) => start(tables, event, &started.into()),
            OrderEvent::OrderCreated(created) => {
                start(tables, event, &created.beginning)?;
                change(tables, event, order)
            }
            OrderEvent::ItemAddedToCart(_) | OrderEvent::ItemRemovedFromCart { .. } => {
                change(tables, event, order)
            }
            OrderEvent::OrderConfirmed { .. }
            | OrderEvent::OrderCompleted(_)
            | OrderEvent::OrderCancelled { .. } => {
                tables
                    .prepare("DELETE FROM {open_orders} WHERE order_id = ?1")?
                    .execute([event.aggregate_id()])?;
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

fn start(
    tables: &Tables<'_>,
    event: &Projected<'_>,
    started: &Beginning,
) -> Result<(), ProjectorError> {
    tables
        .prepare(
            "INSERT INTO {open_order_numbers} (register_id, last_number) VALUES (?1, 1)
             ON CONFLICT DO UPDATE SET last_number = last_number + 1",
        )?
        .execute([started.register.as_str()])?;
    tables
        .prepare(
            "INSERT INTO {open_orders} (order_id, register_id, order_number, started_at, total_minor, item_count, cart)
             SELECT ?1, register_id, last_number, ?3, 0, 0, ?4 FROM {open_order_numbers} WHERE register_id = ?2",
        )?
        .execute((
            event.aggregate_id(),
            started.register.as_str(),
            event.recorded.timestamp_ms,
            RunningCart::begin(started.tax_policy).to_json()?,
        ))?;
    Ok(())
}

fn change(
    tables: &Tables<'_>,
    event: &Projected<'_>,
    order: &OrderEvent,
) -> Result<(), ProjectorError> {
    let cart: Option<String> = tables
        .prepare("SELECT cart FROM {open_orders} WHERE order_id = ?1")?
        .query_row([event.aggregate_id()], |row| row.get(0))
        .optional()?;
    let Some(cart) = cart else { return Ok(()) };
    let mut cart = RunningCart::read(&cart)?;
    cart.evolve(order);
    tables
        .prepare(
            "UPDATE {open_orders} SET total_minor = ?2, item_count = ?3, cart = ?4 WHERE order_id = ?1",
        )?
        .execute((
            event.aggregate_id(),
            cart.totals()?.gross_minor,
            cart.item_count(),
            cart.to_json()?,
        ))?;
    Ok(())
}
