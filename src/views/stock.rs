//! How much there is of what.

use serde::{Deserialize, Serialize};

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
