//! An order's events as stored.

use serde::{Deserialize, Serialize};

use super::shop::{StoredPricing, StoredTaxRounding, policy, stored_policy};
use super::{Json, amount, read};
use crate::domain::ids::{
    CustomerId, LineId, PaymentId, ProductId, RegisterId, ShiftId, TaxRateId,
};
use crate::domain::money::Currency;
use crate::domain::order::{
    ItemAddedToCart, OrderCompleted, OrderEvent, OrderStarted, PaymentMethod, PaymentProcessed,
};
use crate::domain::quantity::Quantity;
use crate::domain::tax::{TaxAmount, TaxRate, Totals};
use crate::domain::time::Timestamp;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredOrderStarted {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    customer_id: Option<CustomerId>,
    order_date_ms: Timestamp,
    register: RegisterId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shift: Option<ShiftId>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    cashier: String,
    currency: Currency,
    pricing: StoredPricing,
    tax_rounding: StoredTaxRounding,
    #[serde(default, skip_serializing_if = "is_false")]
    imported: bool,
}

// serde hands the field over by reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_false(flag: &bool) -> bool {
    !flag
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredItemAdded {
    line_id: LineId,
    product_id: ProductId,
    product_name: String,
    quantity_milli: Quantity,
    #[serde(deserialize_with = "amount")]
    unit_price_minor: i64,
    currency: Currency,
    tax_rate: TaxRateId,
    tax_basis_points: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredItemRemoved {
    line_id: LineId,
    product_id: ProductId,
    quantity_removed_milli: Quantity,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredPaymentAttempted {
    payment_id: PaymentId,
    payment_method: PaymentMethod,
    #[serde(deserialize_with = "amount")]
    amount_minor: i64,
    currency: Currency,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredPaymentProcessed {
    payment_id: PaymentId,
    payment_method: PaymentMethod,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    transaction_id: String,
    #[serde(deserialize_with = "amount")]
    amount_paid_minor: i64,
    #[serde(deserialize_with = "amount")]
    tendered_minor: i64,
    #[serde(deserialize_with = "amount")]
    change_minor: i64,
    currency: Currency,
    register: RegisterId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shift: Option<ShiftId>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredPaymentVoided {
    payment_id: PaymentId,
    reason: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredOrderCompleted {
    completion_date_ms: Timestamp,
    receipt_number: String,
    #[serde(deserialize_with = "amount")]
    net_minor: i64,
    taxes: Vec<StoredTaxAmount>,
    #[serde(deserialize_with = "amount")]
    gross_minor: i64,
    #[serde(default, skip_serializing_if = "is_zero", deserialize_with = "amount")]
    rounding_minor: i64,
    currency: Currency,
    register: RegisterId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shift: Option<ShiftId>,
}

// serde hands the field over by reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_zero(amount: &i64) -> bool {
    *amount == 0
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredTaxAmount {
    rate: TaxRateId,
    basis_points: u32,
    #[serde(deserialize_with = "amount")]
    net_minor: i64,
    #[serde(deserialize_with = "amount")]
    tax_minor: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredOrderCancelled {
    reason: String,
    cancellation_date_ms: Timestamp,
}

pub fn encode(event: &OrderEvent) -> (&'static str, Json) {
    use serde_json::to_string;
    match event.clone() {
        OrderEvent::OrderStarted(started) => ("OrderStarted", encode_started(started)),
        OrderEvent::ItemAddedToCart(item) => ("ItemAddedToCart", encode_item(item)),
        OrderEvent::ItemRemovedFromCart {
            line_id,
            product_id,
            quantity_removed,
        } => (
            "ItemRemovedFromCart",
            to_string(&StoredItemRemoved {
                line_id,
                product_id,
                quantity_removed_milli: quantity_removed,
            }),
        ),
        OrderEvent::OrderPaymentAttempted {
            payment_id,
            method,
            amount_minor,
            currency,
        } => (
            "OrderPaymentAttempted",
            to_string(&StoredPaymentAttempted {
                payment_id,
                payment_method: method,
                amount_minor,
                currency,
            }),
        ),
        OrderEvent::PaymentProcessed(payment) => ("PaymentProcessed", encode_payment(payment)),
        OrderEvent::PaymentVoided { payment_id, reason } => (
            "PaymentVoided",
            to_string(&StoredPaymentVoided { payment_id, reason }),
        ),
        OrderEvent::OrderCompleted(completed) => ("OrderCompleted", encode_completed(completed)),
        OrderEvent::OrderCancelled {
            reason,
            cancellation_date,
        } => (
            "OrderCancelled",
            to_string(&StoredOrderCancelled {
                reason,
                cancellation_date_ms: cancellation_date,
            }),
        ),
    }
}

fn encode_started(started: OrderStarted) -> Json {
    let (pricing, tax_rounding) = stored_policy(started.tax_policy);
    serde_json::to_string(&StoredOrderStarted {
        customer_id: started.customer_id,
        order_date_ms: started.order_date,
        register: started.register,
        shift: started.shift,
        cashier: started.cashier,
        currency: started.currency,
        pricing,
        tax_rounding,
        imported: started.imported,
    })
}

fn encode_item(item: ItemAddedToCart) -> Json {
    serde_json::to_string(&StoredItemAdded {
        line_id: item.line_id,
        product_id: item.product_id,
        product_name: item.product_name,
        quantity_milli: item.quantity,
        unit_price_minor: item.unit_price_minor,
        currency: item.currency,
        tax_rate: item.tax_rate.id,
        tax_basis_points: item.tax_rate.basis_points,
    })
}

fn encode_payment(payment: PaymentProcessed) -> Json {
    serde_json::to_string(&StoredPaymentProcessed {
        payment_id: payment.payment_id,
        payment_method: payment.method,
        transaction_id: payment.transaction_id,
        amount_paid_minor: payment.amount_paid_minor,
        tendered_minor: payment.tendered_minor,
        change_minor: payment.change_minor,
        currency: payment.currency,
        register: payment.register,
        shift: payment.shift,
    })
}

fn encode_completed(completed: OrderCompleted) -> Json {
    let stored_tax = |tax: TaxAmount| StoredTaxAmount {
        rate: tax.rate.id,
        basis_points: tax.rate.basis_points,
        net_minor: tax.net_minor,
        tax_minor: tax.tax_minor,
    };
    serde_json::to_string(&StoredOrderCompleted {
        completion_date_ms: completed.completion_date,
        receipt_number: completed.receipt_number,
        net_minor: completed.totals.net_minor,
        taxes: completed.totals.taxes.into_iter().map(stored_tax).collect(),
        gross_minor: completed.totals.gross_minor,
        rounding_minor: completed.rounding_minor,
        currency: completed.currency,
        register: completed.register,
        shift: completed.shift,
    })
}

pub fn decode(event_type: &str, payload: &str) -> Option<Result<OrderEvent, serde_json::Error>> {
    Some(match event_type {
        "OrderStarted" => read(payload, decode_started),
        "ItemAddedToCart" => read(payload, decode_item),
        "ItemRemovedFromCart" => read(payload, |stored: StoredItemRemoved| {
            OrderEvent::ItemRemovedFromCart {
                line_id: stored.line_id,
                product_id: stored.product_id,
                quantity_removed: stored.quantity_removed_milli,
            }
        }),
        "OrderPaymentAttempted" => read(payload, |stored: StoredPaymentAttempted| {
            OrderEvent::OrderPaymentAttempted {
                payment_id: stored.payment_id,
                method: stored.payment_method,
                amount_minor: stored.amount_minor,
                currency: stored.currency,
            }
        }),
        "PaymentProcessed" => read(payload, decode_payment),
        "PaymentVoided" => read(payload, |StoredPaymentVoided { payment_id, reason }| {
            OrderEvent::PaymentVoided { payment_id, reason }
        }),
        "OrderCompleted" => read(payload, decode_completed),
        "OrderCancelled" => read(payload, |stored: StoredOrderCancelled| {
            OrderEvent::OrderCancelled {
                reason: stored.reason,
                cancellation_date: stored.cancellation_date_ms,
            }
        }),
        _ => return None,
    })
}

fn decode_started(stored: StoredOrderStarted) -> OrderEvent {
    OrderEvent::OrderStarted(OrderStarted {
        customer_id: stored.customer_id,
        order_date: stored.order_date_ms,
        register: stored.register,
        shift: stored.shift,
        cashier: stored.cashier,
        currency: stored.currency,
        tax_policy: policy(stored.pricing, stored.tax_rounding),
        imported: stored.imported,
    })
}

fn decode_item(stored: StoredItemAdded) -> OrderEvent {
    OrderEvent::ItemAddedToCart(ItemAddedToCart {
        line_id: stored.line_id,
        product_id: stored.product_id,
        product_name: stored.product_name,
        quantity: stored.quantity_milli,
        unit_price_minor: stored.unit_price_minor,
        currency: stored.currency,
        tax_rate: TaxRate {
            id: stored.tax_rate,
            basis_points: stored.tax_basis_points,
        },
    })
}

fn decode_payment(stored: StoredPaymentProcessed) -> OrderEvent {
    OrderEvent::PaymentProcessed(PaymentProcessed {
        payment_id: stored.payment_id,
        method: stored.payment_method,
        transaction_id: stored.transaction_id,
        amount_paid_minor: stored.amount_paid_minor,
        tendered_minor: stored.tendered_minor,
        change_minor: stored.change_minor,
        currency: stored.currency,
        register: stored.register,
        shift: stored.shift,
    })
}

fn decode_completed(stored: StoredOrderCompleted) -> OrderEvent {
    let tax_amount = |tax: StoredTaxAmount| TaxAmount {
        rate: TaxRate {
            id: tax.rate,
            basis_points: tax.basis_points,
        },
        net_minor: tax.net_minor,
        tax_minor: tax.tax_minor,
    };
    OrderEvent::OrderCompleted(OrderCompleted {
        completion_date: stored.completion_date_ms,
        receipt_number: stored.receipt_number,
        totals: Totals {
            net_minor: stored.net_minor,
            taxes: stored.taxes.into_iter().map(tax_amount).collect(),
            gross_minor: stored.gross_minor,
        },
        rounding_minor: stored.rounding_minor,
        currency: stored.currency,
        register: stored.register,
        shift: stored.shift,
    })
}
