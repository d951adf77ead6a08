//! Laws that hold whatever anybody does: random commands, sensible and not, with
//! retries, groups, undone transactions, restarts and views thrown away.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use daybook::application::{
    Command, CommandEnvelope, CommandError, CommandOutcome, ImportedItem, ImportedSale, decode,
};
use daybook::domain::ids::{OrderId, PaymentId, ProductId, TaxRateId};
use daybook::domain::money::MAX_AMOUNT_MINOR;
use daybook::domain::order::{
    Order, OrderCompleted, OrderEvent, OrderStatus, PaymentMethod, Tender, evolve,
};
use daybook::domain::product::{EditProduct, ProductCommand, ProductEvent, StockPolicy};
use daybook::domain::quantity::MAX_QUANTITY_MILLI;
use daybook::domain::register::RegisterEvent;
use daybook::domain::tax::{Pricing, TaxPolicy, TaxRounding};
use daybook::domain::{Event, Money, Quantity, Timestamp};
use daybook::event_store::{Metadata, RecordedEvent, Verifier};
use daybook::views;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::TestRunner;
use support::random::cases;
use support::{Files, TestShop, dump, eur, new_product, opening, settings, tax_rate};

// What may happen.

#[derive(Debug, Clone)]
enum Step {
    /// One command, committed and projected.
    Ask(Command),
    /// Several commands, one after the other.
    Story(Vec<Command>),
    /// Cash of about what is due.
    PayAbout(OrderId, i64),
    /// Some command again, as it was.
    Again(Index),
    /// Another command under the id of some earlier one.
    Otherwise(Index, Command),
    /// Several commands in one transaction.
    Together(Vec<Command>),
    /// Several commands in one transaction that never happened.
    Undone(Vec<Command>),
    /// The device is switched off and on.
    Restart,
    /// The device is switched off within a transaction, and on.
    PowerCut(Vec<Command>),
    /// The views are thrown away, and so many events projected again.
    ThrowViewsAway(u32),
}

fn any_of<T: Clone + std::fmt::Debug + 'static>(
    usual: Vec<T>,
    hostile: Vec<T>,
) -> impl Strategy<Value = T> + Clone {
    prop_oneof![9 => select(usual), 1 => select(hostile)]
}

fn any_product() -> impl Strategy<Value = ProductId> {
    let id = |text: &str| ProductId::new(text).unwrap();
    any_of(
        vec![id("p0"), id("p1"), id("p2"), id("p3")],
        vec![id("none")],
    )
}

fn any_order() -> impl Strategy<Value = OrderId> {
    let id = |text: &str| OrderId::new(text).unwrap();
    any_of(vec![id("o0"), id("o1"), id("o2")], vec![id("none")])
}

fn any_name<Id: std::str::FromStr<Err: std::fmt::Debug> + std::fmt::Debug>(
    prefix: &'static str,
    count: u8,
) -> impl Strategy<Value = Id> {
    (0..count).prop_map(move |n| format!("{prefix}{n}").parse().unwrap())
}

fn any_quantity() -> impl Strategy<Value = Quantity> {
    any_of(
        vec![1000, 1000, 2000, 3000, 500, 335, 1],
        vec![0, -1000, MAX_QUANTITY_MILLI, -MAX_QUANTITY_MILLI],
    )
    .prop_map(|milli| Quantity::from_milli(milli).unwrap())
}

fn any_minor() -> impl Strategy<Value = i64> {
    prop_oneof![
        3 => 1_i64..3000,
        6 => select(vec![0, 1, 2, 99, 100, 101, 250, 252, 253, 333, 334, 500, 1000, 5000]),
        1 => select(vec![-1, MAX_AMOUNT_MINOR, MAX_AMOUNT_MINOR + 1, i64::MAX, i64::MIN]),
    ]
}

fn any_price() -> impl Strategy<Value = Money> {
    let yen = Money::new(100, "JPY".parse().unwrap()).unwrap();
    any_of(
        vec![eur(250), eur(333), eur(99), eur(0), eur(1999)],
        vec![eur(-1), eur(MAX_AMOUNT_MINOR), yen],
    )
}

fn any_text() -> impl Strategy<Value = String> {
    let text = |text: &&str| (*text).to_owned();
    any_of(
        ["changed mind", "A-0042", "Tea", "Chai 🍵", "<b>"]
            .iter()
            .map(text)
            .collect(),
        ["", " ", "a\0b", "4111 1111 1111 1111"]
            .iter()
            .map(text)
            .collect(),
    )
}

fn any_tender() -> impl Strategy<Value = Tender> {
    prop_oneof![
        3 => Just(Tender::ExactCash),
        6 => any_minor().prop_map(|tendered_minor| Tender::Cash { tendered_minor }),
        6 => (any_minor(), any_text())
            .prop_map(|(amount_minor, reference)| Tender::Card { amount_minor, reference }),
        1 => Just(Tender::Imported),
    ]
}

fn any_tax_rate() -> impl Strategy<Value = TaxRateId> {
    let id = |text: &str| TaxRateId::new(text).unwrap();
    any_of(vec![id("standard"), id("reduced")], vec![id("none")])
}

fn any_codes() -> impl Strategy<Value = Vec<String>> {
    vec((0..4).prop_map(|n| format!("B{n}")), 0..3)
}

fn any_product_command() -> impl Strategy<Value = ProductCommand> {
    let create = (any_price(), any_tax_rate(), any_codes(), any::<bool>()).prop_map(
        |(price, tax_rate, barcodes, is_tracked)| {
            let mut product = new_product("Tea", 0);
            product.price = price;
            product.tax_rate = tax_rate;
            product.barcodes = barcodes;
            product.stock_policy = match is_tracked {
                true => StockPolicy::Allow,
                false => StockPolicy::NotTracked,
            };
            ProductCommand::Create(product)
        },
    );
    let edit = (any_text(), any_tax_rate(), any_codes()).prop_map(|(name, tax_rate, barcodes)| {
        ProductCommand::Edit(EditProduct {
            name,
            description: String::new(),
            category: "Food".to_owned(),
            barcodes,
            tax_rate,
        })
    });
    let receive = (any_quantity(), any_text(), prop::option::of(any_price())).prop_map(
        |(quantity, supplier, cost_per_unit)| ProductCommand::ReceiveStock {
            quantity,
            supplier,
            cost_per_unit,
        },
    );
    let adjust = (any_quantity(), any_text())
        .prop_map(|(change, reason)| ProductCommand::AdjustStock { change, reason });
    prop_oneof![
        2 => create,
        2 => edit,
        2 => any_price().prop_map(|new_price| ProductCommand::ChangePrice { new_price }),
        4 => receive,
        2 => adjust,
        1 => Just(ProductCommand::Discontinue),
        2 => Just(ProductCommand::Reinstate),
    ]
}

fn any_settings() -> impl Strategy<Value = Command> {
    (
        select(vec![Pricing::TaxInclusive, Pricing::TaxExclusive]),
        select(vec![TaxRounding::PerLine, TaxRounding::PerDocument]),
        any_of(vec![1, 5, 10], vec![0, 1001]),
        any_of(vec![1900, 2000], vec![10_001]),
    )
        .prop_map(|(pricing, rounding, cash_rounding_minor, standard)| {
            let mut settings = settings();
            settings.tax_policy = TaxPolicy { pricing, rounding };
            settings.cash_rounding_minor = cash_rounding_minor;
            settings.tax_rates[0] = tax_rate("standard", standard);
            Command::ConfigureShop(settings)
        })
}

fn any_imported_sale() -> impl Strategy<Value = Command> {
    let price = any_of(
        vec![250, 333, 99, 0],
        vec![-1, MAX_AMOUNT_MINOR, MAX_AMOUNT_MINOR + 1, i64::MAX],
    );
    let quantity = any_of(vec![1000, 2000, 335, 1], vec![0, -1000]);
    let item =
        (any_text(), quantity, price).prop_map(|(name, milli, unit_price_minor)| ImportedItem {
            name,
            quantity: Quantity::from_milli(milli).unwrap(),
            unit_price_minor,
        });
    (any_name("i", 9), any::<i64>(), vec(item, 0..4)).prop_map(|(order_id, date, items)| {
        Command::RecordImportedSale(ImportedSale {
            order_id,
            order_date: Timestamp(date),
            items,
        })
    })
}

fn any_command() -> impl Strategy<Value = Command> {
    let product =
        (any_product(), any_product_command()).prop_map(|(product_id, command)| Command::Product {
            product_id,
            command,
        });
    let add = (any_order(), any_name("l", 5), any_product(), any_quantity()).prop_map(
        |(order_id, line_id, product_id, quantity)| Command::AddItem {
            order_id,
            line_id,
            product_id,
            quantity,
        },
    );
    let remove = (any_order(), any_name("l", 5), any_quantity()).prop_map(
        |(order_id, line_id, quantity)| Command::RemoveItem {
            order_id,
            line_id,
            quantity,
        },
    );
    let pay =
        (any_order(), any_name("y", 4), any_tender()).prop_map(|(order_id, payment_id, tender)| {
            Command::TakePayment {
                order_id,
                payment_id,
                tender,
            }
        });
    let void =
        (any_order(), any_name("y", 4), any_text()).prop_map(|(order_id, payment_id, reason)| {
            Command::VoidPayment {
                order_id,
                payment_id,
                reason,
            }
        });
    let cancel = (any_order(), any_text())
        .prop_map(|(order_id, reason)| Command::CancelOrder { order_id, reason });
    prop_oneof![
        24 => add,
        6 => remove,
        14 => pay,
        6 => void,
        2 => cancel,
        10 => product,
        2 => any_settings(),
        7 => any_imported_sale(),
        1 => Just(Command::OpenShop(opening(settings()))),
    ]
}

/// A customer who pays in part and thinks again: what chance alone seldom does.
fn any_second_thought() -> impl Strategy<Value = Vec<Command>> {
    let to_pay = prop_oneof![
        Just(Tender::Cash { tendered_minor: 1 }),
        Just(Tender::Cash { tendered_minor: 50 }),
        Just(Tender::Card {
            amount_minor: 49,
            reference: String::new()
        }),
    ];
    (
        (
            any_order(),
            any_name("l", 5),
            any_product(),
            any_name::<PaymentId>("y", 4),
        ),
        (to_pay, any_tender()),
        vec(any_command(), 0..3),
    )
        .prop_map(
            |((order, line_id, product_id, payment), (first, then), between)| {
                let pay = |tender| Command::TakePayment {
                    order_id: order.clone(),
                    payment_id: payment.clone(),
                    tender,
                };
                let mut story = vec![
                    Command::AddItem {
                        order_id: order.clone(),
                        line_id,
                        product_id,
                        quantity: Quantity::ONE,
                    },
                    pay(first),
                ];
                story.extend(between);
                story.push(Command::VoidPayment {
                    order_id: order.clone(),
                    payment_id: payment.clone(),
                    reason: "thought again".to_owned(),
                });
                story.push(pay(then));
                story
            },
        )
}

fn any_step() -> impl Strategy<Value = Step> {
    let several = || vec(any_command(), 1..5);
    prop_oneof![
        30 => any_command().prop_map(Step::Ask),
        2 => any_second_thought().prop_map(Step::Story),
        4 => (any_order(), -6_i64..=6).prop_map(|(order, offset)| Step::PayAbout(order, offset)),
        3 => any::<Index>().prop_map(Step::Again),
        1 => (any::<Index>(), any_command()).prop_map(|(which, as_that)| Step::Otherwise(which, as_that)),
        3 => several().prop_map(Step::Together),
        2 => several().prop_map(Step::Undone),
        1 => Just(Step::Restart),
        1 => several().prop_map(Step::PowerCut),
        1 => (0_u32..20).prop_map(Step::ThrowViewsAway),
    ]
}

// Doing it.

struct Run<'a> {
    files: &'a Files,
    shop: TestShop,
    asked: Vec<CommandEnvelope>,
    /// First outcomes of what was recorded and committed.
    recorded: BTreeMap<String, CommandOutcome>,
    refused: u32,
}

impl<'a> Run<'a> {
    /// A shop with three products, of which nobody counts the last.
    fn new(files: &'a Files, cash_rounding_minor: i64) -> Self {
        let mut shop = TestShop::empty(files);
        let mut settings = settings();
        settings.cash_rounding_minor = cash_rounding_minor;
        shop.run(Command::OpenShop(opening(settings))).unwrap();
        for (index, (price, policy)) in [
            (250, StockPolicy::Allow),
            (333, StockPolicy::Allow),
            (99, StockPolicy::NotTracked),
        ]
        .into_iter()
        .enumerate()
        {
            let mut product = new_product(&format!("Product {index}"), price);
            product.stock_policy = policy;
            shop.run(Command::Product {
                product_id: ProductId::new(format!("p{index}")).unwrap(),
                command: ProductCommand::Create(product),
            })
            .unwrap();
        }
        Self {
            files,
            shop,
            asked: Vec::new(),
            recorded: BTreeMap::new(),
            refused: 0,
        }
    }

    fn take(self, step: Step) -> Self {
        let mut run = self;
        match step {
            Step::Ask(command) => {
                let envelope = run.envelope(command);
                run.ask(&envelope);
            }
            Step::Story(commands) => {
                for command in commands {
                    let envelope = run.envelope(command);
                    run.ask(&envelope);
                }
            }
            Step::PayAbout(order_id, offset) => {
                run.shop.projector.catch_up(&run.shop.store).unwrap();
                let order = views::order(run.shop.projector.views(), &order_id).unwrap();
                let due_minor = order.map_or(0, |order| order.due_minor);
                let envelope = run.envelope(Command::TakePayment {
                    order_id,
                    payment_id: PaymentId::new(format!("about-{offset}")).unwrap(),
                    tender: Tender::Cash {
                        tendered_minor: due_minor + offset,
                    },
                });
                run.ask(&envelope);
            }
            Step::Again(which) if !run.asked.is_empty() => {
                let envelope = which.get(&run.asked).clone();
                run.ask(&envelope);
            }
            Step::Otherwise(which, command) if !run.asked.is_empty() => {
                let command_id = which.get(&run.asked).command_id.clone();
                let envelope = CommandEnvelope {
                    command_id,
                    ..run.envelope(command)
                };
                run.ask(&envelope);
            }
            Step::Again(_) | Step::Otherwise(..) => {}
            Step::Together(commands) => {
                let done = run.in_transaction(commands);
                run.shop.store.commit().unwrap();
                run.recorded.extend(done);
                run.shop.projector.catch_up(&run.shop.store).unwrap();
            }
            Step::Undone(commands) => {
                let head = run.shop.store.head();
                run.in_transaction(commands);
                run.shop.store.rollback();
                run.shop.bus.forget();
                assert_eq!(run.shop.store.head(), head);
            }
            Step::Restart => run.restart(),
            Step::PowerCut(commands) => {
                let head = run.shop.store.head();
                run.in_transaction(commands);
                run.restart();
                assert_eq!(run.shop.store.head(), head);
            }
            Step::ThrowViewsAway(events) => {
                run.shop.projector.reset().unwrap();
                if events > 0 {
                    run.shop.projector.step(&run.shop.store, events).unwrap();
                }
            }
        }
        run
    }

    fn envelope(&mut self, command: Command) -> CommandEnvelope {
        let envelope = support::envelope(&format!("c{}", self.asked.len()), command);
        self.asked.push(envelope.clone());
        envelope
    }

    fn ask(&mut self, envelope: &CommandEnvelope) {
        let head = self.shop.store.head();
        let result = self.shop.execute(envelope);
        let done = self.check_outcome(envelope, head, &result);
        self.recorded.extend(done);
    }

    /// Leaves the transaction open; what was recorded in it.
    fn in_transaction(&mut self, commands: Vec<Command>) -> BTreeMap<String, CommandOutcome> {
        let mut done = BTreeMap::new();
        self.shop.store.begin().unwrap();
        for command in commands {
            let envelope = self.envelope(command);
            let head = self.shop.store.head();
            let result = self.shop.bus.execute(&mut self.shop.store, &envelope);
            done.extend(self.check_outcome(&envelope, head, &result));
        }
        done
    }

    /// A refused command records nothing, an accepted one what it says, and one
    /// that was recorded before nothing more.
    fn check_outcome(
        &mut self,
        envelope: &CommandEnvelope,
        head_before: u64,
        result: &Result<CommandOutcome, CommandError>,
    ) -> Option<(String, CommandOutcome)> {
        let head = self.shop.store.head();
        let id = envelope.command_id.to_string();
        match (result, self.recorded.get(&id)) {
            (Ok(outcome), Some(first)) => {
                assert_eq!((outcome, head), (first, head_before), "{id} recorded twice");
                None
            }
            (Err(error), Some(_)) => panic!("{id} was recorded and is now refused: {error}"),
            (Ok(outcome), None) => {
                assert_eq!(u64::from(outcome.events), head - head_before);
                assert_eq!(outcome.position, head);
                (outcome.events > 0).then_some((id, *outcome))
            }
            (Err(CommandError::Refused(_)), None) => {
                assert_eq!(head, head_before, "{id} was refused and recorded something");
                self.refused += 1;
                None
            }
            (Err(error), None) => panic!("{envelope:?} failed: {error}"),
        }
    }

    fn restart(&mut self) {
        // The shop moves out for a moment: its files take one connection each.
        let spare = Files::new();
        let empty = TestShop::empty(&spare);
        let shop = std::mem::replace(&mut self.shop, empty);
        self.shop = shop.reopened(self.files);
    }
}

// The laws.

struct Recorded {
    at: RecordedEvent,
    command_id: String,
    event: Event,
}

/// All that the log says. Positions are gap-free, each stream's versions
/// contiguous, the chain verifies, every event can be read.
fn read_log(shop: &TestShop) -> Vec<Recorded> {
    let mut verifier = Verifier::new(shop.store.identity().log_id);
    let mut versions: BTreeMap<String, u64> = BTreeMap::new();
    let mut log = Vec::new();
    for at in shop.store.read_all(0, 100_000).unwrap() {
        assert_eq!(at.global_position, log.len() as u64 + 1);
        verifier.check(&at).unwrap();
        let version = versions.entry(at.stream_id.clone()).or_default();
        *version += 1;
        assert_eq!(at.version, *version, "{}", at.stream_id);
        let metadata: Metadata = serde_json::from_str(&at.metadata).unwrap();
        log.push(Recorded {
            command_id: metadata.command_id,
            event: decode(&shop.store, &at).unwrap(),
            at,
        });
    }
    assert_eq!(log.len() as u64, shop.store.head());
    log
}

/// The events of a command follow each other, and no other's come between.
fn check_commands(log: &[Recorded]) {
    let mut ended = BTreeSet::new();
    for pair in log.windows(2) {
        if pair[0].command_id != pair[1].command_id {
            assert!(ended.insert(&pair[0].command_id));
        }
    }
    if let Some(last) = log.last() {
        assert!(!ended.contains(&last.command_id));
    }
}

/// Orders by id, as their events made them; what is over stays as it is.
fn check_orders(log: &[Recorded]) -> BTreeMap<String, Order> {
    let mut orders: BTreeMap<String, Option<Order>> = BTreeMap::new();
    for recorded in log {
        let Event::Order(event) = &recorded.event else {
            continue;
        };
        let id = recorded.at.stream_id.strip_prefix("order-").unwrap();
        let order = orders.entry(id.to_owned()).or_default();
        if let Some(order) = order {
            assert_eq!(order.status, OrderStatus::Pending, "{id} went on");
        }
        match event {
            OrderEvent::PaymentProcessed(payment) => {
                assert!(payment.amount_paid_minor >= 0);
                assert!(payment.change_minor >= 0);
                let kept = payment.tendered_minor - payment.amount_paid_minor;
                assert_eq!(payment.change_minor, kept, "{id}");
            }
            OrderEvent::OrderCompleted(completed) => {
                check_completed(id, order.as_ref().unwrap(), completed);
            }
            OrderEvent::OrderCancelled { .. } => {
                assert!(order.as_ref().unwrap().payments.is_empty(), "{id}");
            }
            _ => {}
        }
        evolve(order, event);
    }
    let started = orders.into_iter();
    started
        .map(|(id, order)| (id, order.expect("an order without a start")))
        .collect()
}

/// Paid in full, to the cent, and every cent of it is net, tax or rounding.
fn check_completed(id: &str, order: &Order, completed: &OrderCompleted) {
    let totals = completed.totals.as_ref().unwrap();
    assert_eq!(totals, &order.cart.totals().unwrap(), "{id}");
    let net: i64 = totals.taxes.iter().map(|tax| tax.net_minor).sum();
    let tax: i64 = totals.taxes.iter().map(|tax| tax.tax_minor).sum();
    assert_eq!(
        (totals.net_minor, totals.gross_minor),
        (net, net + tax),
        "{id}"
    );
    assert_eq!(
        order.paid_minor(),
        totals.gross_minor + completed.rounding_minor,
        "{id}"
    );
    let last = order.payments.last().unwrap();
    if last.method != PaymentMethod::Cash {
        assert_eq!(completed.rounding_minor, 0, "{id}");
    }
    assert!(completed.rounding_minor.abs() <= 5, "{id}");
}

/// Each register's receipt numbers count from 1 without a gap, and each is on
/// one order, recorded by the command that completed it.
fn check_receipts(log: &[Recorded]) {
    let mut counted: BTreeMap<&str, u64> = BTreeMap::new();
    let mut issued = BTreeSet::new();
    let mut used = BTreeSet::new();
    for recorded in log {
        match &recorded.event {
            Event::Register(RegisterEvent::ReceiptNumberIssued { number, order_id }) => {
                let code = recorded.at.stream_id.strip_prefix("register-").unwrap();
                let count = counted.entry(code).or_default();
                *count += 1;
                assert_eq!(number, &format!("{code}-{count:06}"));
                let stream = format!("order-{order_id}");
                issued.insert((number.clone(), stream, &recorded.command_id));
            }
            Event::Order(OrderEvent::OrderCompleted(completed)) => {
                let number = completed.receipt_number.clone();
                let stream = recorded.at.stream_id.clone();
                assert!(used.insert((number, stream, &recorded.command_id)));
            }
            _ => {}
        }
    }
    assert_eq!(issued, used);
}

/// On hand is what was received and adjusted less what was sold; reserved is
/// what lies in open carts.
fn check_stock(shop: &TestShop, log: &[Recorded], orders: &BTreeMap<String, Order>) {
    let mut expected: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for recorded in log {
        let Event::Product(event) = &recorded.event else {
            continue;
        };
        let id = recorded.at.stream_id.strip_prefix("product-").unwrap();
        let moved = match event {
            ProductEvent::ProductCreated(created) if created.stock_policy == StockPolicy::Allow => {
                expected.insert(id.to_owned(), (0, 0));
                continue;
            }
            ProductEvent::InventoryItemStocked { quantity_added, .. } => quantity_added.milli(),
            ProductEvent::InventoryAdjusted {
                quantity_change, ..
            } => quantity_change.milli(),
            _ => continue,
        };
        if let Some((on_hand, _)) = expected.get_mut(id) {
            *on_hand += moved;
        }
    }
    for order in orders.values() {
        for line in &order.cart.lines {
            let Some((on_hand, reserved)) = expected.get_mut(line.product_id.as_str()) else {
                continue;
            };
            match order.status {
                OrderStatus::Pending | OrderStatus::Confirmed | OrderStatus::Shipped => {
                    *reserved += line.quantity.milli();
                }
                OrderStatus::Completed => *on_hand -= line.quantity.milli(),
                OrderStatus::Cancelled => {}
            }
        }
    }
    let found: BTreeMap<String, (i64, i64)> = shop
        .projector
        .views()
        .prepare("SELECT product_id, quantity_on_hand_milli, quantity_reserved_milli FROM current_inventory")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(found, expected);
}

/// The shift counts what was sold and taken in it, and nothing imported.
fn check_shift(shop: &TestShop, log: &[Recorded], orders: &BTreeMap<String, Order>) {
    let overview = views::shop_overview(shop.projector.views(), "T1").unwrap();
    let shift = overview.unwrap().shift.unwrap();
    let (mut sales, mut sales_minor, mut cash, mut card) = (0, 0, 0, 0);
    for order in orders.values().filter(|order| !order.started.imported) {
        for payment in &order.payments {
            match payment.method {
                PaymentMethod::Cash => cash += payment.amount_minor,
                PaymentMethod::Card => card += payment.amount_minor,
                PaymentMethod::Imported => panic!("paid elsewhere"),
            }
        }
    }
    for recorded in log {
        if let Event::Order(OrderEvent::OrderCompleted(completed)) = &recorded.event
            && completed.shift.is_some()
        {
            sales += 1;
            sales_minor += completed.totals.as_ref().unwrap().gross_minor;
        }
    }
    assert_eq!(
        (
            shift.sales,
            shift.sales_minor,
            shift.cash_minor,
            shift.card_minor
        ),
        (sales, sales_minor, cash, card)
    );
}

/// Every order's view says what its events say.
fn check_order_views(shop: &TestShop, orders: &BTreeMap<String, Order>) {
    for (id, order) in orders {
        let view = shop.order(id);
        assert_eq!(view.row.status, order.status, "{id}");
        let totals = order.cart.totals().unwrap();
        assert_eq!(view.row.total_amount_minor, totals.gross_minor, "{id}");
        assert_eq!(view.net_minor, totals.net_minor, "{id}");
        assert_eq!(view.paid_minor, order.paid_minor(), "{id}");
        let lines = order.cart.lines.iter();
        let expected: Vec<_> = lines
            .map(|line| {
                let amount = line.amount_minor().unwrap();
                (line.line_id.clone(), line.quantity.milli(), amount)
            })
            .collect();
        let found: Vec<_> = view
            .lines
            .into_iter()
            .map(|line| (line.line_id, line.quantity_milli, line.line_total_minor))
            .collect();
        assert_eq!(found, expected, "{id}");
        let due = match order.status {
            OrderStatus::Pending | OrderStatus::Confirmed | OrderStatus::Shipped => {
                totals.gross_minor - order.paid_minor()
            }
            OrderStatus::Completed | OrderStatus::Cancelled => 0,
        };
        assert_eq!(view.due_minor, due, "{id}");
    }
}

/// No projection has stopped, and built anew they are what they were.
fn check_views(shop: &mut TestShop) {
    shop.projector.catch_up(&shop.store).unwrap();
    for projection in views::projection_progress(shop.projector.views()).unwrap() {
        assert_eq!(projection.error, None, "{}", projection.projection_id);
        assert_eq!(projection.last_processed_position, shop.store.head());
    }
    let incremental = dump(shop.projector.views());
    shop.projector.reset().unwrap();
    shop.projector.catch_up(&shop.store).unwrap();
    assert_eq!(dump(shop.projector.views()), incremental);
}

#[test]
fn whatever_is_asked_the_laws_hold() {
    let config = cases(40);
    let wanted = config.cases;
    let random_days = (select(vec![1, 5, 10]), vec(any_step(), 1..60));
    let (completed, cancelled) = (Cell::new(0), Cell::new(0));
    let (refused, voided) = (Cell::new(0), Cell::new(0));
    let result = TestRunner::new(config).run(&random_days, |(coin, steps)| {
        let files = Files::new();
        let mut run = steps.into_iter().fold(Run::new(&files, coin), Run::take);
        check_views(&mut run.shop);
        let log = read_log(&run.shop);
        check_commands(&log);
        check_receipts(&log);
        let orders = check_orders(&log);
        check_stock(&run.shop, &log, &orders);
        check_shift(&run.shop, &log, &orders);
        check_order_views(&run.shop, &orders);

        let count = |cell: &Cell<usize>, status| {
            let found = orders.values().filter(|order| order.status == status);
            cell.set(cell.get() + found.count());
        };
        count(&completed, OrderStatus::Completed);
        count(&cancelled, OrderStatus::Cancelled);
        refused.set(refused.get() + run.refused);
        let given_back = orders.values().map(|order| order.voided.len());
        voided.set(voided.get() + given_back.sum::<usize>());
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    // Random commands that come to nothing would prove nothing.
    println!(
        "{completed:?} completed, {cancelled:?} cancelled, {refused:?} refused, {voided:?} voided"
    );
    if wanted >= 20 {
        assert!(completed.get() > 20);
        assert!(refused.get() > 100 && voided.get() > 5);
    }
}
