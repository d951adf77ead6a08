//! A product's rules. That a code belongs to one product is checked by the
//! command's handler, which sees the others.

use super::command::{CreateProduct, EditProduct, ProductCommand};
use super::error::ProductError;
use super::event::{ProductCreated, ProductEvent};
use super::state::Product;
use crate::domain::money::Money;
use crate::domain::shop::ShopConfigured;
use crate::domain::text::{self, NAME_LIMIT, NOTE_LIMIT, optional, required};
use crate::domain::time::Timestamp;

/// The most barcodes that one product can have.
pub const MAX_BARCODES: usize = 32;

/// Decides on a command, given at `now` in a shop with these settings.
///
/// # Errors
/// [`ProductError`], named after the rule.
pub fn decide(
    state: &Option<Product>,
    shop: &ShopConfigured,
    now: Timestamp,
    command: ProductCommand,
) -> Result<Vec<ProductEvent>, ProductError> {
    if let ProductCommand::Create(create) = command {
        return match state {
            Some(_) => Err(ProductError::AlreadyExists),
            None => create_product(shop, create),
        };
    }
    let product = state.as_ref().ok_or(ProductError::NotFound)?;
    match command {
        ProductCommand::Create(_) => Err(ProductError::AlreadyExists),
        ProductCommand::Edit(edit) => edit_product(product, shop, edit),
        ProductCommand::ChangePrice { new_price } => change_price(product, shop, now, new_price),
        ProductCommand::ReceiveStock {
            quantity,
            supplier,
            cost_per_unit,
        } => {
            if !quantity.is_positive() {
                return Err(ProductError::QuantityNotPositive);
            }
            if let Some(cost) = cost_per_unit {
                check_amount(shop, cost, ProductError::NegativeCost)?;
            }
            Ok(vec![ProductEvent::InventoryItemStocked {
                quantity_added: quantity,
                supplier: optional("The supplier", &supplier, NAME_LIMIT)?,
                cost_per_unit,
                received_date: now,
            }])
        }
        ProductCommand::AdjustStock { change, reason } => {
            if change.milli() == 0 {
                return Err(ProductError::NothingToAdjust);
            }
            Ok(vec![ProductEvent::InventoryAdjusted {
                quantity_change: change,
                reason: required("The reason", &reason, NOTE_LIMIT)?,
                adjustment_date: now,
            }])
        }
        ProductCommand::Discontinue if product.discontinued => Ok(Vec::new()),
        ProductCommand::Discontinue => Ok(vec![ProductEvent::ProductDiscontinued]),
        ProductCommand::Reinstate if product.discontinued => {
            Ok(vec![ProductEvent::ProductReinstated])
        }
        ProductCommand::Reinstate => Ok(Vec::new()),
    }
}

fn create_product(
    shop: &ShopConfigured,
    create: CreateProduct,
) -> Result<Vec<ProductEvent>, ProductError> {
    check_amount(shop, create.price, ProductError::NegativePrice)?;
    check_tax_rate(shop, &create.tax_rate)?;
    let sku = text::code("The SKU", &create.sku)?;
    Ok(vec![ProductEvent::ProductCreated(ProductCreated {
        name: required("The name", &create.name, NAME_LIMIT)?,
        description: optional("The description", &create.description, NOTE_LIMIT)?,
        initial_price: create.price,
        category: optional("The category", &create.category, NAME_LIMIT)?,
        barcodes: validated_barcodes(&sku, &create.barcodes)?,
        sku,
        tax_rate: create.tax_rate,
        unit: create.unit,
        stock_policy: create.stock_policy,
    })])
}

fn edit_product(
    product: &Product,
    shop: &ShopConfigured,
    edit: EditProduct,
) -> Result<Vec<ProductEvent>, ProductError> {
    check_tax_rate(shop, &edit.tax_rate)?;
    let name = required("The name", &edit.name, NAME_LIMIT)?;
    let description = optional("The description", &edit.description, NOTE_LIMIT)?;
    let category = optional("The category", &edit.category, NAME_LIMIT)?;
    let barcodes = validated_barcodes(&product.sku, &edit.barcodes)?;

    let mut events = Vec::new();
    if name != product.name {
        events.push(ProductEvent::ProductNameChanged { name });
    }
    if description != product.description {
        events.push(ProductEvent::ProductDescribed { description });
    }
    if category != product.category {
        events.push(ProductEvent::ProductRecategorised { category });
    }
    if edit.tax_rate != product.tax_rate {
        events.push(ProductEvent::ProductTaxRateChanged {
            tax_rate: edit.tax_rate,
        });
    }
    let gone = product
        .barcodes
        .iter()
        .filter(|code| !barcodes.contains(code));
    events.extend(gone.map(|code| ProductEvent::ProductBarcodeRemoved {
        barcode: code.clone(),
    }));
    let new = barcodes
        .iter()
        .filter(|code| !product.barcodes.contains(code));
    events.extend(new.map(|code| ProductEvent::ProductBarcodeAdded {
        barcode: code.clone(),
    }));
    Ok(events)
}

fn change_price(
    product: &Product,
    shop: &ShopConfigured,
    now: Timestamp,
    new_price: Money,
) -> Result<Vec<ProductEvent>, ProductError> {
    check_amount(shop, new_price, ProductError::NegativePrice)?;
    if new_price == product.price {
        return Ok(Vec::new());
    }
    Ok(vec![ProductEvent::ProductPriceUpdated {
        new_price,
        old_price: product.price,
        effective_date: now,
    }])
}

fn check_amount(
    shop: &ShopConfigured,
    amount: Money,
    negative: ProductError,
) -> Result<(), ProductError> {
    if amount.currency() != shop.currency {
        return Err(ProductError::WrongCurrency {
            expected: shop.currency,
            actual: amount.currency(),
        });
    }
    if amount.is_negative() {
        Err(negative)
    } else {
        Ok(())
    }
}

fn check_tax_rate(
    shop: &ShopConfigured,
    id: &crate::domain::ids::TaxRateId,
) -> Result<(), ProductError> {
    match shop.tax_rate(id) {
        Some(_) => Ok(()),
        None => Err(ProductError::UnknownTaxRate(id.to_string())),
    }
}

/// A code is written once on a product: as its SKU or as one barcode.
fn validated_barcodes(sku: &str, barcodes: &[String]) -> Result<Vec<String>, ProductError> {
    if barcodes.len() > MAX_BARCODES {
        return Err(ProductError::TooManyBarcodes(MAX_BARCODES));
    }
    let mut valid = Vec::with_capacity(barcodes.len());
    for barcode in barcodes {
        let barcode = text::code("The barcode", barcode)?;
        if barcode.is_empty() {
            continue;
        }
        if barcode == sku || valid.contains(&barcode) {
            return Err(ProductError::DuplicateCode(barcode));
        }
        valid.push(barcode);
    }
    Ok(valid)
}
