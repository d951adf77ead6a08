//! The event types that a log may contain: the table `event_types`.

use super::upcast::{Upcast, account, order, product, staff};

/// An event type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventTypeSpec {
    /// As stored.
    pub name: &'static str,
    /// What it says happened.
    pub description: &'static str,
    /// The current version of its payload's schema.
    pub schema_version: u32,
    /// From each older version to the next, from version 1 on.
    pub(super) upcasters: &'static [Upcast],
}

/// A type that has been the same from the beginning.
const fn spec_of(name: &'static str, description: &'static str) -> EventTypeSpec {
    evolved(name, &[], description)
}

/// A type whose version is one more than there are upcasters to it: so there is
/// no version that nobody can read.
const fn evolved(
    name: &'static str,
    upcasters: &'static [Upcast],
    description: &'static str,
) -> EventTypeSpec {
    EventTypeSpec {
        name,
        description,
        schema_version: upcasters.len() as u32 + 1,
        upcasters,
    }
}

/// Every type that this build writes. Version 1 of the eleven POS events, of the
/// account's and of the order that is placed whole is the documents' own shape
/// (decimal prices); what Daybook writes is the newest version.
pub const CATALOGUE: &[EventTypeSpec] = &[
    spec_of(
        "ShopConfigured",
        "The shop was set up or its settings changed",
    ),
    spec_of("RegisterNamed", "A register got its code and name"),
    spec_of(
        "ReceiptNumberIssued",
        "A register used up its next receipt number",
    ),
    spec_of("ShiftOpened", "A register's drawer session began"),
    evolved(
        "ProductCreated",
        &[product::created_v1],
        "A product is for sale",
    ),
    spec_of("ProductNameChanged", "A product is called otherwise"),
    spec_of("ProductDescribed", "A product is described otherwise"),
    spec_of("ProductRecategorised", "A product is filed elsewhere"),
    spec_of("ProductTaxRateChanged", "A product is taxed otherwise"),
    spec_of("ProductBarcodeAdded", "A code scans as a product"),
    spec_of("ProductBarcodeRemoved", "A code scans as a product no more"),
    evolved(
        "ProductPriceUpdated",
        &[product::price_updated_v1],
        "A product's price changed",
    ),
    spec_of("ProductDiscontinued", "A product is sold no more"),
    spec_of("ProductReinstated", "A product is sold again"),
    evolved(
        "InventoryItemStocked",
        &[product::stocked_v1],
        "Goods came in",
    ),
    evolved(
        "InventoryAdjusted",
        &[product::adjusted_v1],
        "The stock was corrected",
    ),
    evolved("OrderStarted", &[order::started_v1], "A cart was begun"),
    evolved(
        "OrderCreated",
        &[order::created_v1],
        "An order was placed whole",
    ),
    evolved(
        "ItemAddedToCart",
        &[order::item_added_v1],
        "Goods went into a cart",
    ),
    evolved(
        "ItemRemovedFromCart",
        &[order::item_removed_v1],
        "Goods went out of a cart",
    ),
    evolved(
        "OrderPaymentAttempted",
        &[order::payment_attempted_v1],
        "A payment was begun",
    ),
    evolved(
        "PaymentProcessed",
        &[order::payment_processed_v1],
        "Money was taken",
    ),
    spec_of(
        "PaymentVoided",
        "A payment was given back before completion",
    ),
    spec_of("OrderConfirmed", "An order was promised to the customer"),
    spec_of("OrderShipped", "An order was sent"),
    evolved(
        "OrderCompleted",
        &[order::completed_v1],
        "An order was paid in full, with a receipt",
    ),
    evolved(
        "OrderCancelled",
        &[order::cancelled_v1],
        "An order was given up",
    ),
    evolved(
        "AccountOpened",
        &[account::opened_v1],
        "An account of store credit was opened",
    ),
    evolved(
        "MoneyDeposited",
        &[account::deposited_v1, account::deposited_v2],
        "Money was put into an account",
    ),
    evolved(
        "MoneyWithdrawn",
        &[account::withdrawn_v1],
        "Money was taken out of an account",
    ),
    evolved("AccountClosed", &[account::closed_v1], "An account ended"),
    evolved(
        "StaffMemberAdded",
        &[staff::member_added_v1],
        "Somebody was taken on",
    ),
];

/// The type of this name.
#[must_use]
pub fn spec(name: &str) -> Option<&'static EventTypeSpec> {
    CATALOGUE.iter().find(|spec| spec.name == name)
}
