//! What was paid on each order, and what of it was given back.

use crate::domain::order::OrderEvent;
use crate::domain::{Event, StreamType};
use crate::projector::error::ProjectorError;
use crate::projector::projection::{Projected, Projection};
use crate::projector::tables::Tables;

/// `order_payments`.
pub struct OrderPayments;

impl Projection for OrderPayments {
    fn id(&self) -> &'static str {
        "order_payments"
    }

    fn version(&self) -> u32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["order_payments"]
    }

    fn schema(&self) -> &'static str {
        include_str!("schema.sql")
    }

    fn event_types(&self) -> &'static [&'static str] {
        &["PaymentProcessed", "PaymentVoided"]
    }

    fn streams(&self) -> &'static [StreamType] {
        &[StreamType::Order]
    }

    fn apply(&self, tables: &Tables<'_>, event: &Projected<'_>) -> Result<(), ProjectorError> {
        match event.event {
            Event::Order(OrderEvent::PaymentProcessed(payment)) => {
                tables
                    .prepare(
                        "INSERT INTO {order_payments} (order_id, payment_id, paid_position, payment_method,
                             reference, amount_minor, tendered_minor, change_minor)
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                    )?
                    .execute((
                        event.aggregate_id(),
                        payment.payment_id.as_str(),
                        event.recorded.global_position,
                        serde_json::to_string(&payment.method)?,
                        &payment.transaction_id,
                        payment.amount_paid_minor,
                        payment.tendered_minor,
                        payment.change_minor,
                    ))?;
            }
            Event::Order(OrderEvent::PaymentVoided { payment_id, reason }) => {
                tables
                    .prepare(
                        "UPDATE {order_payments} SET void_reason = ?3 WHERE order_id = ?1 AND payment_id = ?2",
                    )?
                    .execute((event.aggregate_id(), payment_id.as_str(), reason))?;
            }
            _ => {}
        }
        Ok(())
    }

    fn forget_stream(
        &self,
        tables: &Tables<'_>,
        aggregate_id: &str,
    ) -> Result<bool, ProjectorError> {
        tables
            .prepare("DELETE FROM {order_payments} WHERE order_id = ?1")?
            .execute([aggregate_id])?;
        Ok(true)
    }
}
