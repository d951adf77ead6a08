//! Views that are built anew while the old ones serve, and events that cannot be
//! applied, natively and in a worker on OPFS: nothing is passed over in silence,
//! nothing is held up but what has to wait, and in the end the views are what the
//! log says.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use daybook::application::Command;
use daybook::domain::product::ProductCommand;
use daybook::domain::{ProductId, Quantity};
use daybook::event_store::{Batch, EventStore, ExpectedVersion, NewEvent, StreamWrite};
use daybook::projector::{Projector, ProjectorError, Retried, Rows};
use daybook::views::{self, DeadLetter, ProductFilter, ProjectionProgress};
use support::{Files, TestShop, add_item, assert_same, cancel, dump, remove_item};

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

const LINES: &str = "order_lines";
const CATALOGUE: &str = "products_catalog";

/// A few orders in every state.
fn trade(shop: &mut TestShop) {
    let bread = shop.product("bread", 490);
    let tea = shop.product("tea", 260);
    shop.run(Command::Product {
        product_id: bread.clone(),
        command: ProductCommand::ReceiveStock {
            quantity: Quantity::from_milli(10_000).unwrap(),
            supplier: String::new(),
            cost_per_unit: None,
        },
    })
    .unwrap();
    for order in ["first", "second", "third"] {
        shop.add(order, &bread, 2000);
        shop.add(order, &tea, 1000);
    }
    shop.pay_exactly("first");
    shop.run(cancel("second")).unwrap();
    shop.run(remove_item("third", &bread, 500)).unwrap();
}

/// Views of the shop's log, built from nothing in files of their own.
fn built_fresh(files: &Files, store: &EventStore) -> Vec<String> {
    let views = files.connect("fresh.db");
    let mut fresh = Projector::open(views, store, daybook::projector::all()).unwrap();
    fresh.reset().unwrap();
    fresh.catch_up(store).unwrap();
    dump(fresh.views())
}

fn finish_rebuilds(shop: &mut TestShop, limit: u32) {
    while shop.projector.is_rebuilding() {
        shop.projector.rebuild_step(&shop.store, limit).unwrap();
    }
}

fn progress(shop: &TestShop, projection: &str) -> ProjectionProgress {
    let all = views::projection_progress(shop.projector.views()).unwrap();
    let found = all.into_iter().find(|row| row.projection_id == projection);
    found.unwrap()
}

fn dead_letters(shop: &TestShop, projection: &str) -> Vec<DeadLetter> {
    let page = views::dead_letters(shop.projector.views(), 100).unwrap();
    assert_eq!(page.rows.len() as u64, page.total);
    let of_projection = page.rows.into_iter();
    of_projection
        .filter(|letter| letter.projection_id == projection)
        .collect()
}

fn names(shop: &TestShop) -> Vec<String> {
    let filter = ProductFilter {
        limit: 100,
        ..ProductFilter::default()
    };
    let page = views::products(shop.projector.views(), &filter).unwrap();
    page.rows.into_iter().map(|row| row.name).collect()
}

/// What another program, or a Daybook with a fault, might have recorded.
fn record(shop: &mut TestShop, stream: &str, events: &[(&'static str, u32, &str)]) -> u64 {
    shop.store.begin().unwrap();
    let head = shop.store.head();
    let new =
        |(place, (event_type, schema_version, payload)): (usize, &(&'static str, u32, &str))| {
            NewEvent {
                event_id: format!("00000000-0000-7000-8000-{:012}", head as usize + place),
                event_type,
                schema_version: *schema_version,
                payload: (*payload).to_owned(),
                tags: vec![],
            }
        };
    let appended = shop
        .store
        .append(&Batch {
            command_id: &format!("recorded-{head}"),
            metadata: "{}",
            timestamp_ms: 1,
            writes: vec![StreamWrite {
                stream_id: stream.to_owned(),
                stream_type: "product",
                expected: ExpectedVersion::Any,
                events: events.iter().enumerate().map(new).collect(),
            }],
            condition: None,
        })
        .unwrap();
    shop.store.commit().unwrap();
    shop.projector.catch_up(&shop.store).unwrap();
    appended.first_position
}

/// A product whose creation cannot be read, and that was renamed since.
fn record_unreadable_product(shop: &mut TestShop) -> u64 {
    record(
        shop,
        "product-odd",
        &[
            ("ProductCreated", 2, r#"{"name":7}"#),
            ("ProductNameChanged", 1, r#"{"name":"Odd thing"}"#),
        ],
    )
}

/// As if a new build had an upcaster that can read the event at `position`.
fn make_readable(shop: &TestShop, position: u64) {
    let log = shop.store.connection();
    log.execute_batch("DROP TRIGGER events_refuse_update")
        .unwrap();
    let changed = log
        .execute(
            "UPDATE events SET payload = (SELECT payload FROM events
                 WHERE event_type = 'ProductCreated' ORDER BY global_position LIMIT 1)
             WHERE global_position = ?1",
            [position],
        )
        .unwrap();
    assert_eq!(changed, 1);
}

/// Writes to the tables behind readers' backs, whatever their generation.
fn spoil(views: &rusqlite::Connection, table: &str, change: &str) {
    let physical: String = views
        .query_row(
            "SELECT physical FROM projection_tables WHERE name = ?1 ORDER BY generation LIMIT 1",
            [table],
            |row| row.get(0),
        )
        .unwrap();
    let changed = views
        .execute(&format!("UPDATE \"{physical}\" SET {change}"), [])
        .unwrap();
    assert!(changed > 0);
}

in_both_worlds! {
    fn old_tables_serve_until_the_new_ones_are_swapped_in(files) {
        let mut shop = TestShop::open(files);
        trade(&mut shop);
        let truth = dump(shop.projector.views());
        spoil(shop.projector.views(), LINES, "product_name = 'old'");
        let old = dump(shop.projector.views());

        shop.projector.start_rebuild(LINES).unwrap();
        let step = shop.projector.rebuild_step(&shop.store, 3).unwrap();
        assert_eq!((step.events, step.swapped.len(), step.more), (3, 0, true));
        assert_eq!(progress(&shop, LINES).rebuild.unwrap().position, 3);
        assert_same(&dump(shop.projector.views()), &old);

        let mut swapped = Vec::new();
        while shop.projector.is_rebuilding() {
            swapped.extend(shop.projector.rebuild_step(&shop.store, 3).unwrap().swapped);
        }
        assert_eq!(swapped.len(), 1);
        assert_eq!((swapped[0].projection, &swapped[0].rows), (LINES, &Rows::Any));
        assert_same(&dump(shop.projector.views()), &truth);
        assert_eq!(progress(&shop, LINES).rebuild, None);
    }

    fn selling_goes_on_during_a_rebuild(files) {
        let mut shop = TestShop::open(files);
        trade(&mut shop);
        shop.projector.start_rebuild_of_all().unwrap();
        let bread = ProductId::new("bread").unwrap();
        let mut sales = 0;
        while shop.projector.is_rebuilding() {
            if sales < 5 {
                let order = format!("during-{sales}");
                shop.add(&order, &bread, 1000);
                assert_eq!(shop.order(&order).lines.len(), 1);
                sales += 1;
            }
            shop.projector.rebuild_step(&shop.store, 4).unwrap();
        }
        assert_eq!(sales, 5);
        assert_same(&dump(shop.projector.views()), &built_fresh(files, &shop.store));
    }

    fn a_rebuild_goes_on_after_a_restart(files) {
        let mut shop = TestShop::open(files);
        trade(&mut shop);
        let truth = dump(shop.projector.views());
        shop.projector.start_rebuild(LINES).unwrap();
        shop.projector.rebuild_step(&shop.store, 5).unwrap();
        let TestShop { store, projector, .. } = shop;
        drop(projector);
        let mut projector = files.projector(&store);
        assert!(projector.is_rebuilding());
        let step = projector.rebuild_step(&store, 1000).unwrap();
        assert_eq!(step.events as u64, store.head() - 5);
        assert_same(&dump(projector.views()), &truth);
    }

    fn a_rebuild_that_is_given_up_leaves_nothing_behind(files) {
        let mut shop = TestShop::open(files);
        trade(&mut shop);
        let before = dump(shop.projector.views());
        let tables = tables_of(shop.projector.views());
        shop.projector.start_rebuild_of_all().unwrap();
        shop.projector.rebuild_step(&shop.store, 7).unwrap();
        assert!(tables_of(shop.projector.views()).len() > tables.len());
        for projection in daybook::projector::all() {
            shop.projector.cancel_rebuild(projection.id()).unwrap();
        }
        assert!(!shop.projector.is_rebuilding());
        while shop.projector.drop_old_tables(2).unwrap() {}
        assert_eq!(tables_of(shop.projector.views()), tables);
        assert_same(&dump(shop.projector.views()), &before);
    }

    fn old_tables_are_dropped_in_slices(files) {
        let mut shop = TestShop::open(files);
        trade(&mut shop);
        let count = tables_of(shop.projector.views()).len();
        shop.projector.start_rebuild_of_all().unwrap();
        finish_rebuilds(&mut shop, 1000);
        let mut slices = 0;
        while shop.projector.drop_old_tables(2).unwrap() {
            slices += 1;
        }
        assert!(slices > 20, "{slices}");
        assert_eq!(tables_of(shop.projector.views()).len(), count);
        assert_same(&dump(shop.projector.views()), &built_fresh(files, &shop.store));
    }

    fn tables_of_another_version_serve_until_theirs_are_built(files) {
        let mut shop = TestShop::open(files);
        trade(&mut shop);
        let truth = dump(shop.projector.views());
        drop(shop.projector);
        let views = files.connect("views.db");
        views.execute_batch("PRAGMA locking_mode = EXCLUSIVE; UPDATE projection_progress SET version = 0 WHERE projection_id = 'order_lines'").unwrap();
        spoil(&views, LINES, "product_name = 'old'");
        drop(views);

        shop.projector = files.projector(&shop.store);
        let outdated = progress(&shop, LINES);
        assert_eq!((outdated.version, outdated.status.as_str()), (0, "outdated"));
        assert!(outdated.error.unwrap().contains("version 1 is being built"));
        assert_eq!(shop.order("third").lines[0].product_name, "old");
        assert!(matches!(shop.projector.cancel_rebuild(LINES), Err(ProjectorError::MustBeRebuilt(_))));
        // The others are not held up by it.
        let bread = ProductId::new("bread").unwrap();
        shop.run(add_item("fourth", &bread, 1000)).unwrap();
        assert_eq!(shop.projector.position(), shop.store.head());

        finish_rebuilds(&mut shop, 4);
        assert_eq!(shop.order("third").lines[0].product_name, "bread");
        assert_same(&dump(shop.projector.views()), &built_fresh(files, &shop.store));
        assert!(truth.len() < dump(shop.projector.views()).len());
    }

    fn an_event_that_cannot_be_read_holds_up_its_own_stream_only(files) {
        let mut shop = TestShop::open(files);
        trade(&mut shop);
        let position = record_unreadable_product(&mut shop);
        shop.product("cake", 300);

        assert_eq!(shop.projector.position(), shop.store.head());
        assert_eq!(names(&shop), ["bread", "cake", "tea"]);
        let letters = dead_letters(&shop, CATALOGUE);
        assert_eq!(letters.len(), 1);
        assert_eq!((letters[0].position, letters[0].sequence_key.as_str()), (position, "product-odd"));
        assert_eq!((letters[0].attempts, letters[0].waiting), (1, 1));
        assert!(letters[0].error.contains("ProductCreated"), "{}", letters[0].error);
        assert_eq!(progress(&shop, CATALOGUE).dead_letters, 2);
        assert!(progress(&shop, CATALOGUE).error.unwrap().contains(&position.to_string()));
        // Its creation concerns the stock too; a projection of orders knows nothing of it.
        assert_eq!(dead_letters(&shop, "current_inventory").len(), 1);
        assert_eq!(progress(&shop, LINES).dead_letters, 0);
    }

    fn what_waits_still_waits_after_a_restart(files) {
        let mut shop = TestShop::open(files);
        let position = record_unreadable_product(&mut shop);
        drop(shop.projector);
        shop.projector = files.projector(&shop.store);
        assert!(shop.projector.has_dead_letters());
        record(&mut shop, "product-odd", &[("ProductNameChanged", 1, r#"{"name":"Again"}"#)]);
        let letters = dead_letters(&shop, CATALOGUE);
        assert_eq!((letters[0].position, letters[0].waiting), (position, 2));
        let again = shop.projector.retry(&shop.store, CATALOGUE, position).unwrap();
        assert_eq!(again, Retried { applied: 0, left: 3 });
        assert_eq!(dead_letters(&shop, CATALOGUE)[0].attempts, 2);
    }

    fn a_dead_letter_that_can_be_read_by_now_is_applied_with_what_waits(files) {
        let mut shop = TestShop::open(files);
        trade(&mut shop);
        let position = record_unreadable_product(&mut shop);
        shop.product("cake", 300);
        make_readable(&shop, position);

        let retried = shop.projector.retry(&shop.store, CATALOGUE, position).unwrap();
        assert_eq!(retried, Retried { applied: 2, left: 0 });
        assert!(names(&shop).contains(&"Odd thing".to_owned()));
        assert_eq!(shop.projector.retry_all(&shop.store).unwrap().left, 0);
        assert!(!shop.projector.has_dead_letters());
        assert_eq!(progress(&shop, CATALOGUE).error, None);
        // Products are numbered in the order of the log: that one came late.
        assert!(shop.projector.is_rebuilding());
        finish_rebuilds(&mut shop, 10);
        assert_same(&dump(shop.projector.views()), &built_fresh(files, &shop.store));
    }

    fn a_dead_letter_that_is_skipped_is_left_out_for_good(files) {
        let mut shop = TestShop::open(files);
        trade(&mut shop);
        let position = record_unreadable_product(&mut shop);
        let skipped = shop.projector.skip(&shop.store, CATALOGUE, position).unwrap();
        assert_eq!(skipped, Retried { applied: 1, left: 0 });
        assert!(dead_letters(&shop, CATALOGUE).is_empty());
        assert!(matches!(
            shop.projector.retry(&shop.store, CATALOGUE, position),
            Err(ProjectorError::NoSuchDeadLetter { .. })
        ));
        finish_rebuilds(&mut shop, 10);
        drop(shop.projector);
        shop.projector = files.projector(&shop.store);
        let before = dump(shop.projector.views());
        shop.projector.start_rebuild(CATALOGUE).unwrap();
        finish_rebuilds(&mut shop, 10);
        assert_same(&dump(shop.projector.views()), &before);
        assert_eq!(names(&shop), ["bread", "tea"]);
    }

    fn an_event_that_cannot_be_applied_stops_a_rebuild_and_the_old_tables_stay(files) {
        let mut shop = TestShop::open(files);
        trade(&mut shop);
        let position = record_unreadable_product(&mut shop);
        shop.product("cake", 300);
        let old = dump(shop.projector.views());
        shop.projector.start_rebuild_of_all().unwrap();
        finish_rebuilds(&mut shop, 10);

        let stopped = progress(&shop, CATALOGUE).rebuild.unwrap();
        assert_eq!((stopped.stopped, stopped.stopped_at), (true, Some(position)));
        assert!(stopped.error.unwrap().contains("ProductCreated"));
        assert!(stopped.position < position);
        // The others went on, and the dead letters are the same as before.
        assert_eq!(progress(&shop, LINES).rebuild, None);
        assert_same(&dump(shop.projector.views()), &old);

        shop.projector.skip(&shop.store, CATALOGUE, position).unwrap();
        finish_rebuilds(&mut shop, 10);
        assert_eq!(progress(&shop, CATALOGUE).rebuild, None);
        assert_eq!(progress(&shop, CATALOGUE).dead_letters, 0);
        assert_eq!(names(&shop), ["bread", "cake", "tea"]);
    }

    fn an_event_of_an_unknown_type_is_not_passed_over(files) {
        let mut shop = TestShop::open(files);
        let position = record(&mut shop, "product-new", &[("ProductDescribed", 1, r#"{"description":"x"}"#)]);
        shop.product("cake", 300);
        let log = shop.store.connection();
        log.execute_batch("DROP TRIGGER events_refuse_update").unwrap();
        log.execute("UPDATE events SET event_type = 'ProductEaten' WHERE global_position = ?1", [position]).unwrap();
        shop.projector.reset().unwrap();
        shop.projector.catch_up(&shop.store).unwrap();
        for concerned in [CATALOGUE, "current_inventory"] {
            let letters = dead_letters(&shop, concerned);
            assert_eq!((letters.len(), letters[0].position), (1, position), "{concerned}");
            assert!(letters[0].error.contains("ProductEaten"), "{}", letters[0].error);
        }
        assert!(dead_letters(&shop, LINES).is_empty());
        assert_eq!(names(&shop), ["cake"]);
    }

    fn an_event_that_breaks_a_rule_of_the_tables_leaves_no_half_of_itself(files) {
        let mut shop = TestShop::open(files);
        trade(&mut shop);
        let created: String = shop.store.connection()
            .query_row(
                "SELECT json_set(payload, '$.barcodes', json_array('4006381333931'))
                 FROM events WHERE event_type = 'ProductCreated' LIMIT 1",
                [],
                |row| row.get(0),
            )
            .unwrap();
        // The same product is created twice; in between, another one is.
        let position = record(&mut shop, "product-bread", &[("ProductCreated", 2, &created)]);
        record(&mut shop, "product-cake", &[("ProductCreated", 2, &created)]);
        let letters = dead_letters(&shop, CATALOGUE);
        assert_eq!((letters.len(), letters[0].position), (1, position));
        let owners: Vec<String> = shop.projector.views()
            .prepare("SELECT product_id FROM product_barcodes").unwrap()
            .query_map([], |row| row.get(0)).unwrap()
            .collect::<Result<_, _>>().unwrap();
        assert_eq!(owners, ["cake"]);
    }

    fn chosen_streams_are_replayed_alone(files) {
        let mut shop = TestShop::open(files);
        trade(&mut shop);
        let truth = dump(shop.projector.views());
        spoil(shop.projector.views(), LINES, "product_name = 'old' WHERE order_id IN ('first', 'third')");
        let events = shop.projector.replay_streams(&shop.store, LINES, &["order-first"]).unwrap();
        assert_eq!(events, 2);
        assert_eq!(shop.order("first").lines[0].product_name, "bread");
        assert_eq!(shop.order("third").lines[0].product_name, "old");
        shop.projector.replay_streams(&shop.store, LINES, &["order-third"]).unwrap();
        assert_same(&dump(shop.projector.views()), &truth);
        assert!(matches!(
            shop.projector.replay_streams(&shop.store, CATALOGUE, &["product-bread"]),
            Err(ProjectorError::NotByStream(_))
        ));
        assert!(matches!(
            shop.projector.replay_streams(&shop.store, "nothing", &[]),
            Err(ProjectorError::NoSuchProjection(_))
        ));
        assert_same(&dump(shop.projector.views()), &truth);
    }

    fn a_gap_in_the_log_is_not_passed_over(files) {
        let mut shop = TestShop::open(files);
        trade(&mut shop);
        shop.store.connection().execute_batch(
            "DROP TRIGGER events_refuse_delete; DELETE FROM events WHERE global_position = 4"
        ).unwrap();
        shop.projector.reset().unwrap();
        let error = shop.projector.catch_up(&shop.store).unwrap_err();
        assert!(matches!(error, ProjectorError::Gap { expected: 4, found: 5 }), "{error}");
        assert_eq!(shop.projector.position(), 0);
    }

    fn views_of_a_history_that_went_another_way_are_thrown_away(files) {
        let mut shop = TestShop::open(files);
        trade(&mut shop);
        drop(shop.projector);
        // As after an older copy of the journal was put back and sold on.
        let views = files.connect("views.db");
        views.execute_batch("PRAGMA locking_mode = EXCLUSIVE; UPDATE projection_progress SET last_processed_event_id = 'another'").unwrap();
        drop(views);
        shop.projector = files.projector(&shop.store);
        assert_eq!(shop.projector.position(), 0);
        shop.projector.catch_up(&shop.store).unwrap();
        assert_same(&dump(shop.projector.views()), &built_fresh(files, &shop.store));
    }

    fn views_of_another_format_are_thrown_away(files) {
        let mut shop = TestShop::open(files);
        trade(&mut shop);
        let truth = dump(shop.projector.views());
        drop(shop.projector);
        let views = files.connect("views.db");
        views.execute_batch("PRAGMA locking_mode = EXCLUSIVE; PRAGMA user_version = 1; DROP TABLE projection_tables").unwrap();
        drop(views);
        shop.projector = files.projector(&shop.store);
        shop.projector.catch_up(&shop.store).unwrap();
        assert_same(&dump(shop.projector.views()), &truth);
    }

    fn a_step_says_which_rows_changed(files) {
        let mut shop = TestShop::open(files);
        trade(&mut shop);
        let bread = ProductId::new("bread").unwrap();
        shop.store.begin().unwrap();
        shop.bus.execute(&mut shop.store, &support::envelope("tap", add_item("third", &bread, 1000))).unwrap();
        shop.store.commit().unwrap();
        let step = shop.projector.step(&shop.store, 100).unwrap();
        let rows = |projection: &str| match step.changed.iter().find(|changed| changed.projection == projection) {
            Some(changed) => match &changed.rows {
                Rows::Keys(keys) => keys.iter().cloned().collect::<Vec<_>>(),
                Rows::Any => vec!["*".to_owned()],
            },
            None => Vec::new(),
        };
        assert_eq!(rows(LINES), ["third"]);
        assert_eq!(rows("current_inventory"), ["bread"]);
        assert_eq!(rows("open_orders"), ["third"]);
        assert_eq!(rows(CATALOGUE), Vec::<String>::new());
    }
}

fn tables_of(views: &rusqlite::Connection) -> Vec<String> {
    let mut names: Vec<String> = views
        .prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type <> 'view'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    names.sort();
    names
}
