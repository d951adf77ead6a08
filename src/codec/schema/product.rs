//! A product's events as stored.

use serde::de::Error as _;
use serde::{Deserialize, Serialize};

use super::{Json, read};
use crate::domain::ids::TaxRateId;
use crate::domain::money::{Currency, Money};
use crate::domain::product::{ProductCreated, ProductEvent, StockPolicy, Unit};
use crate::domain::quantity::Quantity;
use crate::domain::time::Timestamp;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredProductCreated {
    name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    description: String,
    initial_price_minor: i64,
    currency: Currency,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    category: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    sku: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    barcodes: Vec<String>,
    tax_rate: TaxRateId,
    unit: Unit,
    stock_policy: StockPolicy,
}

#[derive(Serialize, Deserialize)]
struct Name {
    name: String,
}

#[derive(Serialize, Deserialize)]
struct Description {
    description: String,
}

#[derive(Serialize, Deserialize)]
struct Category {
    category: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct TaxRate {
    tax_rate: TaxRateId,
}

#[derive(Serialize, Deserialize)]
struct Barcode {
    barcode: String,
}

#[derive(Serialize, Deserialize)]
struct Nothing {}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PriceUpdated {
    new_price_minor: i64,
    old_price_minor: i64,
    currency: Currency,
    effective_date_ms: Timestamp,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ItemStocked {
    quantity_added_milli: Quantity,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    supplier_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cost_per_unit_minor: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    currency: Option<Currency>,
    received_date_ms: Timestamp,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Adjusted {
    quantity_change_milli: Quantity,
    reason: String,
    adjustment_date_ms: Timestamp,
}

pub fn encode(event: &ProductEvent) -> (&'static str, Json) {
    use serde_json::to_string;
    match event.clone() {
        ProductEvent::ProductCreated(created) => ("ProductCreated", encode_created(created)),
        ProductEvent::ProductNameChanged { name } => {
            ("ProductNameChanged", to_string(&Name { name }))
        }
        ProductEvent::ProductDescribed { description } => {
            ("ProductDescribed", to_string(&Description { description }))
        }
        ProductEvent::ProductRecategorised { category } => {
            ("ProductRecategorised", to_string(&Category { category }))
        }
        ProductEvent::ProductTaxRateChanged { tax_rate } => {
            ("ProductTaxRateChanged", to_string(&TaxRate { tax_rate }))
        }
        ProductEvent::ProductBarcodeAdded { barcode } => {
            ("ProductBarcodeAdded", to_string(&Barcode { barcode }))
        }
        ProductEvent::ProductBarcodeRemoved { barcode } => {
            ("ProductBarcodeRemoved", to_string(&Barcode { barcode }))
        }
        ProductEvent::ProductPriceUpdated {
            new_price,
            old_price,
            effective_date,
        } => (
            "ProductPriceUpdated",
            to_string(&PriceUpdated {
                new_price_minor: new_price.minor(),
                old_price_minor: old_price.minor(),
                currency: new_price.currency(),
                effective_date_ms: effective_date,
            }),
        ),
        ProductEvent::ProductDiscontinued => ("ProductDiscontinued", to_string(&Nothing {})),
        ProductEvent::ProductReinstated => ("ProductReinstated", to_string(&Nothing {})),
        ProductEvent::InventoryItemStocked {
            quantity_added,
            supplier,
            cost_per_unit,
            received_date,
        } => (
            "InventoryItemStocked",
            to_string(&ItemStocked {
                quantity_added_milli: quantity_added,
                supplier_id: supplier,
                cost_per_unit_minor: cost_per_unit.map(Money::minor),
                currency: cost_per_unit.map(Money::currency),
                received_date_ms: received_date,
            }),
        ),
        ProductEvent::InventoryAdjusted {
            quantity_change,
            reason,
            adjustment_date,
        } => (
            "InventoryAdjusted",
            to_string(&Adjusted {
                quantity_change_milli: quantity_change,
                reason,
                adjustment_date_ms: adjustment_date,
            }),
        ),
    }
}

fn encode_created(created: ProductCreated) -> Json {
    serde_json::to_string(&StoredProductCreated {
        name: created.name,
        description: created.description,
        initial_price_minor: created.initial_price.minor(),
        currency: created.initial_price.currency(),
        category: created.category,
        sku: created.sku,
        barcodes: created.barcodes,
        tax_rate: created.tax_rate,
        unit: created.unit,
        stock_policy: created.stock_policy,
    })
}

pub fn decode(event_type: &str, payload: &str) -> Option<Result<ProductEvent, serde_json::Error>> {
    Some(match event_type {
        "ProductCreated" => decode_created(payload),
        "ProductNameChanged" => read(payload, |Name { name }| ProductEvent::ProductNameChanged {
            name,
        }),
        "ProductDescribed" => read(payload, |Description { description }| {
            ProductEvent::ProductDescribed { description }
        }),
        "ProductRecategorised" => read(payload, |Category { category }| {
            ProductEvent::ProductRecategorised { category }
        }),
        "ProductTaxRateChanged" => read(payload, |TaxRate { tax_rate }| {
            ProductEvent::ProductTaxRateChanged { tax_rate }
        }),
        "ProductBarcodeAdded" => read(payload, |Barcode { barcode }| {
            ProductEvent::ProductBarcodeAdded { barcode }
        }),
        "ProductBarcodeRemoved" => read(payload, |Barcode { barcode }| {
            ProductEvent::ProductBarcodeRemoved { barcode }
        }),
        "ProductPriceUpdated" => decode_price(payload),
        "ProductDiscontinued" => read(payload, |Nothing {}| ProductEvent::ProductDiscontinued),
        "ProductReinstated" => read(payload, |Nothing {}| ProductEvent::ProductReinstated),
        "InventoryItemStocked" => decode_stocked(payload),
        "InventoryAdjusted" => read(payload, |stored: Adjusted| {
            ProductEvent::InventoryAdjusted {
                quantity_change: stored.quantity_change_milli,
                reason: stored.reason,
                adjustment_date: stored.adjustment_date_ms,
            }
        }),
        _ => return None,
    })
}

fn decode_created(payload: &str) -> Result<ProductEvent, serde_json::Error> {
    let stored: StoredProductCreated = serde_json::from_str(payload)?;
    Ok(ProductEvent::ProductCreated(ProductCreated {
        name: stored.name,
        description: stored.description,
        initial_price: money(stored.initial_price_minor, stored.currency)?,
        category: stored.category,
        sku: stored.sku,
        barcodes: stored.barcodes,
        tax_rate: stored.tax_rate,
        unit: stored.unit,
        stock_policy: stored.stock_policy,
    }))
}

fn decode_price(payload: &str) -> Result<ProductEvent, serde_json::Error> {
    let stored: PriceUpdated = serde_json::from_str(payload)?;
    Ok(ProductEvent::ProductPriceUpdated {
        new_price: money(stored.new_price_minor, stored.currency)?,
        old_price: money(stored.old_price_minor, stored.currency)?,
        effective_date: stored.effective_date_ms,
    })
}

fn decode_stocked(payload: &str) -> Result<ProductEvent, serde_json::Error> {
    let stored: ItemStocked = serde_json::from_str(payload)?;
    let cost_per_unit = match (stored.cost_per_unit_minor, stored.currency) {
        (Some(minor), Some(currency)) => Some(money(minor, currency)?),
        (None, _) => None,
        (Some(_), None) => return Err(serde_json::Error::custom("a cost without its currency")),
    };
    Ok(ProductEvent::InventoryItemStocked {
        quantity_added: stored.quantity_added_milli,
        supplier: stored.supplier_id,
        cost_per_unit,
        received_date: stored.received_date_ms,
    })
}

fn money(minor: i64, currency: Currency) -> Result<Money, serde_json::Error> {
    Money::new(minor, currency).map_err(serde_json::Error::custom)
}
