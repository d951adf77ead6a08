//! The codec: what was stored is read for ever, what is stored reads back the
//! same, and hostile payloads are an error that names the type.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeSet;
use std::path::PathBuf;

use daybook::codec::{self, CATALOGUE, CodecError, EventTypeSpec, LogContext, encode, spec};
use daybook::domain::account::{AccountEvent, AccountOpened, MoneyWithdrawn};
use daybook::domain::ids::{
    CustomerId, LineId, OrderId, PaymentId, ProductId, RegisterId, ShiftId, TaxRateId,
};
use daybook::domain::money::MAX_AMOUNT_MINOR;
use daybook::domain::order::{
    Beginning, ItemAddedToCart, Line, OrderCompleted, OrderCreated, OrderEvent, OrderStarted,
    PaymentMethod, PaymentProcessed,
};
use daybook::domain::product::{ProductCreated, ProductEvent, StockPolicy, Unit};
use daybook::domain::quantity::MAX_QUANTITY_MILLI;
use daybook::domain::register::RegisterEvent;
use daybook::domain::shift::{ShiftEvent, ShiftOpened};
use daybook::domain::shop::{ShopConfigured, ShopEvent, TaxRateSetting};
use daybook::domain::staff::StaffEvent;
use daybook::domain::tax::{Pricing, TaxAmount, TaxPolicy, TaxRate, TaxRounding, Totals};
use daybook::domain::{Currency, Event, Money, Quantity, Timestamp, ZoneName};
use daybook::event_store::{Batch, ExpectedVersion, NewEvent, StreamWrite};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;
use serde_json::Value;
use sha2::{Digest, Sha256};
use support::random::cases;
use support::{Files, eur};

/// Decodes as a log in euros does.
fn decode(event_type: &str, schema_version: u32, payload: &str) -> Result<Event, CodecError> {
    let log = LogContext {
        v1_currency: Currency::EUR,
    };
    codec::decode(event_type, schema_version, payload, &log)
}

// Samples: one event of every type, with every optional part.

fn id<Id: std::str::FromStr>(text: &str) -> Id {
    text.parse()
        .unwrap_or_else(|_| panic!("{text} is not an id"))
}

fn quantity(milli: i64) -> Quantity {
    Quantity::from_milli(milli).unwrap()
}

fn tax_rate(rate: &str, basis_points: u32) -> TaxRate {
    TaxRate {
        id: id(rate),
        basis_points,
    }
}

fn settings() -> ShopConfigured {
    ShopConfigured {
        name: "Corner “Café” قهوة 👩‍🍳".to_owned(),
        address: "2 High Street\nSmalltown".to_owned(),
        tax_id: "GB 123 4567 89".to_owned(),
        currency: Currency::EUR,
        locale: "en-IE".to_owned(),
        time_zone: ZoneName::new("Europe/London").unwrap(),
        day_start_minutes: 240,
        tax_rates: vec![
            TaxRateSetting {
                id: id("standard"),
                name: "VAT 19 %".to_owned(),
                basis_points: 1900,
            },
            TaxRateSetting {
                id: id("reduced"),
                name: "VAT 7 %".to_owned(),
                basis_points: 700,
            },
        ],
        tax_policy: TaxPolicy {
            pricing: Pricing::TaxInclusive,
            rounding: TaxRounding::PerDocument,
        },
        cash_rounding_minor: 5,
    }
}

fn created() -> ProductCreated {
    ProductCreated {
        name: "Rye loaf".to_owned(),
        description: "Dark, 1 kg".to_owned(),
        initial_price: eur(450),
        category: "Bread".to_owned(),
        sku: "RYE-1".to_owned(),
        barcodes: vec!["4006381333931".to_owned(), "B2".to_owned()],
        tax_rate: id("reduced"),
        unit: Unit::Piece,
        stock_policy: StockPolicy::Allow,
    }
}

fn started() -> OrderStarted {
    OrderStarted {
        customer_id: Some(id("cust-7")),
        order_date: Timestamp(1_477_821_491_000),
        register: id("T1"),
        shift: Some(id("shift-1")),
        cashier: "Mara".to_owned(),
        currency: Currency::EUR,
        tax_policy: TaxPolicy {
            pricing: Pricing::TaxExclusive,
            rounding: TaxRounding::PerLine,
        },
        imported: true,
    }
}

fn created_order() -> OrderCreated {
    OrderCreated {
        order_id: id("order-2"),
        beginning: Beginning {
            order_date: Some(Timestamp(1_767_603_600_006)),
            ..Beginning::from(&started())
        },
        items: vec![ordered(
            "line-1",
            "Rye loaf",
            2000,
            450,
            tax_rate("reduced", 700),
        )],
        total_amount_minor: 900,
    }
}

fn ordered(line_id: &str, name: &str, milli: i64, price_minor: i64, tax_rate: TaxRate) -> Line {
    Line {
        line_id: id(line_id),
        product_id: id("prod-abc"),
        product_name: name.to_owned(),
        quantity: quantity(milli),
        unit_price_minor: price_minor,
        tax_rate,
    }
}

fn processed() -> PaymentProcessed {
    PaymentProcessed {
        payment_id: id("pay-1"),
        method: PaymentMethod::Cash,
        transaction_id: "A00042".to_owned(),
        amount_paid_minor: 1005,
        tendered_minor: 2000,
        change_minor: 995,
        currency: Currency::EUR,
        register: id("T1"),
        shift: Some(id("shift-1")),
    }
}

fn completed() -> OrderCompleted {
    OrderCompleted {
        completion_date: Timestamp(1_767_603_600_001),
        receipt_number: "T1-000001".to_owned(),
        totals: Some(Totals {
            net_minor: 890,
            taxes: vec![
                TaxAmount {
                    rate: tax_rate("reduced", 700),
                    net_minor: 421,
                    tax_minor: 29,
                },
                TaxAmount {
                    rate: tax_rate("standard", 1900),
                    net_minor: 469,
                    tax_minor: 89,
                },
            ],
            gross_minor: 1008,
        }),
        rounding_minor: -3,
        currency: Currency::EUR,
        register: id("T1"),
        shift: Some(id("shift-1")),
    }
}

fn samples() -> Vec<Event> {
    let text = |text: &str| text.to_owned();
    vec![
        ShopEvent::ShopConfigured(settings()).into(),
        RegisterEvent::RegisterNamed {
            code: id("T1"),
            name: text("Till 1"),
        }
        .into(),
        RegisterEvent::ReceiptNumberIssued {
            number: text("T1-000001"),
            order_id: id("order-1"),
        }
        .into(),
        ShiftEvent::ShiftOpened(ShiftOpened {
            register: id("T1"),
            number: 12,
            opening_float: eur(15_000),
            cashier: text("Mara"),
        })
        .into(),
        ProductEvent::ProductCreated(created()).into(),
        ProductEvent::ProductNameChanged { name: text("Rye") }.into(),
        ProductEvent::ProductDescribed {
            description: text("Dark"),
        }
        .into(),
        ProductEvent::ProductRecategorised {
            category: text("Loaves"),
        }
        .into(),
        ProductEvent::ProductTaxRateChanged {
            tax_rate: id("standard"),
        }
        .into(),
        ProductEvent::ProductBarcodeAdded {
            barcode: text("4006381333931"),
        }
        .into(),
        ProductEvent::ProductBarcodeRemoved {
            barcode: text("4006381333931"),
        }
        .into(),
        ProductEvent::ProductPriceUpdated {
            new_price: eur(500),
            old_price: eur(450),
            effective_date: Timestamp(1_767_603_600_002),
        }
        .into(),
        ProductEvent::ProductDiscontinued.into(),
        ProductEvent::ProductReinstated.into(),
        ProductEvent::InventoryItemStocked {
            quantity_added: quantity(12_500),
            supplier: text("Mill & Co"),
            cost_per_unit: Some(eur(120)),
            received_date: Timestamp(1_767_603_600_003),
        }
        .into(),
        ProductEvent::InventoryAdjusted {
            quantity_change: quantity(-500),
            reason: text("broken"),
            adjustment_date: Timestamp(1_767_603_600_004),
        }
        .into(),
        OrderEvent::OrderStarted(started()).into(),
        OrderEvent::ItemAddedToCart(ItemAddedToCart {
            line_id: id("line-1"),
            product_id: id("prod-abc"),
            product_name: text("Rye loaf"),
            quantity: quantity(335),
            unit_price_minor: 1990,
            currency: Currency::EUR,
            tax_rate: tax_rate("reduced", 700),
        })
        .into(),
        OrderEvent::ItemRemovedFromCart {
            line_id: id("line-1"),
            product_id: id("prod-abc"),
            quantity_removed: quantity(335),
        }
        .into(),
        OrderEvent::OrderPaymentAttempted {
            payment_id: id("pay-1"),
            method: PaymentMethod::Card,
            amount_minor: 1008,
            currency: Currency::EUR,
        }
        .into(),
        OrderEvent::PaymentProcessed(processed()).into(),
        OrderEvent::PaymentVoided {
            payment_id: id("pay-1"),
            reason: text("wrong order"),
        }
        .into(),
        OrderEvent::OrderCompleted(completed()).into(),
        OrderEvent::OrderCancelled {
            reason: text("changed mind"),
            cancellation_date: Timestamp(1_767_603_600_005),
        }
        .into(),
        OrderEvent::OrderCreated(created_order()).into(),
        OrderEvent::OrderConfirmed {
            confirmation_date: Some(Timestamp(1_767_603_600_007)),
        }
        .into(),
        OrderEvent::OrderShipped {
            shipping_date: Some(Timestamp(1_767_603_600_008)),
            tracking_number: text("00340434161094042557"),
        }
        .into(),
        AccountEvent::AccountOpened(AccountOpened {
            owner_id: id("cust-7"),
            initial_deposit: eur(10_000),
        })
        .into(),
        AccountEvent::MoneyDeposited {
            amount: eur(2550),
            description: text("Gift card"),
        }
        .into(),
        AccountEvent::MoneyWithdrawn(MoneyWithdrawn {
            amount: eur(520),
            description: text("Loaf"),
            order_id: Some(id("order-1")),
        })
        .into(),
        AccountEvent::AccountClosed {
            reason: text("Moved away"),
            final_balance: eur(0),
        }
        .into(),
        StaffEvent::StaffMemberAdded {
            first_name: text("Mara"),
            last_name: text("van Dyk"),
        }
        .into(),
    ]
}

/// The same types with nothing optional, for those that have something optional.
fn bare_samples() -> Vec<Event> {
    vec![
        ShopEvent::ShopConfigured(ShopConfigured {
            address: String::new(),
            tax_id: String::new(),
            ..settings()
        })
        .into(),
        ProductEvent::ProductCreated(ProductCreated {
            description: String::new(),
            category: String::new(),
            sku: String::new(),
            barcodes: Vec::new(),
            ..created()
        })
        .into(),
        ProductEvent::InventoryItemStocked {
            quantity_added: quantity(1),
            supplier: String::new(),
            cost_per_unit: None,
            received_date: Timestamp(0),
        }
        .into(),
        OrderEvent::OrderStarted(OrderStarted {
            customer_id: None,
            shift: None,
            cashier: String::new(),
            imported: false,
            ..started()
        })
        .into(),
        OrderEvent::PaymentProcessed(PaymentProcessed {
            transaction_id: String::new(),
            shift: None,
            ..processed()
        })
        .into(),
        OrderEvent::OrderCompleted(OrderCompleted {
            rounding_minor: 0,
            shift: None,
            ..completed()
        })
        .into(),
        OrderEvent::OrderCreated(OrderCreated {
            beginning: Beginning {
                customer_id: None,
                order_date: None,
                shift: None,
                cashier: String::new(),
                imported: false,
                ..created_order().beginning
            },
            ..created_order()
        })
        .into(),
        OrderEvent::OrderConfirmed {
            confirmation_date: None,
        }
        .into(),
        OrderEvent::OrderShipped {
            shipping_date: None,
            tracking_number: String::new(),
        }
        .into(),
        AccountEvent::AccountOpened(AccountOpened {
            owner_id: id("cust-7"),
            initial_deposit: eur(0),
        })
        .into(),
        AccountEvent::MoneyDeposited {
            amount: eur(1),
            description: String::new(),
        }
        .into(),
        AccountEvent::MoneyWithdrawn(MoneyWithdrawn {
            amount: eur(1),
            description: String::new(),
            order_id: None,
        })
        .into(),
        StaffEvent::StaffMemberAdded {
            first_name: "Mara".to_owned(),
            last_name: String::new(),
        }
        .into(),
    ]
}

fn round_trip(event: &Event) -> Event {
    let stored = encode(event).unwrap();
    decode(stored.event_type, stored.schema_version, &stored.payload).unwrap()
}

// The catalogue.

#[test]
fn the_catalogue_has_each_type_once_described_and_versioned() {
    let names: BTreeSet<_> = CATALOGUE.iter().map(|spec| spec.name).collect();
    assert_eq!(names.len(), CATALOGUE.len());
    for listed in CATALOGUE {
        assert_eq!(spec(listed.name), Some(listed));
        assert!(listed.schema_version >= 1, "{}", listed.name);
        assert!(!listed.description.is_empty(), "{}", listed.name);
    }
    assert_eq!(spec("ProductEaten"), None);
}

/// Named by the compiler: a new event does not build until it is listed here,
/// and then needs a sample.
fn type_of(event: &Event) -> &'static str {
    match event {
        Event::Shop(ShopEvent::ShopConfigured(_)) => "ShopConfigured",
        Event::Register(event) => match event {
            RegisterEvent::RegisterNamed { .. } => "RegisterNamed",
            RegisterEvent::ReceiptNumberIssued { .. } => "ReceiptNumberIssued",
        },
        Event::Shift(ShiftEvent::ShiftOpened(_)) => "ShiftOpened",
        Event::Product(event) => match event {
            ProductEvent::ProductCreated(_) => "ProductCreated",
            ProductEvent::ProductNameChanged { .. } => "ProductNameChanged",
            ProductEvent::ProductDescribed { .. } => "ProductDescribed",
            ProductEvent::ProductRecategorised { .. } => "ProductRecategorised",
            ProductEvent::ProductTaxRateChanged { .. } => "ProductTaxRateChanged",
            ProductEvent::ProductBarcodeAdded { .. } => "ProductBarcodeAdded",
            ProductEvent::ProductBarcodeRemoved { .. } => "ProductBarcodeRemoved",
            ProductEvent::ProductPriceUpdated { .. } => "ProductPriceUpdated",
            ProductEvent::ProductDiscontinued => "ProductDiscontinued",
            ProductEvent::ProductReinstated => "ProductReinstated",
            ProductEvent::InventoryItemStocked { .. } => "InventoryItemStocked",
            ProductEvent::InventoryAdjusted { .. } => "InventoryAdjusted",
        },
        Event::Order(event) => match event {
            OrderEvent::OrderStarted(_) => "OrderStarted",
            OrderEvent::ItemAddedToCart(_) => "ItemAddedToCart",
            OrderEvent::ItemRemovedFromCart { .. } => "ItemRemovedFromCart",
            OrderEvent::OrderPaymentAttempted { .. } => "OrderPaymentAttempted",
            OrderEvent::PaymentProcessed(_) => "PaymentProcessed",
            OrderEvent::PaymentVoided { .. } => "PaymentVoided",
            OrderEvent::OrderCompleted(_) => "OrderCompleted",
            OrderEvent::OrderCancelled { .. } => "OrderCancelled",
            OrderEvent::OrderCreated(_) => "OrderCreated",
            OrderEvent::OrderConfirmed { .. } => "OrderConfirmed",
            OrderEvent::OrderShipped { .. } => "OrderShipped",
        },
        Event::Account(event) => match event {
            AccountEvent::AccountOpened(_) => "AccountOpened",
            AccountEvent::MoneyDeposited { .. } => "MoneyDeposited",
            AccountEvent::MoneyWithdrawn(_) => "MoneyWithdrawn",
            AccountEvent::AccountClosed { .. } => "AccountClosed",
        },
        Event::Staff(StaffEvent::StaffMemberAdded { .. }) => "StaffMemberAdded",
    }
}

#[test]
fn every_event_is_stored_under_its_own_name_which_is_listed() {
    let mut stored = BTreeSet::new();
    for event in samples() {
        let encoded = encode(&event).unwrap();
        assert_eq!(encoded.event_type, type_of(&event));
        let spec = spec(encoded.event_type).expect("a type that is not listed");
        assert_eq!(encoded.schema_version, spec.schema_version);
        stored.insert(encoded.event_type);
    }
    let listed: BTreeSet<_> = CATALOGUE.iter().map(|spec| spec.name).collect();
    assert_eq!(stored, listed);
}

// Frozen history.

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/events")
}

fn file_name(event_type: &str, version: u32) -> String {
    format!("{event_type}.v{version}.json")
}

#[test]
fn what_was_stored_reads_as_it_was_meant_and_is_stored_the_same_again() {
    for event in samples() {
        let encoded = encode(&event).unwrap();
        let name = file_name(encoded.event_type, encoded.schema_version);
        let stored = std::fs::read_to_string(fixtures().join(&name))
            .unwrap_or_else(|error| panic!("{name}: {error}; new: {}", encoded.payload));
        let stored = stored.trim_end();
        assert_eq!(
            decode(encoded.event_type, encoded.schema_version, stored),
            Ok(event),
            "{name}"
        );
        assert_eq!(encoded.payload, stored, "{name}");
    }
}

#[test]
fn every_frozen_payload_can_still_be_read() {
    let mut read = BTreeSet::new();
    for entry in std::fs::read_dir(fixtures()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let (event_type, version) = name
            .strip_suffix(".json")
            .and_then(|stem| stem.split_once(".v"))
            .unwrap_or_else(|| panic!("{name} is not <Type>.v<N>.json"));
        let version = version.parse().unwrap();
        let event = decode(
            event_type,
            version,
            &std::fs::read_to_string(&path).unwrap(),
        );
        assert_eq!(
            event.as_ref().map(type_of),
            Ok(event_type),
            "{name}: {event:?}"
        );
        read.insert(name);
    }
    for EventTypeSpec {
        name,
        schema_version,
        ..
    } in CATALOGUE
    {
        for version in 1..=*schema_version {
            assert!(
                read.contains(&file_name(name, version)),
                "{name} v{version}"
            );
        }
    }
}

/// Examples in docs/log-format.md, each with the types named above it and their
/// version.
fn documented_examples() -> Vec<(Vec<String>, u32, String)> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/log-format.md");
    let document = std::fs::read_to_string(path).unwrap();
    let payloads = document
        .split("\n## ")
        .find(|part| part.starts_with("Payloads"));
    let (mut types, mut version, mut examples) = (Vec::new(), 0, Vec::new());
    let mut lines = payloads.unwrap().lines();
    while let Some(line) = lines.next() {
        if line.starts_with("**") {
            types = line
                .split("**")
                .skip(1)
                .step_by(2)
                .map(str::to_owned)
                .collect();
            let digits = line.split("version ").nth(1).unwrap_or_default();
            version = digits
                .chars()
                .take_while(char::is_ascii_digit)
                .collect::<String>()
                .parse()
                .unwrap();
        } else if line == "```json" {
            let example: String = lines.by_ref().take_while(|line| *line != "```").collect();
            examples.push((types.clone(), version, example));
        }
    }
    examples
}

#[test]
fn the_description_of_the_format_shows_every_type_as_it_is() {
    let mut shown = BTreeSet::new();
    for (types, version, example) in documented_examples() {
        let is_current = |name: &str| spec(name).unwrap().schema_version == version;
        let reads = |name: &&String| match decode(name, version, &example) {
            Ok(_) if !is_current(name) => true,
            Ok(event) => {
                let stored: Value = serde_json::from_str(&encode(&event).unwrap().payload).unwrap();
                stored == serde_json::from_str::<Value>(&example).unwrap()
            }
            Err(_) => false,
        };
        let readable: Vec<_> = types.iter().filter(reads).cloned().collect();
        assert!(
            !readable.is_empty(),
            "{types:?} version {version}: {example}"
        );
        shown.extend(readable.into_iter().map(|name| (name, version)));
    }
    let listed: BTreeSet<_> = CATALOGUE
        .iter()
        .flat_map(|spec| (1..=spec.schema_version).map(|version| (spec.name.to_owned(), version)))
        .collect();
    assert_eq!(shown, listed);
}

// Old versions.

/// Every frozen payload of an old version, and what it is today: as much of the
/// newest version's sample as the old one can say, and what stands for the rest.
fn old_samples() -> Vec<(&'static str, u32, Event)> {
    let sample = |name: &str| {
        let mut samples = samples().into_iter();
        samples.find(|sample| type_of(sample) == name).unwrap()
    };
    let same = |name: &'static str, version| (name, version, sample(name));
    let imported = Beginning {
        customer_id: Some(id("cust-7")),
        order_date: None,
        register: id("IMP"),
        shift: None,
        cashier: String::new(),
        currency: Currency::EUR,
        tax_policy: TaxPolicy {
            pricing: Pricing::TaxInclusive,
            rounding: TaxRounding::PerDocument,
        },
        imported: true,
    };
    vec![
        same("ProductPriceUpdated", 1),
        same("OrderCancelled", 1),
        same("AccountOpened", 1),
        same("MoneyDeposited", 1),
        same("MoneyDeposited", 2),
        same("MoneyWithdrawn", 1),
        same("AccountClosed", 1),
        same("StaffMemberAdded", 1),
        // A method that is one of ours, in other words.
        same("OrderPaymentAttempted", 1),
        (
            "ProductCreated",
            1,
            ProductEvent::ProductCreated(ProductCreated {
                tax_rate: id("none"),
                ..created()
            })
            .into(),
        ),
        (
            "InventoryItemStocked",
            1,
            ProductEvent::InventoryItemStocked {
                quantity_added: quantity(12_000),
                supplier: "Mill & Co".to_owned(),
                cost_per_unit: Some(eur(120)),
                received_date: Timestamp(1_767_603_600_003),
            }
            .into(),
        ),
        (
            "InventoryAdjusted",
            1,
            ProductEvent::InventoryAdjusted {
                quantity_change: quantity(-2000),
                reason: "broken".to_owned(),
                adjustment_date: Timestamp(1_767_603_600_004),
            }
            .into(),
        ),
        (
            "OrderStarted",
            1,
            OrderEvent::OrderStarted(OrderStarted {
                register: id("IMP"),
                shift: None,
                cashier: String::new(),
                tax_policy: imported.tax_policy,
                imported: true,
                ..started()
            })
            .into(),
        ),
        (
            "OrderCreated",
            1,
            OrderEvent::OrderCreated(OrderCreated {
                order_id: id("order-2"),
                beginning: imported,
                items: vec![
                    ordered("prod-abc", "prod-abc", 2000, 450, tax_rate("none", 0)),
                    ordered("2", "Rye loaf, sliced", 1000, 480, tax_rate("none", 0)),
                ],
                total_amount_minor: 1380,
            })
            .into(),
        ),
        (
            "ItemAddedToCart",
            1,
            OrderEvent::ItemAddedToCart(ItemAddedToCart {
                line_id: id("prod-abc"),
                product_id: id("prod-abc"),
                product_name: "Rye loaf".to_owned(),
                quantity: quantity(2000),
                unit_price_minor: 1990,
                currency: Currency::EUR,
                tax_rate: tax_rate("none", 0),
            })
            .into(),
        ),
        (
            "ItemRemovedFromCart",
            1,
            OrderEvent::ItemRemovedFromCart {
                line_id: id("prod-abc"),
                product_id: id("prod-abc"),
                quantity_removed: quantity(1000),
            }
            .into(),
        ),
        (
            "PaymentProcessed",
            1,
            OrderEvent::PaymentProcessed(PaymentProcessed {
                tendered_minor: 1005,
                change_minor: 0,
                register: id("IMP"),
                shift: None,
                ..processed()
            })
            .into(),
        ),
        (
            "OrderCompleted",
            1,
            OrderEvent::OrderCompleted(OrderCompleted {
                receipt_number: String::new(),
                totals: Some(Totals {
                    net_minor: 1008,
                    taxes: vec![TaxAmount {
                        rate: tax_rate("none", 0),
                        net_minor: 1008,
                        tax_minor: 0,
                    }],
                    gross_minor: 1008,
                }),
                rounding_minor: 0,
                register: id("IMP"),
                shift: None,
                ..completed()
            })
            .into(),
        ),
    ]
}

fn frozen(event_type: &str, version: u32) -> String {
    std::fs::read_to_string(fixtures().join(file_name(event_type, version))).unwrap()
}

#[test]
fn what_was_stored_in_an_old_version_is_what_it_would_be_in_the_newest() {
    let mut old = BTreeSet::new();
    for (name, version, event) in old_samples() {
        assert_eq!(
            decode(name, version, &frozen(name, version)),
            Ok(event.clone()),
            "{name} v{version}"
        );
        // What it has become can be stored again, and reads back.
        assert_eq!(round_trip(&event), event);
        old.insert((name, version));
    }
    let listed: BTreeSet<_> = CATALOGUE
        .iter()
        .flat_map(|spec| (1..spec.schema_version).map(|version| (spec.name, version)))
        .collect();
    assert_eq!(old, listed);
}

fn in_the_log_of(currency: &str, event_type: &str, payload: &str) -> Result<Event, CodecError> {
    let v1_currency = currency.parse().unwrap();
    codec::decode(event_type, 1, payload, &LogContext { v1_currency })
}

#[test]
fn amounts_without_a_currency_are_in_the_logs() {
    for (currency, text, minor) in [
        ("EUR", "12.5", 1250),
        ("JPY", "12", 12),
        ("KWD", "0.125", 125),
    ] {
        let payload = format!(r#"{{"amount":{text}}}"#);
        assert_eq!(
            in_the_log_of(currency, "MoneyDeposited", &payload),
            Ok(AccountEvent::MoneyDeposited {
                amount: Money::new(minor, currency.parse().unwrap()).unwrap(),
                description: String::new(),
            }
            .into())
        );
    }
    // Version 2 has its own.
    assert_eq!(
        decode("MoneyDeposited", 2, r#"{"amount":"7","currency":"JPY"}"#),
        Ok(AccountEvent::MoneyDeposited {
            amount: Money::new(7, "JPY".parse().unwrap()).unwrap(),
            description: String::new(),
        }
        .into())
    );
}

#[test]
fn more_decimals_than_the_currency_has_are_an_error_in_plain_words() {
    for (currency, text, decimals) in [
        ("EUR", "12.345", 2),
        ("EUR", "19.990000000000002", 2),
        ("EUR", "1e-3", 2),
        ("JPY", "0.5", 0),
        ("KWD", "1.0005", 3),
    ] {
        let payload = format!(r#"{{"amount":{text}}}"#);
        let error = in_the_log_of(currency, "MoneyDeposited", &payload).unwrap_err();
        let message = error.to_string();
        let reason = format!("is not an amount with at most {decimals} decimals");
        assert!(message.contains(&reason), "{message}");
        assert!(
            message.contains("MoneyDeposited") && message.contains("amount"),
            "{message}"
        );
    }
}

#[test]
fn an_old_payment_keeps_its_method_or_its_words() {
    let paid = |fields: &str| {
        let payload = format!(r#"{{"amountPaid":1{fields}}}"#);
        match decode("PaymentProcessed", 1, &payload).unwrap() {
            Event::Order(OrderEvent::PaymentProcessed(payment)) => payment,
            other => panic!("{other:?}"),
        }
    };
    for (method, transaction, expected, reference) in [
        ("cash", "", PaymentMethod::Cash, ""),
        ("CASH", "r1", PaymentMethod::Cash, "r1"),
        ("credit_card", "r1", PaymentMethod::Card, "r1"),
        ("Debit Card", "r1", PaymentMethod::Card, "r1"),
        ("debit", "r1", PaymentMethod::Card, "r1"),
        ("card", "", PaymentMethod::Card, ""),
        ("PayPal", "r1", PaymentMethod::Imported, "PayPal r1"),
        ("gift voucher", "", PaymentMethod::Imported, "gift voucher"),
        ("", "r1", PaymentMethod::Imported, "r1"),
    ] {
        let payment = paid(&format!(
            r#","paymentMethod":"{method}","transactionId":"{transaction}""#
        ));
        let found = (payment.method, payment.transaction_id.as_str());
        assert_eq!(found, (expected, reference), "{method}");
    }
    // Its id, or its transaction's, or one that follows from what it says.
    assert_eq!(
        paid(r#","paymentId":"p1","transactionId":"r1""#).payment_id,
        id("p1")
    );
    assert_eq!(paid(r#","transactionId":"r1""#).payment_id, id("r1"));
    let derived = paid(r#","transactionId":"no id""#).payment_id;
    assert_eq!(derived, paid(r#","transactionId":"no id""#).payment_id);
    assert_ne!(derived, paid(r#","transactionId":"no 2""#).payment_id);
}

#[test]
fn one_name_becomes_two() {
    for (name, first, last) in [
        ("Mara van Dyk", "Mara", "van Dyk"),
        ("  Jo\\tLi ", "Jo", "Li"),
        ("Cher", "Cher", ""),
        ("", "", ""),
    ] {
        assert_eq!(
            decode("StaffMemberAdded", 1, &format!(r#"{{"name":"{name}"}}"#)),
            Ok(StaffEvent::StaffMemberAdded {
                first_name: first.to_owned(),
                last_name: last.to_owned(),
            }
            .into()),
            "{name}"
        );
    }
}

#[test]
fn an_old_order_is_created_under_either_name_of_its_fields() {
    let renamed = r#"{"orderId":"order-2","customerId":"cust-7","items":[
        {"productId":"prod-abc","quantity":2,"unitPrice":4.5},
        {"productId":"prod-abc","name":"Rye loaf, sliced","quantity":"1","price":"4.80"}],
        "totalAmount":13.8}"#;
    assert_eq!(
        decode("OrderCreated", 1, renamed),
        decode("OrderCreated", 1, &frozen("OrderCreated", 1))
    );
}

#[test]
fn what_an_old_completion_does_not_state_is_not_stated() {
    let payload = r#"{"completionDate":"2026-01-05"}"#;
    let event = decode("OrderCompleted", 1, payload).unwrap();
    match &event {
        Event::Order(OrderEvent::OrderCompleted(completed)) => {
            assert_eq!(
                (&completed.totals, completed.receipt_number.as_str()),
                (&None, "")
            );
            assert_eq!(completed.completion_date, Timestamp(1_767_571_200_000));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(round_trip(&event), event);
}

/// An amount as old programs may have written it.
fn written(minor: i64, decimals: usize, way: usize) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let digits = format!("{:0width$}", minor.unsigned_abs(), width = decimals + 1);
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    let short = fraction.trim_end_matches('0');
    let point = |fraction: &str| match fraction {
        "" => format!("{sign}{whole}"),
        _ => format!("{sign}{whole}.{fraction}"),
    };
    match way {
        0 => point(fraction),
        1 => point(short),
        2 => point(&format!("{fraction}00")),
        3 => format!("\"{}\"", point(fraction)),
        4 => format!("{minor}e-{decimals}"),
        5 => format!("{}E+1", Decimal10(minor, decimals + 1)),
        _ => format!("\"{minor}E-0{decimals}\""),
    }
}

/// `minor` with the point this many digits from the right.
struct Decimal10(i64, usize);

impl std::fmt::Display for Decimal10 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&written(self.0, self.1, 0))
    }
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn old_decimals_are_read_to_the_last_digit(
        minor in any_amount(),
        (currency, decimals) in select(vec![("JPY", 0), ("EUR", 2), ("KWD", 3)]),
        way in 0_usize..7,
        finer in 1_u8..10,
    ) {
        let text = written(minor, decimals, way);
        let payload = format!(
            r#"{{"newPrice":{text},"oldPrice":0,"effectiveDate":"1970-01-01T00:00:00Z"}}"#
        );
        let expected = ProductEvent::ProductPriceUpdated {
            new_price: Money::new(minor, currency.parse().unwrap()).unwrap(),
            old_price: Money::zero(currency.parse().unwrap()),
            effective_date: Timestamp(0),
        };
        prop_assert_eq!(
            in_the_log_of(currency, "ProductPriceUpdated", &payload),
            Ok(expected.into()),
            "{}", text
        );
        // One digit more is one too many, and one beyond the range too.
        let point = if decimals == 0 { "." } else { "" };
        let finer = format!("{}{point}{finer}", written(minor, decimals, 0));
        let beyond = format!("{}e2", written(MAX_AMOUNT_MINOR, decimals, 0));
        for text in [finer, beyond] {
            let payload = format!(r#"{{"amount":{text}}}"#);
            prop_assert!(in_the_log_of(currency, "MoneyDeposited", &payload).is_err(), "{}", text);
        }
    }

    #[test]
    fn old_quantities_are_read_to_the_last_digit(quantity in any_quantity(), way in 0_usize..7) {
        let payload = format!(
            r#"{{"productId":"p","quantityRemoved":{}}}"#,
            written(quantity.milli(), 3, way)
        );
        let expected = OrderEvent::ItemRemovedFromCart {
            line_id: id("p"),
            product_id: id("p"),
            quantity_removed: quantity,
        };
        prop_assert_eq!(decode("ItemRemovedFromCart", 1, &payload), Ok(expected.into()));
    }
}

/// The fields of a frozen payload that its upcaster reads. What the stream's id
/// says already is passed over.
fn old_fields(name: &str, version: u32) -> Vec<(String, Value)> {
    let Value::Object(fields) = serde_json::from_str(&frozen(name, version)).unwrap() else {
        panic!("{name} v{version} is no object");
    };
    let is_read = |field: &str| match field {
        "accountId" | "staffId" => false,
        "orderId" => name == "MoneyWithdrawn",
        "productId" => name.starts_with("Item"),
        _ => true,
    };
    fields
        .into_iter()
        .filter(|(field, _)| is_read(field))
        .collect()
}

/// The fields of an old payload, but with this text in the place of one value, or
/// without it.
fn old_with(name: &str, version: u32, field: &str, text: Option<&str>) -> String {
    let pairs: Vec<String> = old_fields(name, version)
        .into_iter()
        .filter_map(|(key, value)| match (key == field, text) {
            (true, None) => None,
            (true, Some(text)) => Some(format!("\"{key}\":{text}")),
            (false, _) => Some(format!("\"{key}\":{value}")),
        })
        .collect();
    format!("{{{}}}", pairs.join(","))
}

const OLD_OPTIONAL: [&str; 14] = [
    "description",
    "category",
    "sku",
    "barcodes",
    "supplierId",
    "costPerUnit",
    "customerId",
    "customer_id",
    "productName",
    "paymentId",
    "paymentMethod",
    "transactionId",
    "gatewayTransactionId",
    "initialDeposit",
];

fn may_be_missing(name: &str, field: &str) -> bool {
    OLD_OPTIONAL.contains(&field)
        || matches!(
            (name, field),
            ("OrderCompleted", "totalAmount")
                | ("OrderCancelled", "reason")
                | ("MoneyWithdrawn", "orderId")
        )
}

#[test]
fn an_old_field_that_is_needed_and_missing_is_an_error_that_names_the_type() {
    for (name, version, _) in old_samples() {
        for (field, _) in old_fields(name, version) {
            for nothing in [None, Some("null")] {
                let payload = old_with(name, version, &field, nothing);
                if may_be_missing(name, &field) {
                    decode(name, version, &payload).unwrap();
                } else {
                    assert_unreadable_in(name, version, &payload);
                }
            }
            let once = old_with(name, version, "", None);
            let rest = once.strip_prefix('{').unwrap();
            assert_unreadable_in(name, version, &format!("{{\"{field}\":null,{rest}"));
        }
    }
}

#[test]
fn old_values_that_cannot_be_are_an_error_that_names_the_type() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let long = format!("\"{}\"", "9".repeat(100_000));
    let digits = "9".repeat(100_000);
    let amounts = [
        "\"NaN\"",
        "NaN",
        "\"Infinity\"",
        "\"-\"",
        "\"\"",
        "\" \"",
        "\"12,50\"",
        "\"0x10\"",
        "\"1e\"",
        "\"１２\"",
        "\"--1\"",
        "\"1.\"",
        "\".5\"",
        "+1",
        "01",
        "1.",
        "1e400",
        "1e-400",
        "1e999999999999999999999",
        "123456789012345678901234567890",
        "-9223372036854775809",
        "10000000000000000",
        "0.00000000000000000000001",
        &digits,
        &long,
    ];
    let dates = [
        "7",
        "\"\"",
        "\"NaN\"",
        "\"2026-02-31\"",
        "\"2026-01-05T25:00:00Z\"",
        "\"today\"",
        "\"99999-01-01\"",
        "\"2026-01-05T09:00:00+99:00\"",
        &long,
    ];
    let ids = [
        "\"\"",
        "\"a b\"",
        "\"'; DROP TABLE events;--\"",
        "\"\\u0000\"",
        &long,
    ];
    let mut checked = 0;
    for (name, version, _) in old_samples() {
        for (field, value) in old_fields(name, version) {
            let mut hostile = vec!["{}", "true", "[[[[]]]]", &deep];
            match (field.as_str(), value) {
                (_, Value::Number(_)) => hostile.extend(amounts),
                (field, _) if field.ends_with("Date") => hostile.extend(dates),
                ("productId" | "customerId" | "customer_id" | "ownerId" | "id" | "orderId", _) => {
                    hostile.extend(ids);
                }
                ("paymentId", _) => hostile.extend(["\"a b\"", &long]),
                ("currency", _) => hostile.extend(["\"eur\"", "\"XYZ\"", "7"]),
                _ => hostile.push("7"),
            }
            for text in hostile {
                assert_unreadable_in(name, version, &old_with(name, version, &field, Some(text)));
                checked += 1;
            }
        }
    }
    assert!(checked > 500, "{checked}");
    for item in ["7", "{}", "null", r#"{"product_id":"p"}"#, &deep] {
        let items = format!("[{item}]");
        let payload = old_with("OrderCreated", 1, "order_items", Some(&items));
        assert_unreadable_in("OrderCreated", 1, &payload);
    }
}

// Round trips.

#[test]
fn what_is_optional_may_be_missing_and_is_then_left_out() {
    for event in bare_samples() {
        assert_eq!(round_trip(&event), event);
        let full = samples()
            .into_iter()
            .find(|sample| type_of(sample) == type_of(&event))
            .unwrap();
        let fields = |event: &Event| match serde_json::from_str(&encode(event).unwrap().payload) {
            Ok(Value::Object(fields)) => fields.len(),
            other => panic!("{other:?}"),
        };
        assert!(fields(&event) < fields(&full), "{}", type_of(&event));
    }
}

fn any_id<Id: std::str::FromStr + std::fmt::Debug>() -> impl Strategy<Value = Id> {
    "[A-Za-z0-9._-]{1,64}".prop_map(|text| id(&text))
}

fn any_amount() -> impl Strategy<Value = i64> {
    prop_oneof![
        -MAX_AMOUNT_MINOR..=MAX_AMOUNT_MINOR,
        select(vec![-MAX_AMOUNT_MINOR, -1, 0, 1, MAX_AMOUNT_MINOR]),
    ]
}

fn any_currency() -> impl Strategy<Value = Currency> {
    select(vec!["EUR", "JPY", "KWD", "USD"]).prop_map(|code| code.parse().unwrap())
}

fn any_money() -> impl Strategy<Value = Money> {
    (any_amount(), any_currency())
        .prop_map(|(minor, currency)| Money::new(minor, currency).unwrap())
}

fn any_quantity() -> impl Strategy<Value = Quantity> {
    prop_oneof![
        -MAX_QUANTITY_MILLI..=MAX_QUANTITY_MILLI,
        select(vec![-MAX_QUANTITY_MILLI, -1, 0, 1, MAX_QUANTITY_MILLI]),
    ]
    .prop_map(quantity)
}

fn any_time() -> impl Strategy<Value = Timestamp> {
    any::<i64>().prop_map(Timestamp)
}

fn any_tax_rate() -> impl Strategy<Value = TaxRate> {
    (any_id::<TaxRateId>(), any::<u32>())
        .prop_map(|(id, basis_points)| TaxRate { id, basis_points })
}

fn any_policy() -> impl Strategy<Value = TaxPolicy> {
    (
        select(vec![Pricing::TaxInclusive, Pricing::TaxExclusive]),
        select(vec![TaxRounding::PerLine, TaxRounding::PerDocument]),
    )
        .prop_map(|(pricing, rounding)| TaxPolicy { pricing, rounding })
}

fn any_method() -> impl Strategy<Value = PaymentMethod> {
    select(vec![
        PaymentMethod::Cash,
        PaymentMethod::Card,
        PaymentMethod::Imported,
    ])
}

fn any_settings() -> impl Strategy<Value = ShopConfigured> {
    let rate = (any_id(), any::<String>(), any::<u32>()).prop_map(|(id, name, basis_points)| {
        TaxRateSetting {
            id,
            name,
            basis_points,
        }
    });
    let zone = select(vec!["Europe/London", "Asia/Tokyo", "Etc/UTC"]);
    (
        vec(any::<String>(), 4),
        any_currency(),
        zone,
        any::<u16>(),
        vec(rate, 0..4),
        any_policy(),
        any::<i64>(),
    )
        .prop_map(
            |(texts, currency, zone, day_start_minutes, tax_rates, tax_policy, step)| {
                let [name, address, tax_id, locale] = texts.try_into().unwrap();
                ShopConfigured {
                    name,
                    address,
                    tax_id,
                    currency,
                    locale,
                    time_zone: ZoneName::new(zone).unwrap(),
                    day_start_minutes,
                    tax_rates,
                    tax_policy,
                    cash_rounding_minor: step,
                }
            },
        )
}

fn any_created() -> impl Strategy<Value = ProductCreated> {
    (
        vec(any::<String>(), 4),
        vec(any::<String>(), 0..4),
        any_money(),
        any_id(),
        select(vec![Unit::Piece, Unit::Kilogram, Unit::Litre, Unit::Metre]),
        select(vec![StockPolicy::NotTracked, StockPolicy::Allow]),
    )
        .prop_map(
            |(texts, barcodes, initial_price, tax_rate, unit, stock_policy)| {
                let [name, description, category, sku] = texts.try_into().unwrap();
                ProductCreated {
                    name,
                    description,
                    initial_price,
                    category,
                    sku,
                    barcodes,
                    tax_rate,
                    unit,
                    stock_policy,
                }
            },
        )
}

fn any_started() -> impl Strategy<Value = OrderStarted> {
    (
        option::of(any_id::<CustomerId>()),
        any_time(),
        any_id::<RegisterId>(),
        option::of(any_id::<ShiftId>()),
        any::<String>(),
        any_currency(),
        any_policy(),
        any::<bool>(),
    )
        .prop_map(
            |(
                customer_id,
                order_date,
                register,
                shift,
                cashier,
                currency,
                tax_policy,
                imported,
            )| {
                OrderStarted {
                    customer_id,
                    order_date,
                    register,
                    shift,
                    cashier,
                    currency,
                    tax_policy,
                    imported,
                }
            },
        )
}

fn any_item() -> impl Strategy<Value = ItemAddedToCart> {
    (
        any_id::<LineId>(),
        any_id::<ProductId>(),
        any::<String>(),
        any_quantity(),
        any_money(),
        any_tax_rate(),
    )
        .prop_map(
            |(line_id, product_id, product_name, quantity, price, tax_rate)| ItemAddedToCart {
                line_id,
                product_id,
                product_name,
                quantity,
                unit_price_minor: price.minor(),
                currency: price.currency(),
                tax_rate,
            },
        )
}

fn any_payment() -> impl Strategy<Value = PaymentProcessed> {
    (
        any_id::<PaymentId>(),
        any_method(),
        any::<String>(),
        [any_amount(), any_amount(), any_amount()],
        any_currency(),
        any_id::<RegisterId>(),
        option::of(any_id::<ShiftId>()),
    )
        .prop_map(
            |(payment_id, method, transaction_id, amounts, currency, register, shift)| {
                PaymentProcessed {
                    payment_id,
                    method,
                    transaction_id,
                    amount_paid_minor: amounts[0],
                    tendered_minor: amounts[1],
                    change_minor: amounts[2],
                    currency,
                    register,
                    shift,
                }
            },
        )
}

fn any_completed() -> impl Strategy<Value = OrderCompleted> {
    let tax =
        (any_tax_rate(), any_amount(), any_amount()).prop_map(|(rate, net_minor, tax_minor)| {
            TaxAmount {
                rate,
                net_minor,
                tax_minor,
            }
        });
    (
        any_time(),
        any::<String>(),
        any::<bool>(),
        vec(tax, 0..4),
        [any_amount(), any_amount(), any_amount()],
        any_currency(),
        any_id::<RegisterId>(),
        option::of(any_id::<ShiftId>()),
    )
        .prop_map(
            |(
                completion_date,
                receipt_number,
                stated,
                taxes,
                amounts,
                currency,
                register,
                shift,
            )| {
                OrderCompleted {
                    completion_date,
                    receipt_number,
                    totals: stated.then_some(Totals {
                        net_minor: amounts[0],
                        taxes,
                        gross_minor: amounts[1],
                    }),
                    rounding_minor: amounts[2],
                    currency,
                    register,
                    shift,
                }
            },
        )
}

fn any_created_order() -> impl Strategy<Value = OrderCreated> {
    (
        any_id::<OrderId>(),
        any_started(),
        option::of(any_time()),
        vec(any_item(), 0..4),
        any_amount(),
    )
        .prop_map(
            |(order_id, started, order_date, items, total_amount_minor)| {
                let line = |item: ItemAddedToCart| Line {
                    line_id: item.line_id,
                    product_id: item.product_id,
                    product_name: item.product_name,
                    quantity: item.quantity,
                    unit_price_minor: item.unit_price_minor,
                    tax_rate: item.tax_rate,
                };
                OrderCreated {
                    order_id,
                    beginning: Beginning {
                        order_date,
                        ..Beginning::from(&started)
                    },
                    items: items.into_iter().map(line).collect(),
                    total_amount_minor,
                }
            },
        )
}

/// Any event of a type, beyond what the rules let happen.
fn any_event(event_type: &str) -> BoxedStrategy<Event> {
    let text = any::<String>;
    match event_type {
        "ShopConfigured" => any_settings()
            .prop_map(|settings| ShopEvent::ShopConfigured(settings).into())
            .boxed(),
        "RegisterNamed" => (any_id(), text())
            .prop_map(|(code, name)| RegisterEvent::RegisterNamed { code, name }.into())
            .boxed(),
        "ReceiptNumberIssued" => (text(), any_id::<OrderId>())
            .prop_map(|(number, order_id)| {
                RegisterEvent::ReceiptNumberIssued { number, order_id }.into()
            })
            .boxed(),
        "ShiftOpened" => (any_id(), any::<u64>(), any_money(), text())
            .prop_map(|(register, number, opening_float, cashier)| {
                ShiftEvent::ShiftOpened(ShiftOpened {
                    register,
                    number,
                    opening_float,
                    cashier,
                })
                .into()
            })
            .boxed(),
        "ProductCreated" => any_created()
            .prop_map(|created| ProductEvent::ProductCreated(created).into())
            .boxed(),
        "ProductNameChanged" => text()
            .prop_map(|name| ProductEvent::ProductNameChanged { name }.into())
            .boxed(),
        "ProductDescribed" => text()
            .prop_map(|description| ProductEvent::ProductDescribed { description }.into())
            .boxed(),
        "ProductRecategorised" => text()
            .prop_map(|category| ProductEvent::ProductRecategorised { category }.into())
            .boxed(),
        "ProductTaxRateChanged" => any_id()
            .prop_map(|tax_rate| ProductEvent::ProductTaxRateChanged { tax_rate }.into())
            .boxed(),
        "ProductBarcodeAdded" => text()
            .prop_map(|barcode| ProductEvent::ProductBarcodeAdded { barcode }.into())
            .boxed(),
        "ProductBarcodeRemoved" => text()
            .prop_map(|barcode| ProductEvent::ProductBarcodeRemoved { barcode }.into())
            .boxed(),
        "ProductPriceUpdated" => (any_money(), any_amount(), any_time())
            .prop_map(|(new_price, old, effective_date)| {
                ProductEvent::ProductPriceUpdated {
                    new_price,
                    old_price: Money::new(old, new_price.currency()).unwrap(),
                    effective_date,
                }
                .into()
            })
            .boxed(),
        "ProductDiscontinued" => Just(ProductEvent::ProductDiscontinued.into()).boxed(),
        "ProductReinstated" => Just(ProductEvent::ProductReinstated.into()).boxed(),
        "InventoryItemStocked" => (any_quantity(), text(), option::of(any_money()), any_time())
            .prop_map(|(quantity_added, supplier, cost_per_unit, received_date)| {
                ProductEvent::InventoryItemStocked {
                    quantity_added,
                    supplier,
                    cost_per_unit,
                    received_date,
                }
                .into()
            })
            .boxed(),
        "InventoryAdjusted" => (any_quantity(), text(), any_time())
            .prop_map(|(quantity_change, reason, adjustment_date)| {
                ProductEvent::InventoryAdjusted {
                    quantity_change,
                    reason,
                    adjustment_date,
                }
                .into()
            })
            .boxed(),
        "OrderStarted" => any_started()
            .prop_map(|started| OrderEvent::OrderStarted(started).into())
            .boxed(),
        "ItemAddedToCart" => any_item()
            .prop_map(|item| OrderEvent::ItemAddedToCart(item).into())
            .boxed(),
        "ItemRemovedFromCart" => (any_id(), any_id(), any_quantity())
            .prop_map(|(line_id, product_id, quantity_removed)| {
                OrderEvent::ItemRemovedFromCart {
                    line_id,
                    product_id,
                    quantity_removed,
                }
                .into()
            })
            .boxed(),
        "OrderPaymentAttempted" => (any_id(), any_method(), any_money())
            .prop_map(|(payment_id, method, amount)| {
                OrderEvent::OrderPaymentAttempted {
                    payment_id,
                    method,
                    amount_minor: amount.minor(),
                    currency: amount.currency(),
                }
                .into()
            })
            .boxed(),
        "PaymentProcessed" => any_payment()
            .prop_map(|payment| OrderEvent::PaymentProcessed(payment).into())
            .boxed(),
        "PaymentVoided" => (any_id(), text())
            .prop_map(|(payment_id, reason)| {
                OrderEvent::PaymentVoided { payment_id, reason }.into()
            })
            .boxed(),
        "OrderCompleted" => any_completed()
            .prop_map(|completed| OrderEvent::OrderCompleted(completed).into())
            .boxed(),
        "OrderCancelled" => (text(), any_time())
            .prop_map(|(reason, cancellation_date)| {
                OrderEvent::OrderCancelled {
                    reason,
                    cancellation_date,
                }
                .into()
            })
            .boxed(),
        "OrderCreated" => any_created_order()
            .prop_map(|created| OrderEvent::OrderCreated(created).into())
            .boxed(),
        "OrderConfirmed" => option::of(any_time())
            .prop_map(|confirmation_date| OrderEvent::OrderConfirmed { confirmation_date }.into())
            .boxed(),
        "OrderShipped" => (option::of(any_time()), text())
            .prop_map(|(shipping_date, tracking_number)| {
                OrderEvent::OrderShipped {
                    shipping_date,
                    tracking_number,
                }
                .into()
            })
            .boxed(),
        "AccountOpened" => (any_id(), any_money())
            .prop_map(|(owner_id, initial_deposit)| {
                AccountEvent::AccountOpened(AccountOpened {
                    owner_id,
                    initial_deposit,
                })
                .into()
            })
            .boxed(),
        "MoneyDeposited" => (any_money(), text())
            .prop_map(|(amount, description)| {
                AccountEvent::MoneyDeposited {
                    amount,
                    description,
                }
                .into()
            })
            .boxed(),
        "MoneyWithdrawn" => (any_money(), text(), option::of(any_id::<OrderId>()))
            .prop_map(|(amount, description, order_id)| {
                AccountEvent::MoneyWithdrawn(MoneyWithdrawn {
                    amount,
                    description,
                    order_id,
                })
                .into()
            })
            .boxed(),
        "AccountClosed" => (text(), any_money())
            .prop_map(|(reason, final_balance)| {
                AccountEvent::AccountClosed {
                    reason,
                    final_balance,
                }
                .into()
            })
            .boxed(),
        "StaffMemberAdded" => (text(), text())
            .prop_map(|(first_name, last_name)| {
                StaffEvent::StaffMemberAdded {
                    first_name,
                    last_name,
                }
                .into()
            })
            .boxed(),
        other => panic!("no random {other} yet"),
    }
}

#[test]
fn any_event_of_any_type_reads_back_as_it_was() {
    for spec in CATALOGUE {
        let result = TestRunner::new(cases(64)).run(&any_event(spec.name), |event| {
            prop_assert_eq!(type_of(&event), spec.name);
            prop_assert_eq!(round_trip(&event), event);
            Ok(())
        });
        if let Err(error) = result {
            panic!("{}: {error}", spec.name);
        }
    }
}

// Hostile history.

/// An error that names the type and is short enough to be shown.
#[track_caller]
fn assert_unreadable(event_type: &str, payload: &str) {
    assert_unreadable_in(
        event_type,
        spec(event_type).unwrap().schema_version,
        payload,
    );
}

#[track_caller]
fn assert_unreadable_in(event_type: &str, version: u32, payload: &str) {
    match decode(event_type, version, payload) {
        Err(error @ CodecError::Payload { .. }) => {
            let message = error.to_string();
            assert!(message.contains(event_type), "{message}");
            assert!(message.len() < 1000, "{} bytes of error", message.len());
        }
        other => panic!(
            "{event_type} v{version} {}: {other:?}",
            payload.get(..200).unwrap_or(payload)
        ),
    }
}

fn fields_of(event: &Event) -> serde_json::Map<String, Value> {
    match serde_json::from_str(&encode(event).unwrap().payload).unwrap() {
        Value::Object(fields) => fields,
        other => panic!("{other}"),
    }
}

#[test]
fn an_unknown_type_is_an_error_that_names_it() {
    let unknown = decode("ProductEaten", 1, "{}").unwrap_err();
    assert_eq!(unknown, CodecError::UnknownType("ProductEaten".to_owned()));
    assert!(unknown.to_string().contains("ProductEaten"));
    for hostile in ["", "productcreated", "ProductCreated ", "Product\0Created"] {
        assert!(matches!(
            decode(hostile, 2, "{}"),
            Err(CodecError::UnknownType(_))
        ));
    }
    let long = decode(&"é".repeat(100_000), 1, "{}").unwrap_err();
    assert!(long.to_string().len() < 300);
}

#[test]
fn a_version_that_this_build_does_not_know_is_an_error_that_names_it() {
    for event in samples() {
        let stored = encode(&event).unwrap();
        for version in [0, stored.schema_version + 1, u32::MAX] {
            let error = decode(stored.event_type, version, &stored.payload).unwrap_err();
            assert_eq!(
                error,
                CodecError::UnknownVersion {
                    event_type: stored.event_type.to_owned(),
                    found: version,
                    known: stored.schema_version,
                }
            );
            assert!(error.to_string().contains(stored.event_type), "{error}");
        }
    }
}

#[test]
fn what_is_not_the_json_of_an_object_is_an_error_that_names_the_type() {
    let deep_array = "[".repeat(200_000);
    let deep_object = r#"{"name":"#.repeat(200_000);
    let closed = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    for spec in CATALOGUE {
        for payload in [
            "",
            "{",
            "null",
            "true",
            "7",
            "1e400",
            "[]",
            "[null,null,null,null]",
            "\"text\"",
            "[null]",
            "{}{}",
            "{} trailing",
            "{'name':'x'}",
            "{\"name\":\"\u{0}\"}",
            "\u{0}",
            "\u{feff}{}",
            "NaN",
            &format!("\"{}\"", "x".repeat(60_000)),
            &deep_array,
            &deep_object,
            &closed,
        ] {
            for version in 1..=spec.schema_version {
                assert_unreadable_in(spec.name, version, payload);
            }
        }
    }
}

#[test]
fn a_needed_field_that_is_missing_is_an_error_that_names_the_type() {
    let bare = bare_samples();
    for event in samples() {
        let name = type_of(&event);
        let least = bare.iter().find(|bare| type_of(bare) == name);
        let fields = fields_of(least.unwrap_or(&event));
        for missing in fields.keys() {
            let mut without = fields.clone();
            without.remove(missing);
            assert_unreadable(name, &Value::Object(without).to_string());
        }
    }
}

#[test]
fn a_field_that_is_there_twice_is_an_error_that_names_the_type() {
    for event in samples() {
        for (field, value) in fields_of(&event) {
            let once = encode(&event).unwrap().payload;
            let rest = once.strip_prefix('{').unwrap();
            assert_unreadable(type_of(&event), &format!("{{\"{field}\":{value},{rest}"));
        }
    }
}

/// The fields as a payload, but with this text in the place of one value.
fn payload_with(fields: &serde_json::Map<String, Value>, field: &str, text: &str) -> String {
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| match name == field {
            true => format!("\"{name}\":{text}"),
            false => format!("\"{name}\":{value}"),
        })
        .collect();
    format!("{{{}}}", pairs.join(","))
}

/// No field takes any of these, whatever it is for.
const NEVER_RIGHT: [&str; 6] = [
    "{}",
    r#"{"$oid":"5"}"#,
    "-1.5",
    "1e400",
    "123456789012345678901234567890",
    "[[[[[[]]]]]]",
];

#[test]
fn a_value_of_the_wrong_kind_is_an_error_that_names_the_type() {
    for event in samples() {
        let (name, fields) = (type_of(&event), fields_of(&event));
        for (field, value) in &fields {
            for wrong in NEVER_RIGHT {
                assert_unreadable(name, &payload_with(&fields, field, wrong));
            }
            let other_kind = if value.is_string() { "7" } else { "\"7\"" };
            assert_unreadable(name, &payload_with(&fields, field, other_kind));
        }
    }
}

#[test]
fn numbers_beyond_their_range_are_an_error_that_names_the_type() {
    let mut checked = 0;
    for event in samples() {
        let fields = fields_of(&event);
        for (field, value) in &fields {
            let beyond: &[i64] = match field.as_str() {
                // The shop's rules hold it to its range; a log may say otherwise.
                "cashRoundingMinor" => continue,
                field if field.ends_with("Minor") => &[
                    MAX_AMOUNT_MINOR + 1,
                    -MAX_AMOUNT_MINOR - 1,
                    i64::MAX,
                    i64::MIN,
                ],
                field if field.ends_with("Milli") => &[
                    MAX_QUANTITY_MILLI + 1,
                    -MAX_QUANTITY_MILLI - 1,
                    i64::MAX,
                    i64::MIN,
                ],
                "taxBasisPoints" | "dayStartMinutes" | "number" if value.is_number() => {
                    &[-1, i64::MIN]
                }
                _ => continue,
            };
            for number in beyond {
                let hostile = payload_with(&fields, field, &number.to_string());
                assert_unreadable(type_of(&event), &hostile);
                checked += 1;
            }
        }
    }
    assert!(checked > 60, "{checked}");
}

#[test]
fn ids_currencies_and_words_that_cannot_be_are_an_error_that_names_the_type() {
    for event in samples() {
        let fields = fields_of(&event);
        for field in fields.keys() {
            let validated = matches!(
                field.as_str(),
                "lineId"
                    | "productId"
                    | "paymentId"
                    | "orderId"
                    | "customerId"
                    | "register"
                    | "shift"
                    | "code"
                    | "taxRate"
                    | "currency"
                    | "paymentMethod"
                    | "pricing"
                    | "taxRounding"
                    | "unit"
                    | "stockPolicy"
            );
            if !validated {
                continue;
            }
            for wrong in [
                "",
                "a b",
                "a\\u0000b",
                "'; DROP TABLE events;--",
                "ÖÄÜ",
                "💶",
                &"x".repeat(65),
            ] {
                let hostile = payload_with(&fields, field, &format!("\"{wrong}\""));
                assert_unreadable(type_of(&event), &hostile);
            }
        }
    }
}

#[test]
fn a_field_that_nobody_knows_is_passed_over_however_deep() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for event in samples() {
        let stored = encode(&event).unwrap();
        let rest = stored.payload.strip_prefix('{').unwrap();
        let comma = if rest == "}" { "" } else { "," };
        let hostile = format!("{{\"unheardOf\":{deep}{comma}{rest}");
        match decode(stored.event_type, stored.schema_version, &hostile) {
            Ok(read) => assert_eq!(read, event),
            Err(error) => assert!(error.to_string().contains(stored.event_type)),
        }
    }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn no_damage_to_an_old_payload_makes_an_upcaster_panic(
        (name, version, _) in select(old_samples()),
        place in any::<proptest::sample::Index>(),
        instead in any::<char>(),
    ) {
        let mut damaged: Vec<char> = frozen(name, version).chars().collect();
        let place = place.index(damaged.len());
        damaged[place] = instead;
        let damaged: String = damaged.into_iter().collect();
        if let Err(error) = decode(name, version, &damaged) {
            prop_assert!(error.to_string().contains(name));
        }
    }

    #[test]
    fn no_payload_makes_the_codec_panic(
        spec in select(CATALOGUE),
        version in 0_u32..5,
        payload in prop_oneof![any::<String>(), "[{}\\[\\]\":,0-9a-z]{0,60}"],
    ) {
        if let Err(error) = decode(spec.name, version, &payload) {
            prop_assert!(error.to_string().contains(spec.name));
        }
    }

    #[test]
    fn no_damage_to_a_payload_makes_the_codec_panic(
        event in select(samples()),
        place in any::<proptest::sample::Index>(),
        instead in any::<char>(),
    ) {
        let stored = encode(&event).unwrap();
        let mut damaged: Vec<char> = stored.payload.chars().collect();
        let place = place.index(damaged.len());
        damaged[place] = instead;
        let damaged: String = damaged.into_iter().collect();
        if let Err(error) = decode(stored.event_type, stored.schema_version, &damaged) {
            prop_assert!(error.to_string().contains(stored.event_type));
        }
    }
}

// The hash chain, reckoned here from its description alone.

struct ChainedEvent {
    event_id: &'static str,
    stream_id: &'static str,
    stream_type: &'static str,
    version: u64,
    event_type: &'static str,
    schema_version: u32,
    timestamp_ms: i64,
    payload: &'static str,
    metadata: &'static str,
}

const LOG_ID: [u8; 16] = [7; 16];
const ORIGIN: &str = "T1";

const CHAINED: [ChainedEvent; 3] = [
    ChainedEvent {
        event_id: "0199a000-0000-7000-8000-000000000001",
        stream_id: "product-tea",
        stream_type: "product",
        version: 1,
        event_type: "ProductNameChanged",
        schema_version: 1,
        timestamp_ms: 1_767_603_600_000,
        payload: r#"{"name":"Tea"}"#,
        metadata: r#"{"command_id":"c1","actor":"Mara"}"#,
    },
    ChainedEvent {
        event_id: "0199a000-0000-7000-8000-000000000002",
        stream_id: "product-tea",
        stream_type: "product",
        version: 2,
        event_type: "ProductNameChanged",
        schema_version: 1,
        timestamp_ms: 1_767_603_600_000,
        payload: r#"{"name":"Thé à la menthe 🍵"}"#,
        metadata: r#"{"command_id":"c1","actor":"Mara"}"#,
    },
    ChainedEvent {
        event_id: "0199a000-0000-7000-8000-000000000003",
        stream_id: "order-1",
        stream_type: "order",
        version: 1,
        event_type: "OrderCancelled",
        schema_version: 2,
        timestamp_ms: -1,
        payload: r#"{"reason":"قهوة","cancellationDateMs":-1}"#,
        metadata: "{}",
    },
];

const CHAIN_END: &str = "8a7adc22aad63e9ae2f48712a01db516951118f1ea6e949793220252f4336885";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `h(0) = SHA-256("daybook/1" || log_id || origin)` and `h(n) = SHA-256(h(n-1)
/// || rec)`; integers big-endian, each text after its length in bytes as u32.
fn chain_by_hand() -> Vec<Vec<u8>> {
    let mut hash = Sha256::digest([b"daybook/1", &LOG_ID[..], ORIGIN.as_bytes()].concat()).to_vec();
    let mut hashes = Vec::new();
    for (event, origin_position) in CHAINED.iter().zip(1_u64..) {
        let mut record = hash;
        let text = |record: &mut Vec<u8>, text: &str| {
            record.extend((text.len() as u32).to_be_bytes());
            record.extend(text.as_bytes());
        };
        record.extend(origin_position.to_be_bytes());
        text(&mut record, event.event_id);
        text(&mut record, event.stream_id);
        text(&mut record, event.stream_type);
        record.extend(event.version.to_be_bytes());
        text(&mut record, event.event_type);
        record.extend(event.schema_version.to_be_bytes());
        record.extend(event.timestamp_ms.to_be_bytes());
        text(&mut record, event.payload);
        text(&mut record, event.metadata);
        hash = Sha256::digest(&record).to_vec();
        hashes.push(hash.clone());
    }
    hashes
}

#[test]
fn the_hash_chain_is_what_its_description_says() {
    let by_hand = chain_by_hand();
    assert_eq!(hex(by_hand.last().unwrap()), CHAIN_END);

    let files = Files::new();
    let mut store = files.store();
    assert_eq!((store.identity().log_id, store.origin()), (LOG_ID, ORIGIN));
    store.begin().unwrap();
    // Two commands, one of two events.
    for (command_id, events) in [("c1", &CHAINED[..2]), ("c2", &CHAINED[2..])] {
        let first = &events[0];
        let write = StreamWrite {
            stream_id: first.stream_id.to_owned(),
            stream_type: first.stream_type,
            expected: ExpectedVersion::NoStream,
            events: events
                .iter()
                .map(|event| NewEvent {
                    event_id: event.event_id.to_owned(),
                    event_type: event.event_type,
                    schema_version: event.schema_version,
                    payload: event.payload.to_owned(),
                    tags: vec![],
                })
                .collect(),
        };
        store
            .append(&Batch {
                command_id,
                metadata: first.metadata,
                timestamp_ms: first.timestamp_ms,
                writes: vec![write],
                condition: None,
            })
            .unwrap();
    }
    store.commit().unwrap();
    let recorded: Vec<_> = store
        .read_all(0, 10)
        .unwrap()
        .into_iter()
        .map(|event| event.hash)
        .collect();
    assert_eq!(recorded, by_hand);
}
