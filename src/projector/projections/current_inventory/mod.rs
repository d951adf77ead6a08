//! How much there is. A sale writes no stock event: on hand is what came in and
//! was adjusted, less what completed orders took; an open cart reserves.

use rusqlite::OptionalExtension;

use crate::domain::ids::LineId;
use crate::domain::money::{Money, divide_half_up};
use crate::domain::order::{ItemAddedToCart, OrderEvent};
use crate::domain::product::{ProductEvent, StockPolicy};
use crate::domain::{Event, StreamType};
use crate::projector::error::ProjectorError;
use crate::projector::projection::{Projected, Projection};
use crate::projector::tables::Tables;

/// `current_inventory`.
pub struct CurrentInventory;

impl Projection for CurrentInventory {
    fn id(&self) -> &'static str {
        "current_inventory"
    }

    fn version(&self) -> u32 {
        2
    }

    fn tables(&self) -> &'static [&'static str] {
        &["current_inventory", "inventory_reservations"]
    }

    fn schema(&self) -> &'static str {
        include_str!("schema.sql")
    }

    fn event_types(&self) -> &'static [&'static str] {
        &[
            "ProductCreated",
            "InventoryItemStocked",
            "InventoryAdjusted",
            "OrderCreated",
            "ItemAddedToCart",
            "ItemRemovedFromCart",
            "OrderCompleted",
            "OrderCancelled",
        ]
    }

    fn streams(&self) -> &'static [StreamType] {
        &[StreamType::Product, StreamType::Order]
    }

    /// Of an order's end it is not known without reading which products it had.
    fn row_key<'e>(&self, event: &Projected<'e>) -> Option<&'e str> {
        match event.event {
            Event::Product(_) => Some(event.aggregate_id()),
            Event::Order(OrderEvent::ItemAddedToCart(item)) => Some(item.product_id.as_str()),
            Event::Order(OrderEvent::ItemRemovedFromCart { product_id, .. }) => {
                Some(product_id.as_str())
            }
            _ => None,
        }
    }

    fn apply(&self, tables: &Tables<'_>, event: &Projected<'_>) -> Result<(), ProjectorError> {
        match event.event {
            Event::Product(product) => apply_product(tables, event, product),
            Event::Order(order) => apply_order(tables, event, order),
            _ => Ok(()),
        }
    }
}

fn apply_product(
    tables: &Tables<'_>,
    event: &Projected<'_>,
    product: &ProductEvent,
) -> Result<(), ProjectorError> {
    let product_id = event.aggregate_id();
    match product {
        ProductEvent::ProductCreated(created) if created.stock_policy == StockPolicy::Allow => {
            tables
                .prepare(
                    "INSERT INTO {current_inventory} (product_id, quantity_on_hand_milli,
                         quantity_reserved_milli, last_updated_event_id, last_updated_timestamp)
                     VALUES (?1, 0, 0, ?2, ?3)",
                )?
                .execute((
                    product_id,
                    &event.recorded.event_id,
                    event.recorded.timestamp_ms,
                ))?;
            Ok(())
        }
        ProductEvent::InventoryItemStocked {
            quantity_added,
            cost_per_unit,
            ..
        } => {
            if let Some(cost) = cost_per_unit {
                average_cost(tables, product_id, quantity_added.milli(), *cost)?;
            }
            move_stock(tables, event, product_id, quantity_added.milli(), 0)
        }
        ProductEvent::InventoryAdjusted {
            quantity_change, ..
        } => move_stock(tables, event, product_id, quantity_change.milli(), 0),
        _ => Ok(()),
    }
}

/// Weighted by quantity; what was there without a cost, or below zero, weighs nothing.
fn average_cost(
    tables: &Tables<'_>,
    product_id: &str,
    added_milli: i64,
    cost: Money,
) -> Result<(), ProjectorError> {
    let before: Option<(i64, Option<i64>)> = tables
        .prepare(
            "SELECT quantity_on_hand_milli, average_cost_minor FROM {current_inventory} WHERE product_id = ?1",
        )?
        .query_row([product_id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (on_hand, average) = match before {
        Some((on_hand, Some(average))) => (i128::from(on_hand.max(0)), i128::from(average)),
        _ => (0, 0),
    };
    let added = i128::from(added_milli);
    let value = on_hand * average + added * i128::from(cost.minor());
    let average =
        crate::domain::money::checked_minor(divide_half_up(value, (on_hand + added).max(1)))?;
    tables
        .prepare("UPDATE {current_inventory} SET average_cost_minor = ?2 WHERE product_id = ?1")?
        .execute((product_id, average))?;
    Ok(())
}

fn apply_order(
    tables: &Tables<'_>,
    event: &Projected<'_>,
    order: &OrderEvent,
) -> Result<(), ProjectorError> {
    match order {
        OrderEvent::ItemAddedToCart(item) => reserve(tables, event, item),
        OrderEvent::OrderCreated(created) => created
            .items_added()
            .try_for_each(|item| reserve(tables, event, &item)),
        OrderEvent::ItemRemovedFromCart {
            line_id,
            product_id,
            quantity_removed,
        } => {
            let released = tables
                .prepare(
                    "UPDATE {inventory_reservations} SET quantity_milli = quantity_milli - ?3
                     WHERE order_id = ?1 AND line_id = ?2",
                )?
                .execute((
                    event.aggregate_id(),
                    line_id.as_str(),
                    quantity_removed.milli(),
                ))?;
            if released == 0 {
                return Ok(());
            }
            forget_empty_line(tables, event, line_id)?;
            move_stock(
                tables,
                event,
                product_id.as_str(),
                0,
                -quantity_removed.milli(),
            )
        }
        OrderEvent::OrderCompleted(_) => settle(tables, event, true),
        OrderEvent::OrderCancelled { .. } => settle(tables, event, false),
        _ => Ok(()),
    }
}

fn reserve(
    tables: &Tables<'_>,
    event: &Projected<'_>,
    item: &ItemAddedToCart,
) -> Result<(), ProjectorError> {
    let reserved = tables
        .prepare(
            "INSERT INTO {inventory_reservations} (order_id, line_id, product_id, quantity_milli)
             SELECT ?1, ?2, product_id, ?4 FROM {current_inventory} WHERE product_id = ?3
             ON CONFLICT DO UPDATE SET quantity_milli = quantity_milli + excluded.quantity_milli",
        )?
        .execute((
            event.aggregate_id(),
            item.line_id.as_str(),
            item.product_id.as_str(),
            item.quantity.milli(),
        ))?;
    if reserved == 0 {
        return Ok(());
    }
    move_stock(
        tables,
        event,
        item.product_id.as_str(),
        0,
        item.quantity.milli(),
    )
}

/// A line of which nothing is left is gone, and its id may come again with another
/// product.
fn forget_empty_line(
    tables: &Tables<'_>,
    event: &Projected<'_>,
    line_id: &LineId,
) -> Result<(), ProjectorError> {
    tables
        .prepare(
            "DELETE FROM {inventory_reservations}
             WHERE order_id = ?1 AND line_id = ?2 AND quantity_milli <= 0",
        )?
        .execute((event.aggregate_id(), line_id.as_str()))?;
    Ok(())
}

/// The order is over: its reservations end, and what was sold is gone.
fn settle(tables: &Tables<'_>, event: &Projected<'_>, sold: bool) -> Result<(), ProjectorError> {
    // To delete and return at once would make SQLite fill a temporary table.
    let reservations: Vec<(String, i64)> = tables
        .prepare(
            "SELECT product_id, quantity_milli FROM {inventory_reservations} WHERE order_id = ?1",
        )?
        .query_map([event.aggregate_id()], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    tables
        .prepare("DELETE FROM {inventory_reservations} WHERE order_id = ?1")?
        .execute([event.aggregate_id()])?;
    for (product_id, quantity) in reservations {
        let on_hand = if sold { -quantity } else { 0 };
        move_stock(tables, event, &product_id, on_hand, -quantity)?;
    }
    Ok(())
}

fn move_stock(
    tables: &Tables<'_>,
    event: &Projected<'_>,
    product_id: &str,
    on_hand: i64,
    reserved: i64,
) -> Result<(), ProjectorError> {
    tables
        .prepare(
            "UPDATE {current_inventory}
             SET quantity_on_hand_milli = quantity_on_hand_milli + ?2,
                 quantity_reserved_milli = quantity_reserved_milli + ?3,
                 last_updated_event_id = ?4, last_updated_timestamp = ?5
             WHERE product_id = ?1",
        )?
        .execute((
            product_id,
            on_hand,
            reserved,
            &event.recorded.event_id,
            event.recorded.timestamp_ms,
        ))?;
    Ok(())
}
