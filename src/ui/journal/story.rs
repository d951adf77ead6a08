//! Events in words.

use super::payload::Payload;
use crate::ui::format::ShopFormat;
use crate::views::JournalEntry;

/// An event in words.
pub struct Story {
    /// What happened.
    pub title: String,
    /// The particulars, in one line.
    pub summary: String,
}

/// `entry` in words; `product` is the name of the product it is about, if known.
pub fn story_of(entry: &JournalEntry, format: ShopFormat, product: Option<String>) -> Story {
    let payload = Payload::parse(&entry.payload);
    let (title, parts) = match entry.stream_type.as_str() {
        "order" => of_order(&entry.event_type, &payload, format, product),
        "product" => of_product(&entry.event_type, &payload, format, product),
        "account" => of_account(&entry.event_type, &payload, format),
        "staff" => of_staff(&entry.event_type, &payload),
        _ => of_shop(&entry.event_type, &payload, format),
    };
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    Story {
        title,
        summary: parts.join(" · "),
    }
}

type Words = (String, Vec<String>);

fn words(title: &str, parts: impl IntoIterator<Item = String>) -> Words {
    (title.to_owned(), parts.into_iter().collect())
}

fn money(payload: &Payload, key: &str, format: ShopFormat) -> String {
    payload
        .number(key)
        .map_or_else(String::new, |minor| format.money(minor))
}

fn quantity(payload: &Payload, key: &str, format: ShopFormat) -> String {
    payload
        .number(key)
        .map_or_else(String::new, |milli| format.quantity(milli))
}

/// `+ 12` or `− 2`.
fn change(payload: &Payload, key: &str, format: ShopFormat) -> String {
    payload.number(key).map_or_else(String::new, |milli| {
        let sign = if milli < 0 { "−" } else { "+" };
        format!("{sign} {}", format.quantity(milli.saturating_abs()))
    })
}

fn method(payload: &Payload) -> &'static str {
    match payload.text("paymentMethod").as_str() {
        "cash" => "Cash",
        "card" => "Card",
        "imported" => "Paid elsewhere",
        _ => "Payment",
    }
}

fn of_order(
    event_type: &str,
    payload: &Payload,
    format: ShopFormat,
    product: Option<String>,
) -> Words {
    match event_type {
        "OrderStarted" => words(
            "Order started",
            [payload.text("register"), payload.text("cashier")],
        ),
        "OrderCreated" => words(
            "Order placed",
            [
                payload.text("register"),
                money(payload, "totalAmountMinor", format),
            ],
        ),
        "ItemAddedToCart" => words(
            "Item added",
            [format!(
                "{} × {} at {}",
                payload.text("productName"),
                quantity(payload, "quantityMilli", format),
                money(payload, "unitPriceMinor", format)
            )],
        ),
        "ItemRemovedFromCart" => words(
            "Item removed",
            [format!(
                "{} × {}",
                product.unwrap_or_default(),
                quantity(payload, "quantityRemovedMilli", format)
            )],
        ),
        "OrderPaymentAttempted" => words(
            "Payment begun",
            [format!(
                "{} {}",
                method(payload),
                money(payload, "amountMinor", format)
            )],
        ),
        "PaymentProcessed" => payment_taken(payload, format),
        "PaymentVoided" => words("Payment given back", [payload.text("reason")]),
        "OrderConfirmed" => words("Order confirmed", []),
        "OrderShipped" => words("Order shipped", [payload.text("trackingNumber")]),
        "OrderCompleted" => words(
            "Sale completed",
            [
                match payload.text("receiptNumber") {
                    number if number.is_empty() => number,
                    number => format!("Receipt {number}"),
                },
                money(payload, "grossMinor", format),
            ],
        ),
        "OrderCancelled" => words("Order cancelled", [payload.text("reason")]),
        other => words(other, []),
    }
}

fn payment_taken(payload: &Payload, format: ShopFormat) -> Words {
    let tendered = money(payload, "tenderedMinor", format);
    let change = match payload.number("changeMinor") {
        Some(minor) if minor != 0 => format!(", change {}", format.money(minor)),
        _ => String::new(),
    };
    words(
        "Payment taken",
        [
            format!("{} {tendered}{change}", method(payload)),
            payload.text("transactionId"),
        ],
    )
}

fn of_product(
    event_type: &str,
    payload: &Payload,
    format: ShopFormat,
    product: Option<String>,
) -> Words {
    let name = product.unwrap_or_default();
    match event_type {
        "ProductCreated" => words(
            "Product created",
            [format!(
                "{} at {}",
                payload.text("name"),
                money(payload, "initialPriceMinor", format)
            )],
        ),
        "ProductNameChanged" => words("Product renamed", [payload.text("name")]),
        "ProductDescribed" => words("Product described", [name, payload.text("description")]),
        "ProductRecategorised" => words("Category changed", [name, payload.text("category")]),
        "ProductTaxRateChanged" => words("Tax rate changed", [name, payload.text("taxRate")]),
        "ProductBarcodeAdded" => words("Barcode added", [name, payload.text("barcode")]),
        "ProductBarcodeRemoved" => words("Barcode removed", [name, payload.text("barcode")]),
        "ProductPriceUpdated" => words(
            "Price changed",
            [format!(
                "{name} from {} to {}",
                money(payload, "oldPriceMinor", format),
                money(payload, "newPriceMinor", format)
            )],
        ),
        "ProductDiscontinued" => words("Product discontinued", [name]),
        "ProductReinstated" => words("Product sold again", [name]),
        "InventoryItemStocked" => {
            let added = change(payload, "quantityAddedMilli", format);
            let cost = match money(payload, "costPerUnitMinor", format) {
                cost if cost.is_empty() => String::new(),
                cost => format!(" at {cost}"),
            };
            words(
                "Stock received",
                [format!("{name} {added}{cost}"), payload.text("supplierId")],
            )
        }
        "InventoryAdjusted" => words(
            "Stock adjusted",
            [
                format!("{name} {}", change(payload, "quantityChangeMilli", format)),
                payload.text("reason"),
            ],
        ),
        other => words(other, []),
    }
}

fn of_account(event_type: &str, payload: &Payload, format: ShopFormat) -> Words {
    let amount = |key| money(&payload.object(key), "valueMinor", format);
    match event_type {
        "AccountOpened" => words(
            "Account opened",
            [
                payload.text("ownerId"),
                money(payload, "initialDepositMinor", format),
            ],
        ),
        "MoneyDeposited" => words(
            "Money deposited",
            [amount("amount"), payload.text("description")],
        ),
        "MoneyWithdrawn" => words(
            "Money withdrawn",
            [amount("amount"), payload.text("description")],
        ),
        "AccountClosed" => words("Account closed", [payload.text("reason")]),
        other => words(other, []),
    }
}

fn of_staff(event_type: &str, payload: &Payload) -> Words {
    match event_type {
        "StaffMemberAdded" => words(
            "Member of staff added",
            [
                format!("{} {}", payload.text("firstName"), payload.text("lastName"))
                    .trim()
                    .to_owned(),
            ],
        ),
        other => words(other, []),
    }
}

fn of_shop(event_type: &str, payload: &Payload, format: ShopFormat) -> Words {
    match event_type {
        "ShopConfigured" => words(
            "Shop set up",
            [payload.text("name"), payload.text("currency")],
        ),
        "RegisterNamed" => words("Till named", [payload.text("code"), payload.text("name")]),
        "ReceiptNumberIssued" => words("Receipt number issued", [payload.text("number")]),
        "ShiftOpened" => words(
            "Shift opened",
            [
                payload
                    .number("number")
                    .map_or_else(String::new, |number| format!("Shift {number}")),
                payload.text("cashier"),
                format!("float {}", money(payload, "openingFloatMinor", format)),
            ],
        ),
        other => words(other, []),
    }
}
