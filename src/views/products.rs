//! The catalogue: tiles on Sell, rows on Products, one product whole.

use serde::{Deserialize, Serialize};

use crate::domain::ids::{ProductId, TaxRateId};
use crate::domain::product::{StockPolicy, Unit};

/// Which products to show.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductFilter {
    /// Words (any prefix, case and accents aside), a SKU or a barcode; empty for all.
    pub search: String,
    /// Only of this category.
    pub category: Option<String>,
    /// Whether those that are sold no more are shown too.
    pub include_discontinued: bool,
    /// Rows to pass over.
    pub offset: u32,
    /// Rows to return, at most 500.
    pub limit: u32,
}

/// A page of products, by category and name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductPage {
    /// The rows asked for.
    pub rows: Vec<ProductRow>,
    /// How many there are in all.
    pub total: u32,
    /// Every category of the catalogue, by name.
    pub categories: Vec<String>,
}

/// A product as tiles and tables show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductRow {
    /// Its id.
    pub product_id: ProductId,
    /// Its name.
    pub name: String,
    /// Its category; may be empty.
    pub category: String,
    /// The shop's own code; may be empty.
    pub sku: String,
    /// Price of one unit.
    pub price_minor: i64,
    /// How it is measured.
    pub unit: Unit,
    /// Its tax rate.
    pub tax_rate: TaxRateId,
    /// What can still be sold, if its stock is kept.
    pub available_milli: Option<i64>,
    /// Whether it is sold no more.
    pub discontinued: bool,
}

/// A product as its editor shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductDetail {
    /// As in the list.
    pub row: ProductRow,
    /// For the shop's people.
    pub description: String,
    /// Codes that scan as this product.
    pub barcodes: Vec<String>,
    /// How its stock is kept.
    pub stock_policy: StockPolicy,
}
