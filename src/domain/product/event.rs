//! What happened to a product.

use super::state::{StockPolicy, Unit};
use crate::domain::ids::TaxRateId;
use crate::domain::money::Money;
use crate::domain::quantity::Quantity;
use crate::domain::time::Timestamp;

/// An event of a stream `product-{id}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProductEvent {
    /// It is for sale.
    ProductCreated(ProductCreated),
    /// It is called otherwise.
    ProductNameChanged {
        /// The new name.
        name: String,
    },
    /// It is described otherwise.
    ProductDescribed {
        /// The new description.
        description: String,
    },
    /// It is filed elsewhere.
    ProductRecategorised {
        /// The new category.
        category: String,
    },
    /// It is taxed otherwise.
    ProductTaxRateChanged {
        /// The new rate.
        tax_rate: TaxRateId,
    },
    /// A code scans as this product.
    ProductBarcodeAdded {
        /// The code.
        barcode: String,
    },
    /// A code scans as this product no more.
    ProductBarcodeRemoved {
        /// The code.
        barcode: String,
    },
    /// Its price changed.
    ProductPriceUpdated {
        /// From now on.
        new_price: Money,
        /// Until now.
        old_price: Money,
        /// Since when.
        effective_date: Timestamp,
    },
    /// It is sold no more.
    ProductDiscontinued,
    /// It is sold again.
    ProductReinstated,
    /// Goods came in.
    InventoryItemStocked {
        /// How much.
        quantity_added: Quantity,
        /// Who delivered it; may be empty.
        supplier: String,
        /// Cost of one unit, if known.
        cost_per_unit: Option<Money>,
        /// When.
        received_date: Timestamp,
    },
    /// The stock was corrected.
    InventoryAdjusted {
        /// More or less than before.
        quantity_change: Quantity,
        /// Why.
        reason: String,
        /// When.
        adjustment_date: Timestamp,
    },
}

/// A product as it was created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductCreated {
    /// As on the tile and the receipt.
    pub name: String,
    /// For the shop's people; may be empty.
    pub description: String,
    /// Its first price.
    pub initial_price: Money,
    /// Where it is filed; may be empty.
    pub category: String,
    /// The shop's own code; may be empty.
    pub sku: String,
    /// Codes that scan as this product.
    pub barcodes: Vec<String>,
    /// One of the shop's tax rates.
    pub tax_rate: TaxRateId,
    /// How it is measured.
    pub unit: Unit,
    /// How its stock is kept.
    pub stock_policy: StockPolicy,
}
