//! A till lives through anything: random commands in groups, again and again the same
//! ones, two buses of which one knows old news, clocks that jump, views that lag, are
//! rebuilt and thrown away; and a disk that breaks, fills up and loses its power. After
//! every restart and at the end the log and the views are what a simple model says, and
//! every command that was acknowledged is there once.
//!
//! `DAYBOOK_SIMULATION_SEED` replays a run, `DAYBOOK_SIMULATION_RUNS` asks for more.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::OnceLock;
use std::time::Instant;

use daybook::application::{
    Command, CommandBus, CommandEnvelope, CommandOutcome, SeededEnvironment,
};
use daybook::domain::ids::{LineId, OrderId, PaymentId, ProductId, TaxRateId};
use daybook::domain::order::Tender;
use daybook::domain::product::{CreateProduct, EditProduct, ProductCommand, StockPolicy};
use daybook::domain::{Quantity, Timestamp};
use daybook::event_store::{EventStore, RecordedEvent};
use support::disk::{Disk, Fault};
use support::model::{Model, Verdict};
use support::projecting::rows;
use support::random::{Dice, seed};
use support::soundness::{FreshViews, sound_log, sound_views};
use support::till::{Answer, Till, new_bus};
use support::{OPENING, envelope, eur, new_product, opening, settings};

const SEED: &str = "DAYBOOK_SIMULATION_SEED";
const RUNS: &str = "DAYBOOK_SIMULATION_RUNS";
/// As many as take some seconds without optimisation.
const USUAL_RUNS: u64 = 60;
const STEPS: usize = 60;
const DAY_MS: usize = 24 * 60 * 60 * 1000;

/// One life of one till.
struct Simulation {
    dice: Dice,
    disk: Disk,
    till: Till,
    /// Takes turns with the till's own bus, and has missed what that one did.
    other_bus: CommandBus<SeededEnvironment>,
    model: Model,
    /// What was answered with “done” and recorded something.
    acknowledged: BTreeMap<String, CommandOutcome>,
    /// What got no answer: it may be recorded or not.
    unanswered: Vec<CommandEnvelope>,
    /// Everything that was ever sent.
    sent: Vec<CommandEnvelope>,
    story: Vec<String>,
}

/// What happened before: a shop was opened, and sells something.
fn opening_commands() -> Vec<CommandEnvelope> {
    let mut commands = vec![envelope("open", Command::OpenShop(opening(settings())))];
    for number in 0..3 {
        let create = CreateProduct {
            sku: format!("sku-{number}"),
            ..new_product(&format!("name {number}"), 250)
        };
        let command = Command::Product {
            product_id: ProductId::new(format!("product-{number}")).unwrap(),
            command: ProductCommand::Create(create),
        };
        commands.push(envelope(&format!("create-{number}"), command));
    }
    commands
}

/// A disk on which that is done, so that not every life begins with it.
fn opened_shop() -> Disk {
    static OPENED: OnceLock<Disk> = OnceLock::new();
    let opened = OPENED.get_or_init(|| {
        let disk = Disk::new();
        let mut till = Till::start(&disk, 0, OPENING).unwrap();
        till.execute(&opening_commands()).unwrap();
        till.project(100).unwrap();
        let opened = disk.after_kill(&mut Dice::new(0));
        disk.unplug();
        opened
    });
    opened.after_kill(&mut Dice::new(0))
}

impl Simulation {
    fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let disk = opened_shop();
        let till = Till::start(&disk, dice.number(), OPENING).unwrap();
        let mut simulation = Self {
            other_bus: new_bus(&till.projector, dice.number(), OPENING),
            dice,
            disk,
            till,
            model: Model::default(),
            acknowledged: BTreeMap::new(),
            unanswered: opening_commands(),
            sent: opening_commands(),
            story: Vec::new(),
        };
        simulation.reconcile();
        simulation.unanswered.clear();
        simulation
    }

    fn live(&mut self) {
        for _ in 0..STEPS {
            self.step();
        }
        self.end();
    }

    fn tell(&mut self, what: impl Into<String>) {
        self.story.push(what.into());
    }

    fn step(&mut self) {
        match self.dice.below(100) {
            0..55 => self.send_some(),
            55..68 => self.work_behind(),
            68..72 => self.jump_in_time(),
            72..76 => {
                self.tell("the other bus takes over");
                std::mem::swap(&mut self.till.bus, &mut self.other_bus);
            }
            76..84 => self.crash_soon(),
            84..87 => self.crash(),
            87..93 => {
                let fault = *self.dice.pick(&[Fault::FailsOnce, Fault::FailsButHappened]);
                self.fail_soon(fault);
                self.send_some();
            }
            93..96 => drop(self.fail_soon(Fault::Full)),
            _ => {
                self.tell("the disk has room again");
                self.disk.repair();
            }
        }
    }

    /// What the worker does when nobody waits. If it fails, it is tried again later.
    fn work_behind(&mut self) {
        let (store, projector) = (&self.till.store, &mut self.till.projector);
        let events = u32::try_from(1 + self.dice.below(40)).unwrap();
        let (what, worked) = match self.dice.below(13) {
            0..5 => ("project", projector.step(store, events).is_ok()),
            5 => ("checkpoint", store.checkpoint().is_ok()),
            6 => ("snapshots", self.till.bus.take_snapshots(store, 3).is_ok()),
            7 => ("rebuild", projector.start_rebuild_of_all().is_ok()),
            8 | 9 => {
                let stepped = projector.rebuild_step(store, events);
                ("rebuild on", stepped.is_ok())
            }
            10 => ("write back", projector.write_back().is_ok()),
            11 => ("drop", projector.drop_old_tables(events).is_ok()),
            _ => {
                let given_up = projector.cancel_rebuild("order_lines");
                ("give a rebuild up", given_up.is_ok())
            }
        };
        self.tell(format!("{what} ({events}): {worked}"));
    }

    fn jump_in_time(&mut self) {
        let days = i64::try_from(self.dice.below(60 * DAY_MS)).unwrap();
        let now = Timestamp(OPENING.0 - 30 * i64::try_from(DAY_MS).unwrap() + days);
        self.tell(format!("it is {}", now.0));
        self.till.bus.environment().set_now(now);
    }

    /// Within the next operations of the disk this goes wrong.
    fn fail_soon(&mut self, fault: Fault) -> usize {
        let operation = self.disk.operations() + self.dice.below(30);
        self.tell(format!("{fault:?} at {operation}"));
        self.disk.fail_at(operation, fault);
        operation
    }

    fn send_some(&mut self) {
        let group = self.group();
        self.send(&group);
    }

    fn group(&mut self) -> Vec<CommandEnvelope> {
        let mut group = Vec::new();
        if self.dice.chance(50) {
            group.append(&mut self.unanswered.clone());
        }
        for _ in 0..=self.dice.below(5) {
            let next = if self.dice.chance(15) {
                self.dice.pick(&self.sent).clone()
            } else {
                let id = format!("command-{}", self.sent.len());
                envelope(&id, some_command(&mut self.dice))
            };
            self.sent.push(next.clone());
            group.push(next);
        }
        group
    }

    fn send(&mut self, group: &[CommandEnvelope]) {
        match self.till.execute(group) {
            Ok(answers) => {
                for (envelope, answer) in group.iter().zip(answers) {
                    self.answered(envelope, answer);
                }
            }
            Err(_) => {
                self.tell(format!("no answer to {}", ids(group)));
                self.unanswered.extend_from_slice(group);
                self.restart(false);
            }
        }
    }

    /// Every answer is what the model expects.
    fn answered(&mut self, envelope: &CommandEnvelope, answer: Answer) {
        let id = envelope.command_id.to_string();
        self.tell(format!("{id}: {answer:?} to {:?}", envelope.command));
        self.unanswered
            .retain(|other| other.command_id != envelope.command_id);
        // “Nothing was recorded” is for good: if it is found one day, nobody asked.
        if let Answer::Full | Answer::Failed(_) = answer {
            return;
        }
        if let Some(first) = self.acknowledged.get(&id) {
            assert_eq!(answer, Answer::Done(*first), "{id} came again");
            return;
        }
        let verdict = self.model.apply(&envelope.command);
        let expected = match &answer {
            Answer::Done(outcome) if outcome.events > 0 => {
                self.acknowledged.insert(id.clone(), *outcome);
                Verdict::Recorded
            }
            Answer::Done(_) => Verdict::Nothing,
            _ => Verdict::Refused,
        };
        assert_eq!(verdict, expected, "{id}: {answer:?}");
    }

    /// The process dies within the next operations, whatever it does then.
    fn crash_soon(&mut self) {
        let operation = self.fail_soon(Fault::FailsFromThenOn);
        if self.dice.chance(60) {
            let group = self.group();
            let answers = self.till.execute(&group);
            match answers {
                Ok(answers) if self.disk.operations() <= operation => {
                    for (envelope, answer) in group.iter().zip(answers) {
                        self.answered(envelope, answer);
                    }
                }
                // Nobody was there any more to give an answer.
                _ => self.unanswered.extend(group),
            }
        } else {
            self.work_behind();
        }
        self.crash();
    }

    fn crash(&mut self) {
        let power_cut = self.dice.chance(60);
        self.restart(power_cut);
    }

    /// Another worker opens what the last one left. It may be cut off as well.
    fn restart(&mut self, power_cut: bool) {
        let mut power_cut = power_cut;
        loop {
            let dice = &mut self.dice;
            let left = match power_cut {
                true => self.disk.after_power_cut(dice),
                false => self.disk.after_kill(dice),
            };
            self.disk.unplug();
            self.disk = left;
            if self.dice.chance(10) {
                self.fail_soon(Fault::FailsFromThenOn);
            }
            let (seed, now) = (self.dice.number(), OPENING);
            let started = Till::start(&self.disk, seed, now);
            self.tell(format!(
                "restart after {}: {:?}",
                if power_cut { "a power cut" } else { "a kill" },
                started.as_ref().err()
            ));
            self.disk.repair();
            if let Ok(till) = started {
                self.other_bus = new_bus(&till.projector, self.dice.number(), now);
                self.till = till;
                break;
            }
            power_cut = self.dice.chance(50);
        }
        self.reconcile();
    }

    /// What is found is what was acknowledged, and of what got no answer whatever had
    /// come so far.
    fn reconcile(&mut self) {
        let found = recorded_commands(&self.till.store);
        for (id, outcome) in &found {
            if let Some(first) = self.acknowledged.get(id) {
                assert_eq!(outcome, first, "{id} moved");
                continue;
            }
            let of_this_id = |command: &&CommandEnvelope| command.command_id.as_str() == id;
            let Some(envelope) = self.unanswered.iter().find(of_this_id) else {
                panic!("{id} is recorded, and was not said to be");
            };
            let verdict = self.model.apply(&envelope.command);
            assert_eq!(verdict, Verdict::Recorded, "{id}");
            self.acknowledged.insert(id.clone(), *outcome);
        }
        assert_eq!(found.len(), self.acknowledged.len(), "something is lost");
        let log = sound_log(&self.till.store);
        assert_eq!(receipt_numbers(&log), self.model.receipt_numbers());
        assert!(self.till.projector.position() <= self.till.store.head());
    }

    /// In the end everything is sent, projected, and as the model says.
    fn end(&mut self) {
        self.disk.repair();
        while !self.unanswered.is_empty() {
            let group = std::mem::take(&mut self.unanswered);
            self.send(&group);
        }
        self.restart(false);
        let (store, projector) = (&self.till.store, &mut self.till.projector);
        sound_views(store, projector, &mut FreshViews::default());
        for (select, expected) in self.model.expected_rows() {
            assert_eq!(rows(projector.views(), select), expected, "{select}");
        }
    }
}

fn ids(group: &[CommandEnvelope]) -> String {
    let ids: Vec<_> = group.iter().map(|one| one.command_id.as_str()).collect();
    ids.join(", ")
}

/// Carried-out commands in the order in which they were.
fn recorded_commands(store: &EventStore) -> Vec<(String, CommandOutcome)> {
    store
        .connection()
        .prepare("SELECT command_id, first_position, last_position FROM commands ORDER BY first_position")
        .unwrap()
        .query_map([], |row| {
            let (first, last): (u64, u64) = (row.get(1)?, row.get(2)?);
            let events = u32::try_from(last - first + 1).unwrap();
            Ok((row.get(0)?, CommandOutcome { position: last, events }))
        })
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap()
}

fn receipt_numbers(log: &[RecordedEvent]) -> Vec<String> {
    let issued = log
        .iter()
        .filter(|event| event.event_type == "ReceiptNumberIssued");
    issued
        .map(|event| {
            let payload: serde_json::Value = serde_json::from_str(&event.payload).unwrap();
            payload["number"].as_str().unwrap().to_owned()
        })
        .collect()
}

/// Few products and orders, so that commands get in each other's way.
fn some_command(dice: &mut Dice) -> Command {
    match dice.below(100) {
        0..15 => Command::Product {
            product_id: some_product(dice),
            command: some_product_command(dice),
        },
        15..55 => Command::AddItem {
            order_id: some_order(dice),
            line_id: some_line(dice),
            product_id: some_product(dice),
            quantity: some_quantity(dice),
        },
        55..65 => Command::RemoveItem {
            order_id: some_order(dice),
            line_id: some_line(dice),
            quantity: some_quantity(dice),
        },
        65..88 => Command::TakePayment {
            order_id: some_order(dice),
            payment_id: some_payment(dice),
            tender: some_tender(dice),
        },
        88..94 => Command::VoidPayment {
            order_id: some_order(dice),
            payment_id: some_payment(dice),
            reason: "wrong button".to_owned(),
        },
        _ => Command::CancelOrder {
            order_id: some_order(dice),
            reason: "changed mind".to_owned(),
        },
    }
}

fn some_product_command(dice: &mut Dice) -> ProductCommand {
    let price = eur(1 + i64::try_from(dice.below(3)).unwrap() * 111);
    let name = format!("name {}", dice.below(3));
    match dice.below(10) {
        0..3 => ProductCommand::Create(CreateProduct {
            sku: format!("sku-{}", dice.below(8)),
            stock_policy: *dice.pick(&[StockPolicy::Allow, StockPolicy::NotTracked]),
            price,
            ..new_product(&name, 1)
        }),
        3 => ProductCommand::Edit(EditProduct {
            name,
            description: String::new(),
            category: "Food".to_owned(),
            barcodes: Vec::new(),
            tax_rate: TaxRateId::new("standard").unwrap(),
        }),
        4 => ProductCommand::ChangePrice { new_price: price },
        5 | 6 => ProductCommand::ReceiveStock {
            quantity: some_quantity(dice),
            supplier: "The mill".to_owned(),
            cost_per_unit: Some(price),
        },
        7 => ProductCommand::AdjustStock {
            change: Quantity::from_milli(-500).unwrap(),
            reason: "broken".to_owned(),
        },
        8 => ProductCommand::Discontinue,
        _ => ProductCommand::Reinstate,
    }
}

fn some_product(dice: &mut Dice) -> ProductId {
    ProductId::new(format!("product-{}", dice.below(5))).unwrap()
}

fn some_order(dice: &mut Dice) -> OrderId {
    OrderId::new(format!("order-{}", dice.below(16))).unwrap()
}

fn some_line(dice: &mut Dice) -> LineId {
    LineId::new(format!("line-{}", dice.below(4))).unwrap()
}

fn some_payment(dice: &mut Dice) -> PaymentId {
    PaymentId::new(format!("payment-{}", dice.below(3))).unwrap()
}

fn some_quantity(dice: &mut Dice) -> Quantity {
    Quantity::from_milli(500 * (1 + i64::try_from(dice.below(4)).unwrap())).unwrap()
}

fn some_tender(dice: &mut Dice) -> Tender {
    let amount_minor = i64::try_from(dice.below(300)).unwrap();
    match dice.below(3) {
        0 => Tender::ExactCash,
        1 => Tender::Cash {
            tendered_minor: amount_minor * 3,
        },
        _ => Tender::Card {
            amount_minor,
            reference: "0815".to_owned(),
        },
    }
}

/// What a run did, for another one to be compared with: its story, and the last hash.
fn run(seed: u64) -> (Vec<String>, Vec<u8>) {
    let mut run = Run {
        seed,
        simulation: Simulation::new(seed),
    };
    run.simulation.live();
    let log = sound_log(&run.simulation.till.store);
    run.simulation.disk.unplug();
    let last = log.last().map_or_else(Vec::new, |event| event.hash.clone());
    (std::mem::take(&mut run.simulation.story), last)
}

/// Tells how to replay a run that failed, and what happened in it.
struct Run {
    seed: u64,
    simulation: Simulation,
}

impl Drop for Run {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("{}", self.simulation.story.join("\n"));
            println!("to replay this run, set {SEED}={} {RUNS}=1", self.seed);
        }
    }
}

#[test]
fn whatever_happens_the_shop_is_what_was_acknowledged() {
    let first = seed(SEED);
    let runs = std::env::var(RUNS).map_or(USUAL_RUNS, |runs| runs.parse().unwrap());
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get) as u64;
    let began = Instant::now();
    let count_of = |thread: u64| {
        let mine = (first + thread..first + runs).step_by(threads as usize);
        mine.fold((0, 0), |(restarts, done), seed| {
            let (story, _) = run(seed);
            let count = |what| story.iter().filter(|step| step.contains(what)).count();
            (restarts + count("restart"), done + count(": Done"))
        })
    };
    let (restarts, done) = std::thread::scope(|scope| {
        let started: Vec<_> = (0..threads.min(runs))
            .map(|thread| scope.spawn(move || count_of(thread)))
            .collect();
        let counts = started
            .into_iter()
            .map(|thread| thread.join().expect("a run failed"));
        counts.fold((0, 0), |sum, count| (sum.0 + count.0, sum.1 + count.1))
    });
    let a_minute = runs as f64 * 60.0 / began.elapsed().as_secs_f64();
    println!("{runs} runs, {a_minute:.0} a minute: {done} commands done, {restarts} restarts");
    assert!(
        done as u64 > 10 * runs && restarts as u64 > runs,
        "nothing happens"
    );
}

#[test]
fn a_seed_replays_its_run() {
    let seed = seed(SEED);
    assert_eq!(run(seed), run(seed));
}
