//! What may be asked of a product.

use serde::{Deserialize, Serialize};

use super::state::{StockPolicy, Unit};
use crate::domain::ids::TaxRateId;
use crate::domain::money::Money;
use crate::domain::quantity::Quantity;

/// A command to one product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProductCommand {
    /// Begin to sell it.
    Create(CreateProduct),
    /// Change what it is called and how it is filed; what stays equal makes no event.
    Edit(EditProduct),
    /// Sell it at another price from now on.
    ChangePrice {
        /// The new price.
        new_price: Money,
    },
    /// Goods came in.
    ReceiveStock {
        /// How much, above zero.
        quantity: Quantity,
        /// Who delivered it; may be empty.
        supplier: String,
        /// Cost of one unit, if known.
        cost_per_unit: Option<Money>,
    },
    /// Correct the stock.
    AdjustStock {
        /// More or less than before, not zero.
        change: Quantity,
        /// Why.
        reason: String,
    },
    /// Sell it no more.
    Discontinue,
    /// Sell it again.
    Reinstate,
}

/// A new product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateProduct {
    /// As on the tile and the receipt.
    pub name: String,
    /// For the shop's people; may be empty.
    pub description: String,
    /// Its price for one unit.
    pub price: Money,
    /// Where it is filed; may be empty.
    pub category: String,
    /// The shop's own code; may be empty.
    pub sku: String,
    /// EAN, UPC or other codes that scan as this product.
    pub barcodes: Vec<String>,
    /// One of the shop's tax rates.
    pub tax_rate: TaxRateId,
    /// How it is measured.
    pub unit: Unit,
    /// How its stock is kept.
    pub stock_policy: StockPolicy,
}

/// What the product editor shows, as it shall be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditProduct {
    /// As on the tile and the receipt.
    pub name: String,
    /// For the shop's people; may be empty.
    pub description: String,
    /// Where it is filed; may be empty.
    pub category: String,
    /// All codes that scan as this product.
    pub barcodes: Vec<String>,
    /// One of the shop's tax rates.
    pub tax_rate: TaxRateId,
}
