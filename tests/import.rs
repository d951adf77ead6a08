//! Sales history from files of till tickets: what is read, what is left out and
//! why, and that recording it twice, or in pieces, comes to the same.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use daybook::application::import::{
    Counts, ImportError, ImportJob, MAX_FILE_BYTES, PriceList, TicketFile,
};
use daybook::application::{Command, ImportedItem, ImportedSale, Refusal};
use daybook::domain::ids::OrderId;
use daybook::domain::money::MAX_AMOUNT_MINOR;
use daybook::domain::order::{OrderError, OrderStatus, PaymentMethod};
use daybook::domain::product::{ProductCommand, ProductError};
use daybook::domain::shop::ShopConfigured;
use daybook::domain::{Currency, MoneyError, Quantity, Timestamp, ZoneName};
use daybook::event_store::EventStore;
use daybook::views::{self, OrderDetail, OrderFilter, OrderRow, ProductFilter, StockFilter};
use proptest::prelude::*;
use support::random::cases;
use support::{Files, TestShop, dump};

const TICKETS: &[u8] = include_bytes!("fixtures/tickets.csv");
const HEADER: &str = "Date,Time,Transaction,Item";

/// What an import did, in short.
#[derive(Debug, PartialEq)]
struct Report {
    imported: u64,
    known: u64,
    units_milli: i64,
    rejected: Vec<(u64, String)>,
}

fn one_price(minor: i64) -> PriceList {
    PriceList::default().with_price_for_all(Some(minor))
}

fn job(csv: &[u8], prices: PriceList, settings: &ShopConfigured) -> ImportJob {
    let tickets = TicketFile::open(csv, settings.currency).unwrap().read();
    ImportJob::new(tickets, prices, settings.time_zone.clone(), "Mara")
}

/// Records so many tickets of a job and commits them.
fn record(shop: &mut TestShop, job: &mut ImportJob, tickets: usize) {
    shop.store.begin().unwrap();
    for _ in 0..tickets {
        job.step(&mut shop.bus, &mut shop.store).unwrap();
    }
    shop.store.commit().unwrap();
    shop.projector.catch_up(&shop.store).unwrap();
}

fn report(job: &ImportJob) -> Report {
    let Counts {
        imported,
        known,
        units_milli,
        ..
    } = job.counts();
    let rejected = job.rejected();
    Report {
        imported,
        known,
        units_milli,
        rejected: rejected
            .into_iter()
            .map(|row| (row.line, row.reason))
            .collect(),
    }
}

fn import(shop: &mut TestShop, csv: &[u8], prices: PriceList) -> Report {
    let mut job = job(csv, prices, &support::settings());
    let tickets = job.tickets();
    record(shop, &mut job, tickets);
    assert!(job.is_finished());
    report(&job)
}

/// All that the log says, but for when and under which ids it was recorded.
fn story(store: &EventStore) -> Vec<(u64, String, u64, String, String)> {
    let events = store.read_all(0, 10_000).unwrap();
    events
        .into_iter()
        .map(|event| {
            (
                event.global_position,
                event.stream_id,
                event.version,
                event.event_type,
                event.payload,
            )
        })
        .collect()
}

fn last_hash(store: &EventStore) -> Option<Vec<u8>> {
    let newest = store.read_all_backwards(u64::MAX >> 1, 1).unwrap().pop();
    newest.map(|event| event.hash)
}

/// Imported orders, in the order of their receipts.
fn orders(shop: &TestShop) -> Vec<OrderDetail> {
    let filter = OrderFilter {
        limit: 500,
        ..OrderFilter::default()
    };
    let page = views::orders(shop.projector.views(), &filter).unwrap();
    let imported = page.rows.into_iter().filter(|row| row.imported);
    let mut rows: Vec<OrderRow> = imported.collect();
    rows.sort_by(|a, b| a.receipt_number.cmp(&b.receipt_number));
    let detail = |row: OrderRow| {
        views::order(shop.projector.views(), &row.order_id)
            .unwrap()
            .unwrap()
    };
    rows.into_iter().map(detail).collect()
}

/// Name, thousandths, price of one.
fn lines(order: &OrderDetail) -> Vec<(&str, i64, i64)> {
    order
        .lines
        .iter()
        .map(|line| {
            (
                line.product_name.as_str(),
                line.quantity_milli,
                line.unit_price_minor,
            )
        })
        .collect()
}

fn below_header(rows: &str) -> Vec<u8> {
    format!("{HEADER}\n{rows}").into_bytes()
}

// What is recorded.

#[test]
fn every_ticket_becomes_a_completed_order_with_its_own_time() {
    let files = Files::new();
    let mut shop = TestShop::open(&files);
    let report = import(&mut shop, TICKETS, one_price(250));
    assert_eq!(
        report,
        Report {
            imported: 6,
            known: 0,
            units_milli: 9000,
            rejected: vec![],
        }
    );
    let orders = orders(&shop);
    let receipts: Vec<_> = orders
        .iter()
        .map(|order| order.row.receipt_number.clone().unwrap())
        .collect();
    assert_eq!(
        receipts,
        [
            "IMP-000001",
            "IMP-000002",
            "IMP-000003",
            "IMP-000004",
            "IMP-000005",
            "IMP-000006"
        ]
    );
    // Winter time, and for the last ticket summer time, in London.
    let dates: Vec<_> = orders.iter().map(|order| order.row.order_date_ms).collect();
    assert_eq!(
        dates,
        [
            1_477_821_491_000,
            1_477_821_934_000,
            1_477_822_077_000,
            1_477_822_121_000,
            1_477_909_152_000,
            1_496_300_600_000,
        ]
    );
    for order in &orders {
        assert_eq!(order.row.status, OrderStatus::Completed);
        assert_eq!(order.row.register, "IMP");
        assert_eq!(order.row.cashier, "");
        assert_eq!(order.completed_at_ms, Some(order.row.order_date_ms));
        assert_eq!(order.payments.len(), 1);
        assert_eq!(order.payments[0].method, PaymentMethod::Imported);
        assert_eq!(order.paid_minor, order.row.total_amount_minor);
        assert_eq!((order.due_minor, order.rounding_minor), (0, 0));
    }
}

#[test]
fn rows_of_one_ticket_are_one_order_wherever_they_stand() {
    let files = Files::new();
    let mut shop = TestShop::open(&files);
    import(&mut shop, TICKETS, one_price(250));
    let orders = orders(&shop);
    let found: Vec<_> = orders.iter().map(lines).collect();
    assert_eq!(
        found,
        [
            vec![("Bread", 1000, 250)],
            vec![("Tea", 2000, 250)],
            vec![("Hot chocolate", 1000, 250), ("Cookies", 1000, 250)],
            vec![("Bread", 1000, 250)],
            vec![("Tea", 1000, 250), ("Jam, \"large\"", 1000, 250)],
            vec![("Café crème ☕", 1000, 250)],
        ]
    );
    // 5.00 at 19 % included.
    let totals = (orders[1].net_minor, orders[1].row.total_amount_minor);
    assert_eq!(totals, (420, 500));
}

#[test]
fn the_same_number_at_another_time_is_another_ticket() {
    let files = Files::new();
    let mut shop = TestShop::open(&files);
    let rows = "2016-10-30,09:00:00,1,Tea\n2016-10-30,09:00:01,1,Tea\n2016-10-31,09:00:00,1,Tea\n";
    assert_eq!(
        import(&mut shop, &below_header(rows), one_price(1)).imported,
        3
    );
}

#[test]
fn quantities_and_prices_of_the_file_count() {
    let files = Files::new();
    let mut shop = TestShop::open(&files);
    let csv = "Item,Price,Quantity,Date,Time,Transaction\n\
               Tea,2.60,2,2016-10-30,09:00:00,1\n\
               Cheese,19.90,0.335,2016-10-30,09:00:00,1\n\
               Tea,2.80,1,2016-10-30,09:00:00,1\n\
               Tea,,,2016-10-30,09:00:00,1\n\
               Gift,0,1,2016-10-30,09:00:00,1\n";
    let report = import(&mut shop, csv.as_bytes(), one_price(99));
    assert_eq!((report.imported, report.units_milli), (1, 5335));
    let order = &orders(&shop)[0];
    assert_eq!(
        lines(order),
        [
            ("Tea", 2000, 260),
            ("Cheese", 335, 1990),
            ("Tea", 1000, 280),
            ("Tea", 1000, 99),
            ("Gift", 1000, 0),
        ]
    );
    assert_eq!(order.row.total_amount_minor, 520 + 667 + 280 + 99);
}

#[test]
fn a_price_list_prices_what_the_file_does_not() {
    let files = Files::new();
    let mut shop = TestShop::open(&files);
    let list = "PRICE;ITEM\n2.60;tea\n3;BREAD\n";
    let (prices, rejected) = PriceList::parse(list.as_bytes(), Currency::EUR).unwrap();
    assert_eq!(rejected, []);
    let report = import(&mut shop, TICKETS, prices.with_price_for_all(Some(100)));
    assert_eq!(report.imported, 6);
    let orders = orders(&shop);
    let totals: Vec<_> = orders
        .iter()
        .map(|order| order.row.total_amount_minor)
        .collect();
    assert_eq!(totals, [300, 520, 200, 300, 360, 100]);
}

#[test]
fn a_price_list_says_which_of_its_lines_it_cannot_use() {
    let list = "item,price\nTea,2.60\nBread,free\n,1\nJam,-1\nNONE,2\nHoney,2.345\n";
    let (_, rejected) = PriceList::parse(list.as_bytes(), Currency::EUR).unwrap();
    let rejected: Vec<_> = rejected
        .iter()
        .map(|row| (row.line, row.reason.as_str()))
        .collect();
    assert_eq!(
        rejected,
        [
            (3, "“free” is not an amount with at most 2 decimals"),
            (4, "The item is missing"),
            (5, "the price is negative"),
            (6, "the item says NONE"),
            (7, "“2.345” is not an amount with at most 2 decimals"),
        ]
    );
    for (csv, error) in [
        ("item\nTea\n", ImportError::MissingColumn("price")),
        ("price\n1\n", ImportError::MissingColumn("item")),
        (
            "item,price,Price\nTea,1,2\n",
            ImportError::ColumnTwice("price"),
        ),
        ("", ImportError::Empty),
    ] {
        assert_eq!(
            PriceList::parse(csv.as_bytes(), Currency::EUR).unwrap_err(),
            error
        );
    }
}

#[test]
fn ticket_times_are_read_in_the_shops_time_zone() {
    let rows = "2017-03-26,00:30:00,1,Tea\n2017-03-26,01:30:00,2,Tea\n2017-10-29,01:30:00,3,Tea\n";
    for (zone, expected) in [
        (
            "Europe/London",
            // Before the clocks change, in the hour that they skip (moved on), and
            // in the hour that they repeat (the first).
            [1_490_488_200_000, 1_490_491_800_000, 1_509_237_000_000],
        ),
        (
            "Asia/Tokyo",
            [1_490_455_800_000, 1_490_459_400_000, 1_509_208_200_000],
        ),
        (
            "Etc/UTC",
            [1_490_488_200_000, 1_490_491_800_000, 1_509_240_600_000],
        ),
    ] {
        let files = Files::new();
        let mut shop = TestShop::open(&files);
        let settings = ShopConfigured {
            time_zone: ZoneName::new(zone).unwrap(),
            ..support::settings()
        };
        let mut job = job(&below_header(rows), one_price(1), &settings);
        record(&mut shop, &mut job, 3);
        let dates: Vec<_> = orders(&shop)
            .iter()
            .map(|order| order.row.order_date_ms)
            .collect();
        assert_eq!(dates, expected, "{zone}");
    }
}

#[test]
fn hostile_names_are_kept_as_text() {
    let files = Files::new();
    let mut shop = TestShop::open(&files);
    let names = [
        "<script>alert(1)</script>",
        "'; DROP TABLE events;--",
        "قهوة عربية",
        "👩‍🍳",
        "=1+1",
    ];
    let rows: String = names
        .iter()
        .map(|name| format!("2016-10-30,09:00:00,1,{name}\n"))
        .collect();
    let report = import(&mut shop, &below_header(&rows), one_price(1));
    assert_eq!((report.imported, report.rejected), (1, vec![]));
    let order = &orders(&shop)[0];
    let found: Vec<_> = lines(order).into_iter().map(|(name, ..)| name).collect();
    assert_eq!(found, names);
}

// Files as people have them.

#[test]
fn the_same_tickets_in_another_dress_are_the_same_tickets() {
    let plain = std::str::from_utf8(TICKETS).unwrap();
    let with_semicolons = plain
        .replace("\"Jam, \"\"large\"\"\"", "\"Jam| \"\"large\"\"\"")
        .replace(',', ";")
        .replace('|', ",");
    let quoted: String = plain
        .lines()
        .map(|line| match line.split_once(",\"") {
            Some((start, rest)) => format!("\"{}\",\"{rest}\n", start.replace(',', "\",\"")),
            None => format!("\"{}\"\n", line.replace(',', "\",\"")),
        })
        .collect();
    let turned: String = plain
        .lines()
        .map(|line| {
            let mut cells: Vec<_> = line.splitn(4, ',').collect();
            cells.reverse();
            format!("{},extra\n", cells.join(","))
        })
        .collect();
    let mut files_of_tickets: Vec<(&str, Vec<u8>)> = vec![
        ("semicolons", with_semicolons.clone().into()),
        ("tabs", with_semicolons.replace(';', "\t").into()),
        (
            "lower case",
            plain.replace(HEADER, "date,time,transaction,item").into(),
        ),
        (
            "upper case",
            plain.replace(HEADER, "DATE,TIME,TRANSACTION,ITEM").into(),
        ),
        (
            "spaces",
            // A quoted cell begins with its quote.
            plain
                .replace(',', " , ")
                .replace(" , \"Jam ,  ", " ,\"Jam, ")
                .into(),
        ),
        ("carriage returns", plain.replace('\n', "\r\n").into()),
        ("empty lines", plain.replace('\n', "\n\n , ,\n").into()),
        ("no last line feed", plain.trim_end().into()),
        ("all quoted", quoted.clone().into()),
        (
            "all quoted, carriage returns",
            quoted.replace('\n', "\r\n").into(),
        ),
        ("turned", turned.into()),
        (
            "empty lines above, semicolons",
            format!("\n\n{with_semicolons}").into(),
        ),
    ];
    let mark = b"\xEF\xBB\xBF".to_vec();
    files_of_tickets.push(("byte order mark", [&mark, TICKETS].concat()));
    files_of_tickets.push((
        "byte order mark, semicolons, quoted, carriage returns",
        [
            &mark[..],
            quoted
                .replace("\",\"", "\";\"")
                .replace('\n', "\r\n")
                .as_bytes(),
        ]
        .concat(),
    ));

    let expected = TicketFile::open(TICKETS, Currency::EUR).unwrap().read();
    let key = |tickets: &daybook::application::import::Tickets| -> Vec<_> {
        tickets
            .tickets
            .iter()
            .map(daybook::application::import::Ticket::command_id)
            .collect()
    };
    for (dress, csv) in files_of_tickets {
        let found = TicketFile::open(&csv, Currency::EUR).unwrap().read();
        assert_eq!(found.rejected, [], "{dress}");
        assert_eq!(key(&found), key(&expected), "{dress}");
    }
}

#[test]
fn a_file_without_what_is_needed_is_refused_whole() {
    let open = |csv: &[u8]| TicketFile::open(csv, Currency::EUR).err();
    for (csv, error) in [
        ("", ImportError::Empty),
        ("\u{feff}", ImportError::Empty),
        ("\n\n\n", ImportError::Empty),
        (
            "Time,Transaction,Item\n",
            ImportError::MissingColumn("date"),
        ),
        (
            "Date,Transaction,Item\n",
            ImportError::MissingColumn("time"),
        ),
        (
            "Date,Time,Item\n",
            ImportError::MissingColumn("transaction"),
        ),
        (
            "Date,Time,Transaction\n",
            ImportError::MissingColumn("item"),
        ),
        (
            "Date|Time|Transaction|Item\n",
            ImportError::MissingColumn("date"),
        ),
        (
            "Date,Time,Transaction,Item,DATE\n",
            ImportError::ColumnTwice("date"),
        ),
        (
            "Date,Time,Transaction,Item,item\n",
            ImportError::ColumnTwice("item"),
        ),
        (
            "Date,Time,Transaction,Item,price,Price\n",
            ImportError::ColumnTwice("price"),
        ),
        (
            "Date,Time,Transaction,Item,quantity,QUANTITY\n",
            ImportError::ColumnTwice("quantity"),
        ),
    ] {
        assert_eq!(open(csv.as_bytes()), Some(error), "{csv:?}");
    }
    let utf16: Vec<u8> = HEADER.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(open(&utf16), Some(ImportError::MissingColumn("date")));
    assert_eq!(open(&[0xFF; 300]), Some(ImportError::MissingColumn("date")));
    assert_eq!(open(HEADER.as_bytes()), None);
}

#[test]
fn a_file_beyond_the_limit_is_refused_unread() {
    let mut csv = HEADER.as_bytes().to_vec();
    csv.resize(MAX_FILE_BYTES + 1, b'\n');
    let error = TicketFile::open(&csv, Currency::EUR).err();
    assert_eq!(error, Some(ImportError::TooLarge));
    let error = PriceList::parse(&csv, Currency::EUR).err();
    assert_eq!(error, Some(ImportError::TooLarge));
    csv.pop();
    assert!(TicketFile::open(&csv, Currency::EUR).is_ok());
}

// What is left out.

#[test]
fn rows_that_cannot_be_sold_are_listed_with_their_line_and_why() {
    let long = "x".repeat(10_000);
    #[rustfmt::skip]
    let rows: &[(&[u8], &str)] = &[
        (b"2016-10-30,09:00:00,1,NONE,1,1",          "the item says NONE"),
        (b"2016-10-30,09:00:00,1,none,1,1",          "the item says NONE"),
        (b"2016-10-30,09:00:00,1,,1,1",              "The item is missing"),
        (b"2016-10-30,09:00:00,1,\" \",1,1",         "The item is missing"),
        (b"2016-13-01,09:00:00,1,Tea,1,1",           "“2016-13-01” is not a date (2016-10-30)"),
        (b"2017-02-29,09:00:00,1,Tea,1,1",           "“2017-02-29” is not a date (2016-10-30)"),
        (b"30.10.2016,09:00:00,1,Tea,1,1",           "“30.10.2016” is not a date (2016-10-30)"),
        (b",09:00:00,1,Tea,1,1",                     "“” is not a date (2016-10-30)"),
        (b"2016-10-30,25:00:00,1,Tea,1,1",           "“25:00:00” is not a time (09:58:11)"),
        (b"2016-10-30,nine,1,Tea,1,1",               "“nine” is not a time (09:58:11)"),
        (b"2016-10-30,09:00:00,,Tea,1,1",            "The transaction is missing"),
        (b"2016-10-30,09:00:00,1,Tea,one,1",         "“one” is not a quantity with at most 3 decimals"),
        (b"2016-10-30,09:00:00,1,Tea,0.0001,1",      "“0.0001” is not a quantity with at most 3 decimals"),
        (b"2016-10-30,09:00:00,1,Tea,1e3,1",         "“1e3” is not a quantity with at most 3 decimals"),
        (b"2016-10-30,09:00:00,1,Tea,1000000,1",     "a quantity lies between -999,999.999 and 999,999.999"),
        (b"2016-10-30,09:00:00,1,Tea,0,1",           "the quantity is not above zero"),
        (b"2016-10-30,09:00:00,1,Tea,-1,1",          "the quantity is not above zero"),
        (b"2016-10-30,09:00:00,1,Tea,1,cheap",       "“cheap” is not an amount with at most 2 decimals"),
        (b"2016-10-30,09:00:00,1,Tea,1,1.005",       "“1.005” is not an amount with at most 2 decimals"),
        (b"2016-10-30,09:00:00,1,Tea,1,-1",          "the price is negative"),
        (b"2016-10-30,09:00:00,1,Tea,1,100000000000", "the amount is too large: at most 9999999999999 minor units"),
        (b"2016-10-30,09:00:00,1,T\xE9,1,1",         "a cell is not UTF-8 text"),
        (b"2016-10-30,09:00:00,\xFF,Tea,1,1",        "a cell is not UTF-8 text"),
        (b"2016-10-30,09:00:00,1,Te\0a,1,1",         "The item contains a character that cannot be kept"),
        (b"2016-10-30,09:00:00,1\x07,Tea,1,1",       "The transaction contains a character that cannot be kept"),
        (b"2016-10-30,09:00:00,1,4111 1111 1111 1111,1,1", "The item looks like a card number, which is never kept"),
        (b"2016-10-30,09:00:00,1",                   "The item is missing"),
        (b"2016-10-30",                              "“” is not a time (09:58:11)"),
        (b"x",                                       "“x” is not a date (2016-10-30)"),
    ];
    let mut csv =
        format!("{HEADER},Quantity,Price\n2016-10-30,09:00:00,1,Bread,1,1\n").into_bytes();
    let mut expected = Vec::new();
    for (line, (row, reason)) in (3..).zip(rows) {
        csv.extend(*row);
        csv.push(b'\n');
        expected.push((line, (*reason).to_owned()));
    }
    let line = 3 + rows.len() as u64;
    for (row, reason) in [
        (
            format!("2016-10-30,09:00:00,1,{long},1,1\n"),
            "The item is too long: at most 120 characters".to_owned(),
        ),
        (
            format!("2016-10-30,09:00:00,{long},Tea,1,1\n"),
            "The transaction is too long: at most 64 characters".to_owned(),
        ),
        (
            format!("{long},09:00:00,1,Tea,1,1\n"),
            format!("“{}” is not a date (2016-10-30)", &long[..32]),
        ),
        (
            format!("2016-10-30,09:00:00,1,Tea,{long},1\n"),
            format!(
                "“{}” is not a quantity with at most 3 decimals",
                &long[..24]
            ),
        ),
    ] {
        csv.extend(row.into_bytes());
        expected.push((line + expected.len() as u64 - rows.len() as u64, reason));
    }
    // What can be sold of the ticket is sold.
    csv.extend(b"2016-10-30,09:00:00,1,Jam,1,1\n");

    let files = Files::new();
    let mut shop = TestShop::open(&files);
    let report = import(&mut shop, &csv, PriceList::default());
    for (found, expected) in report.rejected.iter().zip(&expected) {
        assert_eq!(found, expected);
    }
    assert_eq!(report.rejected.len(), expected.len());
    assert_eq!((report.imported, report.units_milli), (1, 2000));
    assert_eq!(
        lines(&orders(&shop)[0]),
        [("Bread", 1000, 100), ("Jam", 1000, 100)]
    );
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    let bad = "never,09:00:00,1,Tea";
    let good = "2016-10-30,09:00:00,1,Tea";
    let over_lines = "2016-10-30,09:00:00,1,\"Tea\nwith milk\"";
    for (name, rows, expected) in [
        ("next to each other", vec![good, bad, bad], vec![3, 4]),
        (
            "after empty lines",
            vec![good, "", "", bad, "", bad],
            vec![5, 7],
        ),
        (
            "after lines of empty cells",
            vec![good, " , , ", ",,,", bad],
            vec![5],
        ),
        (
            "after a cell over two lines",
            vec![over_lines, bad, bad],
            vec![4, 5],
        ),
        ("at the top", vec![bad], vec![2]),
    ] {
        for line_end in ["\n", "\r\n"] {
            let csv = format!("{HEADER}\n{}\n", rows.join("\n")).replace('\n', line_end);
            let tickets = TicketFile::open(csv.as_bytes(), Currency::EUR)
                .unwrap()
                .read();
            let found: Vec<_> = tickets
                .rejected
                .iter()
                .filter(|row| row.reason.contains("date"))
                .map(|row| row.line)
                .collect();
            assert_eq!(found, expected, "{name}, lines end with {line_end:?}");
        }
    }
}

#[test]
fn a_ticket_with_an_item_that_nobody_priced_is_left_out_whole() {
    let files = Files::new();
    let mut shop = TestShop::open(&files);
    let list = "item,price\nBread,4.50\nTea,2.60\nCookies,1\n";
    let (prices, _) = PriceList::parse(list.as_bytes(), Currency::EUR).unwrap();
    let tickets = TicketFile::open(TICKETS, Currency::EUR).unwrap().read();
    let unpriced: Vec<_> = tickets
        .tickets
        .iter()
        .flat_map(|ticket| ticket.unpriced(&prices))
        .collect();
    assert_eq!(
        unpriced,
        ["Hot chocolate", "Jam, \"large\"", "Café crème ☕"]
    );
    let report = import(&mut shop, TICKETS, prices);
    assert_eq!((report.imported, report.units_milli), (3, 4000));
    assert_eq!(
        report.rejected,
        [
            (5, "there is no price for “Hot chocolate”".to_owned()),
            (8, "there is no price for “Jam, \"large\"”".to_owned()),
            (10, "there is no price for “Café crème ☕”".to_owned()),
        ]
    );
    // Receipts have no gap where a ticket was left out.
    let receipts: Vec<_> = orders(&shop)
        .iter()
        .map(|order| order.row.receipt_number.clone().unwrap())
        .collect();
    assert_eq!(receipts, ["IMP-000001", "IMP-000002", "IMP-000003"]);
}

#[test]
fn a_ticket_that_breaks_a_rule_is_left_out_whole_with_its_first_line() {
    let files = Files::new();
    let mut shop = TestShop::open(&files);
    let csv = format!(
        "{HEADER},Quantity,Price\n\
         2016-10-30,09:00:00,1,Tea,1,2.60\n\
         2016-10-30,09:01:00,2,Bread,1,4.50\n\
         2016-10-30,09:01:00,2,Gold,999999,99999999\n\
         2016-10-30,09:02:00,3,Tea,1,2.60\n"
    );
    let report = import(&mut shop, csv.as_bytes(), PriceList::default());
    assert_eq!(report.imported, 2);
    let reason = MoneyError::AmountOutOfRange.to_string();
    assert_eq!(report.rejected, [(3, reason)]);
    let page = views::products(
        shop.projector.views(),
        &ProductFilter {
            limit: 10,
            ..ProductFilter::default()
        },
    );
    let products: Vec<_> = page.unwrap().rows.into_iter().map(|row| row.name).collect();
    assert_eq!(products, ["Tea"], "a product came of a ticket that did not");
}

#[test]
fn a_price_that_cannot_be_is_refused_of_a_known_product_too() {
    let files = Files::new();
    let mut shop = TestShop::open(&files);
    import(&mut shop, TICKETS, one_price(250));
    let sale = |name: &str, unit_price_minor| {
        Command::RecordImportedSale(ImportedSale {
            order_id: OrderId::new("hostile").unwrap(),
            order_date: Timestamp(0),
            items: vec![ImportedItem {
                name: name.to_owned(),
                quantity: Quantity::from_milli(1).unwrap(),
                unit_price_minor,
            }],
        })
    };
    let known_negative = shop.refusal(sale("Tea", -1));
    assert_eq!(known_negative, Refusal::Order(OrderError::NegativePrice));
    let new_negative = shop.refusal(sale("New", -1));
    assert_eq!(new_negative, Refusal::Product(ProductError::NegativePrice));
    for name in ["Tea", "New"] {
        let too_large = shop.refusal(sale(name, MAX_AMOUNT_MINOR + 1));
        assert!(too_large.to_string().contains("too large"), "{too_large}");
    }
    shop.run(sale("Tea", MAX_AMOUNT_MINOR)).unwrap();
    assert_eq!(
        shop.order("hostile").lines[0].unit_price_minor,
        MAX_AMOUNT_MINOR
    );
}

#[test]
fn a_ticket_without_items_is_refused() {
    let files = Files::new();
    let mut shop = TestShop::open(&files);
    let empty = shop.refusal(Command::RecordImportedSale(ImportedSale {
        order_id: OrderId::new("empty").unwrap(),
        order_date: Timestamp(0),
        items: vec![],
    }));
    assert_eq!(empty, Refusal::Order(OrderError::Empty));
}

#[test]
fn nothing_is_imported_before_the_shop_is_set_up() {
    let files = Files::new();
    let mut shop = TestShop::empty(&files);
    let report = import(&mut shop, TICKETS, one_price(250));
    assert_eq!((report.imported, report.rejected.len()), (0, 6));
    assert_eq!(report.rejected[0].1, "the shop is not set up yet");
    assert_eq!(shop.store.head(), 0);
}

// Twice, and in pieces.

#[test]
fn the_same_file_again_changes_nothing() {
    let files = Files::new();
    let mut shop = TestShop::open(&files);
    import(&mut shop, TICKETS, one_price(250));
    let (hash, views) = (last_hash(&shop.store), dump(shop.projector.views()));
    for prices in [one_price(250), one_price(999), PriceList::default()] {
        let again = import(&mut shop, TICKETS, prices);
        assert_eq!((again.imported, again.known), (0, 6));
        assert_eq!((again.units_milli, again.rejected), (0, vec![]));
        assert_eq!(last_hash(&shop.store), hash);
        assert_eq!(dump(shop.projector.views()), views);
    }
    // Not even after a restart, or in another dress.
    let mut shop = shop.reopened(&files);
    let dressed = String::from_utf8(TICKETS.to_vec())
        .unwrap()
        .replace('\n', "\r\n");
    assert_eq!(import(&mut shop, dressed.as_bytes(), one_price(1)).known, 6);
    assert_eq!(last_hash(&shop.store), hash);
}

#[test]
fn a_file_that_has_grown_adds_only_what_is_new() {
    let files = Files::new();
    let mut shop = TestShop::open(&files);
    import(&mut shop, TICKETS, one_price(250));
    let grown = [TICKETS, b"2017-06-02,08:00:00,7,Tea\n"].concat();
    let report = import(&mut shop, &grown, one_price(250));
    assert_eq!((report.imported, report.known), (1, 6));
    assert_eq!(
        orders(&shop)[6].row.receipt_number.as_deref(),
        Some("IMP-000007")
    );
}

#[test]
fn an_import_that_was_cut_off_and_started_again_ends_like_a_whole_one() {
    let whole_files = Files::new();
    let mut whole = TestShop::open(&whole_files);
    import(&mut whole, TICKETS, one_price(250));

    for committed in 0..=6 {
        let files = Files::new();
        let mut shop = TestShop::open(&files);
        let mut first = job(TICKETS, one_price(250), &support::settings());
        record(&mut shop, &mut first, committed);
        // The next transaction is open when the power goes.
        shop.store.begin().unwrap();
        first.step(&mut shop.bus, &mut shop.store).unwrap();
        first.step(&mut shop.bus, &mut shop.store).unwrap();

        let mut shop = shop.reopened(&files);
        let report = import(&mut shop, TICKETS, one_price(250));
        let known = committed as u64;
        assert_eq!((report.known, report.imported), (known, 6 - known));
        assert_eq!(story(&shop.store), story(&whole.store));
    }
}

#[test]
fn a_slice_that_was_undone_is_done_again() {
    let whole_files = Files::new();
    let mut whole = TestShop::open(&whole_files);
    let bad = [TICKETS, b"2017-06-02,08:00:00,7,Tea\nnever,,,\n"].concat();
    let list = "item,price\nBread,4.50\nTea,2.60\nCookies,1\n";
    let prices = || PriceList::parse(list.as_bytes(), Currency::EUR).unwrap().0;
    let expected = import(&mut whole, &bad, prices());

    let files = Files::new();
    let mut shop = TestShop::open(&files);
    let mut job = job(&bad, prices(), &support::settings());
    while !job.is_finished() {
        let before = job.counts();
        shop.store.begin().unwrap();
        for _ in 0..3 {
            job.step(&mut shop.bus, &mut shop.store).unwrap();
        }
        shop.store.rollback();
        shop.bus.forget();
        job.back_to(before);
        record(&mut shop, &mut job, 2);
    }
    assert_eq!(report(&job), expected);
    assert_eq!(story(&shop.store), story(&whole.store));
}

// Apart from the live shop.

#[test]
fn a_product_is_made_once_whatever_the_case_of_its_name() {
    let files = Files::new();
    let mut shop = TestShop::open(&files);
    let rows = "2016-10-30,09:00:00,1,Coffee\n\
                2016-10-30,09:00:00,1,coffee\n\
                2016-10-30,09:01:00,2,COFFEE\n\
                2016-10-30,09:02:00,3,Tea\n";
    import(&mut shop, &below_header(rows), one_price(250));
    let filter = ProductFilter {
        limit: 10,
        ..ProductFilter::default()
    };
    let page = views::products(shop.projector.views(), &filter).unwrap();
    let found: Vec<_> = page
        .rows
        .iter()
        .map(|row| {
            (
                row.name.as_str(),
                row.category.as_str(),
                row.available_milli,
            )
        })
        .collect();
    assert_eq!(
        found,
        [("Coffee", "Imported", None), ("Tea", "Imported", None)]
    );
    let orders = orders(&shop);
    let ids: Vec<_> = orders
        .iter()
        .flat_map(|order| order.lines.iter().map(|line| &line.product_id))
        .collect();
    assert!(ids[0] == ids[1] && ids[1] == ids[2] && ids[2] != ids[3]);
}

#[test]
fn stock_shift_and_receipts_of_the_live_shop_do_not_move() {
    let files = Files::new();
    let mut shop = TestShop::open(&files);
    let bread = shop.product("Bread", 490);
    shop.run(Command::Product {
        product_id: bread.clone(),
        command: ProductCommand::ReceiveStock {
            quantity: Quantity::from_milli(10_000).unwrap(),
            supplier: String::new(),
            cost_per_unit: None,
        },
    })
    .unwrap();
    shop.add("before", &bread, 1000);
    shop.pay_exactly("before");
    shop.add("open", &bread, 1000);

    let live = |shop: &TestShop| {
        let views = shop.projector.views();
        let filter = StockFilter {
            limit: 10,
            ..StockFilter::default()
        };
        let overview = views::shop_overview(views, "T1").unwrap().unwrap();
        (
            views::stock(views, &filter).unwrap(),
            overview.shift.unwrap(),
            views::open_orders(views, "T1").unwrap(),
        )
    };
    let before = live(&shop);
    import(&mut shop, TICKETS, one_price(250));
    assert_eq!(live(&shop), before);

    shop.pay_exactly("open");
    let receipt = |order: &str| shop.order(order).row.receipt_number;
    assert_eq!(receipt("before").as_deref(), Some("T1-000001"));
    assert_eq!(receipt("open").as_deref(), Some("T1-000002"));
}

#[test]
fn the_log_says_who_imported_and_when() {
    let files = Files::new();
    let mut shop = TestShop::open(&files);
    import(&mut shop, TICKETS, one_price(250));
    let page = views::journal(&shop.store, None, 1).unwrap();
    assert_eq!(page.entries[0].event_type, "OrderCompleted");
    assert_eq!(page.entries[0].actor, "Mara");
    assert!(page.entries[0].timestamp_ms > support::OPENING.0);
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn no_file_makes_the_reader_panic(
        header in prop_oneof![Just(HEADER.to_owned()), Just(format!("{HEADER};Quantity;Price").replace(',', ";"))],
        rows in prop::collection::vec(prop_oneof![
            any::<Vec<u8>>(),
            "[-0-9:.,;\"\\t a-z]{0,40}".prop_map(String::into_bytes),
            Just(b"2016-10-30,09:00:00,1,Tea".to_vec()),
        ], 0..12),
    ) {
        let csv = [header.into_bytes(), rows.join(&b'\n')].join(&b'\n');
        let lines = 1 + csv.iter().filter(|byte| **byte == b'\n').count() as u64;
        if let Ok(file) = TicketFile::open(&csv, Currency::EUR) {
            let tickets = file.read();
            for rejected in tickets.rejected {
                prop_assert!((2..=lines).contains(&rejected.line));
                prop_assert!(rejected.reason.chars().count() < 200);
            }
            for ticket in tickets.tickets {
                prop_assert!(ticket.units_milli() > 0);
            }
        }
        let _ = PriceList::parse(&csv, Currency::EUR);
    }
}
