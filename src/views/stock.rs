//! How much there is of what.

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::error::unreadable;
use super::search::match_expression;
use super::{MAX_ROWS, ViewError};
use crate::domain::ids::ProductId;
use crate::domain::product::Unit;

/// Which rows to show.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockFilter {
    /// As for products; empty for all.
    pub search: String,
    /// Rows to pass over.
    pub offset: u32,
    /// Rows to return, at most 500.
    pub limit: u32,
}

/// A page of stock, by name; products whose stock is not kept are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockPage {
    /// The rows asked for.
    pub rows: Vec<StockRow>,
    /// How many there are in all.
    pub total: u32,
}

/// The stock of one product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockRow {
    /// The product.
    pub product_id: ProductId,
    /// Its name.
    pub name: String,
    /// Its category.
    pub category: String,
    /// How it is measured.
    pub unit: Unit,
    /// In the shop.
    pub on_hand_milli: i64,
    /// In open carts.
    pub reserved_milli: i64,
    /// On hand less reserved.
    pub available_milli: i64,
    /// Id of the last event that moved it: where the figure comes from.
    pub last_updated_event_id: String,
}

/// A page of stock.
///
/// # Errors
/// [`ViewError`].
pub fn stock(views: &Connection, filter: &StockFilter) -> Result<StockPage, ViewError> {
    let expression = match_expression(&filter.search);
    if expression.is_none() && !filter.search.trim().is_empty() {
        return Ok(StockPage::default());
    }
    let rows = views
        .prepare_cached(include_str!("sql/stock.sql"))?
        .query_map(
            (&expression, filter.limit.min(MAX_ROWS), filter.offset),
            |row| {
                let id: String = row.get(0)?;
                let unit: String = row.get(3)?;
                Ok(StockRow {
                    product_id: ProductId::new(id).map_err(|e| unreadable(0, e))?,
                    name: row.get(1)?,
                    category: row.get(2)?,
                    unit: serde_json::from_str(&unit).map_err(|e| unreadable(3, e))?,
                    on_hand_milli: row.get(4)?,
                    reserved_milli: row.get(5)?,
                    available_milli: row.get(6)?,
                    last_updated_event_id: row.get(7)?,
                })
            },
        )?
        .collect::<Result<_, _>>()?;
    let total = views
        .prepare_cached(include_str!("sql/stock_count.sql"))?
        .query_row([&expression], |row| row.get(0))?;
    Ok(StockPage { rows, total })
}
