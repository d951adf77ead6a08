//! What page and worker say to each other: it comes through as it was said, and
//! hostile bytes are refused without harm.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::fmt::Debug;

use daybook::application::{Command, CommandOutcome, ImportedItem, ImportedSale, Refusal};
use daybook::domain::account::{AccountCommand, AccountError};
use daybook::domain::ids::{CommandId, OrderId, ProductId};
use daybook::domain::order::{OrderError, OrderStatus, PaymentMethod, Tender};
use daybook::domain::product::{ProductCommand, StockPolicy, Unit};
use daybook::domain::{Quantity, TextError, Timestamp};
use daybook::protocol::{
    Answer, BUILD_ID, Bench, BenchResult, CannotStart, FromWorker, Hello, ImportProgress,
    ImportSummary, MAX_MESSAGE_BYTES, Notice, PROTOCOL_VERSION, Query, Ready, Rejection, Repair,
    Request, SalesFile, SalesInspection, ToWorker, View, ViewChange, WorkerError, WorkerHealth,
    decode, encode,
};
use daybook::views::{
    DeadLetter, DeadLetterPage, JournalEntry, JournalPage, OpenOrder, OpenShift, OrderDetail,
    OrderFilter, OrderLine, OrderPage, OrderPayment, OrderRow, ProductDetail, ProductFilter,
    ProductPage, ProductRow, ProjectionProgress, RebuildProgress, ShopOverview, StockFilter,
    StockPage, StockRow, TaxShare,
};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde::Serialize;
use serde::de::DeserializeOwned;
use support::random::cases;
use support::{add_item, cancel, envelope, eur, new_product, opening, pay, remove_item, settings};

// Samples.

fn product_id() -> ProductId {
    ProductId::new("prod-abc").unwrap()
}

fn order_id() -> OrderId {
    OrderId::new("order-1").unwrap()
}

fn commands() -> Vec<Command> {
    let of_product = |command| Command::Product {
        product_id: product_id(),
        command,
    };
    vec![
        Command::OpenShop(opening(settings())),
        Command::ConfigureShop(settings()),
        of_product(ProductCommand::Create(new_product("قهوة 👩‍🍳", 350))),
        of_product(ProductCommand::ChangePrice { new_price: eur(1) }),
        of_product(ProductCommand::ReceiveStock {
            quantity: Quantity::ONE,
            supplier: "Mill".to_owned(),
            cost_per_unit: Some(eur(120)),
        }),
        of_product(ProductCommand::Discontinue),
        add_item("order-1", &product_id(), 335),
        remove_item("order-1", &product_id(), 1000),
        pay("order-1", "p1", Tender::ExactCash),
        pay(
            "order-1",
            "p1",
            Tender::Card {
                amount_minor: i64::MAX,
                reference: "<script>alert(1)</script>".to_owned(),
            },
        ),
        cancel("order-1"),
        Command::Account {
            account_id: "acc-1".parse().unwrap(),
            command: AccountCommand::Withdraw {
                amount: eur(1),
                description: "قهوة".to_owned(),
                order_id: Some(order_id()),
            },
        },
        Command::RecordImportedSale(ImportedSale {
            order_id: order_id(),
            order_date: Timestamp(i64::MIN),
            items: vec![ImportedItem {
                name: "Tea".to_owned(),
                quantity: Quantity::ONE,
                unit_price_minor: -1,
            }],
        }),
    ]
}

fn sales_file() -> SalesFile {
    SalesFile {
        tickets_csv: vec![0, 255, b'\n'],
        price_list_csv: Some(b"item,price".to_vec()),
        price_for_all_minor: Some(-1),
    }
}

fn requests() -> Vec<ToWorker> {
    let execute = |command| Request::Execute(Box::new(envelope("c1", command)));
    let mut requests: Vec<Request> = commands().into_iter().map(execute).collect();
    requests.extend(
        [
            Query::Shop,
            Query::Products(ProductFilter {
                search: "tea".to_owned(),
                category: Some("Tea".to_owned()),
                include_discontinued: true,
                offset: 1,
                limit: u32::MAX,
            }),
            Query::Product(product_id()),
            Query::Stock(StockFilter::default()),
            Query::OpenOrders,
            Query::Orders(OrderFilter {
                status: Some(OrderStatus::Completed),
                search: String::new(),
                after: Some((i64::MIN, order_id())),
                limit: 2,
            }),
            Query::Order(order_id()),
            Query::OrderTimeline(order_id()),
            Query::Journal {
                before: Some(u64::MAX),
                limit: 3,
            },
            Query::Progress,
            Query::DeadLetters { limit: 4 },
            Query::Health,
        ]
        .map(Request::Query),
    );
    requests.extend(repairs().map(Request::Repair));
    requests.extend([
        Request::OpenDemoShop {
            command_id: CommandId::new("demo").unwrap(),
            shop: opening(settings()).into(),
        },
        Request::InspectSales(sales_file()),
        Request::ImportSales(sales_file()),
        Request::CancelImport,
        Request::PrepareJournal,
        Request::ReadJournal {
            offset: u64::MAX,
            length: 7,
        },
        Request::DiscardJournal,
        Request::VerifyChain,
        Request::Bench(Bench::RawFlush { times: 3 }),
    ]);
    let numbered = requests
        .into_iter()
        .zip([1, 2, u32::MAX].into_iter().cycle());
    numbered
        .map(|(request, id)| ToWorker { id, request })
        .collect()
}

fn order_row() -> OrderRow {
    OrderRow {
        order_id: order_id(),
        number: 7,
        register: "T1".to_owned(),
        status: OrderStatus::Completed,
        order_date_ms: -1,
        item_count: 2,
        total_amount_minor: 1003,
        receipt_number: Some("T1-000001".to_owned()),
        cashier: "Mara".to_owned(),
        imported: false,
    }
}

fn order_detail() -> OrderDetail {
    OrderDetail {
        row: order_row(),
        lines: vec![OrderLine {
            line_id: "l1".parse().unwrap(),
            product_id: product_id(),
            product_name: "Tea".to_owned(),
            quantity_milli: 1000,
            unit_price_minor: 260,
            line_total_minor: 260,
            tax_basis_points: 1900,
        }],
        net_minor: 218,
        taxes: vec![TaxShare {
            basis_points: 1900,
            net_minor: 218,
            tax_minor: 42,
        }],
        rounding_minor: -2,
        paid_minor: 258,
        due_minor: 0,
        cash_due_minor: 0,
        change_minor: 5,
        payments: vec![OrderPayment {
            payment_id: "p1".parse().unwrap(),
            method: PaymentMethod::Card,
            reference: "A1".to_owned(),
            amount_minor: 258,
            tendered_minor: 258,
            change_minor: 0,
            voided: Some("mistake".to_owned()),
        }],
        completed_at_ms: Some(1),
        cancel_reason: None,
    }
}

fn product_row() -> ProductRow {
    ProductRow {
        product_id: product_id(),
        name: "Tea".to_owned(),
        category: "Tea".to_owned(),
        sku: String::new(),
        price_minor: 260,
        unit: Unit::Litre,
        tax_rate: "standard".parse().unwrap(),
        available_milli: Some(-500),
        discontinued: false,
    }
}

fn answers() -> Vec<Answer> {
    let rejections = vec![Rejection {
        line: 2,
        reason: "the item says NONE".to_owned(),
    }];
    vec![
        Answer::Done(CommandOutcome {
            position: u64::MAX,
            events: 3,
        }),
        Answer::Shop(None),
        Answer::Shop(Some(Box::new(ShopOverview {
            settings: settings(),
            register_code: "T1".to_owned(),
            register_name: "Till 1".to_owned(),
            shift: Some(OpenShift {
                shift_id: "s1".to_owned(),
                number: 1,
                cashier: "Mara".to_owned(),
                opened_at_ms: 1,
                opening_float_minor: 2,
                sales: 3,
                sales_minor: 4,
                cash_minor: 5,
                card_minor: 6,
            }),
        }))),
        Answer::Products(ProductPage {
            rows: vec![product_row(); 3],
            total: 3,
            categories: vec!["Tea".to_owned()],
        }),
        Answer::Product(Some(Box::new(ProductDetail {
            row: product_row(),
            description: "Black".to_owned(),
            barcodes: vec!["4006381333931".to_owned()],
            stock_policy: StockPolicy::Allow,
        }))),
        Answer::Stock(StockPage {
            rows: vec![StockRow {
                product_id: product_id(),
                name: "Tea".to_owned(),
                category: String::new(),
                unit: Unit::Piece,
                on_hand_milli: 1,
                reserved_milli: 2,
                available_milli: -1,
                last_updated_event_id: "e1".to_owned(),
            }],
            total: 1,
        }),
        Answer::OpenOrders(vec![OpenOrder {
            order_id: order_id(),
            number: 1,
            total_minor: 2,
            item_count: 3,
        }]),
        Answer::Orders(OrderPage {
            rows: vec![order_row(); 2],
            total: 2,
        }),
        Answer::Order(Some(Box::new(order_detail()))),
        Answer::Journal(JournalPage {
            entries: vec![JournalEntry {
                position: 1,
                timestamp_ms: 2,
                stream_id: "order-1".to_owned(),
                stream_type: "order".to_owned(),
                event_type: "OrderStarted".to_owned(),
                actor: "Mara".to_owned(),
                payload: "{}".to_owned(),
                hash: "00".to_owned(),
            }],
            head: 1,
        }),
        Answer::Progress {
            head: 10,
            projections: vec![ProjectionProgress {
                projection_id: "open_orders".to_owned(),
                version: 1,
                last_processed_position: 9,
                status: "outdated".to_owned(),
                error: Some("why".to_owned()),
                dead_letters: 2,
                rebuild: Some(RebuildProgress {
                    version: 2,
                    position: 5,
                    stopped: true,
                    stopped_at: Some(6),
                    error: Some("the payload cannot be read".to_owned()),
                }),
            }],
        },
        Answer::DeadLetters(DeadLetterPage {
            rows: vec![DeadLetter {
                projection_id: "open_orders".to_owned(),
                position: 7,
                sequence_key: "order-1".to_owned(),
                error: "why".to_owned(),
                attempts: 2,
                waiting: 1,
            }],
            total: 1,
        }),
        Answer::Retried {
            applied: 1,
            left: 0,
        },
        Answer::Health(WorkerHealth {
            conflicts: 1,
            last_conflict: Some("stream order-1 is at version 2, expected was 1".to_owned()),
            longest_slice_ms: 7.5,
            memory_bytes: 65_536,
            trouble: Some("the log has no event 3".to_owned()),
        }),
        Answer::Inspected(SalesInspection {
            rows: 1,
            rejections: rejections.clone(),
            ..SalesInspection::default()
        }),
        Answer::Imported(ImportSummary {
            imported: 1,
            cancelled: true,
            rejections,
            ..ImportSummary::default()
        }),
        Answer::JournalReady {
            file_name: "daybook.db".to_owned(),
            bytes: 8192,
        },
        Answer::JournalPart(vec![0; 100]),
        Answer::ChainHolds { events: 5 },
        Answer::ChainBroken {
            position: 2,
            reason: "its hash does not match its content".to_owned(),
        },
        Answer::Bench(BenchResult::Samples(vec![0.5, f64::MAX, -0.0])),
        Answer::Ok,
    ]
}

fn repairs() -> [Repair; 6] {
    let projection = "open_orders".to_owned();
    [
        Repair::Rebuild {
            projections: vec![projection.clone()],
        },
        Repair::CancelRebuild {
            projection: projection.clone(),
        },
        Repair::Retry {
            projection: projection.clone(),
            position: 7,
        },
        Repair::RetryAll,
        Repair::Skip {
            projection: projection.clone(),
            position: 7,
        },
        Repair::ReplayStreams {
            projection,
            streams: vec!["order-1".to_owned()],
        },
    ]
}

fn errors() -> Vec<WorkerError> {
    vec![
        WorkerError::Refused(Refusal::Account(AccountError::InsufficientFunds {
            available: eur(0),
            requested: eur(1),
        })),
        WorkerError::Refused(Refusal::Order(OrderError::MoreThanDue {
            due: eur(1),
            requested: eur(2),
        })),
        WorkerError::Refused(Refusal::Text(TextError::TooLong {
            field: "The name".to_owned(),
            limit: 120,
        })),
        WorkerError::StorageFull,
        WorkerError::OutcomeUnknown,
        WorkerError::Malformed("it is too long".to_owned()),
        WorkerError::File("the file is empty".to_owned()),
        WorkerError::Storage("disk I/O error".to_owned()),
    ]
}

fn notices() -> Vec<Notice> {
    vec![
        Notice::Ready(Ready {
            head: 1,
            projected: 1,
            started_in_ms: 12.5,
        }),
        Notice::CannotStart(CannotStart::JournalDamaged("why".to_owned())),
        Notice::CannotStart(CannotStart::OpenElsewhere),
        Notice::ViewsChanged {
            changes: vec![
                ViewChange {
                    view: View::Orders,
                    rows: Some(vec!["order-1".to_owned()]),
                },
                ViewChange {
                    view: View::Stock,
                    rows: None,
                },
            ],
            position: 9,
        },
        Notice::Import(ImportProgress {
            done: 1,
            tickets: 2,
        }),
        Notice::Stopped("panicked".to_owned()),
        Notice::ViewsFull,
        Notice::ViewsStopped("the log has no event 3".to_owned()),
    ]
}

fn from_worker() -> Vec<FromWorker> {
    let answers = answers()
        .into_iter()
        .map(|answer| FromWorker::Answer(7, Ok(answer)));
    let errors = errors()
        .into_iter()
        .map(|error| FromWorker::Answer(8, Err(error)));
    let notices = notices().into_iter().map(FromWorker::Notice);
    answers.chain(errors).chain(notices).collect()
}

// Said and heard.

#[track_caller]
fn comes_through<T: Serialize + DeserializeOwned + PartialEq + Debug>(message: &T) {
    let bytes = encode(message).unwrap();
    assert_eq!(&decode::<T>(&bytes).unwrap(), message);
}

#[test]
fn every_request_comes_through_as_it_was_made() {
    requests().iter().for_each(comes_through);
}

#[test]
fn every_answer_and_notice_comes_through_as_it_was_given() {
    from_worker().iter().for_each(comes_through);
}

#[test]
fn a_hello_fits_only_the_same_version_and_build() {
    let ours = Hello::ours();
    assert_eq!(
        ours.to_text(),
        format!("daybook {PROTOCOL_VERSION} {BUILD_ID}")
    );
    assert!(Hello::matches(&ours.to_text()));
    let other_version = Hello {
        version: PROTOCOL_VERSION + 1,
        ..ours.clone()
    };
    let other_build = Hello {
        build_id: "0.1.0-00000000".to_owned(),
        ..ours.clone()
    };
    for text in [
        other_version.to_text(),
        other_build.to_text(),
        String::new(),
        "daybook".to_owned(),
        format!("{} ", ours.to_text()),
        format!(" {}", ours.to_text()),
        ours.to_text().to_uppercase(),
        ours.to_text().replace(' ', "\0"),
        ours.to_text()[..ours.to_text().len() - 1].to_owned(),
        "x".repeat(1_000_000),
    ] {
        assert!(
            !Hello::matches(&text),
            "{}",
            text.get(..50).unwrap_or(&text)
        );
    }
}

// Hostile bytes.

#[track_caller]
fn is_malformed<T: DeserializeOwned + Debug>(bytes: &[u8]) {
    match decode::<T>(bytes) {
        Err(WorkerError::Malformed(reason)) => assert!(!reason.is_empty()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_message_that_is_cut_off_is_malformed_wherever_it_is_cut() {
    for request in requests() {
        let bytes = encode(&request).unwrap();
        for length in 0..bytes.len() {
            is_malformed::<ToWorker>(&bytes[..length]);
        }
    }
    for message in from_worker() {
        let bytes = encode(&message).unwrap();
        for length in 0..bytes.len() {
            is_malformed::<FromWorker>(&bytes[..length]);
        }
    }
}

#[test]
fn a_message_with_bytes_behind_it_is_malformed() {
    for request in requests() {
        for trailing in [&[0][..], &[255; 9], b"{}"] {
            is_malformed::<ToWorker>(&[&encode(&request).unwrap(), trailing].concat());
        }
    }
}

#[test]
fn a_message_beyond_the_limit_is_refused_unread() {
    let reason = |bytes: &[u8]| match decode::<ToWorker>(bytes) {
        Err(WorkerError::Malformed(reason)) => reason,
        other => panic!("{other:?}"),
    };
    let mut bytes = vec![0; MAX_MESSAGE_BYTES];
    assert_ne!(reason(&bytes), "it is too long");
    bytes.push(0);
    assert_eq!(reason(&bytes), "it is too long");
}

#[test]
fn a_query_of_one_row_is_asked_again_only_for_that_row() {
    let change = |view, rows: Option<&[&str]>| ViewChange {
        view,
        rows: rows.map(|rows| rows.iter().map(|&row| row.to_owned()).collect()),
    };
    let one_row = [
        (Query::Order(order_id()), View::Orders),
        (Query::OrderTimeline(order_id()), View::Orders),
        (Query::Product(product_id()), View::Products),
        (Query::Product(product_id()), View::Stock),
    ];
    for (query, view) in one_row {
        let own = query.row_of(view).unwrap();
        assert!(change(view, Some(&["other", own])).concerns(&query));
        assert!(!change(view, Some(&["other", "another"])).concerns(&query));
        assert!(!change(view, Some(&[])).concerns(&query));
        assert!(
            change(view, None).concerns(&query),
            "any row may be its own"
        );
    }
}

#[test]
fn a_query_of_several_rows_is_asked_again_for_any_row() {
    let change = |view| ViewChange {
        view,
        rows: Some(vec!["other".to_owned()]),
    };
    let of_one_row = |query: &Query| {
        matches!(
            query,
            Query::Order(_) | Query::OrderTimeline(_) | Query::Product(_)
        )
    };
    let asked = requests()
        .into_iter()
        .filter_map(|asked| match asked.request {
            Request::Query(query) => Some(query),
            _ => None,
        });
    for query in asked.filter(|query| !of_one_row(query)) {
        for view in View::ALL {
            assert_eq!(query.row_of(view), None, "{query:?}");
            assert!(change(view).concerns(&query), "{query:?}");
        }
    }
    // Keys of one view mean nothing in another.
    assert!(change(View::Shop).concerns(&Query::Order(order_id())));
    assert!(change(View::Orders).concerns(&Query::Product(product_id())));
}

#[test]
fn a_value_that_its_type_refuses_is_malformed() {
    // As the types below encode, but without their limits.
    #[derive(Serialize)]
    struct Price<'a> {
        minor: i64,
        currency: &'a str,
    }
    let hostile_ids = [
        "",
        "a b",
        "a\0",
        "ü",
        "'; DROP TABLE events;--",
        &"x".repeat(65),
    ];
    for id in hostile_ids {
        is_malformed::<ProductId>(&encode(&id).unwrap());
        is_malformed::<CommandId>(&encode(&id).unwrap());
    }
    for milli in [1_000_000_000_i64, -1_000_000_000, i64::MAX, i64::MIN] {
        is_malformed::<Quantity>(&encode(&milli).unwrap());
    }
    for (minor, currency) in [
        (10_000_000_000_000, "EUR"),
        (i64::MIN, "EUR"),
        (1, "EURO"),
        (1, ""),
    ] {
        is_malformed::<daybook::domain::Money>(&encode(&Price { minor, currency }).unwrap());
    }
    for zone in ["", "../../etc/passwd", "Europe/Lond\0n"] {
        is_malformed::<daybook::domain::ZoneName>(&encode(&zone).unwrap());
    }
}

/// A varint of postcard that claims this length.
fn length(claimed: u64) -> Vec<u8> {
    encode(&claimed).unwrap()
}

/// The most memory that this process ever had reserved, in kilobytes.
#[cfg(target_os = "linux")]
fn peak_kilobytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmPeak:"));
    let digits = peak.unwrap().trim().trim_end_matches(" kB");
    digits.parse().unwrap()
}

/// Nothing is reserved for what is only announced.
#[cfg(target_os = "linux")]
#[test]
fn a_huge_length_is_malformed_and_costs_no_memory() {
    // For the other tests of this file: 64 MB twice, and their stacks.
    const TOLERATED_KILOBYTES: u64 = 600_000;
    let before = peak_kilobytes();
    // Where a request's or an answer's first text or list begins.
    let tickets = encode(&ToWorker {
        id: 1,
        request: Request::InspectSales(SalesFile {
            tickets_csv: vec![],
            price_list_csv: None,
            price_for_all_minor: None,
        }),
    })
    .unwrap();
    let rows = encode(&FromWorker::Answer(1, Ok(Answer::OpenOrders(vec![])))).unwrap();
    let samples = encode(&FromWorker::Answer(
        1,
        Ok(Answer::Bench(BenchResult::Samples(vec![]))),
    ))
    .unwrap();
    for claimed in [1_000, 1 << 31, 1 << 32, 1 << 40, 1 << 62, u64::MAX] {
        let claim = |bytes: &[u8], kept: usize| [&bytes[..kept], &length(claimed)].concat();
        is_malformed::<ToWorker>(&claim(&tickets, tickets.len() - 3));
        is_malformed::<FromWorker>(&claim(&rows, rows.len() - 1));
        is_malformed::<FromWorker>(&claim(&samples, samples.len() - 1));
        is_malformed::<String>(&length(claimed));
        is_malformed::<Vec<String>>(&length(claimed));
        is_malformed::<Vec<OrderRow>>(&length(claimed));
        is_malformed::<Vec<f64>>(&length(claimed));
    }
    let grown = peak_kilobytes() - before;
    assert!(grown < TOLERATED_KILOBYTES, "{grown} kB");
}

#[test]
fn a_number_that_never_ends_is_malformed() {
    for bytes in [[0xFF; 11].as_slice(), &[0x80; 100]] {
        is_malformed::<ToWorker>(bytes);
        is_malformed::<FromWorker>(bytes);
        is_malformed::<u64>(bytes);
    }
}

proptest! {
    #![proptest_config(cases(2048))]

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let request = decode::<ToWorker>(&bytes).err();
        let answer = decode::<FromWorker>(&bytes).err();
        for error in [request, answer].into_iter().flatten() {
            prop_assert!(matches!(error, WorkerError::Malformed(_)));
        }
    }

    #[test]
    fn damaged_messages_never_panic(
        request in select(requests()),
        answer in select(from_worker()),
        damage in prop::collection::vec((any::<Index>(), any::<u8>()), 1..4),
    ) {
        let damaged = |mut bytes: Vec<u8>| {
            for (place, byte) in &damage {
                let place = place.index(bytes.len());
                bytes[place] = *byte;
            }
            bytes
        };
        // What still makes sense must make the same sense to everybody.
        if let Ok(request) = decode::<ToWorker>(&damaged(encode(&request).unwrap())) {
            comes_through(&request);
        }
        if let Ok(answer) = decode::<FromWorker>(&damaged(encode(&answer).unwrap())) {
            prop_assert_eq!(encode(&answer).unwrap(), encode(&decode::<FromWorker>(&encode(&answer).unwrap()).unwrap()).unwrap());
        }
    }
}
