//! Process managers and reactors: what follows from an event is recorded exactly
//! once, the world is acted upon at most once, whenever the device is switched
//! off.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::cell::RefCell;
use std::rc::Rc;

use daybook::application::{
    Command, CommandBus, CommandError, ProcessManager, Reacted, ReactionHealth, Reactions, Reactor,
    SeededEnvironment, follow_up_id,
};
use daybook::domain::Quantity;
use daybook::domain::ids::{LineId, OrderId, ProductId};
use daybook::domain::order::Tender;
use daybook::domain::product::ProductCommand;
use daybook::event_store::{
    Batch, DecodedEvent, EventQuery, EventStore, ExpectedVersion, Metadata, NewEvent, StreamWrite,
};
use support::{OPENING, TestShop, add_item, envelope, pay};

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// Five pieces come with every new product.
struct FirstStock;

impl ProcessManager for FirstStock {
    fn name(&self) -> &'static str {
        "first stock"
    }

    fn events(&self) -> EventQuery {
        EventQuery::of_types(&["ProductCreated"])
    }

    fn follow_up(
        &self,
        event: &DecodedEvent,
        _: &EventStore,
    ) -> Result<Option<Command>, CommandError> {
        Ok(Some(Command::Product {
            product_id: product_of(event),
            command: ProductCommand::ReceiveStock {
                quantity: Quantity::from_milli(5000).unwrap(),
                supplier: "first stock".to_owned(),
                cost_per_unit: None,
            },
        }))
    }
}

/// What is discontinued goes into a cart, which a rule refuses.
struct LastChance;

impl ProcessManager for LastChance {
    fn name(&self) -> &'static str {
        "last chance"
    }

    fn events(&self) -> EventQuery {
        EventQuery::of_types(&["ProductDiscontinued"])
    }

    fn follow_up(
        &self,
        event: &DecodedEvent,
        _: &EventStore,
    ) -> Result<Option<Command>, CommandError> {
        Ok(Some(Command::AddItem {
            order_id: OrderId::new("last").unwrap(),
            line_id: LineId::new("1").unwrap(),
            product_id: product_of(event),
            quantity: Quantity::ONE,
        }))
    }
}

/// What came in is discontinued: it follows from what another one asked for.
struct OnlyOnce;

impl ProcessManager for OnlyOnce {
    fn name(&self) -> &'static str {
        "only once"
    }

    fn events(&self) -> EventQuery {
        EventQuery::of_types(&["InventoryItemStocked"])
    }

    fn follow_up(
        &self,
        event: &DecodedEvent,
        store: &EventStore,
    ) -> Result<Option<Command>, CommandError> {
        // It may look at the log, and leave an event alone.
        if store.stream_version(&event.recorded.stream_id)? > 2 {
            return Ok(None);
        }
        Ok(Some(Command::Product {
            product_id: product_of(event),
            command: ProductCommand::Discontinue,
        }))
    }
}

fn product_of(event: &DecodedEvent) -> ProductId {
    ProductId::new(event.recorded.stream_id.strip_prefix("product-").unwrap()).unwrap()
}

type Printed = Rc<RefCell<Vec<String>>>;

/// Prints a receipt, or fails, and remembers either way.
struct Printer {
    printed: Printed,
    works: bool,
}

impl Reactor for Printer {
    fn name(&self) -> &'static str {
        "printer"
    }

    fn events(&self) -> EventQuery {
        EventQuery::of_types(&["OrderCompleted"])
    }

    fn act(&mut self, event: &DecodedEvent) -> Result<(), String> {
        self.printed
            .borrow_mut()
            .push(event.recorded.stream_id.clone());
        if self.works {
            Ok(())
        } else {
            Err("out of paper".to_owned())
        }
    }
}

fn managers() -> Vec<Box<dyn ProcessManager>> {
    vec![Box::new(FirstStock)]
}

fn printer(printed: &Printed) -> Vec<Box<dyn Reactor>> {
    vec![Box::new(Printer {
        printed: Rc::clone(printed),
        works: true,
    })]
}

fn sell(shop: &mut TestShop, order: &str, product: &ProductId) {
    for (index, command) in [
        add_item(order, product, 1000),
        pay(order, "p", Tender::ExactCash),
    ]
    .into_iter()
    .enumerate()
    {
        shop.execute(&envelope(&format!("{order}-{index}"), command))
            .unwrap();
    }
}

fn create(shop: &mut TestShop, id: &str) -> ProductId {
    let product_id = ProductId::new(id).unwrap();
    let command = ProductCommand::Create(support::new_product(id, 100));
    let command = Command::Product {
        product_id: product_id.clone(),
        command,
    };
    shop.execute(&envelope(&format!("create-{id}"), command))
        .unwrap();
    product_id
}

fn run_all(reactions: &mut Reactions, shop: &mut TestShop, limit: u32) -> usize {
    let mut runs = 0;
    while reactions.pending(&shop.store) {
        reactions
            .run(&mut shop.store, &mut shop.bus, limit)
            .unwrap();
        runs += 1;
        assert!(runs < 1000, "it never ends");
    }
    runs
}

fn count(store: &EventStore, event_type: &str) -> usize {
    store.read_by_type(event_type, 0, 10_000).unwrap().len()
}

/// The same shop after the device was switched off and on.
fn restarted(shop: TestShop, files: &support::Files) -> TestShop {
    drop(shop);
    let mut shop = TestShop::empty(files);
    let environment = SeededEnvironment::new(shop.store.head() + 2, OPENING);
    shop.bus = CommandBus::new(environment, "test");
    shop
}

/// Makes a step of a run fail, as if the device were switched off there.
const STEPS: [&str; 4] = [
    "INSERT ON main.commands",
    "INSERT ON main.events",
    "UPDATE ON main.reactor_marks",
    // Before the second follow-up of a slice.
    "INSERT ON main.events WHEN NEW.stream_id = 'product-b'",
];

fn cut_off(store: &EventStore, step: &str) {
    let (step, when) = step
        .split_once(" WHEN ")
        .map_or((step, String::new()), |(step, when)| {
            (step, format!("WHEN {when}"))
        });
    let sql = format!(
        "CREATE TEMP TRIGGER cut_off AFTER {step} {when} BEGIN SELECT RAISE(ABORT, 'switched off'); END;"
    );
    store.connection().execute_batch(&sql).unwrap();
}

in_both_worlds! {
    fn a_follow_up_is_recorded_with_what_led_to_it(files) {
        let mut shop = TestShop::open(files);
        let mut reactions = Reactions::open(&mut shop.store, managers(), vec![]).unwrap();
        assert!(!reactions.pending(&shop.store));
        create(&mut shop, "tea");
        assert!(reactions.pending(&shop.store));
        let reacted = reactions.run(&mut shop.store, &mut shop.bus, 10).unwrap();
        assert_eq!(reacted, Reacted { managed: 1, followed_up: 1, acted: 0 });
        let created = shop.store.read_by_type("ProductCreated", 0, 1).unwrap().remove(0);
        let stocked = shop.store.read_by_type("InventoryItemStocked", 0, 1).unwrap().remove(0);
        let metadata: Metadata = serde_json::from_str(&stocked.metadata).unwrap();
        assert_eq!(metadata.command_id, follow_up_id("first stock", &created.event_id).to_string());
        assert_eq!((metadata.causation_id, metadata.correlation_id.as_str()), (created.event_id, "create-tea"));
        assert_eq!(metadata.actor, "first stock");
        run_all(&mut reactions, &mut shop, 10);
        assert_eq!(count(&shop.store, "InventoryItemStocked"), 1);
    }

    fn what_follows_from_a_follow_up_belongs_to_the_same_conversation(files) {
        let mut shop = TestShop::open(files);
        let all: Vec<Box<dyn ProcessManager>> = vec![Box::new(FirstStock), Box::new(OnlyOnce)];
        let mut reactions = Reactions::open(&mut shop.store, all, vec![]).unwrap();
        create(&mut shop, "tea");
        run_all(&mut reactions, &mut shop, 1);
        let last = shop.store.read_by_type("ProductDiscontinued", 0, 9).unwrap();
        let metadata: Metadata = serde_json::from_str(&last[0].metadata).unwrap();
        let stocked = shop.store.read_by_type("InventoryItemStocked", 0, 1).unwrap().remove(0);
        assert_eq!((last.len(), metadata.correlation_id.as_str(), metadata.causation_id), (1, "create-tea", stocked.event_id));
    }

    fn a_follow_up_happens_once_wherever_it_is_cut_off(files) {
        let mut shop = TestShop::open(files);
        Reactions::open(&mut shop.store, managers(), vec![]).unwrap();
        create(&mut shop, "a");
        create(&mut shop, "b");
        let head = shop.store.head();
        for step in STEPS {
            let mut reactions = Reactions::open(&mut shop.store, managers(), vec![]).unwrap();
            cut_off(&shop.store, step);
            assert!(reactions.run(&mut shop.store, &mut shop.bus, 10).is_err(), "{step}");
            assert_eq!((shop.store.head(), reactions.health()), (head, &ReactionHealth::default()), "{step}");
            assert!(reactions.pending(&shop.store), "{step}");
            shop = restarted(shop, files);
        }
        let mut reactions = Reactions::open(&mut shop.store, managers(), vec![]).unwrap();
        run_all(&mut reactions, &mut shop, 10);
        assert_eq!(count(&shop.store, "InventoryItemStocked"), 2);
    }

    fn who_was_not_registered_is_not_half_registered(files) {
        let mut shop = TestShop::open(files);
        let printed = Printed::default();
        cut_off(&shop.store, "INSERT ON main.reactor_marks WHEN NEW.reactor = 'reactor/printer'");
        assert!(Reactions::open(&mut shop.store, managers(), printer(&printed)).is_err());
        assert!(!shop.store.is_in_transaction());
        assert_eq!(shop.store.mark("manager/first stock").unwrap(), None);
    }

    fn a_run_that_failed_goes_on_in_the_same_process(files) {
        let mut shop = TestShop::open(files);
        let mut reactions = Reactions::open(&mut shop.store, managers(), vec![]).unwrap();
        create(&mut shop, "a");
        create(&mut shop, "b");
        for step in &STEPS[..3] {
            cut_off(&shop.store, step);
            assert!(reactions.run(&mut shop.store, &mut shop.bus, 10).is_err());
            assert!(!shop.store.is_in_transaction());
            shop.store.connection().execute_batch("DROP TRIGGER cut_off").unwrap();
        }
        let reacted = reactions.run(&mut shop.store, &mut shop.bus, 10).unwrap();
        assert_eq!((reacted.followed_up, count(&shop.store, "InventoryItemStocked")), (2, 2));
        assert_eq!(reactions.health().followed_up, 2);
    }

    fn an_event_that_is_delivered_again_leads_to_nothing_new(files) {
        let mut shop = TestShop::open(files);
        let mut reactions = Reactions::open(&mut shop.store, managers(), vec![]).unwrap();
        create(&mut shop, "a");
        run_all(&mut reactions, &mut shop, 10);
        // The mark is lost, and the manager begins with the whole log.
        shop.store.begin().unwrap();
        shop.store.set_mark("manager/first stock", 0).unwrap();
        shop.store.commit().unwrap();
        let mut reactions = Reactions::open(&mut shop.store, managers(), vec![]).unwrap();
        let head = shop.store.head();
        assert!(reactions.pending(&shop.store));
        run_all(&mut reactions, &mut shop, 10);
        assert_eq!((shop.store.head(), count(&shop.store, "InventoryItemStocked")), (head, 1));
    }

    fn what_was_undone_leads_to_nothing(files) {
        let mut shop = TestShop::open(files);
        let printed = Printed::default();
        let mut reactions = Reactions::open(&mut shop.store, managers(), printer(&printed)).unwrap();
        let command = ProductCommand::Create(support::new_product("tea", 100));
        let create = Command::Product { product_id: ProductId::new("tea").unwrap(), command };
        shop.store.begin().unwrap();
        shop.bus.execute(&mut shop.store, &envelope("c", create)).unwrap();
        // Nobody reacts to, or within, an open transaction.
        assert!(!reactions.pending(&shop.store));
        assert_eq!(reactions.run(&mut shop.store, &mut shop.bus, 10).unwrap(), Reacted::default());
        shop.store.rollback();
        shop.bus.forget();
        assert_eq!(run_all(&mut reactions, &mut shop, 10), 0);
        assert_eq!((count(&shop.store, "InventoryItemStocked"), printed.borrow().len()), (0, 0));
    }

    fn a_refused_follow_up_is_told_and_left_behind(files) {
        let mut shop = TestShop::open(files);
        let all: Vec<Box<dyn ProcessManager>> = vec![Box::new(LastChance)];
        let mut reactions = Reactions::open(&mut shop.store, all, vec![]).unwrap();
        for id in ["a", "b"] {
            let product_id = create(&mut shop, id);
            shop.execute(&envelope(&format!("end-{id}"), Command::Product { product_id, command: ProductCommand::Discontinue })).unwrap();
        }
        let head = shop.store.head();
        run_all(&mut reactions, &mut shop, 10);
        assert_eq!(shop.store.head(), head);
        let health = reactions.health().clone();
        assert_eq!((health.refused, health.followed_up), (2, 0));
        let told = health.last_refusal.unwrap();
        assert!(told.starts_with(&format!("last chance, event {head}: ")) && told.contains('b'), "{told}");
        let again: Vec<Box<dyn ProcessManager>> = vec![Box::new(LastChance)];
        assert!(!Reactions::open(&mut shop.store, again, vec![]).unwrap().pending(&shop.store));
    }

    fn a_manager_stands_still_before_what_it_cannot_read_and_the_others_go_on(files) {
        let mut shop = TestShop::open(files);
        let printed = Printed::default();
        let mut reactions = Reactions::open(&mut shop.store, managers(), printer(&printed)).unwrap();
        let tea = create(&mut shop, "tea");
        let newer = |id: &str, event_type| StreamWrite {
            stream_id: format!("newer-{id}"),
            stream_type: "product",
            expected: ExpectedVersion::NoStream,
            events: vec![NewEvent { event_id: id.to_owned(), event_type, schema_version: 99, payload: "{}".to_owned(), tags: vec![] }],
        };
        shop.store.begin().unwrap();
        let writes = vec![newer("e1", "ProductCreated"), newer("e2", "OrderCompleted")];
        let last = shop.store.append(&Batch { command_id: "newer", metadata: "{}", timestamp_ms: 1, writes, condition: None }).unwrap().last_position;
        shop.store.commit().unwrap();
        run_all(&mut reactions, &mut shop, 10);
        let health = reactions.health();
        assert_eq!((health.followed_up, health.standing_still.len(), health.failed), (1, 1, 1));
        assert!(health.standing_still[0].starts_with(&format!("first stock, event {}: ", last - 1)), "{health:?}");
        assert!(health.last_failure.as_ref().unwrap().starts_with(&format!("printer, event {last}: ")), "{health:?}");
        // The printer goes on. The manager would skip nothing: it tries again when opened anew.
        shop.store.begin().unwrap();
        for command in [add_item("o", &tea, 1000), pay("o", "p", Tender::ExactCash)] {
            let id = format!("sell-{}", shop.store.head());
            shop.bus.execute(&mut shop.store, &envelope(&id, command)).unwrap();
        }
        shop.store.commit().unwrap();
        run_all(&mut reactions, &mut shop, 10);
        assert_eq!(*printed.borrow(), ["order-o"]);
        let mut reactions = Reactions::open(&mut shop.store, managers(), vec![]).unwrap();
        run_all(&mut reactions, &mut shop, 10);
        assert_eq!(reactions.health().standing_still.len(), 1);
    }

    fn a_reactor_acts_on_what_happens_from_its_first_day_on(files) {
        let mut shop = TestShop::open(files);
        let tea = create(&mut shop, "tea");
        sell(&mut shop, "before", &tea);
        let printed = Printed::default();
        let reactions = Reactions::open(&mut shop.store, managers(), printer(&printed)).unwrap();
        assert!(!reactions.pending(&shop.store));
        sell(&mut shop, "o1", &tea);
        drop(reactions);
        // What happened while nobody ran is live all the same.
        let mut reactions = Reactions::open(&mut shop.store, managers(), printer(&printed)).unwrap();
        sell(&mut shop, "o2", &tea);
        run_all(&mut reactions, &mut shop, 10);
        assert_eq!(*printed.borrow(), ["order-o1", "order-o2"]);
        assert_eq!((reactions.health().acted, count(&shop.store, "InventoryItemStocked")), (2, 0));
    }

    fn a_reactor_acts_at_most_once_wherever_it_is_cut_off(files) {
        let mut shop = TestShop::open(files);
        let tea = create(&mut shop, "tea");
        let printed = Printed::default();
        let open = |shop: &mut TestShop| Reactions::open(&mut shop.store, vec![], printer(&printed)).unwrap();
        open(&mut shop);
        sell(&mut shop, "o1", &tea);
        // Before the mark is committed: it has not acted, and will.
        let mut reactions = open(&mut shop);
        cut_off(&shop.store, "UPDATE ON main.reactor_marks");
        assert!(reactions.run(&mut shop.store, &mut shop.bus, 10).is_err());
        assert_eq!(printed.borrow().len(), 0);
        let mut shop = restarted(shop, files);
        // Between the mark and the act: a printer that is switched off before it prints.
        let nothing = Printed::default();
        let mut reactions = Reactions::open(&mut shop.store, vec![], printer(&nothing)).unwrap();
        run_all(&mut reactions, &mut shop, 10);
        assert_eq!(nothing.borrow().len(), 1);
        let mut shop = restarted(shop, files);
        let mut reactions = open(&mut shop);
        assert!(!reactions.pending(&shop.store));
        sell(&mut shop, "o2", &tea);
        run_all(&mut reactions, &mut shop, 10);
        assert_eq!(*printed.borrow(), ["order-o2"]);
    }

    fn a_reactor_that_fails_is_told_and_not_asked_again(files) {
        let mut shop = TestShop::open(files);
        let tea = create(&mut shop, "tea");
        let printed = Printed::default();
        let broken: Vec<Box<dyn Reactor>> = vec![Box::new(Printer { printed: Rc::clone(&printed), works: false })];
        let mut reactions = Reactions::open(&mut shop.store, vec![], broken).unwrap();
        sell(&mut shop, "o1", &tea);
        run_all(&mut reactions, &mut shop, 10);
        run_all(&mut reactions, &mut shop, 10);
        let health = reactions.health();
        assert_eq!((printed.borrow().len(), health.acted, health.failed), (1, 0, 1));
        assert!(health.last_failure.as_ref().unwrap().ends_with("out of paper"), "{health:?}");
    }

    fn views_that_are_built_again_make_nobody_react(files) {
        let mut shop = TestShop::open(files);
        let printed = Printed::default();
        let mut reactions = Reactions::open(&mut shop.store, managers(), printer(&printed)).unwrap();
        let tea = create(&mut shop, "tea");
        sell(&mut shop, "o1", &tea);
        run_all(&mut reactions, &mut shop, 10);
        let (head, acted) = (shop.store.head(), printed.borrow().len());
        shop.projector.reset().unwrap();
        shop.projector.catch_up(&shop.store).unwrap();
        assert!(!reactions.pending(&shop.store));
        let mut shop = restarted(shop, files);
        shop.projector.reset().unwrap();
        shop.projector.catch_up(&shop.store).unwrap();
        let mut reactions = Reactions::open(&mut shop.store, managers(), printer(&printed)).unwrap();
        run_all(&mut reactions, &mut shop, 10);
        assert_eq!((shop.store.head(), printed.borrow().len()), (head, acted));
    }

    fn many_pending_events_are_dealt_with_in_slices(files) {
        let mut shop = TestShop::open(files);
        let printed = Printed::default();
        let mut reactions = Reactions::open(&mut shop.store, managers(), printer(&printed)).unwrap();
        let products: Vec<_> = (0..25).map(|n| create(&mut shop, &format!("p{n}"))).collect();
        for (n, product) in products.iter().enumerate().take(12) {
            sell(&mut shop, &format!("o{n}"), product);
        }
        let reacted = reactions.run(&mut shop.store, &mut shop.bus, 5).unwrap();
        assert_eq!(reacted, Reacted { managed: 5, followed_up: 5, acted: 5 });
        assert!(run_all(&mut reactions, &mut shop, 5) >= 4);
        assert_eq!((count(&shop.store, "InventoryItemStocked"), printed.borrow().len()), (25, 12));
        assert_eq!((reactions.health().followed_up, reactions.health().acted), (25, 12));
    }

    fn a_mark_moves_past_what_concerns_nobody(files) {
        let mut shop = TestShop::open(files);
        let mut reactions = Reactions::open(&mut shop.store, managers(), vec![]).unwrap();
        let events = (0..1200).map(|n| NewEvent {
            event_id: format!("e{n}"),
            event_type: "ProductDescribed",
            schema_version: 1,
            payload: "{}".to_owned(),
            tags: vec![],
        }).collect();
        let write = StreamWrite { stream_id: "product-x".to_owned(), stream_type: "product", expected: ExpectedVersion::Any, events };
        shop.store.begin().unwrap();
        shop.store.append(&Batch { command_id: "many", metadata: "{}", timestamp_ms: 1, writes: vec![write], condition: None }).unwrap();
        shop.store.commit().unwrap();
        run_all(&mut reactions, &mut shop, 10);
        assert_eq!(shop.store.mark("manager/first stock").unwrap(), Some(shop.store.head()));
        // A mark from nowhere is no reason to sleep until the log comes so far.
        shop.store.begin().unwrap();
        shop.store.set_mark("manager/first stock", 1_000_000).unwrap();
        shop.store.commit().unwrap();
        let mut reactions = Reactions::open(&mut shop.store, managers(), vec![]).unwrap();
        shop.store.begin().unwrap();
        let command = Command::Product {
            product_id: ProductId::new("new").unwrap(),
            command: ProductCommand::Create(support::new_product("new", 100)),
        };
        shop.bus.execute(&mut shop.store, &envelope("create-new", command)).unwrap();
        shop.store.commit().unwrap();
        run_all(&mut reactions, &mut shop, 10);
        assert_eq!(count(&shop.store, "InventoryItemStocked"), 1);
    }
}
