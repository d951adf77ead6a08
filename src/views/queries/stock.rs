//! How much there is of what.

use rusqlite::Connection;

use super::error::unreadable;
use super::search::match_expression;
use super::{MAX_ROWS, ViewError};
use crate::domain::ids::ProductId;
use crate::views::{StockFilter, StockPage, StockRow};

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
