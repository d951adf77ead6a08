//! Snapshots: loading with and without them gives the same state, and one that
//! does not fit counts for nothing.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use daybook::application::{Command, CommandBus, Repository, SeededEnvironment};
use daybook::domain::StreamType;
use daybook::domain::ids::ProductId;
use daybook::domain::product::{Product, ProductCommand};
use daybook::event_store::{EventStore, Snapshot, Snapshots};
use support::{OPENING, TestShop, envelope, eur};

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

fn snapshots(shop: &TestShop) -> Snapshots {
    Snapshots::new(shop.projector.share_views())
}

fn new_bus(shop: &TestShop) -> CommandBus<SeededEnvironment> {
    let environment = SeededEnvironment::new(shop.store.head() + 7, OPENING);
    CommandBus::new(environment, "test").with_snapshots(snapshots(shop))
}

/// A shop whose bus uses snapshots.
fn open(files: &support::Files) -> TestShop {
    let mut shop = TestShop::open(files);
    shop.bus = new_bus(&shop);
    shop
}

fn reprice(id: &str, minor: i64) -> Command {
    Command::Product {
        product_id: ProductId::new(id).unwrap(),
        command: ProductCommand::ChangePrice {
            new_price: eur(minor),
        },
    }
}

/// A product whose stream has so many events.
fn product_with(shop: &mut TestShop, id: &str, events: u64) {
    shop.product(id, 100);
    shop.store.begin().unwrap();
    for number in 1..events {
        let command = envelope(&format!("{id}-{number}"), reprice(id, 100 + number as i64));
        shop.bus.execute(&mut shop.store, &command).unwrap();
    }
    shop.store.commit().unwrap();
}

fn load(store: &EventStore, snapshots: Option<Snapshots>, id: &str) -> (Product, u64) {
    let mut repository = Repository::default();
    if let Some(snapshots) = snapshots {
        repository.use_snapshots(snapshots);
    }
    let id = ProductId::new(id).unwrap();
    let loaded = repository.product(store, &id).unwrap();
    (loaded.state.unwrap(), loaded.version)
}

in_both_worlds! {
    fn a_long_stream_begins_with_its_snapshot(files) {
        let mut shop = open(files);
        product_with(&mut shop, "short", 99);
        assert!(!shop.bus.snapshots_due());
        product_with(&mut shop, "tea", 150);
        assert!(shop.bus.snapshots_due());
        assert_eq!(shop.bus.take_snapshots(&shop.store, 10).unwrap(), 1);
        assert!(!shop.bus.snapshots_due());
        let taken = snapshots(&shop).load("product-tea").unwrap().unwrap();
        assert_eq!((taken.version, taken.schema_version), (150, 1));
        shop.run(reprice("tea", 7)).unwrap();
        let (product, version) = load(&shop.store, Some(snapshots(&shop)), "tea");
        assert_eq!((product.price, version), (eur(7), 151));
        assert_eq!((product, version), load(&shop.store, None, "tea"));
        // That it does begin there: what the snapshot says is believed.
        let told = Snapshot { state: taken.state.replace("\"tea\"", "\"told\""), ..taken };
        snapshots(&shop).save("product-tea", &told).unwrap();
        assert_eq!(load(&shop.store, Some(snapshots(&shop)), "tea").0.name, "told");
        snapshots(&shop).forget("product-tea").unwrap();
        assert_eq!(load(&shop.store, Some(snapshots(&shop)), "tea").0.name, "tea");
    }

    fn a_snapshot_that_does_not_fit_is_ignored_and_replaced(files) {
        let mut shop = open(files);
        product_with(&mut shop, "tea", 120);
        shop.bus.take_snapshots(&shop.store, 1).unwrap();
        let good = snapshots(&shop).load("product-tea").unwrap().unwrap();
        let false_state = good.state.replace("\"tea\"", "\"false\"");
        for (index, bad) in [
            Snapshot { schema_version: 0, state: false_state.clone(), ..good.clone() },
            Snapshot { schema_version: 99, state: false_state.clone(), ..good.clone() },
            Snapshot { version: 1000, state: false_state.clone(), ..good.clone() },
            Snapshot { version: 0, state: false_state, ..good.clone() },
            Snapshot { state: "{".to_owned(), ..good.clone() },
            Snapshot { state: "7".to_owned(), ..good.clone() },
            Snapshot { state: r#"{"name":"false"}"#.to_owned(), ..good.clone() },
            Snapshot { state: String::new(), ..good.clone() },
        ].into_iter().enumerate() {
            snapshots(&shop).save("product-tea", &bad).unwrap();
            assert_eq!(load(&shop.store, Some(snapshots(&shop)), "tea"), load(&shop.store, None, "tea"), "{bad:?}");
            // As after a restart: nothing is kept in memory.
            shop.bus = new_bus(&shop);
            let command = envelope(&format!("again-{index}"), reprice("tea", 9_000 + index as i64));
            shop.execute(&command).unwrap();
            assert_eq!(shop.bus.take_snapshots(&shop.store, 1).unwrap(), 1, "{bad:?}");
            let replaced = snapshots(&shop).load("product-tea").unwrap().unwrap();
            assert_eq!((replaced.version, replaced.schema_version), (121 + index as u64, 1));
            assert_eq!(load(&shop.store, Some(snapshots(&shop)), "tea"), load(&shop.store, None, "tea"));
        }
        // A row that is no snapshot at all.
        shop.projector.views().execute("UPDATE snapshots SET version = -1", []).unwrap();
        assert!(snapshots(&shop).load("product-tea").is_err());
        assert_eq!(load(&shop.store, Some(snapshots(&shop)), "tea"), load(&shop.store, None, "tea"));
    }

    fn nothing_is_due_for_what_was_undone_or_is_not_committed(files) {
        let mut shop = open(files);
        shop.product("tea", 100);
        shop.store.begin().unwrap();
        for number in 0..120 {
            let command = envelope(&format!("undone-{number}"), reprice("tea", number));
            shop.bus.execute(&mut shop.store, &command).unwrap();
        }
        assert_eq!(shop.bus.take_snapshots(&shop.store, 10).unwrap(), 0);
        shop.store.rollback();
        shop.bus.forget();
        assert!(!shop.bus.snapshots_due());
        assert_eq!(shop.bus.take_snapshots(&shop.store, 10).unwrap(), 0);
        shop.run(reprice("tea", 5)).unwrap();
        assert!(!shop.bus.snapshots_due());
        assert_eq!(snapshots(&shop).load("product-tea").unwrap(), None);
    }

    fn views_that_are_thrown_away_cost_only_time(files) {
        let mut shop = open(files);
        product_with(&mut shop, "tea", 120);
        shop.bus.take_snapshots(&shop.store, 1).unwrap();
        let before = load(&shop.store, Some(snapshots(&shop)), "tea");
        shop.projector.views().execute("UPDATE built_from SET epoch = 9", []).unwrap();
        drop(shop);
        let mut shop = TestShop::empty(files);
        shop.bus = new_bus(&shop);
        assert_eq!(snapshots(&shop).load("product-tea").unwrap(), None);
        assert_eq!(load(&shop.store, Some(snapshots(&shop)), "tea"), before);
        shop.execute(&envelope("after", reprice("tea", 3))).unwrap();
        assert_eq!(shop.bus.take_snapshots(&shop.store, 1).unwrap(), 1);
        assert_eq!(snapshots(&shop).load("product-tea").unwrap().unwrap().version, 121);
    }

    fn views_that_fail_keep_no_command_from_being_carried_out(files) {
        let mut shop = open(files);
        product_with(&mut shop, "tea", 120);
        shop.projector.views().execute_batch("DROP TABLE snapshots").unwrap();
        assert!(shop.bus.take_snapshots(&shop.store, 1).is_err());
        // Not tried again at once, over and over.
        assert!(!shop.bus.snapshots_due());
        shop.bus = new_bus(&shop);
        shop.execute(&envelope("after", reprice("tea", 3))).unwrap();
        assert!(shop.bus.snapshots_due());
    }

    fn snapshots_are_taken_as_often_as_their_kind_says(files) {
        let mut shop = open(files);
        shop.bus = new_bus(&shop).with_snapshot_every(StreamType::Product, 10);
        for id in ["p1", "p2", "p3"] {
            product_with(&mut shop, id, 10);
        }
        assert_eq!(shop.bus.take_snapshots(&shop.store, 2).unwrap(), 2);
        assert!(shop.bus.snapshots_due());
        assert_eq!(shop.bus.take_snapshots(&shop.store, 2).unwrap(), 1);
        for number in 1..=10 {
            shop.execute(&envelope(&format!("more-{number}"), reprice("p1", 10 * number))).unwrap();
            assert_eq!(shop.bus.snapshots_due(), number == 10);
        }
        shop.bus.take_snapshots(&shop.store, 9).unwrap();
        assert_eq!(snapshots(&shop).load("product-p1").unwrap().unwrap().version, 20);
        // Who does not want any is not told of them.
        shop.bus = CommandBus::new(SeededEnvironment::new(999, OPENING), "test");
        shop.execute(&envelope("plain", reprice("p1", 1))).unwrap();
        assert!(!shop.bus.snapshots_due());
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod random_histories {
    use super::*;
    use daybook::application::CommandError;
    use daybook::domain::ids::{OrderId, RegisterId};
    use daybook::domain::order::Tender;
    use daybook::event_store::StoreError;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::test_runner::TestRunner;
    use support::random::cases;
    use support::{Files, add_item, cancel, pay, remove_item};

    const PRODUCTS: [&str; 2] = ["p0", "p1"];
    const ORDERS: [&str; 3] = ["o0", "o1", "o2"];

    #[derive(Debug, Clone)]
    enum Step {
        Together(Vec<Command>),
        Undone(Vec<Command>),
        TakeSnapshots(usize),
        Restart,
    }

    fn any_command() -> impl Strategy<Value = Command> {
        let product = || (0..PRODUCTS.len()).prop_map(|n| ProductId::new(PRODUCTS[n]).unwrap());
        let order = || (0..ORDERS.len()).prop_map(|n| ORDERS[n]);
        let quantity = || prop::sample::select(vec![1000, 2000, 500]);
        prop_oneof![
            6 => (order(), product(), quantity()).prop_map(|(order, product, milli)| add_item(order, &product, milli)),
            2 => (order(), product(), quantity()).prop_map(|(order, product, milli)| remove_item(order, &product, milli)),
            2 => (order(), 0..4_u8, 1..300_i64).prop_map(|(order, payment, amount_minor)| {
                pay(order, &format!("p{payment}"), Tender::Card { amount_minor, reference: String::new() })
            }),
            1 => (order(), 4..8_u8).prop_map(|(order, payment)| pay(order, &format!("p{payment}"), Tender::ExactCash)),
            1 => order().prop_map(cancel),
            3 => (0..PRODUCTS.len(), 0..500_i64).prop_map(|(product, minor)| reprice(PRODUCTS[product], minor)),
        ]
    }

    fn any_step() -> impl Strategy<Value = Step> {
        prop_oneof![
            8 => vec(any_command(), 1..8).prop_map(Step::Together),
            1 => vec(any_command(), 1..8).prop_map(Step::Undone),
            4 => (1..4_usize).prop_map(Step::TakeSnapshots),
            1 => Just(Step::Restart),
        ]
    }

    struct History {
        shop: TestShop,
        every: u64,
        commands: u64,
    }

    impl History {
        fn restart(&mut self) {
            let mut bus = new_bus(&self.shop);
            for kind in [StreamType::Order, StreamType::Product, StreamType::Register] {
                bus = bus.with_snapshot_every(kind, self.every);
            }
            self.shop.bus = bus;
        }

        fn ask(&mut self, commands: Vec<Command>) {
            self.shop.store.begin().unwrap();
            for command in commands {
                self.commands += 1;
                let envelope = envelope(&format!("random-{}", self.commands), command);
                match self.shop.bus.execute(&mut self.shop.store, &envelope) {
                    Ok(_) | Err(CommandError::Refused(_)) => {}
                    Err(error) => panic!("{error}"),
                }
            }
        }

        fn step(&mut self, step: Step) -> Result<(), StoreError> {
            match step {
                Step::Together(commands) => {
                    self.ask(commands);
                    self.shop.store.commit()?;
                }
                Step::Undone(commands) => {
                    self.ask(commands);
                    self.shop.store.rollback();
                    self.shop.bus.forget();
                }
                Step::TakeSnapshots(limit) => {
                    self.shop.bus.take_snapshots(&self.shop.store, limit)?;
                }
                Step::Restart => self.restart(),
            }
            Ok(())
        }

        /// Every aggregate, loaded anew.
        fn states(&self, snapshots: Option<Snapshots>) -> String {
            let mut repository = Repository::default();
            if let Some(snapshots) = snapshots {
                for kind in [StreamType::Order, StreamType::Product, StreamType::Register] {
                    repository.snapshot_every(kind, self.every);
                }
                repository.use_snapshots(snapshots);
            }
            let store = &self.shop.store;
            let mut states = Vec::new();
            for id in ORDERS {
                let order = repository.order(store, &OrderId::new(id).unwrap());
                states.push(format!("{:?}", order.unwrap()));
            }
            for id in PRODUCTS {
                let product = repository.product(store, &ProductId::new(id).unwrap());
                states.push(format!("{:?}", product.unwrap()));
            }
            let register = repository.register(store, &RegisterId::new("T1").unwrap());
            states.push(format!("{:?}", register.unwrap()));
            states.join("\n")
        }
    }

    fn run(every: u64, steps: Vec<Step>) {
        let files = Files::new();
        let mut shop = TestShop::open(&files);
        for id in PRODUCTS {
            shop.product(id, 100);
        }
        let mut history = History {
            shop,
            every,
            commands: 0,
        };
        history.restart();
        for step in steps {
            history.step(step).unwrap();
            let with = history.states(Some(snapshots(&history.shop)));
            assert_eq!(with, history.states(None));
        }
    }

    #[test]
    fn loading_with_and_without_snapshots_gives_the_same_state() {
        TestRunner::new(cases(30))
            .run(&(1..6_u64, vec(any_step(), 1..30)), |(every, steps)| {
                run(every, steps);
                Ok(())
            })
            .unwrap();
    }
}
