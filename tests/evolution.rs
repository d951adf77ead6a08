//! A log in the documents' own format, stored as it came: it replays, the rules go
//! on from it, and the views show it, natively and in a worker on OPFS.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use daybook::application::{Command, Refusal, decode};
use daybook::domain::account::{AccountCommand, AccountError};
use daybook::domain::ids::AccountId;
use daybook::domain::order::{OrderError, OrderStatus, PaymentMethod};
use daybook::domain::product::{ProductCommand, ProductError};
use daybook::domain::{Event, Quantity};
use daybook::event_store::{Batch, ExpectedVersion, NewEvent, StreamWrite, Verifier};
use daybook::views::{self, OrderFilter, StockFilter};
use support::{TestShop, add_item, cancel, dump, eur};

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// An old event: its stream, type, version of the payload, and payload.
type Old = (&'static str, &'static str, u32, &'static str);

const PRODUCTS: &[Old] = &[
    (
        "product-prod-abc",
        "ProductCreated",
        1,
        r#"{"productId":"prod-abc","name":"Rye loaf","description":null,"initialPrice":4.5,"sku":"RYE-1"}"#,
    ),
    (
        "product-prod-abc",
        "InventoryItemStocked",
        1,
        r#"{"productId":"prod-abc","quantityAdded":20,"costPerUnit":1.2,"receivedDate":"2023-10-27T08:00:00Z"}"#,
    ),
    (
        "product-prod-abc",
        "ProductPriceUpdated",
        1,
        r#"{"productId":"prod-abc","newPrice":4.8,"oldPrice":4.5,"effectiveDate":"2023-10-27"}"#,
    ),
    (
        "product-prod-abc",
        "InventoryAdjusted",
        1,
        r#"{"productId":"prod-abc","quantityChange":-3,"reason":"broken","adjustmentDate":"2023-10-27T09:00:00Z"}"#,
    ),
];

/// A sale whose end states no totals, one that was given up, and one that is open.
const SALES: &[Old] = &[
    (
        "order-sold",
        "OrderStarted",
        1,
        r#"{"orderId":"sold","customerId":"cust-7","orderDate":"2023-10-27T10:00:00Z"}"#,
    ),
    (
        "order-sold",
        "ItemAddedToCart",
        1,
        r#"{"orderId":"sold","productId":"prod-abc","productName":"Rye loaf","quantity":3,"unitPrice":4.8}"#,
    ),
    (
        "order-sold",
        "ItemAddedToCart",
        1,
        r#"{"orderId":"sold","productId":"tea","quantity":1,"unitPrice":0.1}"#,
    ),
    (
        "order-sold",
        "ItemRemovedFromCart",
        1,
        r#"{"orderId":"sold","productId":"prod-abc","quantityRemoved":1}"#,
    ),
    (
        "order-sold",
        "OrderPaymentAttempted",
        1,
        r#"{"orderId":"sold","paymentId":"pay-1","paymentMethod":"credit_card","amount":9.7,"gatewayTransactionId":"gw-17"}"#,
    ),
    (
        "order-sold",
        "PaymentProcessed",
        1,
        r#"{"orderId":"sold","paymentId":"pay-1","paymentMethod":"credit_card","transactionId":"gw-17","amountPaid":9.7}"#,
    ),
    (
        "order-sold",
        "OrderCompleted",
        1,
        r#"{"orderId":"sold","completionDate":"2023-10-27T10:05:00Z"}"#,
    ),
    (
        "order-left",
        "OrderStarted",
        1,
        r#"{"orderId":"left","orderDate":"2023-10-27T11:00:00Z"}"#,
    ),
    (
        "order-left",
        "ItemAddedToCart",
        1,
        r#"{"orderId":"left","productId":"prod-abc","quantity":5,"unitPrice":4.8}"#,
    ),
    (
        "order-left",
        "OrderCancelled",
        1,
        r#"{"orderId":"left","reason":"changed mind","cancellationDate":"2023-10-27T11:01:00Z"}"#,
    ),
    (
        "order-open",
        "OrderStarted",
        1,
        r#"{"orderId":"open","orderDate":"2023-10-27T12:00:00Z"}"#,
    ),
    (
        "order-open",
        "ItemAddedToCart",
        1,
        r#"{"orderId":"open","productId":"prod-abc","quantity":4,"unitPrice":4.8}"#,
    ),
];

/// Orders that were placed whole: confirmed, shipped and completed with a total,
/// and one that is only confirmed.
const PLACED: &[Old] = &[
    (
        "order-sent",
        "OrderCreated",
        1,
        r#"{"id":"sent","customer_id":"cust-7","order_items":[{"product_id":"prod-abc","quantity":2,"unit_price":4.8}],"total":9.6}"#,
    ),
    ("order-sent", "OrderConfirmed", 1, r#"{"orderId":"sent"}"#),
    (
        "order-sent",
        "OrderShipped",
        1,
        r#"{"orderId":"sent","trackingNumber":"0034"}"#,
    ),
    (
        "order-sent",
        "OrderCompleted",
        1,
        r#"{"orderId":"sent","completionDate":"2023-10-30","totalAmount":12.1}"#,
    ),
    (
        "order-promised",
        "OrderCreated",
        1,
        r#"{"id":"promised","customer_id":"cust-8","order_items":[{"product_id":"prod-abc","quantity":1,"unit_price":4.8}],"total":4.8}"#,
    ),
    ("order-promised", "OrderConfirmed", 1, "{}"),
];

const BANK: &[Old] = &[
    (
        "account-acc-1",
        "AccountOpened",
        1,
        r#"{"accountId":"acc-1","ownerId":"cust-7","initialDeposit":100.0}"#,
    ),
    (
        "account-acc-1",
        "MoneyDeposited",
        1,
        r#"{"accountId":"acc-1","amount":25.1}"#,
    ),
    (
        "account-acc-1",
        "MoneyDeposited",
        2,
        r#"{"accountId":"acc-1","amount":0.2,"currency":"EUR","description":"Change"}"#,
    ),
    (
        "account-acc-1",
        "MoneyDeposited",
        3,
        r#"{"amount":{"valueMinor":7,"currency":"EUR"}}"#,
    ),
    (
        "account-acc-1",
        "MoneyWithdrawn",
        1,
        r#"{"accountId":"acc-1","amount":5.3,"description":"Loaf","orderId":"sold"}"#,
    ),
    (
        "account-acc-2",
        "AccountOpened",
        1,
        r#"{"accountId":"acc-2","ownerId":"cust-8"}"#,
    ),
    (
        "account-acc-2",
        "AccountClosed",
        1,
        r#"{"accountId":"acc-2","reason":"Moved away","finalBalance":0}"#,
    ),
    (
        "staff-s1",
        "StaffMemberAdded",
        1,
        r#"{"staffId":"s1","name":"Mara van Dyk"}"#,
    ),
];

/// Stores events as they came, each in the version that it says.
fn store_old(shop: &mut TestShop, events: &[Old]) {
    for (stream_id, event_type, schema_version, payload) in events {
        let number = shop.store.head() + 1;
        let write = StreamWrite {
            stream_id: (*stream_id).to_owned(),
            stream_type: stream_id.split('-').next().unwrap(),
            expected: ExpectedVersion::Exact(shop.store.stream_version(stream_id).unwrap()),
            events: vec![NewEvent {
                event_id: format!("old-{number}"),
                event_type,
                schema_version: *schema_version,
                payload: (*payload).to_owned(),
                tags: vec![],
            }],
        };
        shop.store.begin().unwrap();
        shop.store
            .append(&Batch {
                command_id: &format!("import-{number}"),
                metadata: "{}",
                timestamp_ms: 1_700_000_000_000,
                condition: None,
                writes: vec![write],
            })
            .unwrap();
        shop.store.commit().unwrap();
    }
    shop.projector.catch_up(&shop.store).unwrap();
    for projection in views::projection_progress(shop.projector.views()).unwrap() {
        assert_eq!(projection.error, None, "{}", projection.projection_id);
    }
}

fn old_shop(files: &support::Files) -> TestShop {
    let mut shop = TestShop::open(files);
    for events in [PRODUCTS, SALES, PLACED, BANK] {
        store_old(&mut shop, events);
    }
    shop
}

fn to_account(command: AccountCommand) -> Command {
    Command::Account {
        account_id: AccountId::new("acc-1").unwrap(),
        command,
    }
}

in_both_worlds! {
    fn old_sales_show_as_they_were(files) {
        let shop = old_shop(files);
        let sold = shop.order("sold");
        assert_eq!((sold.row.status, sold.row.imported), (OrderStatus::Completed, true));
        assert_eq!((sold.row.register.as_str(), sold.row.receipt_number.clone()), ("IMP", None));
        assert_eq!(sold.row.order_date_ms, 1_698_400_800_000);
        assert_eq!(sold.completed_at_ms, Some(1_698_401_100_000));
        // No totals were stated: two loaves and a tea.
        assert_eq!((sold.row.total_amount_minor, sold.net_minor), (970, 970));
        let lines: Vec<_> = sold.lines.iter().map(|line| {
            (line.line_id.as_str(), line.product_name.as_str(), line.quantity_milli, line.line_total_minor)
        }).collect();
        assert_eq!(lines, [("prod-abc", "Rye loaf", 2000, 960), ("tea", "tea", 1000, 10)]);
        assert_eq!(sold.payments.len(), 1);
        assert_eq!(
            (sold.payments[0].method, sold.payments[0].reference.as_str(), sold.payments[0].amount_minor),
            (PaymentMethod::Card, "gw-17", 970)
        );
        assert_eq!(shop.order("left").row.status, OrderStatus::Cancelled);
        assert_eq!(shop.order("open").due_minor, 1920);
        // They are not this shift's.
        let overview = views::shop_overview(shop.projector.views(), "T1").unwrap().unwrap();
        assert_eq!(overview.shift.unwrap().sales, 0);
    }

    fn old_stock_is_what_came_in_less_what_was_sold(files) {
        let shop = old_shop(files);
        let stock = views::stock(shop.projector.views(), &StockFilter { limit: 9, ..Default::default() }).unwrap();
        assert_eq!(stock.rows.len(), 1);
        // 20 came in, 3 broke, 2 were sold and 2 sent; 4 are in a cart and 1 is promised.
        let row = &stock.rows[0];
        assert_eq!((row.on_hand_milli, row.reserved_milli, row.available_milli), (13_000, 5000, 8000));
    }

    fn orders_that_were_placed_whole_go_their_way(files) {
        let shop = old_shop(files);
        let sent = shop.order("sent");
        assert_eq!(sent.row.status, OrderStatus::Completed);
        // What the completion states counts, not what the items came to.
        assert_eq!((sent.row.total_amount_minor, sent.lines[0].line_total_minor), (1210, 960));
        // When it was placed was not said: then it is when it was recorded.
        assert_eq!(sent.row.order_date_ms, 1_700_000_000_000);
        let promised = shop.order("promised");
        assert_eq!((promised.row.status, promised.due_minor), (OrderStatus::Confirmed, 480));
        let confirmed = OrderFilter { status: Some(OrderStatus::Confirmed), limit: 9, ..Default::default() };
        let found = views::orders(shop.projector.views(), &confirmed).unwrap();
        assert_eq!((found.total, found.rows[0].order_id.as_str()), (1, "promised"));
        // What is promised is no cart any more.
        let open: Vec<_> = views::open_orders(shop.projector.views(), "IMP").unwrap();
        let open: Vec<_> = open.iter().map(|order| (order.order_id.as_str(), order.number)).collect();
        assert_eq!(open, [("open", 3)]);
        assert_eq!(shop.order("open").row.number, 3);
    }

    fn old_accounts_add_up_over_all_versions(files) {
        let shop = old_shop(files);
        let id = AccountId::new("acc-1").unwrap();
        let account = views::account(shop.projector.views(), &id).unwrap().unwrap();
        assert_eq!(account.balance_minor, 10_000 + 2510 + 20 + 7 - 530);
        let totals = views::account_totals(shop.projector.views()).unwrap();
        assert_eq!((totals.accounts, totals.closed, totals.total_balance_minor), (2, 1, 12_007));
    }

    fn the_rules_go_on_from_old_history(files) {
        let mut shop = old_shop(files);
        let refusal = shop.refusal(to_account(AccountCommand::Withdraw {
            amount: eur(12_008),
            description: String::new(),
            order_id: None,
        }));
        assert_eq!(refusal, Refusal::Account(AccountError::InsufficientFunds {
            available: eur(12_007),
            requested: eur(12_008),
        }));
        shop.run(to_account(AccountCommand::Withdraw {
            amount: eur(12_007),
            description: String::new(),
            order_id: None,
        })).unwrap();
        shop.run(to_account(AccountCommand::Close { reason: "Moved away".to_owned() })).unwrap();

        assert_eq!(shop.refusal(cancel("sold")), OrderError::NotOpen(OrderStatus::Completed).into());
        shop.run(cancel("promised")).unwrap();
        shop.run(cancel("open")).unwrap();

        // An old product has its price, but none of the shop's tax rates yet.
        let loaf = "prod-abc".parse().unwrap();
        let unknown = ProductError::UnknownTaxRate("none".to_owned());
        assert_eq!(shop.refusal(add_item("new", &loaf, 1000)), unknown.into());
        shop.run(Command::Product {
            product_id: loaf.clone(),
            command: ProductCommand::Edit(daybook::domain::product::EditProduct {
                name: "Rye loaf".to_owned(),
                description: String::new(),
                category: String::new(),
                barcodes: vec![],
                tax_rate: "standard".parse().unwrap(),
            }),
        }).unwrap();
        shop.add("new", &loaf, Quantity::ONE.milli());
        assert_eq!(shop.order("new").row.total_amount_minor, 480);
    }

    fn what_is_stored_stays_as_it_is(files) {
        let shop = old_shop(files);
        let recorded = shop.store.read_stream("account-acc-1", 2, 3).unwrap();
        let stored: Vec<_> = recorded.iter().map(|event| (event.schema_version, event.payload.as_str())).collect();
        assert_eq!(stored, BANK[1..4].iter().map(|old| (old.2, old.3)).collect::<Vec<_>>());
        // And is decoded to one event each, whatever its version.
        for event in &recorded {
            assert!(matches!(decode(&shop.store, event), Ok(Event::Account(_))));
        }
        let mut verifier = Verifier::new(shop.store.identity().log_id);
        for event in shop.store.read_all(0, 500).unwrap() {
            verifier.check(&event).unwrap();
        }
    }

    fn views_of_old_history_built_anew_are_what_they_were(files) {
        let mut shop = old_shop(files);
        let incremental = dump(shop.projector.views());
        shop.projector.reset().unwrap();
        shop.projector.catch_up(&shop.store).unwrap();
        assert_eq!(dump(shop.projector.views()), incremental);
    }
}
