//! Every read model by example: given these events, it has these rows.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use daybook::domain::account::{AccountEvent, AccountOpened, MoneyWithdrawn};
use daybook::domain::ids::{
    CustomerId, LineId, OrderId, PaymentId, ProductId, RegisterId, ShiftId, TaxRateId,
};
use daybook::domain::order::{
    ItemAddedToCart, OrderCompleted, OrderEvent, OrderStarted, PaymentMethod, PaymentProcessed,
};
use daybook::domain::product::{ProductCreated, ProductEvent, StockPolicy, Unit};
use daybook::domain::register::RegisterEvent;
use daybook::domain::shift::{ShiftEvent, ShiftOpened};
use daybook::domain::shop::ShopEvent;
use daybook::domain::tax::{TaxAmount, TaxRate, Totals};
use daybook::domain::{Currency, Event, Quantity, Timestamp};
use daybook::projector;
use support::projecting::{Recorded, given, on};
use support::{OPENING, eur, settings};

/// A second after the opening for each event before it, as the kit stamps them.
fn second(number: i64) -> Timestamp {
    Timestamp(OPENING.0 + 1000 * number)
}

fn milli(quantity: i64) -> Quantity {
    Quantity::from_milli(quantity).unwrap()
}

fn standard() -> TaxRate {
    TaxRate {
        id: TaxRateId::new("standard").unwrap(),
        basis_points: 1900,
    }
}

fn started(order: &str) -> Recorded {
    let event = OrderEvent::OrderStarted(OrderStarted {
        customer_id: None,
        order_date: second(0),
        register: RegisterId::new("T1").unwrap(),
        shift: Some(ShiftId::new("shift-1").unwrap()),
        cashier: "Mara".to_owned(),
        currency: Currency::EUR,
        tax_policy: settings().tax_policy,
        imported: false,
    });
    on(order, event)
}

fn added(order: &str, product: &str, quantity_milli: i64, unit_price_minor: i64) -> Recorded {
    let event = OrderEvent::ItemAddedToCart(ItemAddedToCart {
        line_id: LineId::new(format!("line-{product}")).unwrap(),
        product_id: ProductId::new(product).unwrap(),
        product_name: product.to_uppercase(),
        quantity: milli(quantity_milli),
        unit_price_minor,
        currency: Currency::EUR,
        tax_rate: standard(),
    });
    on(order, event)
}

fn removed(order: &str, product: &str, quantity_milli: i64) -> Recorded {
    let event = OrderEvent::ItemRemovedFromCart {
        line_id: LineId::new(format!("line-{product}")).unwrap(),
        product_id: ProductId::new(product).unwrap(),
        quantity_removed: milli(quantity_milli),
    };
    on(order, event)
}

fn paid(order: &str, payment: &str, method: PaymentMethod, amount: i64, tendered: i64) -> Recorded {
    let event = OrderEvent::PaymentProcessed(PaymentProcessed {
        payment_id: PaymentId::new(payment).unwrap(),
        method,
        transaction_id: if method == PaymentMethod::Card {
            "0815"
        } else {
            ""
        }
        .to_owned(),
        amount_paid_minor: amount,
        tendered_minor: tendered,
        change_minor: tendered - amount,
        currency: Currency::EUR,
        register: RegisterId::new("T1").unwrap(),
        shift: Some(ShiftId::new("shift-1").unwrap()),
    });
    on(order, event)
}

fn voided(order: &str, payment: &str) -> Recorded {
    let event = OrderEvent::PaymentVoided {
        payment_id: PaymentId::new(payment).unwrap(),
        reason: "wrong button".to_owned(),
    };
    on(order, event)
}

fn completed(order: &str, receipt: &str, gross_minor: i64, tax_minor: i64) -> Recorded {
    let net_minor = gross_minor - tax_minor;
    let event = OrderEvent::OrderCompleted(OrderCompleted {
        completion_date: second(60),
        receipt_number: receipt.to_owned(),
        totals: Some(Totals {
            net_minor,
            taxes: vec![TaxAmount {
                rate: standard(),
                net_minor,
                tax_minor,
            }],
            gross_minor,
        }),
        rounding_minor: 0,
        currency: Currency::EUR,
        register: RegisterId::new("T1").unwrap(),
        shift: Some(ShiftId::new("shift-1").unwrap()),
    });
    on(order, event)
}

fn cancelled(order: &str) -> Recorded {
    let event = OrderEvent::OrderCancelled {
        reason: "changed mind".to_owned(),
        cancellation_date: second(60),
    };
    on(order, event)
}

fn created(product: &str, price_minor: i64, stock_policy: StockPolicy) -> Recorded {
    let event = ProductEvent::ProductCreated(ProductCreated {
        name: product.to_uppercase(),
        description: String::new(),
        initial_price: eur(price_minor),
        category: "Food".to_owned(),
        sku: format!("sku-{product}"),
        barcodes: vec![format!("code-{product}")],
        tax_rate: TaxRateId::new("standard").unwrap(),
        unit: Unit::Piece,
        stock_policy,
    });
    on(product, event)
}

fn stocked(product: &str, quantity_milli: i64, cost_minor: Option<i64>) -> Recorded {
    let event = ProductEvent::InventoryItemStocked {
        quantity_added: milli(quantity_milli),
        supplier: "The mill".to_owned(),
        cost_per_unit: cost_minor.map(eur),
        received_date: second(0),
    };
    on(product, event)
}

fn opened(account: &str, owner: &str, deposit_minor: i64) -> Recorded {
    let event = AccountEvent::AccountOpened(AccountOpened {
        owner_id: CustomerId::new(owner).unwrap(),
        initial_deposit: eur(deposit_minor),
    });
    on(account, event)
}

fn deposited(account: &str, amount_minor: i64) -> Recorded {
    let event = AccountEvent::MoneyDeposited {
        amount: eur(amount_minor),
        description: "voucher".to_owned(),
    };
    on(account, event)
}

fn withdrawn(account: &str, amount_minor: i64, order: &str) -> Recorded {
    let event = AccountEvent::MoneyWithdrawn(MoneyWithdrawn {
        amount: eur(amount_minor),
        description: String::new(),
        order_id: Some(OrderId::new(order).unwrap()),
    });
    on(account, event)
}

fn closed(account: &str) -> Recorded {
    let event = AccountEvent::AccountClosed {
        reason: "moved away".to_owned(),
        final_balance: eur(0),
    };
    on(account, event)
}

/// Two orders with all that can happen to one on the way to its receipt.
fn trade() -> Vec<Recorded> {
    vec![
        started("sold"),
        added("sold", "tea", 2000, 260),
        started("open"),
        added("open", "tea", 1000, 260),
        added("sold", "bread", 500, 490),
        added("open", "bread", 3000, 490),
        removed("open", "bread", 1000),
        removed("sold", "bread", 500),
        paid("sold", "p1", PaymentMethod::Card, 100, 100),
        voided("sold", "p1"),
        paid("sold", "p2", PaymentMethod::Card, 20, 20),
        paid("sold", "p3", PaymentMethod::Cash, 500, 1000),
        completed("sold", "T1-000001", 520, 83),
        started("left"),
        added("left", "tea", 1000, 260),
        cancelled("left"),
    ]
}

#[test]
fn shop_settings() {
    let configured = |name: &str| {
        let mut settings = settings();
        settings.name = name.to_owned();
        on("main", ShopEvent::ShopConfigured(settings))
    };
    let named = |code: &str, name: &str| {
        let event = RegisterEvent::RegisterNamed {
            code: RegisterId::new(code).unwrap(),
            name: name.to_owned(),
        };
        on(code, event)
    };
    given(
        "shop_settings",
        [
            configured("Corner Café"),
            named("T1", "Till 1"),
            named("T2", "Till 2"),
            configured("Café Corner"),
            named("T1", "By the door"),
        ],
    )
    .then_rows(
        "SELECT id, settings ->> 'name', settings ->> 'currency' FROM shop_settings",
        ["1 | Café Corner | EUR"],
    )
    .then_rows(
        "SELECT register_id, name FROM registers ORDER BY register_id",
        ["T1 | By the door", "T2 | Till 2"],
    )
    .then_the_same_however_it_is_built();
}

#[test]
fn shift_reports() {
    let shift = ShiftEvent::ShiftOpened(ShiftOpened {
        register: RegisterId::new("T1").unwrap(),
        number: 1,
        opening_float: eur(5000),
        cashier: "Mara".to_owned(),
    });
    let mut events = vec![on("shift-1", shift)];
    events.extend(trade());
    events.push(paid("open", "p1", PaymentMethod::Cash, 40, 40));
    given("shift_reports", events)
        .then_rows(
            "SELECT shift_id, register_id, number, cashier, opening_float_minor,
                    sales, sales_minor, cash_minor, card_minor FROM shift_reports",
            ["shift-1 | T1 | 1 | Mara | 5000 | 1 | 520 | 540 | 20"],
        )
        .then_the_same_however_it_is_built();
}

#[test]
fn products_catalog() {
    let tea = |event: ProductEvent| on("tea", event);
    given(
        "products_catalog",
        [
            created("tea", 260, StockPolicy::Allow),
            created("bread", 490, StockPolicy::NotTracked),
            tea(ProductEvent::ProductNameChanged {
                name: "Green tea".to_owned(),
            }),
            tea(ProductEvent::ProductPriceUpdated {
                new_price: eur(280),
                old_price: eur(260),
                effective_date: second(4),
            }),
            tea(ProductEvent::ProductRecategorised {
                category: "Drinks".to_owned(),
            }),
            tea(ProductEvent::ProductBarcodeRemoved {
                barcode: "code-tea".to_owned(),
            }),
            tea(ProductEvent::ProductBarcodeAdded {
                barcode: "4006381333931".to_owned(),
            }),
            on("bread", ProductEvent::ProductDiscontinued),
            stocked("tea", 1000, None),
        ],
    )
    .then_rows(
        "SELECT product_id, name, price_minor, category, sku, discontinued, last_updated_event_id
         FROM products_catalog ORDER BY product_id",
        [
            "bread | BREAD | 490 | Food | sku-bread | 1 | event-8",
            "tea | Green tea | 280 | Drinks | sku-tea | 0 | event-7",
        ],
    )
    .then_rows(
        "SELECT barcode, product_id FROM product_barcodes ORDER BY barcode",
        ["4006381333931 | tea", "code-bread | bread"],
    )
    .then_the_same_however_it_is_built();
}

#[test]
fn current_inventory() {
    let adjusted = ProductEvent::InventoryAdjusted {
        quantity_change: milli(-500),
        reason: "broken".to_owned(),
        adjustment_date: second(0),
    };
    let mut events = vec![
        created("tea", 260, StockPolicy::Allow),
        created("bread", 490, StockPolicy::Allow),
        created("air", 1, StockPolicy::NotTracked),
        stocked("tea", 10_000, Some(100)),
        stocked("tea", 30_000, Some(200)),
        on("tea", adjusted),
        stocked("air", 1000, None),
    ];
    events.extend(trade());
    given("current_inventory", events)
        .then_rows(
            "SELECT product_id, quantity_on_hand_milli, quantity_reserved_milli,
                    quantity_available_milli, average_cost_minor
             FROM current_inventory ORDER BY product_id",
            [
                // Nothing came in yet, and two are in a cart.
                "bread | 0 | 2000 | -2000 | NULL",
                // 40 came in at 175 on average, a half broke, two were sold, one is in a cart.
                "tea | 37500 | 1000 | 36500 | 175",
            ],
        )
        .then_the_same_however_it_is_built();
}

#[test]
fn the_stock_of_a_line_that_is_emptied_and_taken_by_another_product() {
    let another = |order: &str| {
        let (order, mut event) = added(order, "bread", 3000, 490);
        if let Event::Order(OrderEvent::ItemAddedToCart(item)) = &mut event {
            item.line_id = LineId::new("line-tea").unwrap();
        }
        (order, event)
    };
    given(
        "current_inventory",
        [
            created("tea", 260, StockPolicy::Allow),
            created("bread", 490, StockPolicy::Allow),
            started("sold"),
            added("sold", "tea", 2000, 260),
            removed("sold", "tea", 2000),
            another("sold"),
            completed("sold", "T1-000001", 1470, 235),
        ],
    )
    .then_rows(
        "SELECT product_id, quantity_on_hand_milli, quantity_reserved_milli
         FROM current_inventory ORDER BY product_id",
        ["bread | -3000 | 0", "tea | 0 | 0"],
    )
    .then_the_same_however_it_is_built();
}

#[test]
fn open_orders() {
    given("open_orders", trade())
        .then_rows(
            "SELECT order_id, register_id, order_number, started_at - 1767603600000,
                    total_minor, item_count FROM open_orders",
            ["open | T1 | 2 | 3000 | 1240 | 2"],
        )
        .then_the_same_however_it_is_built();
}

#[test]
fn order_lines() {
    given("order_lines", trade())
        .then_rows(
            "SELECT order_id, line_id, product_id, product_name, quantity_milli,
                    unit_price_minor, line_total_minor, tax_rate, tax_basis_points
             FROM order_lines ORDER BY added_position",
            [
                "sold | line-tea | tea | TEA | 2000 | 260 | 520 | standard | 1900",
                "open | line-tea | tea | TEA | 1000 | 260 | 260 | standard | 1900",
                "open | line-bread | bread | BREAD | 2000 | 490 | 980 | standard | 1900",
                "left | line-tea | tea | TEA | 1000 | 260 | 260 | standard | 1900",
            ],
        )
        .then_the_same_however_it_is_built();
}

#[test]
fn order_payments() {
    given("order_payments", trade())
        .then_rows(
            "SELECT order_id, payment_id, payment_method ->> '$', reference, amount_minor,
                    tendered_minor, change_minor, void_reason
             FROM order_payments ORDER BY paid_position",
            [
                "sold | p1 | card | 0815 | 100 | 100 | 0 | wrong button",
                "sold | p2 | card | 0815 | 20 | 20 | 0 | NULL",
                "sold | p3 | cash |  | 500 | 1000 | 500 | NULL",
            ],
        )
        .then_the_same_however_it_is_built();
}

#[test]
fn customer_orders_summary() {
    given("customer_orders_summary", trade())
        .then_rows(
            "SELECT order_id, order_number, status, item_count, total_amount_minor,
                    receipt_number, cashier, cancel_reason, last_updated_event_id
             FROM customer_orders_summary ORDER BY order_number",
            [
                "sold | 1 | COMPLETED | 1 | 520 | T1-000001 | Mara | NULL | event-13",
                "open | 2 | PENDING | 2 | 1240 | NULL | Mara | NULL | event-7",
                "left | 3 | CANCELLED | 1 | 260 | NULL | Mara | changed mind | event-16",
            ],
        )
        .then_the_same_however_it_is_built();
}

fn banking() -> Vec<Recorded> {
    vec![
        opened("a1", "anna", 1000),
        opened("a2", "ben", 0),
        deposited("a1", 500),
        withdrawn("a1", 200, "sold"),
        deposited("a2", 50),
        opened("a3", "anna", 0),
        closed("a3"),
    ]
}

#[test]
fn customer_account_balances() {
    given("customer_account_balances", banking())
        .then_rows(
            "SELECT account_id, owner_id, balance_minor, currency, status, last_updated_event_id
             FROM customer_account_balances ORDER BY account_id",
            [
                "a1 | anna | 1300 | EUR | ACTIVE | event-4",
                "a2 | ben | 50 | EUR | ACTIVE | event-5",
                "a3 | anna | 0 | EUR | CLOSED | event-7",
            ],
        )
        .then_the_same_however_it_is_built();
}

#[test]
fn account_transactions() {
    given("account_transactions", banking())
        .then_rows(
            "SELECT account_id, version, kind, amount_minor, balance_after_minor, description,
                    order_id, event_id FROM account_transactions ORDER BY account_id, version",
            [
                "a1 | 1 | OPENED | 1000 | 1000 |  | NULL | event-1",
                "a1 | 2 | DEPOSIT | 500 | 1500 | voucher | NULL | event-3",
                "a1 | 3 | WITHDRAWAL | 200 | 1300 |  | sold | event-4",
                "a2 | 1 | OPENED | 0 | 0 |  | NULL | event-2",
                "a2 | 2 | DEPOSIT | 50 | 50 | voucher | NULL | event-5",
                "a3 | 1 | OPENED | 0 | 0 |  | NULL | event-6",
                "a3 | 2 | CLOSED | 0 | 0 | moved away | NULL | event-7",
            ],
        )
        .then_the_same_however_it_is_built();
}

#[test]
fn account_summary() {
    given("account_summary", banking())
        .then_rows(
            "SELECT account_id, owner_id, status, balance_minor, transaction_count,
                    opened_at - 1767603600000, last_updated_event_id
             FROM account_summary ORDER BY account_id",
            [
                "a1 | anna | ACTIVE | 1300 | 3 | 1000 | event-4",
                "a2 | ben | ACTIVE | 50 | 1 | 2000 | event-5",
                "a3 | anna | CLOSED | 0 | 0 | 6000 | event-7",
            ],
        )
        .then_the_same_however_it_is_built();
}

#[test]
fn every_projection_has_its_example_here() {
    let examples = include_str!("projections.rs");
    for projection in projector::all() {
        let example = format!("given(\"{}\"", projection.id());
        let of_several_lines = format!("given(\n        \"{}\"", projection.id());
        assert!(
            examples.contains(&example) || examples.contains(&of_several_lines),
            "{} has none",
            projection.id()
        );
    }
}
