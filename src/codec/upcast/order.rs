//! Old versions of an order's events. Version 1 of all eight is the documents'.

use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::dates::date_ms;
use super::{Decimal, IMPORT_REGISTER, LogContext, NO_TAX_RATE, UpcastError, read, write};
use crate::domain::ids::PaymentId;

/// Payments that had no id of their own: UUID v5 of the payload in this namespace.
const PAYMENT_NAMESPACE: Uuid = Uuid::from_u128(0x1f6c_4b57_02d8_5e3a_9a41_7bd0_63c5_e812);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OrderStartedV1 {
    customer_id: Option<String>,
    order_date: String,
}

/// The order goes to the register of imported history, without shift and cashier;
/// its prices contain what tax there is.
pub fn started_v1(payload: &str, log: &LogContext) -> Result<String, UpcastError> {
    let old: OrderStartedV1 = read(payload)?;
    write(json!({
        "customerId": old.customer_id,
        "orderDateMs": date_ms("orderDate", &old.order_date)?,
        "register": IMPORT_REGISTER,
        "currency": log.v1_currency,
        "pricing": "taxInclusive",
        "taxRounding": "perDocument",
        "imported": true,
    }))
}

/// The documents rename these fields later; either name is read.
#[derive(Deserialize)]
struct OrderCreatedV1 {
    #[serde(alias = "orderId")]
    id: String,
    #[serde(alias = "customerId")]
    customer_id: Option<String>,
    #[serde(alias = "items")]
    order_items: Vec<OrderItemV1>,
    #[serde(alias = "totalAmount")]
    total: Decimal,
    #[serde(alias = "orderDate")]
    order_date: Option<String>,
}

#[derive(Deserialize)]
struct OrderItemV1 {
    #[serde(alias = "productId")]
    product_id: String,
    #[serde(alias = "productName", alias = "name")]
    product_name: Option<String>,
    quantity: Decimal,
    #[serde(alias = "unitPrice", alias = "price")]
    unit_price: Decimal,
}

/// Fields get their names, amounts and quantities their units, and lines their
/// ids: the product's, or where that is taken the line's place in the list.
pub fn created_v1(payload: &str, log: &LogContext) -> Result<String, UpcastError> {
    let old: OrderCreatedV1 = read(payload)?;
    let mut taken = Vec::with_capacity(old.order_items.len());
    let mut items = Vec::with_capacity(old.order_items.len());
    for item in old.order_items {
        let line_id = free_line_id(&item.product_id, &taken);
        items.push(created_item_v1(item, &line_id, log)?);
        taken.push(line_id);
    }
    let order_date = old
        .order_date
        .map(|date| date_ms("orderDate", &date))
        .transpose()?;
    write(json!({
        "orderId": old.id,
        "customerId": old.customer_id,
        "orderDateMs": order_date,
        "items": items,
        "totalAmountMinor": old.total.minor("total", log.v1_currency)?,
        "currency": log.v1_currency,
        "register": IMPORT_REGISTER,
        "pricing": "taxInclusive",
        "taxRounding": "perDocument",
        "imported": true,
    }))
}

fn free_line_id(product_id: &str, taken: &[String]) -> String {
    let places = (taken.len() + 1..).map(|place| place.to_string());
    std::iter::once(product_id.to_owned())
        .chain(places)
        .find(|id| !taken.contains(id))
        .unwrap_or_default()
}

fn created_item_v1(
    item: OrderItemV1,
    line_id: &str,
    log: &LogContext,
) -> Result<Value, UpcastError> {
    Ok(json!({
        "lineId": line_id,
        "productId": item.product_id,
        "productName": item.product_name.unwrap_or_else(|| item.product_id.clone()),
        "quantityMilli": item.quantity.milli("quantity")?,
        "unitPriceMinor": item.unit_price.minor("unit_price", log.v1_currency)?,
        "taxRate": NO_TAX_RATE,
        "taxBasisPoints": 0,
    }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ItemAddedToCartV1 {
    product_id: String,
    product_name: Option<String>,
    quantity: Decimal,
    unit_price: Decimal,
}

/// The line has the product's id, and its name where no other is known. It is
/// taxed by no rate.
pub fn item_added_v1(payload: &str, log: &LogContext) -> Result<String, UpcastError> {
    let old: ItemAddedToCartV1 = read(payload)?;
    write(json!({
        "lineId": old.product_id,
        "productId": old.product_id,
        "productName": old.product_name.as_ref().unwrap_or(&old.product_id),
        "quantityMilli": old.quantity.milli("quantity")?,
        "unitPriceMinor": old.unit_price.minor("unitPrice", log.v1_currency)?,
        "currency": log.v1_currency,
        "taxRate": NO_TAX_RATE,
        "taxBasisPoints": 0,
    }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ItemRemovedFromCartV1 {
    product_id: String,
    quantity_removed: Decimal,
}

/// The line has the product's id.
pub fn item_removed_v1(payload: &str, _: &LogContext) -> Result<String, UpcastError> {
    let old: ItemRemovedFromCartV1 = read(payload)?;
    write(json!({
        "lineId": old.product_id,
        "productId": old.product_id,
        "quantityRemovedMilli": old.quantity_removed.milli("quantityRemoved")?,
    }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OrderPaymentAttemptedV1 {
    payment_id: Option<String>,
    payment_method: Option<String>,
    amount: Decimal,
    gateway_transaction_id: Option<String>,
}

/// The method becomes one of ours.
pub fn payment_attempted_v1(payload: &str, log: &LogContext) -> Result<String, UpcastError> {
    let old: OrderPaymentAttemptedV1 = read(payload)?;
    let transaction_id = old.gateway_transaction_id.unwrap_or_default();
    let (method, _) = method_and_reference(old.payment_method.as_deref(), &transaction_id);
    write(json!({
        "paymentId": payment_id(old.payment_id, &transaction_id, payload),
        "paymentMethod": method,
        "amountMinor": old.amount.minor("amount", log.v1_currency)?,
        "currency": log.v1_currency,
    }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PaymentProcessedV1 {
    payment_id: Option<String>,
    payment_method: Option<String>,
    transaction_id: Option<String>,
    amount_paid: Decimal,
}

/// The method becomes one of ours, and what was handed over is what was paid.
pub fn payment_processed_v1(payload: &str, log: &LogContext) -> Result<String, UpcastError> {
    let old: PaymentProcessedV1 = read(payload)?;
    let transaction_id = old.transaction_id.unwrap_or_default();
    let (method, reference) = method_and_reference(old.payment_method.as_deref(), &transaction_id);
    let paid = old.amount_paid.minor("amountPaid", log.v1_currency)?;
    write(json!({
        "paymentId": payment_id(old.payment_id, &transaction_id, payload),
        "paymentMethod": method,
        "transactionId": reference,
        "amountPaidMinor": paid,
        "tenderedMinor": paid,
        "changeMinor": 0,
        "currency": log.v1_currency,
        "register": IMPORT_REGISTER,
    }))
}

/// A method of ours, and the reference. A method that is none of ours is
/// “imported”; its words then stand before the reference, so that none are lost.
fn method_and_reference(method: Option<&str>, transaction_id: &str) -> (&'static str, String) {
    let words = method.unwrap_or_default();
    let letters: String = words
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    match letters.as_str() {
        "cash" => ("cash", transaction_id.to_owned()),
        "card" | "creditcard" | "debitcard" | "credit" | "debit" => {
            ("card", transaction_id.to_owned())
        }
        _ => {
            let parts = [words, transaction_id];
            let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            ("imported", parts.join(" "))
        }
    }
}

/// The payment's own id; else its transaction's, if that can be one; else one
/// that follows from the payload, so that it is the same at every reading.
fn payment_id(own: Option<String>, transaction_id: &str, payload: &str) -> String {
    if let Some(own) = own {
        return own;
    }
    if PaymentId::new(transaction_id).is_ok() {
        return transaction_id.to_owned();
    }
    Uuid::new_v5(&PAYMENT_NAMESPACE, payload.as_bytes()).to_string()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OrderCompletedV1 {
    completion_date: String,
    total_amount: Option<Decimal>,
}

/// There was no receipt number. Where there was no total either, the event states
/// none, and the order came to what is in its cart.
pub fn completed_v1(payload: &str, log: &LogContext) -> Result<String, UpcastError> {
    let old: OrderCompletedV1 = read(payload)?;
    let total = old
        .total_amount
        .map(|total| total.minor("totalAmount", log.v1_currency))
        .transpose()?;
    let taxes = |total| {
        json!([{
            "rate": NO_TAX_RATE,
            "basisPoints": 0,
            "netMinor": total,
            "taxMinor": 0,
        }])
    };
    write(json!({
        "completionDateMs": date_ms("completionDate", &old.completion_date)?,
        "receiptNumber": "",
        "netMinor": total,
        "taxes": total.map(taxes),
        "grossMinor": total,
        "currency": log.v1_currency,
        "register": IMPORT_REGISTER,
    }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OrderCancelledV1 {
    reason: Option<String>,
    cancellation_date: String,
}

/// Who gave no reason has none.
pub fn cancelled_v1(payload: &str, _: &LogContext) -> Result<String, UpcastError> {
    let old: OrderCancelledV1 = read(payload)?;
    write(json!({
        "reason": old.reason.unwrap_or_default(),
        "cancellationDateMs": date_ms("cancellationDate", &old.cancellation_date)?,
    }))
}
