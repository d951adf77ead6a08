//! What is on each order.

use rusqlite::OptionalExtension;

use crate::domain::ids::LineId;
use crate::domain::order::{ItemAddedToCart, OrderEvent};
use crate::domain::quantity::Quantity;
use crate::domain::{Event, StreamType};
use crate::projector::error::ProjectorError;
use crate::projector::projection::{Projected, Projection};
use crate::projector::tables::Tables;

/// `order_lines`.
pub struct OrderLines;

impl Projection for OrderLines {
    fn id(&self) -> &'static str {
        "order_lines"
    }

    fn version(&self) -> u32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["order_lines"]
    }

    fn schema(&self) -> &'static str {
        include_str!("schema.sql")
    }

    fn event_types(&self) -> &'static [&'static str] {
        &["OrderCreated", "ItemAddedToCart", "ItemRemovedFromCart"]
    }

    fn streams(&self) -> &'static [StreamType] {
        &[StreamType::Order]
    }

    fn apply(&self, tables: &Tables<'_>, event: &Projected<'_>) -> Result<(), ProjectorError> {
        match event.event {
            Event::Order(OrderEvent::ItemAddedToCart(item)) => add(tables, event, item),
            Event::Order(OrderEvent::OrderCreated(created)) => created
                .items_added()
                .try_for_each(|item| add(tables, event, &item)),
            Event::Order(OrderEvent::ItemRemovedFromCart {
                line_id,
                quantity_removed,
                ..
            }) => change(tables, event, line_id, -quantity_removed.milli()).map(|_| ()),
            _ => Ok(()),
        }
    }

    fn forget_stream(
        &self,
        tables: &Tables<'_>,
        aggregate_id: &str,
    ) -> Result<bool, ProjectorError> {
        tables
            .prepare("DELETE FROM {order_lines} WHERE order_id = ?1")?
            .execute([aggregate_id])?;
        Ok(true)
    }
}

fn add(
    tables: &Tables<'_>,
    event: &Projected<'_>,
    item: &ItemAddedToCart,
) -> Result<(), ProjectorError> {
    if change(tables, event, &item.line_id, item.quantity.milli())? {
        return Ok(());
    }
    tables.prepare(include_str!("insert.sql"))?.execute((
        event.aggregate_id(),
        item.line_id.as_str(),
        event.recorded.global_position,
        item.product_id.as_str(),
        &item.product_name,
        item.quantity.milli(),
        item.unit_price_minor,
        item.quantity.price_minor(item.unit_price_minor)?,
        item.tax_rate.id.as_str(),
        item.tax_rate.basis_points,
    ))?;
    Ok(())
}

/// Whether the line was there to change. A line of which nothing is left goes.
fn change(
    tables: &Tables<'_>,
    event: &Projected<'_>,
    line_id: &LineId,
    change_milli: i64,
) -> Result<bool, ProjectorError> {
    let key = (event.aggregate_id(), line_id.as_str());
    let found: Option<(i64, i64)> = tables
        .prepare(
            "SELECT quantity_milli, unit_price_minor FROM {order_lines} WHERE order_id = ?1 AND line_id = ?2",
        )?
        .query_row(key, |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((quantity, unit_price)) = found else {
        return Ok(false);
    };
    let quantity = Quantity::saturating(quantity + change_milli);
    if quantity.is_positive() {
        tables
            .prepare(
                "UPDATE {order_lines} SET quantity_milli = ?3, line_total_minor = ?4
                 WHERE order_id = ?1 AND line_id = ?2",
            )?
            .execute((
                key.0,
                key.1,
                quantity.milli(),
                quantity.price_minor(unit_price)?,
            ))?;
    } else {
        tables
            .prepare("DELETE FROM {order_lines} WHERE order_id = ?1 AND line_id = ?2")?
            .execute(key)?;
    }
    Ok(true)
}
