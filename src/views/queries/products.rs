//! The catalogue.

use rusqlite::{Connection, OptionalExtension, Row};

use super::error::unreadable;
use super::search::match_expression;
use super::{MAX_ROWS, ViewError};
use crate::domain::ids::{ProductId, TaxRateId};
use crate::views::{ProductDetail, ProductFilter, ProductPage, ProductRow};

/// A page of the catalogue.
///
/// # Errors
/// [`ViewError`].
pub fn products(views: &Connection, filter: &ProductFilter) -> Result<ProductPage, ViewError> {
    let search = filter.search.trim();
    let expression = match_expression(search);
    if !search.is_empty() && expression.is_none() {
        let categories = categories(views)?;
        return Ok(ProductPage {
            categories,
            ..ProductPage::default()
        });
    }
    let params = (
        expression,
        &filter.category,
        filter.include_discontinued,
        filter.limit.min(MAX_ROWS),
        filter.offset,
    );
    // With a search the index of words leads, without one the order of the shelf.
    let (rows, count) = if search.is_empty() {
        (
            include_str!("sql/products.sql"),
            include_str!("sql/products_count.sql"),
        )
    } else {
        (
            include_str!("sql/products_found.sql"),
            include_str!("sql/products_found_count.sql"),
        )
    };
    let rows = views
        .prepare_cached(rows)?
        .query_map(params.clone(), product_row)?
        .collect::<Result<_, _>>()?;
    let total = views
        .prepare_cached(count)?
        .query_row((params.0, params.1, params.2), |row| row.get(0))?;
    Ok(ProductPage {
        rows,
        total,
        categories: categories(views)?,
    })
}

/// One product, if it exists.
///
/// # Errors
/// [`ViewError`].
pub fn product(views: &Connection, id: &ProductId) -> Result<Option<ProductDetail>, ViewError> {
    let found = views
        .prepare_cached(include_str!("sql/product.sql"))?
        .query_row([id.as_str()], |row| {
            let barcodes: String = row.get(10)?;
            let policy: String = row.get(11)?;
            Ok(ProductDetail {
                row: product_row(row)?,
                description: row.get(9)?,
                barcodes: serde_json::from_str(&barcodes).map_err(|e| unreadable(10, e))?,
                stock_policy: serde_json::from_str(&policy).map_err(|e| unreadable(11, e))?,
            })
        })
        .optional()?;
    Ok(found)
}

fn categories(views: &Connection) -> Result<Vec<String>, ViewError> {
    let categories = views
        .prepare_cached(include_str!("sql/categories.sql"))?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    Ok(categories)
}

fn product_row(row: &Row<'_>) -> rusqlite::Result<ProductRow> {
    let id: String = row.get(0)?;
    let unit: String = row.get(5)?;
    let tax_rate: String = row.get(6)?;
    Ok(ProductRow {
        product_id: ProductId::new(id).map_err(|e| unreadable(0, e))?,
        name: row.get(1)?,
        category: row.get(2)?,
        sku: row.get(3)?,
        price_minor: row.get(4)?,
        unit: serde_json::from_str(&unit).map_err(|e| unreadable(5, e))?,
        tax_rate: TaxRateId::new(tax_rate).map_err(|e| unreadable(6, e))?,
        available_milli: row.get(7)?,
        discontinued: row.get(8)?,
    })
}
