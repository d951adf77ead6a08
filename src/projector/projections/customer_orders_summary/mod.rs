//! Every order, as a row.

use rusqlite::OptionalExtension;

use super::running_cart::RunningCart;
use crate::domain::order::{Beginning, OrderCompleted, OrderEvent};
use crate::domain::tax::Totals;
use crate::domain::{Event, StreamType};
use crate::projector::error::ProjectorError;
use crate::projector::projection::{Projected, Projection};
use crate::projector::tables::Tables;

/// `customer_orders_summary`.
pub struct CustomerOrdersSummary;

impl Projection for CustomerOrdersSummary {
    fn id(&self) -> &'static str {
        "customer_orders_summary"
    }

    fn version(&self) -> u32 {
        2
    }

    fn tables(&self) -> &'static [&'static str] {
        &["customer_orders_summary"]
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
            "OrderShipped",
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
            OrderEvent::OrderConfirmed { .. } => set_status(tables, event, "CONFIRMED"),
            OrderEvent::OrderShipped { .. } => set_status(tables, event, "SHIPPED"),
            OrderEvent::OrderCompleted(completed) => complete(tables, event, completed),
            OrderEvent::OrderCancelled { reason, .. } => cancel(tables, event, reason),
            _ => Ok(()),
        }
    }
}

fn start(
    tables: &Tables<'_>,
    event: &Projected<'_>,
    started: &Beginning,
) -> Result<(), ProjectorError> {
    tables.prepare(include_str!("start.sql"))?.execute((
        event.aggregate_id(),
        started.customer_id.as_ref().map(|id| id.as_str()),
        started.register.as_str(),
        started
            .order_date
            .map_or(event.recorded.timestamp_ms, |date| date.0),
        serde_json::to_string(&Totals::default())?,
        &started.cashier,
        started.imported,
        RunningCart::begin(started.tax_policy).to_json()?,
        &event.recorded.event_id,
        event.recorded.timestamp_ms,
    ))?;
    Ok(())
}

fn change(
    tables: &Tables<'_>,
    event: &Projected<'_>,
    order: &OrderEvent,
) -> Result<(), ProjectorError> {
    let cart: Option<Option<String>> = tables
        .prepare("SELECT cart FROM {customer_orders_summary} WHERE order_id = ?1")?
        .query_row([event.aggregate_id()], |row| row.get(0))
        .optional()?;
    let Some(cart) = cart.flatten() else {
        return Ok(());
    };
    let mut cart = RunningCart::read(&cart)?;
    cart.evolve(order);
    let totals = cart.totals()?;
    tables
        .prepare(
            "UPDATE {customer_orders_summary}
             SET item_count = ?2, total_amount_minor = ?3, totals = ?4, cart = ?5,
                 last_updated_event_id = ?6, last_updated_timestamp = ?7
             WHERE order_id = ?1",
        )?
        .execute((
            event.aggregate_id(),
            cart.item_count(),
            totals.gross_minor,
            serde_json::to_string(&totals)?,
            cart.to_json()?,
            &event.recorded.event_id,
            event.recorded.timestamp_ms,
        ))?;
    Ok(())
}

fn set_status(
    tables: &Tables<'_>,
    event: &Projected<'_>,
    status: &str,
) -> Result<(), ProjectorError> {
    tables
        .prepare(
            "UPDATE {customer_orders_summary}
             SET status = ?2, last_updated_event_id = ?3, last_updated_timestamp = ?4
             WHERE order_id = ?1",
        )?
        .execute((
            event.aggregate_id(),
            status,
            &event.recorded.event_id,
            event.recorded.timestamp_ms,
        ))?;
    Ok(())
}

/// Where the event states no totals, they stay what the cart came to last.
fn complete(
    tables: &Tables<'_>,
    event: &Projected<'_>,
    completed: &OrderCompleted,
) -> Result<(), ProjectorError> {
    let totals = completed.totals.as_ref();
    tables
        .prepare(
            "UPDATE {customer_orders_summary}
             SET status = 'COMPLETED', total_amount_minor = coalesce(?2, total_amount_minor),
                 totals = coalesce(?3, totals), rounding_minor = ?4,
                 receipt_number = nullif(?5, ''), completed_at = ?6, cart = NULL,
                 last_updated_event_id = ?7, last_updated_timestamp = ?8
             WHERE order_id = ?1",
        )?
        .execute((
            event.aggregate_id(),
            totals.map(|totals| totals.gross_minor),
            totals.map(serde_json::to_string).transpose()?,
            completed.rounding_minor,
            &completed.receipt_number,
            completed.completion_date.0,
            &event.recorded.event_id,
            event.recorded.timestamp_ms,
        ))?;
    Ok(())
}

fn cancel(tables: &Tables<'_>, event: &Projected<'_>, reason: &str) -> Result<(), ProjectorError> {
    tables
        .prepare(
            "UPDATE {customer_orders_summary}
             SET status = 'CANCELLED', cancel_reason = ?2, cart = NULL,
                 last_updated_event_id = ?3, last_updated_timestamp = ?4
             WHERE order_id = ?1",
        )?
        .execute((
            event.aggregate_id(),
            reason,
            &event.recorded.event_id,
            event.recorded.timestamp_ms,
        ))?;
    Ok(())
}
