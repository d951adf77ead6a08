//! Old versions of a product's events. Version 1 of all four is the documents'.

use serde::Deserialize;
use serde_json::json;

use super::dates::date_ms;
use super::{Decimal, LogContext, NO_TAX_RATE, UpcastError, read, write};

/// Ids that the stream says already are passed over here and everywhere.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProductCreatedV1 {
    name: String,
    description: Option<String>,
    initial_price: Decimal,
    category: Option<String>,
    sku: Option<String>,
    barcodes: Option<Vec<String>>,
}

/// The product has no tax rate of the shop's yet, is counted in pieces, and its
/// stock is kept, as in the documents.
pub fn created_v1(payload: &str, log: &LogContext) -> Result<String, UpcastError> {
    let old: ProductCreatedV1 = read(payload)?;
    write(json!({
        "name": old.name,
        "description": old.description,
        "initialPriceMinor": old.initial_price.minor("initialPrice", log.v1_currency)?,
        "currency": log.v1_currency,
        "category": old.category,
        "sku": old.sku,
        "barcodes": old.barcodes,
        "taxRate": NO_TAX_RATE,
        "unit": "piece",
        "stockPolicy": "allow",
    }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProductPriceUpdatedV1 {
    new_price: Decimal,
    old_price: Decimal,
    effective_date: String,
}

/// Prices in the log's currency.
pub fn price_updated_v1(payload: &str, log: &LogContext) -> Result<String, UpcastError> {
    let old: ProductPriceUpdatedV1 = read(payload)?;
    write(json!({
        "newPriceMinor": old.new_price.minor("newPrice", log.v1_currency)?,
        "oldPriceMinor": old.old_price.minor("oldPrice", log.v1_currency)?,
        "currency": log.v1_currency,
        "effectiveDateMs": date_ms("effectiveDate", &old.effective_date)?,
    }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct InventoryItemStockedV1 {
    quantity_added: Decimal,
    supplier_id: Option<String>,
    cost_per_unit: Option<Decimal>,
    received_date: String,
}

/// Costs in the log's currency.
pub fn stocked_v1(payload: &str, log: &LogContext) -> Result<String, UpcastError> {
    let old: InventoryItemStockedV1 = read(payload)?;
    let cost = old
        .cost_per_unit
        .map(|cost| cost.minor("costPerUnit", log.v1_currency))
        .transpose()?;
    write(json!({
        "quantityAddedMilli": old.quantity_added.milli("quantityAdded")?,
        "supplierId": old.supplier_id,
        "costPerUnitMinor": cost,
        "currency": cost.map(|_| log.v1_currency),
        "receivedDateMs": date_ms("receivedDate", &old.received_date)?,
    }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct InventoryAdjustedV1 {
    quantity_change: Decimal,
    reason: String,
    adjustment_date: String,
}

/// The same in thousandths.
pub fn adjusted_v1(payload: &str, _: &LogContext) -> Result<String, UpcastError> {
    let old: InventoryAdjustedV1 = read(payload)?;
    write(json!({
        "quantityChangeMilli": old.quantity_change.milli("quantityChange")?,
        "reason": old.reason,
        "adjustmentDateMs": date_ms("adjustmentDate", &old.adjustment_date)?,
    }))
}
