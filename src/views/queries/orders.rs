//! Orders.

use rusqlite::{Connection, OptionalExtension, Row};

use super::error::unreadable;
use super::{MAX_ROWS, ViewError};
use crate::domain::ids::{LineId, OrderId, PaymentId, ProductId};
use crate::domain::order::OrderStatus;
use crate::domain::shop::ShopConfigured;
use crate::domain::tax::{Totals, round_to_cash};
use crate::views::{
    OpenOrder, OrderDetail, OrderFilter, OrderLine, OrderPage, OrderPayment, OrderRow, TaxShare,
};

/// Open orders of a register, oldest first.
///
/// # Errors
/// [`ViewError`].
pub fn open_orders(views: &Connection, register_code: &str) -> Result<Vec<OpenOrder>, ViewError> {
    let rows = views
        .prepare_cached(
            "SELECT order_id, order_number, total_minor, item_count FROM open_orders
             WHERE register_id = ?1 ORDER BY order_number LIMIT ?2",
        )?
        .query_map((register_code, MAX_ROWS), |row| {
            Ok(OpenOrder {
                order_id: order_id(row)?,
                number: row.get(1)?,
                total_minor: row.get(2)?,
                item_count: row.get(3)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

/// A page of orders, newest first.
///
/// # Errors
/// [`ViewError`].
pub fn orders(views: &Connection, filter: &OrderFilter) -> Result<OrderPage, ViewError> {
    let status = filter.status.map(status_name);
    let search = like_pattern(filter.search.trim());
    let (date, id) = match &filter.after {
        Some((date, id)) => (*date, id.as_str()),
        // After every id that there can be.
        None => (i64::MAX, "~"),
    };
    let rows = views
        .prepare_cached(include_str!("sql/orders.sql"))?
        .query_map(
            (status, &search, date, id, filter.limit.min(MAX_ROWS)),
            order_row,
        )?
        .collect::<Result<_, _>>()?;
    let total = views
        .prepare_cached(include_str!("sql/orders_count.sql"))?
        .query_row((status, &search), |row| row.get(0))?;
    Ok(OrderPage { rows, total })
}

/// One order whole, if it exists.
///
/// # Errors
/// [`ViewError`].
pub fn order(views: &Connection, id: &OrderId) -> Result<Option<OrderDetail>, ViewError> {
    let found = views
        .prepare_cached(include_str!("sql/order.sql"))?
        .query_row([id.as_str()], |row| {
            let totals: String = row.get(10)?;
            let totals: Totals = serde_json::from_str(&totals).map_err(|e| unreadable(10, e))?;
            Ok((
                order_row(row)?,
                totals,
                row.get(11)?,
                row.get(12)?,
                row.get(13)?,
            ))
        })
        .optional()?;
    let Some((row, totals, rounding_minor, completed_at_ms, cancel_reason)) = found else {
        return Ok(None);
    };
    let payments = payments(views, id)?;
    let standing = || payments.iter().filter(|payment| payment.voided.is_none());
    let paid_minor = standing().map(|payment| payment.amount_minor).sum();
    let due_minor = match row.status {
        OrderStatus::Pending | OrderStatus::Confirmed | OrderStatus::Shipped => {
            totals.gross_minor - paid_minor
        }
        OrderStatus::Completed | OrderStatus::Cancelled => 0,
    };
    Ok(Some(OrderDetail {
        lines: lines(views, id)?,
        net_minor: totals.net_minor,
        taxes: totals
            .taxes
            .into_iter()
            .map(|tax| TaxShare {
                basis_points: tax.rate.basis_points,
                net_minor: tax.net_minor,
                tax_minor: tax.tax_minor,
            })
            .collect(),
        rounding_minor,
        paid_minor,
        due_minor,
        cash_due_minor: round_to_cash(due_minor, cash_step(views)?).unwrap_or(due_minor),
        change_minor: standing().map(|payment| payment.change_minor).sum(),
        payments,
        completed_at_ms,
        cancel_reason,
        row,
    }))
}

fn cash_step(views: &Connection) -> Result<i64, ViewError> {
    let settings: Option<String> = views
        .prepare_cached("SELECT settings FROM shop_settings")?
        .query_row([], |row| row.get(0))
        .optional()?;
    let Some(settings) = settings else {
        return Ok(1);
    };
    let settings: ShopConfigured = serde_json::from_str(&settings)?;
    Ok(settings.cash_rounding_minor)
}

fn lines(views: &Connection, id: &OrderId) -> Result<Vec<OrderLine>, ViewError> {
    let rows = views
        .prepare_cached(include_str!("sql/order_lines.sql"))?
        .query_map([id.as_str()], |row| {
            let line_id: String = row.get(0)?;
            let product_id: String = row.get(1)?;
            Ok(OrderLine {
                line_id: LineId::new(line_id).map_err(|e| unreadable(0, e))?,
                product_id: ProductId::new(product_id).map_err(|e| unreadable(1, e))?,
                product_name: row.get(2)?,
                quantity_milli: row.get(3)?,
                unit_price_minor: row.get(4)?,
                line_total_minor: row.get(5)?,
                tax_basis_points: row.get(6)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

fn payments(views: &Connection, id: &OrderId) -> Result<Vec<OrderPayment>, ViewError> {
    let rows = views
        .prepare_cached(include_str!("sql/order_payments.sql"))?
        .query_map([id.as_str()], |row| {
            let payment_id: String = row.get(0)?;
            let method: String = row.get(1)?;
            Ok(OrderPayment {
                payment_id: PaymentId::new(payment_id).map_err(|e| unreadable(0, e))?,
                method: serde_json::from_str(&method).map_err(|e| unreadable(1, e))?,
                reference: row.get(2)?,
                amount_minor: row.get(3)?,
                tendered_minor: row.get(4)?,
                change_minor: row.get(5)?,
                voided: row.get(6)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

fn order_row(row: &Row<'_>) -> rusqlite::Result<OrderRow> {
    let status: String = row.get(3)?;
    Ok(OrderRow {
        order_id: order_id(row)?,
        number: row.get(1)?,
        register: row.get(2)?,
        status: match status.as_str() {
            "CONFIRMED" => OrderStatus::Confirmed,
            "SHIPPED" => OrderStatus::Shipped,
            "COMPLETED" => OrderStatus::Completed,
            "CANCELLED" => OrderStatus::Cancelled,
            _ => OrderStatus::Pending,
        },
        order_date_ms: row.get(4)?,
        item_count: row.get(5)?,
        total_amount_minor: row.get(6)?,
        receipt_number: row.get(7)?,
        cashier: row.get(8)?,
        imported: row.get(9)?,
    })
}

fn order_id(row: &Row<'_>) -> rusqlite::Result<OrderId> {
    let id: String = row.get(0)?;
    OrderId::new(id).map_err(|error| unreadable(0, error))
}

const fn status_name(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Pending => "PENDING",
        OrderStatus::Confirmed => "CONFIRMED",
        OrderStatus::Shipped => "SHIPPED",
        OrderStatus::Completed => "COMPLETED",
        OrderStatus::Cancelled => "CANCELLED",
    }
}

/// Any text that contains what was typed; nothing typed is a wildcard.
fn like_pattern(typed: &str) -> Option<String> {
    if typed.is_empty() {
        return None;
    }
    let mut pattern = String::from("%");
    for c in typed.chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    Some(pattern)
}
