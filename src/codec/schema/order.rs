//! An order's events as stored.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::shop::{StoredPricing, StoredTaxRounding, policy, stored_policy};
use super::{Json, amount, read};
use crate::domain::ids::{
    CustomerId, LineId, OrderId, PaymentId, ProductId, RegisterId, ShiftId, TaxRateId,
};
use crate::domain::money::Currency;
use crate::domain::order::{
    Beginning, ItemAddedToCart, Line, OrderCompleted, OrderCreated, OrderEvent, OrderStarted,
    PaymentMethod, PaymentProcessed,
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

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredOrderCreated {
    order_id: OrderId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    customer_id: Option<CustomerId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    order_date_ms: Option<Timestamp>,
    items: Vec<StoredOrderItem>,
    #[serde(deserialize_with = "amount")]
    total_amount_minor: i64,
    currency: Currency,
    register: RegisterId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shift: Option<ShiftId>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    cashier: String,
    pricing: StoredPricing,
    tax_rounding: StoredTaxRounding,
    #[serde(default, skip_serializing_if = "is_false")]
    imported: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredOrderItem {
    line_id: LineId,
    product_id: ProductId,
    product_name: String,
    quantity_milli: Quantity,
    #[serde(deserialize_with = "amount")]
    unit_price_minor: i64,
    tax_rate: TaxRateId,
    tax_basis_points: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredOrderConfirmed {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    confirmation_date_ms: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredOrderShipped {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shipping_date_ms: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    tracking_number: String,
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
    // All three, or none where an old event states no totals.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "stated_amount"
    )]
    net_minor: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    taxes: Option<Vec<StoredTaxAmount>>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "stated_amount"
    )]
    gross_minor: Option<i64>,
    #[serde(default, skip_serializing_if = "is_zero", deserialize_with = "amount")]
    rounding_minor: i64,
    currency: Currency,
    register: RegisterId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shift: Option<ShiftId>,
}

fn stated_amount<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    amount(deserializer).map(Some)
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
        OrderEvent::OrderCreated(created) => ("OrderCreated", encode_created(created)),
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
        OrderEvent::OrderConfirmed { confirmation_date } => (
            "OrderConfirmed",
            to_string(&StoredOrderConfirmed {
                confirmation_date_ms: confirmation_date,
            }),
        ),
        OrderEvent::OrderShipped {
            shipping_date,
            tracking_number,
        } => (
            "OrderShipped",
            to_string(&StoredOrderShipped {
                shipping_date_ms: shipping_date,
                tracking_number,
            }),
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

fn encode_created(created: OrderCreated) -> Json {
    let beginning = created.beginning;
    let (pricing, tax_rounding) = stored_policy(beginning.tax_policy);
    let stored_item = |line: Line| StoredOrderItem {
        line_id: line.line_id,
        product_id: line.product_id,
        product_name: line.product_name,
        quantity_milli: line.quantity,
        unit_price_minor: line.unit_price_minor,
        tax_rate: line.tax_rate.id,
        tax_basis_points: line.tax_rate.basis_points,
    };
    serde_json::to_string(&StoredOrderCreated {
        order_id: created.order_id,
        customer_id: beginning.customer_id,
        order_date_ms: beginning.order_date,
        items: created.items.into_iter().map(stored_item).collect(),
        total_amount_minor: created.total_amount_minor,
        currency: beginning.currency,
        register: beginning.register,
        shift: beginning.shift,
        cashier: beginning.cashier,
        pricing,
        tax_rounding,
        imported: beginning.imported,
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
    let (net_minor, taxes, gross_minor) = match completed.totals {
        Some(totals) => (
            Some(totals.net_minor),
            Some(totals.taxes.into_iter().map(stored_tax).collect()),
            Some(totals.gross_minor),
        ),
        None => (None, None, None),
    };
    serde_json::to_string(&StoredOrderCompleted {
        completion_date_ms: completed.completion_date,
        receipt_number: completed.receipt_number,
        net_minor,
        taxes,
        gross_minor,
        rounding_minor: completed.rounding_minor,
        currency: completed.currency,
        register: completed.register,
        shift: completed.shift,
    })
}

pub fn decode(event_type: &str, payload: &str) -> Option<Result<OrderEvent, serde_json::Error>> {
    Some(match event_type {
        "OrderStarted" => read(payload, decode_started),
        "OrderCreated" => read(payload, decode_created),
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
        "OrderConfirmed" => read(payload, |stored: StoredOrderConfirmed| {
            OrderEvent::OrderConfirmed {
                confirmation_date: stored.confirmation_date_ms,
            }
        }),
        "OrderShipped" => read(payload, |stored: StoredOrderShipped| {
            OrderEvent::OrderShipped {
                shipping_date: stored.shipping_date_ms,
                tracking_number: stored.tracking_number,
            }
        }),
        "OrderCompleted" => serde_json::from_str(payload).and_then(decode_completed),
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

fn decode_created(stored: StoredOrderCreated) -> OrderEvent {
    let line = |item: StoredOrderItem| Line {
        line_id: item.line_id,
        product_id: item.product_id,
        product_name: item.product_name,
        quantity: item.quantity_milli,
        unit_price_minor: item.unit_price_minor,
        tax_rate: TaxRate {
            id: item.tax_rate,
            basis_points: item.tax_basis_points,
        },
    };
    OrderEvent::OrderCreated(OrderCreated {
        order_id: stored.order_id,
        beginning: Beginning {
            customer_id: stored.customer_id,
            order_date: stored.order_date_ms,
            register: stored.register,
            shift: stored.shift,
            cashier: stored.cashier,
            currency: stored.currency,
            tax_policy: policy(stored.pricing, stored.tax_rounding),
            imported: stored.imported,
        },
        items: stored.items.into_iter().map(line).collect(),
        total_amount_minor: stored.total_amount_minor,
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

fn decode_completed(stored: StoredOrderCompleted) -> Result<OrderEvent, serde_json::Error> {
    let tax_amount = |tax: StoredTaxAmount| TaxAmount {
        rate: TaxRate {
            id: tax.rate,
            basis_points: tax.basis_points,
        },
        net_minor: tax.net_minor,
        tax_minor: tax.tax_minor,
    };
    let totals = match (stored.net_minor, stored.taxes, stored.gross_minor) {
        (Some(net_minor), Some(taxes), Some(gross_minor)) => Some(Totals {
            net_minor,
            taxes: taxes.into_iter().map(tax_amount).collect(),
            gross_minor,
        }),
        (None, None, None) => None,
        _ => {
            return Err(serde_json::Error::custom(
                "netMinor, taxes and grossMinor are stated together or not at all",
            ));
        }
    };
    Ok(OrderEvent::OrderCompleted(OrderCompleted {
        completion_date: stored.completion_date_ms,
        receipt_number: stored.receipt_number,
        totals,
        rounding_minor: stored.rounding_minor,
        currency: stored.currency,
        register: stored.register,
        shift: stored.shift,
    }))
}
