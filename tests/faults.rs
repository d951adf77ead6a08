//! The disk fails: at any operation of a day at the till the process is
//! killed, the power is cut, the operation fails, or the disk is full. Afterwards the
//! log is what was acknowledged, perhaps with the commit that was under way, and never
//! half of one; the chain holds, and the views are what the log says.
//!
//! What a power cut leaves is drawn by lot, and so is which operations fail:
//! `DAYBOOK_FAULTS_SEED` draws the same again.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeMap;
use std::ops::Range;

use daybook::application::{Command, CommandEnvelope};
use daybook::domain::Quantity;
use daybook::domain::ids::{OrderId, PaymentId, ProductId};
use daybook::domain::order::Tender;
use daybook::domain::product::ProductCommand;
use daybook::event_store::{Metadata, RecordedEvent};
use support::disk::{Disk, Fault, Replay};
use support::random::{Dice, seed};
use support::soundness::{FreshViews, sound_log, sound_views};
use support::till::{Answer, Till, open_store};
use support::{OPENING, add_item, cancel, envelope, eur, new_product, opening, pay, settings};

const SEED: &str = "DAYBOOK_FAULTS_SEED";
/// `DAYBOOK_FAULTS_EVERY=1` lets every single operation fail. That takes minutes, so
/// usually it is one in so many, others each time.
const EVERY: &str = "DAYBOOK_FAULTS_EVERY";
const USUALLY_EVERY: usize = 8;

/// What a day consists of.
enum Step {
    /// Commands that share a commit.
    Group(Vec<CommandEnvelope>),
    /// Project so many events.
    Project(u32),
    /// Write the log's WAL back.
    Checkpoint,
    /// Write the views' WAL back.
    WriteBack,
    /// Take the snapshots that are due.
    Snapshots,
    /// Begin to build all views anew, aside.
    Rebuild,
    /// Bring that on by so many events.
    RebuildOn(u32),
    /// Drop so many rows of tables that nobody reads any more.
    DropOldTables(u32),
    /// So small a cache that an open transaction spills pages into the WAL.
    TinyCache,
    /// Close everything and open it again.
    Reopen,
}

use Step::{
    Checkpoint, DropOldTables, Group, Project, Rebuild, RebuildOn, Reopen, Snapshots, TinyCache,
    WriteBack,
};

fn id(text: &str) -> ProductId {
    ProductId::new(text).unwrap()
}

fn to(product: &str, command: ProductCommand) -> Command {
    Command::Product {
        product_id: id(product),
        command,
    }
}

fn create(product: &str, price_minor: i64) -> Command {
    to(
        product,
        ProductCommand::Create(new_product(product, price_minor)),
    )
}

fn receive(product: &str, milli: i64) -> Command {
    to(
        product,
        ProductCommand::ReceiveStock {
            quantity: Quantity::from_milli(milli).unwrap(),
            supplier: "The mill".to_owned(),
            cost_per_unit: Some(eur(120)),
        },
    )
}

fn add(order: &str, product: &str) -> Command {
    add_item(order, &id(product), 1000)
}

fn void(order: &str, payment: &str) -> Command {
    Command::VoidPayment {
        order_id: OrderId::new(order).unwrap(),
        payment_id: PaymentId::new(payment).unwrap(),
        reason: "wrong button".to_owned(),
    }
}

/// A bit of everything.
fn day() -> Vec<Step> {
    let mut commands = 0;
    let mut group = |wishes: Vec<Command>| {
        let numbered = wishes.into_iter().map(|command| {
            commands += 1;
            envelope(&format!("command-{commands}"), command)
        });
        Group(numbered.collect())
    };
    let card = |amount_minor| Tender::Card {
        amount_minor,
        reference: "0815".to_owned(),
    };
    let many = (0..15).map(|number| create(&format!("jam-{number}"), 390));
    vec![
        group(vec![Command::OpenShop(opening(settings()))]),
        group(vec![create("tea", 260), create("bread", 490)]),
        Project(3),
        group(vec![receive("bread", 10_000)]),
        group(vec![add("sale", "tea")]),
        group(vec![add("sale", "bread")]),
        Project(100),
        group(vec![pay("sale", "p1", Tender::ExactCash)]),
        // The last one again, as after an answer that got lost, and one that is refused.
        Group(vec![envelope(
            "command-7",
            pay("sale", "p1", Tender::ExactCash),
        )]),
        group(vec![cancel("sale")]),
        Checkpoint,
        WriteBack,
        group(vec![
            add("left", "bread"),
            add("open", "tea"),
            cancel("never-begun"),
            to(
                "tea",
                ProductCommand::ChangePrice {
                    new_price: eur(280),
                },
            ),
            add("left", "tea"),
        ]),
        Project(4),
        group(vec![pay("left", "p1", card(100))]),
        group(vec![void("left", "p1"), cancel("left")]),
        TinyCache,
        group(many.collect()),
        Project(20),
        Reopen,
        group(vec![add("open", "bread"), pay("open", "p1", card(500))]),
        Project(100),
        Snapshots,
        Rebuild,
        RebuildOn(30),
        Checkpoint,
        RebuildOn(50),
        DropOldTables(30),
        group(vec![pay("open", "p2", Tender::ExactCash)]),
        Project(100),
    ]
}

/// A till that goes through a day, with a page that sends again what was not answered.
struct Run {
    disk: Disk,
    /// None while it is closed.
    till: Option<Till>,
    /// Every group that was answered.
    commits: Vec<Commit>,
    starts: u64,
    dice: Dice,
    /// From this operation on answers are checked on copies of the disk, so many.
    checked_from: usize,
    checks_left: u32,
}

/// A group of commands.
struct Commit {
    /// The operations that it took.
    operations: Range<usize>,
    /// The log's head afterwards.
    head: u64,
}

/// Who sends again more often than this waits for nothing.
const MOST_TRIES: u32 = 5;
/// So many answers are checked after the disk failed.
const CHECKS: u32 = 3;

impl Run {
    /// Answers that are given after `operation` are checked.
    fn begin(disk: Disk, dice: Dice, operation: usize) -> Self {
        let mut run = Self {
            disk,
            till: None,
            commits: Vec::new(),
            starts: 0,
            dice,
            checked_from: operation,
            checks_left: CHECKS,
        };
        if run.start().is_err() {
            run.start_again();
        }
        run
    }

    fn till(&mut self) -> &mut Till {
        self.till.as_mut().expect("it is closed")
    }

    fn start(&mut self) -> Result<(), String> {
        self.starts += 1;
        self.till = Some(Till::start(&self.disk, self.starts, OPENING)?);
        Ok(())
    }

    /// The worker ended; the page starts another one on a disk that works. It may
    /// still be full, and then somebody has to make room.
    fn start_again(&mut self) {
        let left = self.disk.after_kill(&mut self.dice);
        self.disk.unplug();
        self.till = None;
        self.disk = left;
        self.checked_from = 0;
        if let Err(error) = self.start() {
            self.disk.repair();
            self.start()
                .unwrap_or_else(|again| panic!("{error}, and then {again}"));
        }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Group(commands) => self.send(commands),
            Project(events) => drop(self.till().project(*events)),
            Checkpoint => drop(self.till().store.checkpoint()),
            WriteBack => drop(self.till().projector.write_back()),
            Snapshots => {
                let till = self.till();
                drop(till.bus.take_snapshots(&till.store, 10));
            }
            Rebuild => drop(self.till().projector.start_rebuild_of_all()),
            RebuildOn(events) => {
                let till = self.till();
                drop(till.projector.rebuild_step(&till.store, *events));
            }
            DropOldTables(rows) => drop(self.till().projector.drop_old_tables(*rows)),
            TinyCache => {
                let events = self.till().store.connection();
                drop(events.execute_batch("PRAGMA cache_size = 10"));
            }
            Reopen => {
                self.till = None;
                if self.start().is_err() {
                    self.start_again();
                }
            }
        }
    }

    /// Sends commands until every one is answered for good.
    fn send(&mut self, commands: &[CommandEnvelope]) {
        for _ in 0..MOST_TRIES {
            let before = self.disk.operations();
            let Ok(answers) = self.till().execute(commands) else {
                self.start_again();
                continue;
            };
            self.check_answers(commands, &answers);
            let commit = Commit {
                operations: before..self.disk.operations(),
                head: self.till().store.head(),
            };
            self.commits.push(commit);
            if answers.iter().all(is_for_good) {
                return;
            }
            self.disk.repair();
        }
        panic!("no answer after {MOST_TRIES} tries");
    }

    /// What was said is true even if everything ends right now.
    fn check_answers(&mut self, commands: &[CommandEnvelope], answers: &[Answer]) {
        if self.disk.operations() <= self.checked_from || self.checks_left == 0 {
            return;
        }
        self.checks_left -= 1;
        let killed = self.disk.after_kill(&mut self.dice);
        let cut_off = self.disk.after_power_cut(&mut self.dice);
        for (disk, what) in [(killed, "a kill"), (cut_off, "a power cut")] {
            disk.repair();
            let store = open_store(&disk).unwrap();
            for (command, answer) in commands.iter().zip(answers) {
                let found = store.find_command(command.command_id.as_str()).unwrap();
                let found = found.map(|appended| appended.last_position);
                let told = match answer {
                    // What changes nothing is not remembered.
                    Answer::Done(outcome) if outcome.events == 0 => continue,
                    Answer::Done(outcome) => Some(outcome.position),
                    Answer::Refused(_) | Answer::Full | Answer::Failed(_) => None,
                };
                let id = &command.command_id;
                assert_eq!(
                    found, told,
                    "{id} was answered {answer:?}, then came {what}"
                );
            }
            disk.unplug();
        }
    }
}

fn is_for_good(answer: &Answer) -> bool {
    matches!(answer, Answer::Done(_) | Answer::Refused(_))
}

/// A day on a disk that never fails.
struct Undisturbed {
    day: Vec<Step>,
    disk: Disk,
    events: Vec<RecordedEvent>,
    commits: Vec<Commit>,
    operations: usize,
}

impl Undisturbed {
    fn new(day: Vec<Step>) -> Self {
        let mut run = Run::begin(Disk::new(), Dice::new(0), usize::MAX);
        day.iter().for_each(|step| run.step(step));
        Self {
            day,
            operations: run.disk.operations(),
            events: sound_log(&run.till().store),
            disk: run.disk,
            commits: run.commits,
        }
    }
}

/// Names the case if it fails.
struct Case(String);

impl Drop for Case {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("this case failed: {}", self.0);
        }
    }
}

/// What is found on a disk after the day was cut off at `operation`.
fn assert_committed_prefix(
    found: &Disk,
    operation: usize,
    whole: &Undisturbed,
    fresh: &mut FreshViews,
) {
    let mut till = Till::start(found, 99, OPENING).unwrap();
    let events = sound_log(&till.store);
    assert!(events[..] == whole.events[..events.len()], "another log");
    let head = events.len() as u64;
    let is_done = |commit: &&Commit| commit.operations.end <= operation;
    let promised = whole.commits.iter().rfind(is_done);
    let under_way = whole.commits.iter().find(|commit| !is_done(commit));
    let promised = promised.map_or(0, |commit| commit.head);
    let possible = under_way.map_or(promised, |commit| commit.head);
    assert!(
        head == promised || head == possible,
        "promised {promised}, perhaps {possible}, found {head}"
    );
    sound_views(&till.store, &mut till.projector, fresh);
    found.unplug();
}

#[test]
fn a_process_killed_at_any_operation_leaves_a_committed_prefix() {
    let (whole, seed) = (Undisturbed::new(day()), seed(SEED));
    let mut fresh = FreshViews::default();
    let mut replay = Replay::new(whole.disk.history());
    while let Some(operation) = replay.advance() {
        let _case = Case(format!("killed at operation {operation}"));
        let found = replay.killed_here(&mut Dice::of_case(seed, operation));
        assert_committed_prefix(&found, operation, &whole, &mut fresh);
    }
}

#[test]
fn a_power_cut_at_any_operation_leaves_a_committed_prefix() {
    let (whole, seed) = (Undisturbed::new(day()), seed(SEED));
    let mut fresh = FreshViews::default();
    let mut replay = Replay::new(whole.disk.history());
    while let Some(operation) = replay.advance() {
        let _case = Case(format!("power cut at operation {operation}"));
        let found = replay.power_cut_here(&mut Dice::of_case(seed, operation));
        assert_committed_prefix(&found, operation, &whole, &mut fresh);
    }
}

/// What each command recorded: in which streams, what happened.
fn by_command(events: &[RecordedEvent]) -> BTreeMap<String, Vec<(String, String)>> {
    let mut commands: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for event in events {
        let metadata: Metadata = serde_json::from_str(&event.metadata).unwrap();
        let happened = (event.stream_id.clone(), event.event_type.clone());
        commands
            .entry(metadata.command_id)
            .or_default()
            .push(happened);
    }
    commands
}

/// The whole day, with one fault in it. Every answer is true, and in the end every
/// command is recorded once, as if nothing had happened.
fn assert_day_is_saved(
    fault: Fault,
    operation: usize,
    whole: &Undisturbed,
    seed: u64,
    fresh: &mut FreshViews,
) {
    let _case = Case(format!("{fault:?} at operation {operation}"));
    let disk = Disk::new();
    disk.fail_at(operation, fault);
    let mut run = Run::begin(disk, Dice::of_case(seed, operation), operation);
    whole.day.iter().for_each(|step| run.step(step));
    run.disk.repair();

    let till = run.till();
    let events = sound_log(&till.store);
    assert_eq!(by_command(&events), by_command(&whole.events));
    sound_views(&till.store, &mut till.projector, fresh);
    let found = run.disk.after_power_cut(&mut run.dice);
    run.disk.unplug();
    let mut till = Till::start(&found, 99, OPENING).unwrap();
    assert!(
        sound_log(&till.store) == events,
        "a power cut took something"
    );
    sound_views(&till.store, &mut till.projector, fresh);
    found.unplug();
}

fn assert_day_is_saved_at_every_operation(fault: Fault) {
    let (whole, seed) = (Undisturbed::new(day()), seed(SEED));
    let mut fresh = FreshViews::default();
    let every = std::env::var(EVERY).map_or(USUALLY_EVERY, |every| every.parse().unwrap());
    let first = Dice::new(seed).below(every);
    for operation in (first..whole.operations).step_by(every) {
        assert_day_is_saved(fault, operation, &whole, seed, &mut fresh);
    }
}

#[test]
fn any_operation_may_fail_once() {
    assert_day_is_saved_at_every_operation(Fault::FailsOnce);
}

#[test]
fn any_operation_may_fail_and_have_happened_all_the_same() {
    assert_day_is_saved_at_every_operation(Fault::FailsButHappened);
}

#[test]
fn from_any_operation_on_all_may_fail() {
    assert_day_is_saved_at_every_operation(Fault::FailsFromThenOn);
}

#[test]
fn from_any_operation_on_the_disk_may_be_full() {
    assert_day_is_saved_at_every_operation(Fault::Full);
}

#[test]
fn any_operation_of_the_first_commits_may_fail_in_any_way() {
    let morning = day().into_iter().take(2).collect();
    let (whole, seed) = (Undisturbed::new(morning), seed(SEED));
    let mut fresh = FreshViews::default();
    for operation in whole
        .commits
        .iter()
        .flat_map(|commit| commit.operations.clone())
    {
        for fault in [
            Fault::FailsOnce,
            Fault::FailsButHappened,
            Fault::FailsFromThenOn,
            Fault::Full,
        ] {
            assert_day_is_saved(fault, operation, &whole, seed, &mut fresh);
        }
    }
}
