//! A product as its events made it.

use serde::{Deserialize, Serialize};

use super::event::ProductEvent;
use crate::domain::ids::TaxRateId;
use crate::domain::money::Money;

/// How a product is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Unit {
    /// Counted.
    Piece,
    /// Weighed.
    Kilogram,
    /// Poured.
    Litre,
    /// Cut.
    Metre,
}

/// How a product's stock is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StockPolicy {
    /// Nobody counts it.
    NotTracked,
    /// It is counted, and sold even when the count says none is left.
    Allow,
}

/// A product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// As on the tile and the receipt.
    pub name: String,
    /// For the shop's people.
    pub description: String,
    /// Where it is filed.
    pub category: String,
    /// The shop's own code.
    pub sku: String,
    /// Its price for one unit.
    pub price: Money,
    /// Its tax rate.
    pub tax_rate: TaxRateId,
    /// Codes that scan as this product.
    pub barcodes: Vec<String>,
    /// How its stock is kept.
    pub stock_policy: StockPolicy,
    /// Whether it is sold no more.
    pub discontinued: bool,
}

/// Applies one event. Events before the product's creation change nothing.
pub fn evolve(state: &mut Option<Product>, event: &ProductEvent) {
    if let ProductEvent::ProductCreated(created) = event {
        *state = Some(Product {
            name: created.name.clone(),
            description: created.description.clone(),
            category: created.category.clone(),
            sku: created.sku.clone(),
            price: created.initial_price,
            tax_rate: created.tax_rate.clone(),
            barcodes: created.barcodes.clone(),
            stock_policy: created.stock_policy,
            discontinued: false,
        });
    }
    let Some(product) = state else { return };
    match event {
        ProductEvent::ProductCreated(_)
        | ProductEvent::InventoryItemStocked { .. }
        | ProductEvent::InventoryAdjusted { .. } => {}
        ProductEvent::ProductNameChanged { name } => product.name.clone_from(name),
        ProductEvent::ProductDescribed { description } => {
            product.description.clone_from(description)
        }
        ProductEvent::ProductRecategorised { category } => product.category.clone_from(category),
        ProductEvent::ProductTaxRateChanged { tax_rate } => product.tax_rate = tax_rate.clone(),
        ProductEvent::ProductBarcodeAdded { barcode } => product.barcodes.push(barcode.clone()),
        ProductEvent::ProductBarcodeRemoved { barcode } => {
            product.barcodes.retain(|kept| kept != barcode)
        }
        ProductEvent::ProductPriceUpdated { new_price, .. } => product.price = *new_price,
        ProductEvent::ProductDiscontinued => product.discontinued = true,
        ProductEvent::ProductReinstated => product.discontinued = false,
    }
}
