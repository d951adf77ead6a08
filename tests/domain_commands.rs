//! Rules that one aggregate alone cannot keep: the command's handler sees the
//! others, and records what belongs together in one batch.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use daybook::application::{Command, OpenShop, Refusal};
use daybook::domain::ids::{ProductId, RegisterId, ShiftId};
use daybook::domain::order::{OrderError, OrderStatus, Tender};
use daybook::domain::product::{EditProduct, ProductCommand, ProductError};
use daybook::domain::register::RegisterError;
use daybook::domain::shift::ShiftError;
use daybook::domain::shop::{ShopConfigured, ShopError};
use daybook::domain::tax::Pricing;
use daybook::domain::{Money, TextError};
use daybook::event_store::{Batch, ExpectedVersion, NewEvent, StreamWrite};
use support::{
    Files, TestShop, add_item, cancel, envelope, eur, new_product, opening, pay, remove_item,
    settings, tax_rate,
};

fn to(product: &ProductId, command: ProductCommand) -> Command {
    Command::Product {
        product_id: product.clone(),
        command,
    }
}

fn id(text: &str) -> ProductId {
    ProductId::new(text).unwrap()
}

fn create_with_codes(product: &str, sku: &str, barcodes: &[&str]) -> Command {
    let mut create = new_product(product, 100);
    create.sku = sku.to_owned();
    create.barcodes = barcodes.iter().map(|&code| code.to_owned()).collect();
    to(&id(product), ProductCommand::Create(create))
}

fn edit_barcodes(product: &str, barcodes: &[&str]) -> Command {
    let create = new_product(product, 100);
    to(
        &id(product),
        ProductCommand::Edit(EditProduct {
            name: create.name,
            description: create.description,
            category: create.category,
            barcodes: barcodes.iter().map(|&code| code.to_owned()).collect(),
            tax_rate: create.tax_rate,
        }),
    )
}

fn taken(code: &str, owner: &str) -> Refusal {
    Refusal::Product(ProductError::CodeTaken {
        code: code.to_owned(),
        owner: id(owner),
    })
}

fn types_since(shop: &TestShop, position: u64) -> Vec<String> {
    let events = shop.store.read_all(position, 100).unwrap();
    events.into_iter().map(|event| event.event_type).collect()
}

#[test]
fn a_first_run_is_one_batch_of_shop_register_and_shift() {
    let files = Files::new();
    let mut shop = TestShop::empty(&files);
    let outcome = shop.run(Command::OpenShop(opening(settings()))).unwrap();
    assert_eq!((outcome.position, outcome.events), (3, 3));
    assert_eq!(
        types_since(&shop, 0),
        ["ShopConfigured", "RegisterNamed", "ShiftOpened"]
    );
}

#[test]
fn a_shop_is_opened_once_by_its_own_register_and_only_whole() {
    let files = Files::new();
    let mut shop = TestShop::empty(&files);
    let open = || opening(settings());
    let with = |change: fn(&mut OpenShop)| {
        let mut open = open();
        change(&mut open);
        Command::OpenShop(open)
    };
    for (command, rule) in [
        (
            with(|open| open.register_code = RegisterId::new("T2").unwrap()),
            Refusal::Register(RegisterError::CodeFixed),
        ),
        (
            with(|open| open.opening_float = eur(-1)),
            Refusal::Shift(ShiftError::NegativeFloat),
        ),
        (
            with(|open| open.register_name = String::new()),
            Refusal::Register(RegisterError::Text(TextError::Missing {
                field: "The register's name".to_owned(),
            })),
        ),
        (
            with(|open| open.settings.tax_rates.clear()),
            Refusal::Shop(ShopError::NoTaxRate),
        ),
    ] {
        assert_eq!(shop.refusal(command), rule);
    }
    shop.run(Command::OpenShop(open())).unwrap();
    assert_eq!(
        shop.refusal(Command::OpenShop(open())),
        Refusal::Shop(ShopError::AlreadyConfigured)
    );
}

#[test]
fn a_float_is_in_the_shops_currency() {
    let files = Files::new();
    let mut shop = TestShop::empty(&files);
    let mut open = opening(settings());
    open.opening_float = Money::zero("JPY".parse().unwrap());
    assert_eq!(
        shop.refusal(Command::OpenShop(open)),
        Refusal::Shift(ShiftError::WrongCurrency {
            expected: settings().currency,
            actual: "JPY".parse().unwrap(),
        })
    );
}

#[test]
fn nothing_is_sold_or_set_before_the_shop_is_set_up() {
    let files = Files::new();
    let mut shop = TestShop::empty(&files);
    for command in [
        Command::ConfigureShop(settings()),
        create_with_codes("tea", "", &[]),
        add_item("o", &id("tea"), 1000),
        pay("o", "p1", Tender::ExactCash),
    ] {
        assert_eq!(
            shop.refusal(command),
            Refusal::Shop(ShopError::NotConfigured)
        );
    }
}

#[test]
fn nothing_is_sold_without_an_open_shift() {
    let files = Files::new();
    let mut shop = TestShop::empty(&files);
    // A shop from elsewhere, with settings but no shift.
    let encoded = daybook::codec::encode(
        &daybook::domain::shop::ShopEvent::ShopConfigured(settings()).into(),
    )
    .unwrap();
    shop.store.begin().unwrap();
    let write = StreamWrite {
        stream_id: "shop-main".to_owned(),
        stream_type: "shop",
        expected: ExpectedVersion::NoStream,
        events: vec![NewEvent {
            event_id: "e1".to_owned(),
            event_type: encoded.event_type,
            schema_version: encoded.schema_version,
            payload: encoded.payload,
            tags: vec![],
        }],
    };
    let batch = Batch {
        command_id: "elsewhere",
        metadata: "{}",
        timestamp_ms: 1,
        writes: vec![write],
        condition: None,
    };
    shop.store.append(&batch).unwrap();
    shop.store.commit().unwrap();
    let tea = shop.product("tea", 260);
    let no_shift = || Refusal::Shift(ShiftError::NoOpenShift(RegisterId::new("T1").unwrap()));
    assert_eq!(shop.refusal(add_item("o", &tea, 1000)), no_shift());
    assert_eq!(shop.refusal(pay("o", "p1", Tender::ExactCash)), no_shift());
}

#[test]
fn a_code_belongs_to_one_product_be_it_sku_or_barcode() {
    let files = Files::new();
    let mut shop = TestShop::open(&files);
    shop.run(create_with_codes("tea", "S1", &["B1", "B2"]))
        .unwrap();
    for (sku, barcodes, code) in [
        ("S1", vec![], "S1"),
        ("B1", vec![], "B1"),
        ("", vec!["S1"], "S1"),
        ("S2", vec!["B9", "B2"], "B2"),
    ] {
        assert_eq!(
            shop.refusal(create_with_codes("milk", sku, &barcodes)),
            taken(code, "tea")
        );
    }
    shop.run(create_with_codes("milk", "S2", &["B3"])).unwrap();
    assert_eq!(
        shop.refusal(edit_barcodes("milk", &["B3", "B1"])),
        taken("B1", "tea")
    );
}

#[test]
fn a_code_that_was_given_up_can_be_taken() {
    let files = Files::new();
    let mut shop = TestShop::open(&files);
    shop.run(create_with_codes("tea", "", &["B1"])).unwrap();
    shop.run(create_with_codes("milk", "", &[])).unwrap();
    shop.run(edit_barcodes("tea", &[])).unwrap();
    shop.run(edit_barcodes("milk", &["B1"])).unwrap();
    assert_eq!(
        shop.refusal(edit_barcodes("tea", &["B1"])),
        taken("B1", "milk")
    );
    shop.run(edit_barcodes("milk", &[])).unwrap();
    shop.run(edit_barcodes("tea", &["B1"])).unwrap();
    assert_eq!(
        shop.refusal(edit_barcodes("milk", &["B1"])),
        taken("B1", "tea")
    );
}

#[test]
fn only_what_is_on_sale_goes_into_a_cart() {
    let files = Files::new();
    let mut shop = TestShop::open(&files);
    let tea = shop.product("tea", 260);
    assert_eq!(
        shop.refusal(add_item("o", &id("milk"), 1000)),
        Refusal::Product(ProductError::NotFound)
    );
    shop.run(to(&tea, ProductCommand::Discontinue)).unwrap();
    assert_eq!(
        shop.refusal(add_item("o", &tea, 1000)),
        Refusal::Product(ProductError::Discontinued("tea".to_owned()))
    );
    shop.run(to(&tea, ProductCommand::Reinstate)).unwrap();
    shop.add("o", &tea, 1000);
    // Only books are taxed now: tea has a rate that is gone.
    let only_books = ShopConfigured {
        tax_rates: vec![tax_rate("books", 500)],
        ..settings()
    };
    shop.run(Command::ConfigureShop(only_books)).unwrap();
    assert_eq!(
        shop.refusal(add_item("o", &tea, 1000)),
        Refusal::Product(ProductError::UnknownTaxRate("standard".to_owned()))
    );
    // What is in the cart already can be paid.
    shop.pay_exactly("o");
}

#[test]
fn the_first_item_begins_the_order_and_a_refused_one_does_not() {
    let files = Files::new();
    let mut shop = TestShop::open(&files);
    let tea = shop.product("tea", 260);
    assert_eq!(
        shop.refusal(add_item("o", &tea, 0)),
        Refusal::Order(OrderError::QuantityNotPositive)
    );
    assert_eq!(
        shop.refusal(remove_item("o", &tea, 1000)),
        Refusal::Order(OrderError::NotFound)
    );
    let head = shop.store.head();
    shop.add("o", &tea, 1000);
    assert_eq!(
        types_since(&shop, head),
        ["OrderStarted", "ItemAddedToCart"]
    );
    let head = shop.store.head();
    shop.add("o", &tea, 1000);
    assert_eq!(types_since(&shop, head), ["ItemAddedToCart"]);
}

#[test]
fn a_cart_keeps_the_price_at_which_goods_went_in() {
    let files = Files::new();
    let mut shop = TestShop::open(&files);
    let tea = shop.product("tea", 260);
    shop.add("o", &tea, 1000);
    let dearer = ProductCommand::ChangePrice {
        new_price: eur(300),
    };
    shop.run(to(&tea, dearer)).unwrap();
    // The line's id is in use by the old price.
    assert!(matches!(
        shop.refusal(add_item("o", &tea, 1000)),
        Refusal::Order(OrderError::LineTaken(_))
    ));
    shop.pay_exactly("o");
    assert_eq!(shop.order("o").row.total_amount_minor, 260);
    shop.add("o2", &tea, 1000);
    assert_eq!(shop.order("o2").row.total_amount_minor, 300);
}

#[test]
fn an_order_keeps_the_tax_policy_that_it_began_with() {
    let files = Files::new();
    let mut shop = TestShop::open(&files);
    let tea = shop.product("tea", 1000);
    shop.add("before", &tea, 1000);
    let mut exclusive = settings();
    exclusive.tax_policy.pricing = Pricing::TaxExclusive;
    shop.run(Command::ConfigureShop(exclusive)).unwrap();
    shop.add("before", &tea, 1000);
    shop.add("after", &tea, 1000);
    let total = |order: &str| shop.order(order).row.total_amount_minor;
    assert_eq!((total("before"), total("after")), (2000, 1190));
}

#[test]
fn a_receipt_number_is_issued_in_the_batch_that_completes_the_order() {
    let files = Files::new();
    let mut shop = TestShop::open(&files);
    let tea = shop.product("tea", 260);
    shop.add("o", &tea, 1000);
    let head = shop.store.head();
    let part = Tender::Cash { tendered_minor: 60 };
    shop.run(pay("o", "p1", part)).unwrap();
    assert_eq!(
        types_since(&shop, head),
        ["OrderPaymentAttempted", "PaymentProcessed"]
    );
    let head = shop.store.head();
    shop.run(pay("o", "p2", Tender::ExactCash)).unwrap();
    assert_eq!(
        types_since(&shop, head),
        [
            "ReceiptNumberIssued",
            "OrderPaymentAttempted",
            "PaymentProcessed",
            "OrderCompleted",
        ]
    );
}

#[test]
fn receipt_numbers_have_no_gap_where_orders_were_cancelled_or_refused() {
    let files = Files::new();
    let mut shop = TestShop::open(&files);
    let tea = shop.product("tea", 260);
    let mut receipts = Vec::new();
    for order in ["a", "b", "c", "d", "e"] {
        shop.add(order, &tea, 1000);
        match order {
            "b" => {
                shop.run(cancel(order)).unwrap();
                continue;
            }
            "c" => {
                let too_much = Tender::Card {
                    amount_minor: 261,
                    reference: String::new(),
                };
                shop.refusal(pay(order, "p0", too_much));
            }
            "d" => shop = shop.reopened(&files),
            _ => {}
        }
        shop.pay_exactly(order);
        receipts.push(shop.order(order).row.receipt_number.unwrap());
    }
    assert_eq!(
        receipts,
        ["T1-000001", "T1-000002", "T1-000003", "T1-000004"]
    );
}

#[test]
fn a_payment_that_was_given_back_leaves_views_that_go_on() {
    let files = Files::new();
    let mut shop = TestShop::open(&files);
    let tea = shop.product("tea", 260);
    shop.add("o", &tea, 1000);
    let part = || Tender::Cash { tendered_minor: 60 };
    shop.run(pay("o", "p1", part())).unwrap();
    shop.run(Command::VoidPayment {
        order_id: "o".parse().unwrap(),
        payment_id: "p1".parse().unwrap(),
        reason: "mistake".to_owned(),
    })
    .unwrap();
    assert_eq!(
        shop.refusal(pay("o", "p1", part())),
        Refusal::Order(OrderError::DuplicatePayment)
    );
    shop.run(pay("o", "p2", Tender::ExactCash)).unwrap();
    let order = shop.order("o");
    assert_eq!(order.row.status, OrderStatus::Completed);
    assert_eq!((order.payments.len(), order.paid_minor), (2, 260));
    assert_eq!(shop.projector.position(), shop.store.head());
}

#[test]
fn the_same_command_again_is_answered_with_the_first_outcome() {
    let files = Files::new();
    let mut shop = TestShop::open(&files);
    let tea = shop.product("tea", 260);
    let first = shop
        .execute(&envelope("tap-1", add_item("o", &tea, 1000)))
        .unwrap();
    shop.add("o", &tea, 1000);
    let head = shop.store.head();
    // Even if it says something else by now, and after a restart.
    let mut shop = shop.reopened(&files);
    let again = shop.execute(&envelope("tap-1", cancel("o"))).unwrap();
    assert_eq!((again, shop.store.head()), (first, head));
}

#[test]
fn who_asks_has_a_name_that_can_be_kept() {
    let files = Files::new();
    let mut shop = TestShop::open(&files);
    let mut asked = envelope("c", create_with_codes("tea", "", &[]));
    for actor in [
        "x".repeat(121),
        "a\0b".to_owned(),
        "4111111111111111".to_owned(),
    ] {
        asked.actor = actor;
        let error = shop.execute(&asked).unwrap_err();
        assert!(error.to_string().starts_with("The name "), "{error}");
    }
    assert_eq!(shop.store.head(), 3);
}

#[test]
fn a_shift_is_opened_under_an_id_of_its_own() {
    let files = Files::new();
    let mut shop = TestShop::empty(&files);
    let mut open = opening(settings());
    open.shift_id = ShiftId::new("monday").unwrap();
    shop.run(Command::OpenShop(open)).unwrap();
    assert_eq!(shop.store.stream_version("shift-monday").unwrap(), 1);
}
