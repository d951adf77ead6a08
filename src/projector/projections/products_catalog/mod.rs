//! What can be sold.

use crate::domain::product::{ProductCreated, ProductEvent};
use crate::domain::{Event, StreamType};
use crate::projector::error::ProjectorError;
use crate::projector::projection::{Projected, Projection};
use crate::projector::tables::Tables;

/// `products_catalog`, with its search index.
pub struct ProductsCatalog;

impl Projection for ProductsCatalog {
    fn id(&self) -> &'static str {
        "products_catalog"
    }

    fn version(&self) -> u32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["products_catalog", "product_barcodes", "products_search"]
    }

    fn schema(&self) -> &'static str {
        include_str!("schema.sql")
    }

    fn event_types(&self) -> &'static [&'static str] {
        &[
            "ProductCreated",
            "ProductNameChanged",
            "ProductDescribed",
            "ProductRecategorised",
            "ProductTaxRateChanged",
            "ProductBarcodeAdded",
            "ProductBarcodeRemoved",
            "ProductPriceUpdated",
            "ProductDiscontinued",
            "ProductReinstated",
        ]
    }

    fn streams(&self) -> &'static [StreamType] {
        &[StreamType::Product]
    }

    // Products are numbered in the order in which they came.
    fn order_matters(&self) -> bool {
        true
    }

    fn more_views(&self) -> &'static [(&'static str, &'static str)] {
        &[("product_words", include_str!("product_words.sql"))]
    }

    fn apply(&self, tables: &Tables<'_>, event: &Projected<'_>) -> Result<(), ProjectorError> {
        let Event::Product(product_event) = event.event else {
            return Ok(());
        };
        let update = |sql: &'static str, value: &str| -> Result<(), ProjectorError> {
            let recorded = event.recorded;
            tables.prepare(sql)?.execute((
                event.aggregate_id(),
                value,
                &recorded.event_id,
                recorded.timestamp_ms,
            ))?;
            Ok(())
        };
        match product_event {
            ProductEvent::ProductCreated(created) => create(tables, event, created)?,
            ProductEvent::ProductNameChanged { name } => {
                update(include_str!("set_name.sql"), name)?;
                index(tables, event.aggregate_id())?;
            }
            ProductEvent::ProductDescribed { description } => {
                update(include_str!("set_description.sql"), description)?;
            }
            ProductEvent::ProductRecategorised { category } => {
                update(include_str!("set_category.sql"), category)?;
            }
            ProductEvent::ProductTaxRateChanged { tax_rate } => {
                update(include_str!("set_tax_rate.sql"), tax_rate.as_str())?;
            }
            ProductEvent::ProductPriceUpdated { new_price, .. } => {
                update(
                    include_str!("set_price.sql"),
                    &new_price.minor().to_string(),
                )?;
            }
            ProductEvent::ProductDiscontinued => update(include_str!("set_discontinued.sql"), "1")?,
            ProductEvent::ProductReinstated => update(include_str!("set_discontinued.sql"), "0")?,
            ProductEvent::ProductBarcodeAdded { barcode } => {
                add_barcode(tables, event.aggregate_id(), barcode)?;
                update(include_str!("set_barcodes.sql"), "")?;
                index(tables, event.aggregate_id())?;
            }
            ProductEvent::ProductBarcodeRemoved { barcode } => {
                tables
                    .prepare(
                        "DELETE FROM {product_barcodes} WHERE barcode = ?1 AND product_id = ?2",
                    )?
                    .execute((barcode, event.aggregate_id()))?;
                update(include_str!("set_barcodes.sql"), "")?;
                index(tables, event.aggregate_id())?;
            }
            ProductEvent::InventoryItemStocked { .. } | ProductEvent::InventoryAdjusted { .. } => {}
        }
        Ok(())
    }
}

fn create(
    tables: &Tables<'_>,
    event: &Projected<'_>,
    created: &ProductCreated,
) -> Result<(), ProjectorError> {
    tables.prepare(include_str!("create.sql"))?.execute((
        event.aggregate_id(),
        &created.name,
        &created.description,
        created.initial_price.minor(),
        &created.category,
        &created.sku,
        serde_json::to_string(&created.barcodes)?,
        created.tax_rate.as_str(),
        serde_json::to_string(&created.unit)?,
        serde_json::to_string(&created.stock_policy)?,
        &event.recorded.event_id,
        event.recorded.timestamp_ms,
    ))?;
    for barcode in &created.barcodes {
        add_barcode(tables, event.aggregate_id(), barcode)?;
    }
    index(tables, event.aggregate_id())
}

fn add_barcode(tables: &Tables<'_>, product_id: &str, barcode: &str) -> Result<(), ProjectorError> {
    tables
        .prepare("INSERT OR IGNORE INTO {product_barcodes} (barcode, product_id) VALUES (?1, ?2)")?
        .execute((barcode, product_id))?;
    Ok(())
}

/// Brings a product's words in the search index up to date.
fn index(tables: &Tables<'_>, product_id: &str) -> Result<(), ProjectorError> {
    tables
        .prepare(
            "DELETE FROM {products_search}
             WHERE rowid = (SELECT product_number FROM {products_catalog} WHERE product_id = ?1)",
        )?
        .execute([product_id])?;
    tables
        .prepare(include_str!("index.sql"))?
        .execute([product_id])?;
    Ok(())
}
