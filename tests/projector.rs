//! The projector, natively and in a worker on OPFS: the views are always what
//! the log says, however they came to be.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use daybook::application::Command;
use daybook::domain::ids::OrderId;
use daybook::domain::order::{OrderStatus, Tender};
use daybook::domain::product::ProductCommand;
use daybook::domain::{Quantity, Timestamp};
use daybook::views::{self, OrderFilter, ProductFilter, StockFilter};
use support::{TestShop, add_item, assert_same, cancel, dump, envelope, pay, remove_item};

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// A day with a bit of everything.
fn trade(shop: &mut TestShop) {
    let bread = shop.product("bread", 490);
    let tea = shop.product("tea", 260);
    shop.run(Command::Product {
        product_id: bread.clone(),
        command: ProductCommand::ReceiveStock {
            quantity: Quantity::from_milli(10_000).unwrap(),
            supplier: String::new(),
            cost_per_unit: Some(support::eur(200)),
        },
    })
    .unwrap();
    shop.add("sold", &bread, 2000);
    shop.add("sold", &tea, 1000);
    shop.pay_exactly("sold");
    shop.add("left", &bread, 3000);
    shop.run(cancel("left")).unwrap();
    shop.add("open", &bread, 1000);
    shop.add("open", &bread, 1000);
    shop.run(remove_item("open", &bread, 500)).unwrap();
    shop.run(pay(
        "open",
        "p1",
        Tender::Cash {
            tendered_minor: 100,
        },
    ))
    .unwrap();
}

fn emptied_and_rebuilt(shop: &mut TestShop) -> Vec<String> {
    shop.projector.reset().unwrap();
    shop.projector.catch_up(&shop.store).unwrap();
    dump(shop.projector.views())
}

in_both_worlds! {
    fn views_show_what_happened(files) {
        let mut shop = TestShop::open(files);
        trade(&mut shop);
        let views = shop.projector.views();

        let sold = shop.order("sold");
        assert_eq!(sold.row.status, OrderStatus::Completed);
        assert_eq!((sold.row.total_amount_minor, sold.row.receipt_number.as_deref()), (1240, Some("T1-000001")));
        assert_eq!((sold.net_minor, sold.taxes[0].tax_minor, sold.due_minor, sold.change_minor), (1042, 198, 0, 0));
        assert_eq!(shop.order("left").row.status, OrderStatus::Cancelled);
        let open = shop.order("open");
        assert_eq!((open.lines.len(), open.lines[0].quantity_milli), (1, 1500));
        assert_eq!((open.paid_minor, open.due_minor), (100, 635));

        let stock = views::stock(views, &StockFilter { limit: 10, ..Default::default() }).unwrap();
        let bread = stock.rows.iter().find(|row| row.name == "bread").unwrap();
        assert_eq!((bread.on_hand_milli, bread.reserved_milli, bread.available_milli), (8000, 1500, 6500));

        let open = views::open_orders(views, "T1").unwrap();
        assert_eq!(open.iter().map(|order| (order.number, order.total_minor)).collect::<Vec<_>>(), [(3, 735)]);
        let shift = views::shop_overview(views, "T1").unwrap().unwrap().shift.unwrap();
        assert_eq!((shift.sales, shift.sales_minor, shift.cash_minor), (1, 1240, 1340));

        let page = views::orders(views, &OrderFilter { limit: 2, ..Default::default() }).unwrap();
        assert_eq!((page.total, page.rows.len()), (3, 2));
        let last = &page.rows[1];
        let after = Some((last.order_date_ms, last.order_id.clone()));
        let rest = views::orders(views, &OrderFilter { limit: 2, after, ..Default::default() }).unwrap();
        assert_eq!(rest.rows.iter().map(|row| row.order_id.as_str()).collect::<Vec<_>>(), ["sold"]);
        let found = views::orders(views, &OrderFilter { search: "000001".into(), limit: 9, ..Default::default() }).unwrap();
        assert_eq!(found.total, 1);
    }

    fn rebuilt_views_are_identical(files) {
        let mut shop = TestShop::open(files);
        trade(&mut shop);
        let incremental = dump(shop.projector.views());
        assert!(incremental.len() > 20);
        assert_same(&emptied_and_rebuilt(&mut shop), &incremental);
    }

    fn projecting_goes_on_after_a_restart(files) {
        let mut shop = TestShop::open(files);
        trade(&mut shop);
        let whole = emptied_and_rebuilt(&mut shop);
        shop.projector.reset().unwrap();
        shop.projector.step(&shop.store, 3).unwrap();
        let TestShop { store, projector, .. } = shop;
        drop(projector);
        let mut projector = files.projector(&store);
        assert_eq!(projector.position(), 3);
        projector.catch_up(&store).unwrap();
        assert_same(&dump(projector.views()), &whole);
    }

    fn projecting_what_is_projected_changes_nothing(files) {
        let mut shop = TestShop::open(files);
        trade(&mut shop);
        let before = dump(shop.projector.views());
        let step = shop.projector.step(&shop.store, 100).unwrap();
        assert_eq!((step.events, step.at_head), (0, true));
        assert_same(&dump(shop.projector.views()), &before);
    }

    fn views_of_another_log_are_thrown_away(files) {
        let mut shop = TestShop::open(files);
        trade(&mut shop);
        drop(shop.projector);
        let views = files.connect("views.db");
        views.execute_batch("PRAGMA locking_mode = EXCLUSIVE; UPDATE built_from SET epoch = 99").unwrap();
        drop(views);
        let mut projector = files.projector(&shop.store);
        assert_eq!(projector.position(), 0);
        projector.catch_up(&shop.store).unwrap();
        assert_eq!(views::open_orders(projector.views(), "T1").unwrap().len(), 1);
    }

    fn views_that_are_ahead_of_the_log_are_thrown_away(files) {
        let shop = TestShop::open(files);
        drop(shop.projector);
        let views = files.connect("views.db");
        views.execute_batch("PRAGMA locking_mode = EXCLUSIVE; UPDATE projection_progress SET last_processed_position = 999").unwrap();
        drop(views);
        assert_eq!(files.projector(&shop.store).position(), 0);
    }

    fn products_are_found_by_any_prefix_accents_and_case_aside(files) {
        let mut shop = TestShop::open(files);
        for name in ["Crème brûlée", "Café au lait", "<script>alert(1)</script>", "قهوة عربية", "'; DROP TABLE events;--"] {
            let command = ProductCommand::Create(support::new_product(name, 100));
            let id = format!("p-{}", shop.store.head());
            shop.run(Command::Product { product_id: daybook::domain::ProductId::new(id).unwrap(), command }).unwrap();
        }
        let find = |search: &str| -> Vec<String> {
            let filter = ProductFilter { search: search.into(), limit: 10, ..Default::default() };
            views::products(shop.projector.views(), &filter).unwrap().rows.into_iter().map(|row| row.name).collect()
        };
        assert_eq!(find("creme bru"), ["Crème brûlée"]);
        assert_eq!(find("CAFE"), ["Café au lait"]);
        assert_eq!(find("قهوة"), ["قهوة عربية"]);
        assert_eq!(find("script"), ["<script>alert(1)</script>"]);
        assert_eq!(find("drop"), ["'; DROP TABLE events;--"]);
        assert_eq!(find("\"*:^(").len(), 0);
        assert_eq!(find("").len(), 5);
    }

    fn the_views_are_written_back_when_asked_and_not_before(files) {
        let mut shop = TestShop::open(files);
        shop.projector.write_back_by_hand().unwrap();
        trade(&mut shop);
        let pages = shop.projector.pages_to_write_back().unwrap();
        assert!(pages > 0);
        let before = dump(shop.projector.views());
        shop.projector.write_back().unwrap();
        assert_eq!(shop.projector.pages_to_write_back().unwrap(), 0);
        assert_same(&dump(shop.projector.views()), &before);
        // What comes after begins the WAL anew.
        shop.product("cake", 300);
        let pages = shop.projector.pages_to_write_back().unwrap();
        assert!((1..100).contains(&pages), "{pages}");
    }

    fn a_command_that_comes_twice_is_projected_once(files) {
        let mut shop = TestShop::open(files);
        let tea = shop.product("tea", 260);
        let once = envelope("tap-1", add_item("o", &tea, 1000));
        let first = shop.execute(&once).unwrap();
        let again = shop.execute(&once).unwrap();
        assert_eq!(first, again);
        assert_eq!(shop.order("o").lines[0].quantity_milli, 1000);
    }

    fn the_journal_tells_who_and_what_newest_first(files) {
        let mut shop = TestShop::open(files);
        trade(&mut shop);
        let page = views::journal(&shop.store, None, 2).unwrap();
        assert_eq!(page.head, shop.store.head());
        assert_eq!(page.entries[0].event_type, "PaymentProcessed");
        assert_eq!((page.entries[0].actor.as_str(), page.entries[0].position), ("Mara", page.head));
        let story = views::order_timeline(&shop.store, &OrderId::new("sold").unwrap()).unwrap();
        assert_eq!(
            story.entries.iter().map(|entry| entry.event_type.as_str()).collect::<Vec<_>>(),
            ["OrderStarted", "ItemAddedToCart", "ItemAddedToCart", "OrderPaymentAttempted", "PaymentProcessed", "OrderCompleted"]
        );
        assert!(Timestamp(story.entries[0].timestamp_ms) > support::OPENING);
    }
}
