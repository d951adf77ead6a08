//! What was sold and taken in each drawer session.

use rusqlite::OptionalExtension;

use crate::domain::ids::PaymentId;
use crate::domain::order::{OrderCompleted, OrderEvent, PaymentMethod, PaymentProcessed};
use crate::domain::shift::{ShiftEvent, ShiftOpened};
use crate::domain::{Event, StreamType};
use crate::projector::error::ProjectorError;
use crate::projector::projection::{Projected, Projection};
use crate::projector::tables::Tables;

/// `shift_reports`.
pub struct ShiftReports;

impl Projection for ShiftReports {
    fn id(&self) -> &'static str {
        "shift_reports"
    }

    fn version(&self) -> u32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["shift_reports", "shift_open_payments"]
    }

    fn schema(&self) -> &'static str {
        include_str!("schema.sql")
    }

    fn event_types(&self) -> &'static [&'static str] {
        &[
            "ShiftOpened",
            "PaymentProcessed",
            "PaymentVoided",
            "OrderCompleted",
        ]
    }

    fn streams(&self) -> &'static [StreamType] {
        &[StreamType::Shift, StreamType::Order]
    }

    /// An order's payments count for the shift that they name.
    fn row_key<'e>(&self, _event: &Projected<'e>) -> Option<&'e str> {
        None
    }

    fn apply(&self, tables: &Tables<'_>, event: &Projected<'_>) -> Result<(), ProjectorError> {
        match event.event {
            Event::Shift(ShiftEvent::ShiftOpened(opened)) => open(tables, event, opened),
            Event::Order(OrderEvent::PaymentProcessed(payment)) => pay(tables, event, payment),
            Event::Order(OrderEvent::PaymentVoided { payment_id, .. }) => {
                void(tables, event, payment_id)
            }
            Event::Order(OrderEvent::OrderCompleted(completed)) => {
                complete(tables, event, completed)
            }
            _ => Ok(()),
        }
    }
}

fn open(
    tables: &Tables<'_>,
    event: &Projected<'_>,
    opened: &ShiftOpened,
) -> Result<(), ProjectorError> {
    tables
        .prepare(
            "INSERT INTO {shift_reports} (shift_id, register_id, number, cashier, opened_at,
                 opening_float_minor, sales, sales_minor, cash_minor, card_minor)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, 0, 0)",
        )?
        .execute((
            event.aggregate_id(),
            opened.register.as_str(),
            opened.number,
            &opened.cashier,
            event.recorded.timestamp_ms,
            opened.opening_float.minor(),
        ))?;
    Ok(())
}

fn pay(
    tables: &Tables<'_>,
    event: &Projected<'_>,
    payment: &PaymentProcessed,
) -> Result<(), ProjectorError> {
    let Some(shift) = &payment.shift else {
        return Ok(());
    };
    let (cash, card) = match payment.method {
        PaymentMethod::Cash => (payment.amount_paid_minor, 0),
        PaymentMethod::Card => (0, payment.amount_paid_minor),
        PaymentMethod::Imported => (0, 0),
    };
    tables
        .prepare(
            "INSERT INTO {shift_open_payments} (order_id, payment_id, shift_id, cash_minor, card_minor)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((
            event.aggregate_id(),
            payment.payment_id.as_str(),
            shift.as_str(),
            cash,
            card,
        ))?;
    add(tables, shift.as_str(), cash, card)
}

fn void(
    tables: &Tables<'_>,
    event: &Projected<'_>,
    payment_id: &PaymentId,
) -> Result<(), ProjectorError> {
    let voided: Option<(String, i64, i64)> = tables
        .prepare(
            "DELETE FROM {shift_open_payments} WHERE order_id = ?1 AND payment_id = ?2
             RETURNING shift_id, cash_minor, card_minor",
        )?
        .query_row((event.aggregate_id(), payment_id.as_str()), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    match voided {
        Some((shift, cash, card)) => add(tables, &shift, -cash, -card),
        None => Ok(()),
    }
}

fn complete(
    tables: &Tables<'_>,
    event: &Projected<'_>,
    completed: &OrderCompleted,
) -> Result<(), ProjectorError> {
    let Some(shift) = &completed.shift else {
        return Ok(());
    };
    let paid = settle(tables, event)?;
    // An order that states no totals came to what was paid for it.
    let gross = completed
        .totals
        .as_ref()
        .map_or(paid.saturating_sub(completed.rounding_minor), |totals| {
            totals.gross_minor
        });
    tables
        .prepare(
            "UPDATE {shift_reports} SET sales = sales + 1, sales_minor = sales_minor + ?2
             WHERE shift_id = ?1",
        )?
        .execute((shift.as_str(), gross))?;
    Ok(())
}

/// The order's payments stand for good: what they come to.
fn settle(tables: &Tables<'_>, event: &Projected<'_>) -> Result<i64, ProjectorError> {
    // To delete and return at once would make SQLite fill a temporary table.
    let paid = tables
        .prepare("SELECT cash_minor + card_minor FROM {shift_open_payments} WHERE order_id = ?1")?
        .query_map([event.aggregate_id()], |row| row.get(0))?
        .collect::<Result<Vec<i64>, _>>()?;
    tables
        .prepare("DELETE FROM {shift_open_payments} WHERE order_id = ?1")?
        .execute([event.aggregate_id()])?;
    Ok(paid.into_iter().fold(0, i64::saturating_add))
}

fn add(tables: &Tables<'_>, shift: &str, cash: i64, card: i64) -> Result<(), ProjectorError> {
    tables
        .prepare(
            "UPDATE {shift_reports} SET cash_minor = cash_minor + ?2, card_minor = card_minor + ?3
             WHERE shift_id = ?1",
        )?
        .execute((shift, cash, card))?;
    Ok(())
}
