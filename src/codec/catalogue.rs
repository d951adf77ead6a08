//! The event types that a log may contain: the table `event_types`.

/// An event type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventTypeSpec {
    /// As stored.
    pub name: &'static str,
    /// What it says happened.
    pub description: &'static str,
    /// The current version of its payload's schema.
    pub schema_version: u32,
}

const fn spec_of(
    name: &'static str,
    schema_version: u32,
    description: &'static str,
) -> EventTypeSpec {
    EventTypeSpec {
        name,
        description,
        schema_version,
    }
}

/// Every type that this build writes. Version 1 of the eleven POS events is the
/// documents' own shape (decimal prices); what Daybook writes is version 2.
pub const CATALOGUE: &[EventTypeSpec] = &[
    spec_of(
        "ShopConfigured",
        1,
        "The shop was set up or its settings changed",
    ),
    spec_of("RegisterNamed", 1, "A register got its code and name"),
    spec_of(
        "ReceiptNumberIssued",
        1,
        "A register used up its next receipt number",
    ),
    spec_of("ShiftOpened", 1, "A register's drawer session began"),
    spec_of("ProductCreated", 2, "A product is for sale"),
    spec_of("ProductNameChanged", 1, "A product is called otherwise"),
    spec_of("ProductDescribed", 1, "A product is described otherwise"),
    spec_of("ProductRecategorised", 1, "A product is filed elsewhere"),
    spec_of("ProductTaxRateChanged", 1, "A product is taxed otherwise"),
    spec_of("ProductBarcodeAdded", 1, "A code scans as a product"),
    spec_of(
        "ProductBarcodeRemoved",
        1,
        "A code scans as a product no more",
    ),
    spec_of("ProductPriceUpdated", 2, "A product's price changed"),
    spec_of("ProductDiscontinued", 1, "A product is sold no more"),
    spec_of("ProductReinstated", 1, "A product is sold again"),
    spec_of("InventoryItemStocked", 2, "Goods came in"),
    spec_of("InventoryAdjusted", 2, "The stock was corrected"),
    spec_of("OrderStarted", 2, "A cart was begun"),
    spec_of("ItemAddedToCart", 2, "Goods went into a cart"),
    spec_of("ItemRemovedFromCart", 2, "Goods went out of a cart"),
    spec_of("OrderPaymentAttempted", 2, "A payment was begun"),
    spec_of("PaymentProcessed", 2, "Money was taken"),
    spec_of(
        "PaymentVoided",
        1,
        "A payment was given back before completion",
    ),
    spec_of(
        "OrderCompleted",
        2,
        "An order was paid in full, with a receipt",
    ),
    spec_of("OrderCancelled", 2, "An order was given up"),
];

/// The type of this name.
#[must_use]
pub fn spec(name: &str) -> Option<&'static EventTypeSpec> {
    CATALOGUE.iter().find(|spec| spec.name == name)
}
