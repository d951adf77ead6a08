//! The command bus: what a decision depended on still holds when it is recorded,
//! what was carried out is carried out once, and what happened in between is
//! told.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use daybook::application::{Cause, Command, CommandError, Refusal};
use daybook::domain::ids::ProductId;
use daybook::domain::order::Tender;
use daybook::domain::product::{EditProduct, ProductCommand, ProductError};
use daybook::event_store::Metadata;
use support::{TestShop, add_item, envelope, new_product, pay, settings};

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

fn with_code(id: &str, sku: &str, barcodes: &[&str]) -> Command {
    let mut product = new_product(id, 100);
    product.sku = sku.to_owned();
    product.barcodes = barcodes.iter().map(|code| (*code).to_owned()).collect();
    Command::Product {
        product_id: ProductId::new(id).unwrap(),
        command: ProductCommand::Create(product),
    }
}

fn barcodes(id: &str, barcodes: &[&str]) -> Command {
    Command::Product {
        product_id: ProductId::new(id).unwrap(),
        command: ProductCommand::Edit(EditProduct {
            name: id.to_owned(),
            description: String::new(),
            category: "Food".to_owned(),
            barcodes: barcodes.iter().map(|code| (*code).to_owned()).collect(),
            tax_rate: settings().tax_rates[0].id.clone(),
        }),
    }
}

fn metadata(shop: &TestShop, position: u64) -> Metadata {
    let event = shop.store.read_all(position - 1, 1).unwrap().remove(0);
    serde_json::from_str(&event.metadata).unwrap()
}

in_both_worlds! {
    fn a_command_is_answered_again_after_a_restart(files) {
        let mut shop = TestShop::open(files);
        shop.product("tea", 260);
        let tea = ProductId::new("tea").unwrap();
        let sale = [
            envelope("add", add_item("o", &tea, 1000)),
            envelope("pay", pay("o", "p1", Tender::ExactCash)),
        ];
        let first: Vec<_> = sale.iter().map(|command| shop.execute(command).unwrap()).collect();
        let head = shop.store.head();
        drop(shop);
        let mut shop = TestShop::empty(files);
        // Under another id each of them would be refused by now.
        for (number, command) in sale.iter().enumerate() {
            let other = envelope(&format!("other-{number}"), command.command.clone());
            assert!(matches!(shop.execute(&other), Err(CommandError::Refused(Refusal::Order(_)))));
        }
        let again: Vec<_> = sale.iter().map(|command| shop.execute(command).unwrap()).collect();
        assert_eq!((again, shop.store.head()), (first, head));
    }

    fn a_code_that_moved_on_many_times_is_still_one_products(files) {
        let mut shop = TestShop::open(files);
        for id in ["p0", "p1", "late"] {
            shop.run(with_code(id, "", &[])).unwrap();
        }
        // More events about the code than are looked at at once.
        for round in 0..70 {
            let id = ["p0", "p1"][round % 2];
            shop.run(barcodes(id, &["B1"])).unwrap();
            if round == 69 {
                break;
            }
            shop.run(barcodes(id, &[])).unwrap();
        }
        let taken = |owner: &str| Refusal::Product(ProductError::CodeTaken {
            code: "B1".to_owned(),
            owner: ProductId::new(owner).unwrap(),
        });
        assert_eq!(shop.refusal(barcodes("late", &["B1"])), taken("p1"));
        shop.run(barcodes("p1", &[])).unwrap();
        shop.run(barcodes("late", &["B1"])).unwrap();
        assert_eq!(shop.refusal(barcodes("p0", &["B1"])), taken("late"));
        assert_eq!(shop.bus.conflicts(), 0);
    }

    fn what_led_to_a_command_stands_in_its_events(files) {
        let mut shop = TestShop::open(files);
        let own = shop.run(with_code("tea", "", &[])).unwrap();
        let cause = Cause { correlation_id: "command-0".to_owned(), causation_id: "event-0".to_owned() };
        shop.store.begin().unwrap();
        let caused = shop.bus.execute_caused_by(&mut shop.store, &envelope("c", with_code("milk", "", &[])), &cause).unwrap();
        shop.store.commit().unwrap();
        let (own, caused) = (metadata(&shop, own.position), metadata(&shop, caused.position));
        assert_eq!((own.correlation_id.as_str(), own.causation_id.as_str()), ("", ""));
        assert_eq!((caused.command_id.as_str(), caused.correlation_id.as_str(), caused.causation_id.as_str()), ("c", "command-0", "event-0"));
    }

    fn a_conflict_is_given_up_after_a_few_attempts_and_told(files) {
        let mut shop = TestShop::open(files);
        // Nobody else writes, so only a cheat makes a conflict: as soon as a command
        // begins to record, another product has its code. Undone with the attempt,
        // it comes again with the next.
        shop.store.connection().execute_batch(
            "CREATE TEMP TRIGGER cheat AFTER INSERT ON main.commands
             BEGIN
                 INSERT INTO events VALUES (1000, 'cheat', 'product-cheat', 'product', 1, 'ProductCreated', 2, '{}', '{}', 0, 'T9', 1, zeroblob(32));
                 INSERT INTO event_tags VALUES ('code:B1', 1000);
             END;",
        ).unwrap();
        assert_eq!(shop.refusal(with_code("tea", "", &["B1"])), Refusal::TooManyConflicts);
        let health = shop.bus.health().clone();
        assert_eq!((health.conflicts, health.given_up), (3, 1));
        let told = health.last_conflict.unwrap();
        assert!(told.contains("event 1000, ProductCreated of stream product-cheat"), "{told}");
        shop.store.connection().execute_batch("DROP TRIGGER cheat").unwrap();
        shop.run(with_code("tea", "", &["B1"])).unwrap();
        assert_eq!((shop.bus.conflicts(), shop.bus.health().given_up), (3, 1));
    }
}
