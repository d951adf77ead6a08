//! An order's rules: from the first item to the receipt.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use daybook::domain::ids::{
    CustomerId, LineId, OrderId, PaymentId, ProductId, RegisterId, ShiftId,
};
use daybook::domain::money::{MAX_AMOUNT_MINOR, MoneyError};
use daybook::domain::order::{
    Beginning, CreateOrder, ItemAddedToCart, Line, MAX_LINES, Order, OrderCommand, OrderCompleted,
    OrderCreated, OrderError, OrderEvent, OrderItem, OrderStarted, OrderStatus, PaymentMethod,
    PaymentProcessed, ProductFacts, StartOrder, Tender, decide, evolve,
};
use daybook::domain::quantity::MAX_QUANTITY_MILLI;
use daybook::domain::tax::{Pricing, TaxAmount, TaxPolicy, TaxRate, TaxRounding, Totals};
use daybook::domain::text::{CODE_LIMIT, NOTE_LIMIT};
use daybook::domain::{Currency, Quantity, QuantityError, TextError, Timestamp};
use support::decider::{Decider, Given, given};
use support::{eur, tax_rate};

const NOW: Timestamp = Timestamp(5_000);
const STANDARD: u32 = 1900;
const REDUCED: u32 = 700;
const INCLUSIVE: TaxPolicy = TaxPolicy {
    pricing: Pricing::TaxInclusive,
    rounding: TaxRounding::PerDocument,
};

#[derive(Clone)]
struct AnOrder;

impl Decider for AnOrder {
    type State = Option<Order>;
    type Command = OrderCommand;
    type Event = OrderEvent;
    type Rule = OrderError;

    fn decide(
        &self,
        state: &Self::State,
        command: OrderCommand,
    ) -> Result<Vec<OrderEvent>, OrderError> {
        decide(state, NOW, command)
    }

    fn evolve(state: &mut Self::State, event: &OrderEvent) {
        evolve(state, event);
    }
}

fn till() -> RegisterId {
    RegisterId::new("T1").unwrap()
}

fn shift() -> Option<ShiftId> {
    Some(ShiftId::new("s1").unwrap())
}

fn line(id: &str) -> LineId {
    LineId::new(id).unwrap()
}

fn payment(id: &str) -> PaymentId {
    PaymentId::new(id).unwrap()
}

fn quantity(milli: i64) -> Quantity {
    Quantity::from_milli(milli).unwrap()
}

fn rate(basis_points: u32) -> TaxRate {
    tax_rate(&format!("r{basis_points}"), basis_points).rate()
}

fn started_with(tax_policy: TaxPolicy, imported: bool) -> OrderEvent {
    OrderEvent::OrderStarted(OrderStarted {
        customer_id: None,
        order_date: Timestamp(1_000),
        register: till(),
        shift: shift(),
        cashier: "Mara".to_owned(),
        currency: Currency::EUR,
        tax_policy,
        imported,
    })
}

fn started() -> OrderEvent {
    started_with(INCLUSIVE, false)
}

fn start() -> StartOrder {
    StartOrder {
        customer_id: None,
        order_date: None,
        register: till(),
        shift: shift(),
        cashier: "Mara".to_owned(),
        currency: Currency::EUR,
        tax_policy: INCLUSIVE,
        imported: false,
    }
}

fn product(name: &str, price_minor: i64, basis_points: u32) -> ProductFacts {
    ProductFacts {
        id: ProductId::new(name).unwrap(),
        name: name.to_owned(),
        unit_price_minor: price_minor,
        tax_rate: rate(basis_points),
    }
}

fn add(line_id: &str, product: ProductFacts, milli: i64) -> OrderCommand {
    OrderCommand::AddItem {
        line_id: line(line_id),
        product,
        quantity: quantity(milli),
    }
}

fn added(line_id: &str, product: ProductFacts, milli: i64) -> OrderEvent {
    OrderEvent::ItemAddedToCart(ItemAddedToCart {
        line_id: line(line_id),
        product_id: product.id,
        product_name: product.name,
        quantity: quantity(milli),
        unit_price_minor: product.unit_price_minor,
        currency: Currency::EUR,
        tax_rate: product.tax_rate,
    })
}

fn remove(line_id: &str, milli: i64) -> OrderCommand {
    OrderCommand::RemoveItem {
        line_id: line(line_id),
        quantity: quantity(milli),
    }
}

fn removed(line_id: &str, product: &str, milli: i64) -> OrderEvent {
    OrderEvent::ItemRemovedFromCart {
        line_id: line(line_id),
        product_id: ProductId::new(product).unwrap(),
        quantity_removed: quantity(milli),
    }
}

fn pay_rounded(id: &str, tender: Tender, cash_rounding_minor: i64) -> OrderCommand {
    OrderCommand::TakePayment {
        payment_id: payment(id),
        tender,
        cash_rounding_minor,
        receipt_number: "T1-000001".to_owned(),
        register: till(),
        shift: shift(),
    }
}

fn pay(id: &str, tender: Tender) -> OrderCommand {
    pay_rounded(id, tender, 1)
}

const fn cash(tendered_minor: i64) -> Tender {
    Tender::Cash { tendered_minor }
}

fn card(amount_minor: i64) -> Tender {
    Tender::Card {
        amount_minor,
        reference: "term 7/0042".to_owned(),
    }
}

fn void(id: &str, reason: &str) -> OrderCommand {
    OrderCommand::VoidPayment {
        payment_id: payment(id),
        reason: reason.to_owned(),
    }
}

fn cancel(reason: &str) -> OrderCommand {
    OrderCommand::Cancel {
        reason: reason.to_owned(),
    }
}

fn attempted(id: &str, method: PaymentMethod, amount_minor: i64) -> OrderEvent {
    OrderEvent::OrderPaymentAttempted {
        payment_id: payment(id),
        method,
        amount_minor,
        currency: Currency::EUR,
    }
}

fn paid(id: &str, method: PaymentMethod, amount: i64, tendered: i64) -> OrderEvent {
    OrderEvent::PaymentProcessed(PaymentProcessed {
        payment_id: payment(id),
        method,
        transaction_id: match method {
            PaymentMethod::Card => "term 7/0042".to_owned(),
            _ => String::new(),
        },
        amount_paid_minor: amount,
        tendered_minor: tendered,
        change_minor: tendered - amount,
        currency: Currency::EUR,
        register: till(),
        shift: shift(),
    })
}

/// Completed with totals of one rate.
fn completed(net: i64, tax: i64, rounding_minor: i64) -> OrderEvent {
    completed_with(
        Totals {
            net_minor: net,
            taxes: vec![TaxAmount {
                rate: rate(STANDARD),
                net_minor: net,
                tax_minor: tax,
            }],
            gross_minor: net + tax,
        },
        rounding_minor,
    )
}

fn completed_with(totals: Totals, rounding_minor: i64) -> OrderEvent {
    OrderEvent::OrderCompleted(OrderCompleted {
        completion_date: NOW,
        receipt_number: "T1-000001".to_owned(),
        totals: Some(totals),
        rounding_minor,
        currency: Currency::EUR,
        register: till(),
        shift: shift(),
    })
}

/// An order of one item at this price, tax included.
fn order_of(gross_minor: i64) -> Given<AnOrder> {
    let item = product("coffee", gross_minor, STANDARD);
    given(&AnOrder, [started(), added("l1", item, 1000)])
}

fn reason_field() -> String {
    "The reason".to_owned()
}

// Start.

#[test]
fn an_order_starts_now_unless_it_says_when() {
    let event = |order_date| {
        OrderEvent::OrderStarted(OrderStarted {
            customer_id: Some(CustomerId::new("c1").unwrap()),
            order_date,
            register: till(),
            shift: shift(),
            cashier: "Mara".to_owned(),
            currency: Currency::EUR,
            tax_policy: INCLUSIVE,
            imported: false,
        })
    };
    for (order_date, expected) in [(None, NOW), (Some(Timestamp(7)), Timestamp(7))] {
        given(&AnOrder, [])
            .when(OrderCommand::Start(StartOrder {
                customer_id: Some(CustomerId::new("c1").unwrap()),
                cashier: " Mara ".to_owned(),
                order_date,
                ..start()
            }))
            .then([event(expected)]);
    }
}

#[test]
fn an_order_starts_once() {
    given(&AnOrder, [started()])
        .when(OrderCommand::Start(start()))
        .then_error(OrderError::AlreadyStarted);
}

#[test]
fn a_cashiers_name_that_looks_like_a_card_is_refused() {
    given(&AnOrder, [])
        .when(OrderCommand::Start(StartOrder {
            cashier: "4111 1111 1111 1111".to_owned(),
            ..start()
        }))
        .then_error(TextError::CardNumber {
            field: "The cashier's name".to_owned(),
        });
}

#[test]
fn nothing_can_be_asked_of_an_order_that_is_not_there() {
    for command in [
        add("l1", product("tea", 260, STANDARD), 1000),
        remove("l1", 1000),
        pay("p1", Tender::ExactCash),
        void("p1", "mistake"),
        cancel("gone"),
    ] {
        given(&AnOrder, [])
            .when(command)
            .then_error(OrderError::NotFound);
    }
}

// Items.

#[test]
fn more_of_the_same_goes_on_the_line_that_has_it() {
    let tea = || product("tea", 260, STANDARD);
    given(&AnOrder, [started()])
        .when(add("l1", tea(), 1000))
        .then([added("l1", tea(), 1000)])
        .when(add("l2", tea(), 500))
        .then([added("l1", tea(), 500)])
        .when(remove("l1", 1500))
        .then([removed("l1", "tea", 1500)]);
}

#[test]
fn what_is_priced_taxed_or_named_otherwise_gets_a_line_of_its_own() {
    let tea = product("tea", 260, STANDARD);
    let renamed = ProductFacts {
        name: "Tea, large".to_owned(),
        ..tea.clone()
    };
    for other in [
        product("tea", 261, STANDARD),
        product("tea", 260, REDUCED),
        renamed,
        product("coffee", 260, STANDARD),
    ] {
        given(&AnOrder, [started(), added("l1", tea.clone(), 1000)])
            .when(add("l2", other.clone(), 1000))
            .then([added("l2", other, 1000)]);
    }
}

#[test]
fn a_line_id_is_used_for_one_thing() {
    given(
        &AnOrder,
        [started(), added("l1", product("tea", 260, STANDARD), 1000)],
    )
    .when(add("l1", product("coffee", 350, STANDARD), 1000))
    .then_error(OrderError::LineTaken(line("l1")))
    .when(add("l2", product("coffee", 350, STANDARD), 1000))
    .then([added("l2", product("coffee", 350, STANDARD), 1000)]);
}

#[test]
fn quantities_are_above_zero() {
    for milli in [0, -1, -1000, -MAX_QUANTITY_MILLI] {
        order_of(100)
            .when(add("l2", product("tea", 260, STANDARD), milli))
            .then_error(OrderError::QuantityNotPositive)
            .when(remove("l1", milli))
            .then_error(OrderError::QuantityNotPositive);
    }
    order_of(100)
        .when(add("l2", product("tea", 260, STANDARD), 1))
        .then([added("l2", product("tea", 260, STANDARD), 1)]);
}

#[test]
fn a_line_holds_at_most_the_largest_quantity() {
    let nut = || product("nut", 1, STANDARD);
    given(
        &AnOrder,
        [started(), added("l1", nut(), MAX_QUANTITY_MILLI - 1)],
    )
    .when(add("l1", nut(), 2))
    .then_error(QuantityError::OutOfRange)
    .when(add("l1", nut(), 1))
    .then([added("l1", nut(), 1)]);
}

#[test]
fn a_price_is_neither_negative_nor_beyond_all_amounts() {
    given(&AnOrder, [started()])
        .when(add("l1", product("gift", -1, STANDARD), 1000))
        .then_error(OrderError::NegativePrice)
        .when(add(
            "l1",
            product("gold", MAX_AMOUNT_MINOR + 1, STANDARD),
            1,
        ))
        .then_error(MoneyError::AmountOutOfRange)
        .when(add("l1", product("gift", 0, STANDARD), 1000))
        .then([added("l1", product("gift", 0, STANDARD), 1000)])
        .when(add("l2", product("gold", MAX_AMOUNT_MINOR, STANDARD), 1))
        .then([added("l2", product("gold", MAX_AMOUNT_MINOR, STANDARD), 1)]);
}

#[test]
fn a_total_beyond_all_amounts_never_comes_to_be() {
    let dear = |id: &str| product(id, MAX_AMOUNT_MINOR, STANDARD);
    given(&AnOrder, [started()])
        .when(add("l1", dear("a"), 1001))
        .then_error(MoneyError::AmountOutOfRange)
        .when(add("l1", dear("a"), 1000))
        .then([added("l1", dear("a"), 1000)])
        .when(add("l2", dear("b"), 1))
        .then_error(MoneyError::AmountOutOfRange);
}

#[test]
fn an_order_has_a_limit_of_lines() {
    let item = |n: usize| product(&format!("p{n}"), 100, STANDARD);
    let lines = (0..MAX_LINES).map(|n| added(&format!("l{n}"), item(n), 1000));
    given(&AnOrder, std::iter::once(started()).chain(lines))
        .when(add("more", item(MAX_LINES), 1000))
        .then_error(OrderError::TooManyLines(MAX_LINES))
        .when(add("more", item(0), 1000))
        .then([added("l0", item(0), 1000)])
        .when(remove("l1", 1000))
        .then([removed("l1", "p1", 1000)])
        .when(add("more", item(MAX_LINES), 1000))
        .then([added("more", item(MAX_LINES), 1000)]);
}

#[test]
fn no_more_goes_out_than_is_on_the_line() {
    order_of(100)
        .when(remove("l1", 1001))
        .then_error(OrderError::NotEnoughOnLine {
            available: quantity(1000),
            requested: quantity(1001),
        })
        .when(remove("l1", 400))
        .then([removed("l1", "coffee", 400)])
        .when(remove("l1", 601))
        .then_error(OrderError::NotEnoughOnLine {
            available: quantity(600),
            requested: quantity(601),
        })
        .when(remove("l1", 600))
        .then([removed("l1", "coffee", 600)])
        .when(remove("l1", 1))
        .then_error(OrderError::LineNotFound(line("l1")));
}

#[test]
fn items_stay_as_they_are_while_money_has_been_taken_for_them() {
    order_of(1000)
        .when(pay("p1", cash(400)))
        .then([
            attempted("p1", PaymentMethod::Cash, 400),
            paid("p1", PaymentMethod::Cash, 400, 400),
        ])
        .when(add("l2", product("tea", 260, STANDARD), 1000))
        .then_error(OrderError::PartlyPaid)
        .when(remove("l1", 1000))
        .then_error(OrderError::PartlyPaid)
        .when(void("p1", "wants tea too"))
        .then([OrderEvent::PaymentVoided {
            payment_id: payment("p1"),
            reason: "wants tea too".to_owned(),
        }])
        .when(remove("l1", 1000))
        .then([removed("l1", "coffee", 1000)]);
}

// Tax.

/// Price, thousandths, basis points.
type Item = (i64, i64, u32);
/// Basis points, net, tax.
type Share = (u32, i64, i64);

#[track_caller]
fn comes_to(pricing: Pricing, rounding: TaxRounding, items: &[Item], shares: &[Share]) {
    let items = items.iter().enumerate().map(|(n, (price, milli, points))| {
        let name = format!("i{n}");
        added(&name, product(&name, *price, *points), *milli)
    });
    let policy = TaxPolicy { pricing, rounding };
    let net_minor = shares.iter().map(|(_, net, _)| net).sum();
    let expected = Totals {
        net_minor,
        taxes: shares
            .iter()
            .map(|(points, net_minor, tax_minor)| TaxAmount {
                rate: rate(*points),
                net_minor: *net_minor,
                tax_minor: *tax_minor,
            })
            .collect(),
        gross_minor: net_minor + shares.iter().map(|(_, _, tax)| tax).sum::<i64>(),
    };
    given(
        &AnOrder,
        std::iter::once(started_with(policy, false)).chain(items),
    )
    .when(pay("p1", Tender::ExactCash))
    .then_events(|events| assert_eq!(events.last(), Some(&completed_with(expected, 0))));
}

#[test]
fn tax_follows_price_kind_rounding_and_rate() {
    use Pricing::{TaxExclusive, TaxInclusive};
    use TaxRounding::{PerDocument, PerLine};
    #[rustfmt::skip]
    let cases: &[(Pricing, TaxRounding, &[Item], &[Share])] = &[
        // 11.90 contains 1.90 at 19 %, 10.70 contains 0.70 at 7 %; lowest rate first.
        (TaxInclusive, PerDocument, &[(1190, 1000, 1900), (1070, 1000, 700)], &[(700, 1000, 70), (1900, 1000, 190)]),
        (TaxExclusive, PerDocument, &[(1000, 1000, 1900), (1000, 1000, 700)], &[(700, 1000, 70), (1900, 1000, 190)]),
        // Three times 0.99 at 19 %: 0.158 each is 0.16 a line, 0.474 is 0.47 in all.
        (TaxInclusive, PerLine,     &[(99, 1000, 1900), (99, 1001, 1900), (99, 1002, 1900)], &[(1900, 249, 48)]),
        (TaxInclusive, PerDocument, &[(99, 1000, 1900), (99, 1001, 1900), (99, 1002, 1900)], &[(1900, 250, 47)]),
        // Three times 0.10 plus 25 %: 0.025 each is 0.03 a line, 0.075 is 0.08 in all.
        (TaxExclusive, PerLine,     &[(10, 1000, 2500), (10, 1001, 2500), (10, 1002, 2500)], &[(2500, 30, 9)]),
        (TaxExclusive, PerDocument, &[(10, 1000, 2500), (10, 1001, 2500), (10, 1002, 2500)], &[(2500, 30, 8)]),
        // Half a cent goes up: 0.10 plus 5 % is 0.105.
        (TaxExclusive, PerLine,     &[(10, 1000, 500)], &[(500, 10, 1)]),
        (TaxExclusive, PerLine,     &[(9, 1000, 500)],  &[(500, 9, 0)]),
        // Weighed: 0.335 kg at 19.90 is 6.6665, so 6.67, before any tax.
        (TaxExclusive, PerLine,     &[(1990, 335, 1900)], &[(1900, 667, 127)]),
        (TaxInclusive, PerDocument, &[(1990, 335, 1900)], &[(1900, 561, 106)]),
        // No tax, and all of it.
        (TaxInclusive, PerDocument, &[(500, 2000, 0)], &[(0, 1000, 0)]),
        (TaxExclusive, PerLine,     &[(500, 2000, 10_000)], &[(10_000, 1000, 1000)]),
        (TaxInclusive, PerLine,     &[(500, 2000, 10_000)], &[(10_000, 500, 500)]),
        // Three rates, one of them on two lines.
        (TaxExclusive, PerDocument, &[(333, 1000, 1900), (333, 1000, 0), (333, 1000, 700), (333, 2000, 1901), (334, 1000, 1900)],
            &[(0, 333, 0), (700, 333, 23), (1900, 667, 127), (1901, 666, 127)]),
    ];
    for (pricing, rounding, items, shares) in cases {
        comes_to(*pricing, *rounding, items, shares);
    }
}

#[test]
fn rates_of_one_height_and_two_names_stay_apart() {
    let (a, b) = (tax_rate("food", 700).rate(), tax_rate("books", 700).rate());
    let item = |name: &str, tax_rate: &TaxRate| ProductFacts {
        tax_rate: tax_rate.clone(),
        ..product(name, 107, 0)
    };
    let share = |rate: &TaxRate| TaxAmount {
        rate: rate.clone(),
        net_minor: 100,
        tax_minor: 7,
    };
    let totals = Totals {
        net_minor: 200,
        taxes: vec![share(&b), share(&a)],
        gross_minor: 214,
    };
    given(
        &AnOrder,
        [
            started(),
            added("l1", item("bun", &a), 1000),
            added("l2", item("novel", &b), 1000),
        ],
    )
    .when(pay("p1", Tender::ExactCash))
    .then_events(|events| assert_eq!(events.last(), Some(&completed_with(totals, 0))));
}

// Payment.

#[test]
fn exact_cash_completes_the_order_with_its_receipt() {
    order_of(1190).when(pay("p1", Tender::ExactCash)).then([
        attempted("p1", PaymentMethod::Cash, 1190),
        paid("p1", PaymentMethod::Cash, 1190, 1190),
        completed(1000, 190, 0),
    ]);
}

#[test]
fn what_cash_is_too_much_goes_back_as_change() {
    order_of(1190).when(pay("p1", cash(2000))).then([
        attempted("p1", PaymentMethod::Cash, 1190),
        paid("p1", PaymentMethod::Cash, 1190, 2000),
        completed(1000, 190, 0),
    ]);
}

#[test]
fn an_order_is_completed_by_the_payment_that_settles_it() {
    order_of(1190)
        .when(pay("p1", cash(90)))
        .then([
            attempted("p1", PaymentMethod::Cash, 90),
            paid("p1", PaymentMethod::Cash, 90, 90),
        ])
        .when(pay("p2", card(1000)))
        .then([
            attempted("p2", PaymentMethod::Card, 1000),
            paid("p2", PaymentMethod::Card, 1000, 1000),
        ])
        .when(pay("p3", cash(500)))
        .then([
            attempted("p3", PaymentMethod::Cash, 100),
            paid("p3", PaymentMethod::Cash, 100, 500),
            completed(1000, 190, 0),
        ]);
}

#[test]
fn a_card_pays_at_most_what_is_due() {
    order_of(1190)
        .when(pay("p1", card(1191)))
        .then_error(OrderError::MoreThanDue {
            due: eur(1190),
            requested: eur(1191),
        })
        .when(pay("p1", cash(190)))
        .then([
            attempted("p1", PaymentMethod::Cash, 190),
            paid("p1", PaymentMethod::Cash, 190, 190),
        ])
        .when(pay("p2", card(1001)))
        .then_error(OrderError::MoreThanDue {
            due: eur(1000),
            requested: eur(1001),
        })
        .when(pay("p2", card(1000)))
        .then([
            attempted("p2", PaymentMethod::Card, 1000),
            paid("p2", PaymentMethod::Card, 1000, 1000),
            completed(1000, 190, 0),
        ]);
}

#[test]
fn a_payment_is_more_than_nothing_and_within_all_amounts() {
    for (tender, rule) in [
        (cash(0), OrderError::AmountNotPositive),
        (cash(-1), OrderError::AmountNotPositive),
        (card(0), OrderError::AmountNotPositive),
        (card(-1190), OrderError::AmountNotPositive),
        (
            cash(MAX_AMOUNT_MINOR + 1),
            MoneyError::AmountOutOfRange.into(),
        ),
        (cash(i64::MIN), MoneyError::AmountOutOfRange.into()),
        (card(i64::MAX), MoneyError::AmountOutOfRange.into()),
    ] {
        order_of(1190).when(pay("p1", tender)).then_error(rule);
    }
    order_of(1).when(pay("p1", cash(MAX_AMOUNT_MINOR))).then([
        attempted("p1", PaymentMethod::Cash, 1),
        paid("p1", PaymentMethod::Cash, 1, MAX_AMOUNT_MINOR),
        completed(1, 0, 0),
    ]);
}

#[test]
fn an_order_without_items_cannot_be_paid() {
    given(&AnOrder, [started()])
        .when(pay("p1", Tender::ExactCash))
        .then_error(OrderError::Empty);
    order_of(100)
        .when(remove("l1", 1000))
        .then([removed("l1", "coffee", 1000)])
        .when(pay("p1", cash(100)))
        .then_error(OrderError::Empty);
}

#[test]
fn a_free_order_is_completed_by_paying_nothing() {
    for tender in [Tender::ExactCash, cash(0)] {
        order_of(0).when(pay("p1", tender)).then([
            attempted("p1", PaymentMethod::Cash, 0),
            paid("p1", PaymentMethod::Cash, 0, 0),
            completed(0, 0, 0),
        ]);
    }
}

#[test]
fn a_payment_id_is_used_once_even_if_that_payment_was_given_back() {
    order_of(1190)
        .when(pay("p1", cash(100)))
        .then([
            attempted("p1", PaymentMethod::Cash, 100),
            paid("p1", PaymentMethod::Cash, 100, 100),
        ])
        .when(pay("p1", cash(100)))
        .then_error(OrderError::DuplicatePayment)
        .when(void("p1", "mistake"))
        .then([OrderEvent::PaymentVoided {
            payment_id: payment("p1"),
            reason: "mistake".to_owned(),
        }])
        .when(pay("p1", Tender::ExactCash))
        .then_error(OrderError::DuplicatePayment);
}

#[test]
fn a_terminals_reference_is_short_and_no_card_number() {
    let field = || "The terminal's reference".to_owned();
    let with = |reference: &str| Tender::Card {
        amount_minor: 1190,
        reference: reference.to_owned(),
    };
    for (reference, rule) in [
        (
            "4111 1111 1111 1111",
            TextError::CardNumber { field: field() },
        ),
        (
            "auth 4111-1111-1111-1111",
            TextError::CardNumber { field: field() },
        ),
        (
            "0042 4111 1111 1111 1111",
            TextError::CardNumber { field: field() },
        ),
        (
            "4111111111111111 12/29",
            TextError::CardNumber { field: field() },
        ),
        (
            &"x".repeat(CODE_LIMIT + 1),
            TextError::TooLong {
                field: field(),
                limit: CODE_LIMIT,
            },
        ),
        ("a\0b", TextError::ControlCharacter { field: field() }),
    ] {
        order_of(1190)
            .when(pay("p1", with(reference)))
            .then_error(rule);
    }
    for reference in ["", "**** **** **** 1111", "A00042-000017"] {
        order_of(1190)
            .when(pay("p1", with(reference)))
            .then_events(|events| match &events[1] {
                OrderEvent::PaymentProcessed(payment) => {
                    assert_eq!(payment.transaction_id, reference);
                }
                other => panic!("{other:?}"),
            });
    }
}

// Cash rounding.

#[test]
fn only_cash_that_settles_the_order_is_rounded() {
    // Due, tender, amount taken, rounding; all with a smallest coin of 5.
    for (due, tender, amount, rounding) in [
        (1002, Tender::ExactCash, 1000, -2),
        (1003, Tender::ExactCash, 1005, 2),
        (1005, Tender::ExactCash, 1005, 0),
        (1002, cash(2000), 1000, -2),
        (1003, cash(1005), 1005, 2),
        (1002, cash(1000), 1000, -2),
        (2, cash(0), 0, -2),
        (2, Tender::ExactCash, 0, -2),
        // Coins that should not be there any more still cover what is due.
        (1003, cash(1003), 1003, 0),
        (1003, cash(1004), 1004, 1),
    ] {
        order_of(due)
            .when(pay_rounded("p1", tender, 5))
            .then_events(|events| {
                let OrderEvent::PaymentProcessed(payment) = &events[1] else {
                    panic!("{events:?}");
                };
                let OrderEvent::OrderCompleted(completed) = &events[2] else {
                    panic!("{events:?}");
                };
                let found = (payment.amount_paid_minor, completed.rounding_minor);
                assert_eq!(found, (amount, rounding), "{due}");
                assert_eq!(completed.totals.as_ref().unwrap().gross_minor, due);
            });
    }
    order_of(1003).when(pay_rounded("p1", card(1003), 5)).then([
        attempted("p1", PaymentMethod::Card, 1003),
        paid("p1", PaymentMethod::Card, 1003, 1003),
        completed(843, 160, 0),
    ]);
}

#[test]
fn in_a_split_payment_cash_rounds_the_rest() {
    order_of(1003)
        .when(pay_rounded("p1", card(500), 5))
        .then([
            attempted("p1", PaymentMethod::Card, 500),
            paid("p1", PaymentMethod::Card, 500, 500),
        ])
        .when(pay_rounded("p2", cash(1000), 5))
        .then([
            attempted("p2", PaymentMethod::Cash, 505),
            paid("p2", PaymentMethod::Cash, 505, 1000),
            completed(843, 160, 2),
        ]);
}

#[test]
fn in_a_split_payment_a_card_pays_the_rest_to_the_cent() {
    order_of(1003)
        .when(pay_rounded("p1", cash(500), 5))
        .then([
            attempted("p1", PaymentMethod::Cash, 500),
            paid("p1", PaymentMethod::Cash, 500, 500),
        ])
        .when(pay_rounded("p2", card(505), 5))
        .then_error(OrderError::MoreThanDue {
            due: eur(503),
            requested: eur(505),
        })
        .when(pay_rounded("p2", card(503), 5))
        .then([
            attempted("p2", PaymentMethod::Card, 503),
            paid("p2", PaymentMethod::Card, 503, 503),
            completed(843, 160, 0),
        ]);
}

#[test]
fn cash_in_two_parts_is_rounded_once() {
    order_of(1003)
        .when(pay_rounded("p1", cash(500), 5))
        .then([
            attempted("p1", PaymentMethod::Cash, 500),
            paid("p1", PaymentMethod::Cash, 500, 500),
        ])
        .when(pay_rounded("p2", Tender::ExactCash, 5))
        .then([
            attempted("p2", PaymentMethod::Cash, 505),
            paid("p2", PaymentMethod::Cash, 505, 505),
            completed(843, 160, 2),
        ]);
}

// Void and cancel.

#[test]
fn a_payment_is_given_back_once_and_with_a_reason() {
    order_of(1190)
        .when(pay("p1", card(500)))
        .then([
            attempted("p1", PaymentMethod::Card, 500),
            paid("p1", PaymentMethod::Card, 500, 500),
        ])
        .when(void("p2", "mistake"))
        .then_error(OrderError::PaymentNotFound(payment("p2")))
        .when(void("p1", " "))
        .then_error(TextError::Missing {
            field: reason_field(),
        })
        .when(void("p1", "4111111111111111"))
        .then_error(TextError::CardNumber {
            field: reason_field(),
        })
        .when(void("p1", " mistake "))
        .then([OrderEvent::PaymentVoided {
            payment_id: payment("p1"),
            reason: "mistake".to_owned(),
        }])
        .when(void("p1", "mistake"))
        .then_error(OrderError::PaymentNotFound(payment("p1")))
        .when(pay("p2", card(1190)))
        .then([
            attempted("p2", PaymentMethod::Card, 1190),
            paid("p2", PaymentMethod::Card, 1190, 1190),
            completed(1000, 190, 0),
        ]);
}

#[test]
fn an_order_is_given_up_only_while_no_money_is_in_it() {
    let cancelled = || OrderEvent::OrderCancelled {
        reason: "left".to_owned(),
        cancellation_date: NOW,
    };
    order_of(1190)
        .when(pay("p1", cash(500)))
        .then([
            attempted("p1", PaymentMethod::Cash, 500),
            paid("p1", PaymentMethod::Cash, 500, 500),
        ])
        .when(cancel("left"))
        .then_error(OrderError::PaidInPart(eur(500)))
        .when(void("p1", "left"))
        .then([OrderEvent::PaymentVoided {
            payment_id: payment("p1"),
            reason: "left".to_owned(),
        }])
        .when(cancel(" left "))
        .then([cancelled()]);
    given(&AnOrder, [started()])
        .when(cancel("left"))
        .then([cancelled()]);
}

#[test]
fn giving_up_needs_a_reason_that_can_be_kept() {
    for (reason, rule) in [
        (
            "\n".to_owned(),
            TextError::Missing {
                field: reason_field(),
            },
        ),
        (
            "x".repeat(NOTE_LIMIT + 1),
            TextError::TooLong {
                field: reason_field(),
                limit: NOTE_LIMIT,
            },
        ),
        (
            "a\u{1b}[2J".to_owned(),
            TextError::ControlCharacter {
                field: reason_field(),
            },
        ),
        (
            "paid with 5500000000000004".to_owned(),
            TextError::CardNumber {
                field: reason_field(),
            },
        ),
    ] {
        order_of(100).when(cancel(&reason)).then_error(rule);
    }
}

#[test]
fn what_is_over_refuses_everything() {
    let cancelled = OrderEvent::OrderCancelled {
        reason: "left".to_owned(),
        cancellation_date: NOW,
    };
    for (end, status) in [
        (completed(84, 16, 0), OrderStatus::Completed),
        (cancelled, OrderStatus::Cancelled),
    ] {
        let over = || {
            let item = added("l1", product("coffee", 100, STANDARD), 1000);
            given(
                &AnOrder,
                [
                    started(),
                    item,
                    paid("p1", PaymentMethod::Cash, 100, 100),
                    end.clone(),
                ],
            )
        };
        for command in [
            add("l1", product("coffee", 100, STANDARD), 1000),
            remove("l1", 1000),
            pay("p2", Tender::ExactCash),
            pay("p2", card(1)),
            void("p1", "mistake"),
            cancel("left"),
        ] {
            over().when(command).then_error(OrderError::NotOpen(status));
        }
        over()
            .when(OrderCommand::Start(start()))
            .then_error(OrderError::AlreadyStarted);
    }
}

// Imported history.

#[test]
fn only_imported_history_is_paid_elsewhere_and_it_keeps_its_date() {
    order_of(100)
        .when(pay("p1", Tender::Imported))
        .then_error(OrderError::NotImported);
    let item = added("l1", product("coffee", 100, STANDARD), 1000);
    given(&AnOrder, [started_with(INCLUSIVE, true), item])
        .when(pay("p1", Tender::Imported))
        .then_events(|events| {
            assert_eq!(
                events[..2],
                [
                    attempted("p1", PaymentMethod::Imported, 100),
                    paid("p1", PaymentMethod::Imported, 100, 100),
                ]
            );
            let OrderEvent::OrderCompleted(completed) = &events[2] else {
                panic!("{events:?}");
            };
            assert_eq!(completed.completion_date, Timestamp(1_000));
        });
}

#[test]
fn events_before_the_start_change_nothing() {
    given(
        &AnOrder,
        [
            added("l1", product("coffee", 100, STANDARD), 1000),
            paid("p1", PaymentMethod::Cash, 100, 100),
            completed(84, 16, 0),
        ],
    )
    .when(cancel("left"))
    .then_error(OrderError::NotFound);
}

// Orders that are placed whole, promised and sent.

fn item(line_id: &str, product: ProductFacts, milli: i64) -> OrderItem {
    OrderItem {
        line_id: line(line_id),
        product,
        quantity: quantity(milli),
    }
}

fn create(items: Vec<OrderItem>) -> OrderCommand {
    OrderCommand::Create(CreateOrder {
        order_id: OrderId::new("o1").unwrap(),
        start: start(),
        items,
    })
}

fn created(order_date: Option<Timestamp>, items: &[OrderItem], total_minor: i64) -> OrderEvent {
    let OrderEvent::OrderStarted(started) = started() else {
        panic!("not a start");
    };
    let lines = items.iter().cloned().map(|item| Line {
        line_id: item.line_id,
        product_id: item.product.id,
        product_name: item.product.name,
        quantity: item.quantity,
        unit_price_minor: item.product.unit_price_minor,
        tax_rate: item.product.tax_rate,
    });
    OrderEvent::OrderCreated(OrderCreated {
        order_id: OrderId::new("o1").unwrap(),
        beginning: Beginning {
            order_date,
            ..Beginning::from(&started)
        },
        items: lines.collect(),
        total_amount_minor: total_minor,
    })
}

fn two_items() -> Vec<OrderItem> {
    vec![
        item("l1", product("coffee", 350, STANDARD), 2000),
        item("l2", product("beans", 1990, REDUCED), 335),
    ]
}

/// An order of 10.00 that was placed whole.
fn placed() -> OrderEvent {
    created(
        Some(NOW),
        &[item("l1", product("coffee", 1000, STANDARD), 1000)],
        1000,
    )
}

const CONFIRMED: OrderEvent = OrderEvent::OrderConfirmed {
    confirmation_date: Some(NOW),
};

const fn shipped() -> OrderEvent {
    OrderEvent::OrderShipped {
        shipping_date: Some(NOW),
        tracking_number: String::new(),
    }
}

fn ship(tracking_number: &str) -> OrderCommand {
    OrderCommand::Ship {
        tracking_number: tracking_number.to_owned(),
    }
}

fn finished() -> OrderEvent {
    completed(840, 160, 0)
}

#[test]
fn an_order_can_be_placed_whole() {
    given(&AnOrder, [])
        .when(create(two_items()))
        .then([created(Some(NOW), &two_items(), 1367)])
        // And is then like a cart.
        .when(remove("l2", 335))
        .then([removed("l2", "beans", 335)])
        .when(create(two_items()))
        .then_error(OrderError::AlreadyStarted)
        .when(OrderCommand::Start(start()))
        .then_error(OrderError::AlreadyStarted);
    given(&AnOrder, [started()])
        .when(create(two_items()))
        .then_error(OrderError::AlreadyStarted);
}

#[test]
fn what_is_placed_whole_keeps_the_rules_of_a_cart() {
    let coffee = || product("coffee", 350, STANDARD);
    for (items, rule) in [
        (vec![], OrderError::Empty),
        (
            vec![item("l1", coffee(), 0)],
            OrderError::QuantityNotPositive,
        ),
        (
            vec![item("l1", product("coffee", -1, STANDARD), 1000)],
            OrderError::NegativePrice,
        ),
        (
            vec![item("l1", coffee(), 1000), item("l1", coffee(), 1000)],
            OrderError::LineTaken(line("l1")),
        ),
        (
            vec![item(
                "l1",
                product("coffee", MAX_AMOUNT_MINOR, STANDARD),
                2000,
            )],
            OrderError::Money(MoneyError::AmountOutOfRange),
        ),
        (
            (0..=MAX_LINES)
                .map(|n| item(&format!("l{n}"), coffee(), 1000))
                .collect(),
            OrderError::TooManyLines(MAX_LINES),
        ),
    ] {
        given(&AnOrder, []).when(create(items)).then_error(rule);
    }
}

#[test]
fn an_order_is_confirmed_from_open_only() {
    given(&AnOrder, [placed()])
        .when(OrderCommand::Confirm)
        .then([CONFIRMED])
        .when(OrderCommand::Confirm)
        .then_error(OrderError::NotOpen(OrderStatus::Confirmed));
    order_of(100).when(OrderCommand::Confirm).then([CONFIRMED]);
    given(&AnOrder, [started()])
        .when(OrderCommand::Confirm)
        .then_error(OrderError::Empty);
    given(&AnOrder, [])
        .when(OrderCommand::Confirm)
        .then_error(OrderError::NotFound);
    for (history, status) in [
        (vec![placed(), CONFIRMED, shipped()], OrderStatus::Shipped),
        (vec![placed(), finished()], OrderStatus::Completed),
    ] {
        given(&AnOrder, history)
            .when(OrderCommand::Confirm)
            .then_error(OrderError::NotOpen(status));
    }
}

#[test]
fn an_order_is_shipped_from_confirmed_only() {
    given(&AnOrder, [placed(), CONFIRMED])
        .when(ship(" 0034 "))
        .then([OrderEvent::OrderShipped {
            shipping_date: Some(NOW),
            tracking_number: "0034".to_owned(),
        }])
        .when(ship(""))
        .then_error(OrderError::NotConfirmed(OrderStatus::Shipped));
    for (history, status) in [
        (vec![placed()], OrderStatus::Pending),
        (vec![placed(), finished()], OrderStatus::Completed),
    ] {
        given(&AnOrder, history)
            .when(ship(""))
            .then_error(OrderError::NotConfirmed(status));
    }
    given(&AnOrder, [placed(), CONFIRMED])
        .when(ship(&"9".repeat(CODE_LIMIT + 1)))
        .then_error(TextError::TooLong {
            field: "The tracking number".to_owned(),
            limit: CODE_LIMIT,
        });
}

#[test]
fn what_is_confirmed_stays_as_it_is_and_is_completed_once_it_is_shipped() {
    let confirmed = given(&AnOrder, [placed(), CONFIRMED])
        .when(add("l9", product("tea", 100, STANDARD), 1000))
        .then_error(OrderError::NotOpen(OrderStatus::Confirmed))
        .when(remove("l1", 1000))
        .then_error(OrderError::NotOpen(OrderStatus::Confirmed));
    // A part may be paid before, the rest after.
    confirmed
        .when(pay("p1", card(400)))
        .then([
            attempted("p1", PaymentMethod::Card, 400),
            paid("p1", PaymentMethod::Card, 400, 400),
        ])
        .when(pay("p2", card(600)))
        .then_error(OrderError::NotShipped(OrderStatus::Confirmed))
        .when(pay("p2", Tender::ExactCash))
        .then_error(OrderError::NotShipped(OrderStatus::Confirmed))
        .when(ship(""))
        .then([shipped()])
        .when(pay("p2", card(600)))
        .then([
            attempted("p2", PaymentMethod::Card, 600),
            paid("p2", PaymentMethod::Card, 600, 600),
            finished(),
        ])
        .when(pay("p3", card(1)))
        .then_error(OrderError::NotOpen(OrderStatus::Completed));
}

#[test]
fn what_is_created_or_confirmed_can_be_cancelled_but_what_is_shipped_cannot() {
    let cancelled = || OrderEvent::OrderCancelled {
        reason: "left".to_owned(),
        cancellation_date: NOW,
    };
    for history in [vec![placed()], vec![placed(), CONFIRMED]] {
        given(&AnOrder, history)
            .when(cancel("left"))
            .then([cancelled()])
            .when(OrderCommand::Confirm)
            .then_error(OrderError::NotOpen(OrderStatus::Cancelled));
    }
    given(&AnOrder, [placed(), CONFIRMED, shipped()])
        .when(cancel("left"))
        .then_error(OrderError::NotOpen(OrderStatus::Shipped));
    given(
        &AnOrder,
        [
            placed(),
            CONFIRMED,
            paid("p1", PaymentMethod::Card, 400, 400),
        ],
    )
    .when(cancel("left"))
    .then_error(OrderError::PaidInPart(eur(400)))
    .when(void("p1", "left"))
    .then([OrderEvent::PaymentVoided {
        payment_id: payment("p1"),
        reason: "left".to_owned(),
    }])
    .when(cancel("left"))
    .then([cancelled()]);
}

#[test]
fn each_refusal_names_the_status() {
    for (status, word) in [
        (OrderStatus::Pending, "open"),
        (OrderStatus::Confirmed, "confirmed"),
        (OrderStatus::Shipped, "shipped"),
        (OrderStatus::Completed, "completed"),
        (OrderStatus::Cancelled, "cancelled"),
    ] {
        for error in [
            OrderError::NotOpen(status),
            OrderError::NotConfirmed(status),
            OrderError::NotShipped(status),
        ] {
            let message = error.to_string();
            assert!(
                message.contains(&format!("the order is {word}")),
                "{message}"
            );
        }
    }
}

/// History may skip what the rules ask for, and nothing refuses it.
#[test]
fn history_is_never_refused() {
    let mut state = None;
    for event in [placed(), shipped(), CONFIRMED, finished(), shipped()] {
        evolve(&mut state, &event);
    }
    assert_eq!(state.unwrap().status, OrderStatus::Shipped);
}
