//! Orders: the open carts, the list, one order whole.

use rusqlite::{Connection, OptionalExtension, Row};
use serde::{Deserialize, Serialize};

use super::error::unreadable;
use super::{MAX_ROWS, ViewError};
use crate::domain::ids::{LineId, OrderId, PaymentId, ProductId};
use crate::domain::order::{OrderStatus, PaymentMethod};
use crate::domain::shop::ShopConfigured;
use crate::domain::tax::{Totals, round_to_cash};

/// Which orders to show; newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderFilter {
    /// Only with this status.
    pub status: Option<OrderStatus>,
    /// Receipt number, order number or part of either; empty for all.
    pub search: String,
    /// Continue after this row: the last one's `(order_date_ms, order_id)`.
    pub after: Option<(i64, OrderId)>,
    /// Rows to return, at most 500.
    pub limit: u32,
}

/// A page of orders.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderPage {
    /// The rows asked for.
    pub rows: Vec<OrderRow>,
    /// How many match in all.
    pub total: u32,
}

/// An order in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRow {
    /// Its id.
    pub order_id: OrderId,
    /// Short number on its register, from 1.
    pub number: u64,
    /// Its register's code.
    pub register: String,
    /// Where it stands.
    pub status: OrderStatus,
    /// When it was made.
    pub order_date_ms: i64,
    /// Its lines.
    pub item_count: u32,
    /// What it comes to, before cash rounding.
    pub total_amount_minor: i64,
    /// The number on its receipt, once it is completed.
    pub receipt_number: Option<String>,
    /// Who made it.
    pub cashier: String,
    /// Whether it is imported history.
    pub imported: bool,
}

/// One order whole: the cart, the payment dialog and the receipt show it too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderDetail {
    /// As in the list.
    pub row: OrderRow,
    /// Its lines, in the order in which they were added.
    pub lines: Vec<OrderLine>,
    /// Without tax.
    pub net_minor: i64,
    /// Tax per rate.
    pub taxes: Vec<TaxShare>,
    /// What cash rounding added.
    pub rounding_minor: i64,
    /// What was paid and not given back.
    pub paid_minor: i64,
    /// What is still due; 0 once it is completed or cancelled.
    pub due_minor: i64,
    /// What is still due if the rest is paid in cash.
    pub cash_due_minor: i64,
    /// All change given.
    pub change_minor: i64,
    /// Payments, voided ones too.
    pub payments: Vec<OrderPayment>,
    /// When it was completed.
    pub completed_at_ms: Option<i64>,
    /// Why it was cancelled.
    pub cancel_reason: Option<String>,
}

/// An open order, as the tabs above the cart show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenOrder {
    /// Its id.
    pub order_id: OrderId,
    /// Short number on its register.
    pub number: u64,
    /// What it comes to.
    pub total_minor: i64,
    /// Its lines.
    pub item_count: u32,
}

/// A line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    /// Its id.
    pub line_id: LineId,
    /// The product.
    pub product_id: ProductId,
    /// Its name when it was sold.
    pub product_name: String,
    /// How much.
    pub quantity_milli: i64,
    /// Price of one unit when it was sold.
    pub unit_price_minor: i64,
    /// Quantity times price.
    pub line_total_minor: i64,
    /// Its tax rate, in hundredths of a percent.
    pub tax_basis_points: u32,
}

/// Tax of one rate on an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxShare {
    /// Hundredths of a percent.
    pub basis_points: u32,
    /// Without tax.
    pub net_minor: i64,
    /// The tax.
    pub tax_minor: i64,
}

/// A payment of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderPayment {
    /// Its id.
    pub payment_id: PaymentId,
    /// How.
    pub method: PaymentMethod,
    /// The terminal's reference; may be empty.
    pub reference: String,
    /// How much of what was due it settled.
    pub amount_minor: i64,
    /// What was handed over.
    pub tendered_minor: i64,
    /// What went back.
    pub change_minor: i64,
    /// Why it was given back, if it was.
    pub voided: Option<String>,
}

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
        OrderStatus::Pending => totals.gross_minor - paid_minor,
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
