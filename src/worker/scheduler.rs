//! What comes next. One thread does it all: commands first, then what they
//! changed in the views, then queries, then background work in slices.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use gloo_timers::callback::Interval;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{MessageChannel, MessagePort};

use super::background::{Background, SLICE_MS};
use super::bench::Workbench;
use super::chain_check::ChainCheck;
use super::dirty::Dirty;
use super::import::{Inspection, RunningImport};
use super::journal_copy::JournalCopy;
use super::messages::{answer, elapsed_ms, notify};
use super::pace::Pace;
use super::shop::Shop;
use super::{queries, repairs};
use crate::application::CommandEnvelope;
use crate::projector::ProjectorError;
use crate::protocol::{
    Answer, Notice, Query, Request, RequestId, SalesFile, ToWorker, View, WorkerError, WorkerHealth,
};

/// While there is a backlog, screens are told no more often than this.
const NOTICE_MS: f64 = 150.0;
/// The projector also looks by itself, and an idle till tidies up.
const INTERVAL_MS: u32 = 1000;

/// Takes requests and works them off. A clone is the same scheduler.
#[derive(Clone)]
pub struct Scheduler {
    inner: Rc<RefCell<Inner>>,
    /// A message to ourselves: the next turn comes after messages that are
    /// already waiting, so that they share a commit.
    bell: MessagePort,
}

#[derive(Default)]
struct Inner {
    shop: Option<Shop>,
    /// Serves a journal that cannot be opened.
    damaged: Option<JournalCopy>,
    commands: VecDeque<(RequestId, CommandEnvelope)>,
    requests: VecDeque<(RequestId, Request)>,
    background: Background,
    project_pace: Pace,
    /// The longest turn's share of projecting so far.
    longest_projecting_ms: f64,
    bench: Workbench,
    dirty: Dirty,
    /// No projection that could go on is left; the next event or second tries again.
    stalled: bool,
    /// The views cannot be written for want of room.
    views_full: bool,
    scheduled: bool,
    last_request_ms: f64,
    interval: Option<Interval>,
}

impl Scheduler {
    /// A scheduler that only collects, until [`begin`](Self::begin).
    #[allow(clippy::expect_used)]
    pub fn new() -> Self {
        let channel = MessageChannel::new().expect("every worker has message channels");
        let scheduler = Self {
            inner: Rc::new(RefCell::new(Inner::default())),
            bell: channel.port1(),
        };
        let turn = {
            let scheduler = scheduler.clone();
            Closure::<dyn FnMut()>::new(move || scheduler.turn())
        };
        channel
            .port2()
            .set_onmessage(Some(turn.as_ref().unchecked_ref()));
        turn.forget();
        scheduler
    }

    /// Takes a request.
    pub fn accept(&self, message: ToWorker) {
        let ToWorker { id, request } = message;
        {
            let mut inner = self.inner.borrow_mut();
            inner.last_request_ms = elapsed_ms();
            match request {
                Request::Execute(envelope) => inner.commands.push_back((id, *envelope)),
                other => inner.requests.push_back((id, other)),
            }
        }
        self.schedule();
    }

    /// The databases are open: work begins.
    pub fn begin(&self, shop: Shop) {
        let mut inner = self.inner.borrow_mut();
        inner.background.retry_due = shop.has_dead_letters();
        // A rebuild that was finished in an earlier run may have left some.
        inner.background.old_tables = true;
        inner.shop = Some(shop);
        let ticking = self.clone();
        inner.interval = Some(Interval::new(INTERVAL_MS, move || ticking.schedule()));
        drop(inner);
        self.schedule();
    }

    /// The journal cannot be opened: it can still be downloaded.
    pub fn serve_damaged(&self, copy: JournalCopy) {
        self.inner.borrow_mut().damaged = Some(copy);
        self.schedule();
    }

    fn schedule(&self) {
        let mut inner = self.inner.borrow_mut();
        if !inner.scheduled && (inner.shop.is_some() || inner.damaged.is_some()) {
            inner.scheduled = true;
            let _ = self.bell.post_message(&wasm_bindgen::JsValue::NULL);
        }
    }

    fn turn(&self) {
        let more = {
            let mut inner = self.inner.borrow_mut();
            inner.scheduled = false;
            inner.turn()
        };
        if more {
            self.schedule();
        }
    }
}

impl Inner {
    /// One turn; whether there is more to do at once.
    fn turn(&mut self) -> bool {
        let Some(mut shop) = self.shop.take() else {
            self.turn_damaged();
            return false;
        };
        self.run_commands(&mut shop);
        self.project(&mut shop);
        self.run_requests(&mut shop);
        let waiting = self.background.slice(&mut shop, &mut self.dirty);
        let more = waiting || (shop.has_backlog() && !self.stalled);
        self.tell_views(&shop);
        let idle_ms = elapsed_ms() - self.last_request_ms;
        shop.checkpoint_if_due(if more { 0.0 } else { idle_ms });
        self.shop = Some(shop);
        more || !self.commands.is_empty() || !self.requests.is_empty()
    }

    fn run_commands(&mut self, shop: &mut Shop) {
        if self.commands.is_empty() {
            return;
        }
        if self.views_full {
            self.project(shop);
        }
        let (ids, envelopes): (Vec<_>, Vec<_>) = self.commands.drain(..).unzip();
        // Nobody sells by figures that stand still.
        if self.views_full {
            for (id, envelope) in ids.into_iter().zip(&envelopes) {
                let outcome = shop.outcome_or(envelope, WorkerError::StorageFull);
                answer(id, outcome.map(Answer::Done));
            }
            return;
        }
        for (id, outcome) in ids.into_iter().zip(shop.execute_all(&envelopes)) {
            answer(id, outcome.map(Answer::Done));
        }
    }

    /// Brings the views up to date, for at most a slice.
    fn project(&mut self, shop: &mut Shop) {
        let began = elapsed_ms();
        self.stalled = false;
        while shop.has_backlog() && !self.stalled && elapsed_ms() - began < SLICE_MS / 2.0 {
            self.project_step(shop);
        }
        let took = elapsed_ms() - began;
        self.longest_projecting_ms = self.longest_projecting_ms.max(took);
    }

    fn project_step(&mut self, shop: &mut Shop) {
        let began = elapsed_ms();
        let limit = self.project_pace.events();
        match shop.project(limit) {
            Ok(step) => {
                if step.events == limit as usize {
                    self.project_pace.took(elapsed_ms() - began);
                }
                for changed in step.changed {
                    self.dirty.add(changed);
                }
                if step.events > 0 {
                    self.dirty.add_view(View::Journal);
                    self.dirty.add_view(View::Projections);
                }
                self.stalled = step.events == 0 && step.at_head;
                self.views_full = false;
            }
            Err(error) if error.is_damage() => self.replace_views(shop, &error),
            Err(error) => self.stand_still(shop, &error),
        }
    }

    /// Until it works again, screens show what they have.
    fn stand_still(&mut self, shop: &mut Shop, error: &ProjectorError) {
        self.stalled = true;
        if error.is_full() && !std::mem::replace(&mut self.views_full, true) {
            notify(Notice::ViewsFull);
        }
        if !error.is_full() && shop.note_trouble(error) {
            notify(Notice::ViewsStopped(error.to_string()));
        }
    }

    fn replace_views(&mut self, shop: &mut Shop, error: &ProjectorError) {
        if shop.replace_views().is_err() {
            // The next worker deletes the file before it opens anything.
            self.stand_still(shop, error);
        }
        self.dirty.add_all();
    }

    /// One request a turn, so that a command which arrives meanwhile goes before
    /// the next.
    fn run_requests(&mut self, shop: &mut Shop) {
        // Whoever asks after a command must see what the notice promised.
        self.tell_views(shop);
        if let Some((id, request)) = self.requests.pop_front() {
            self.run_request(shop, id, request);
        }
    }

    fn run_request(&mut self, shop: &mut Shop, id: RequestId, request: Request) {
        let result = match request {
            Request::Execute(envelope) => {
                self.commands.push_back((id, *envelope));
                return;
            }
            Request::Query(Query::Health) => Ok(Answer::Health(self.health(shop))),
            Request::Query(query) => queries::run(shop, query),
            Request::Repair(repair) => {
                let result = repairs::run(shop, &repair, &mut self.background);
                // Rows may have come or gone, and the progress has changed.
                self.dirty.add_all();
                result
            }
            Request::OpenDemoShop {
                command_id,
                shop: open,
            } => {
                let outcome = shop.open_demo(&command_id, &open).map(Answer::Done);
                self.project(shop);
                outcome
            }
            Request::InspectSales(file) => match Inspection::start(shop, id, file) {
                Ok(inspection) => {
                    let earlier = self.background.inspection.replace(inspection);
                    if let Some(earlier) = earlier {
                        earlier.give_up();
                    }
                    return;
                }
                Err(error) => Err(error),
            },
            Request::ImportSales(file) => match self.start_import(shop, id, file) {
                Ok(()) => return,
                Err(error) => Err(error),
            },
            Request::CancelImport => {
                if let Some(import) = &mut self.background.import {
                    import.cancel();
                }
                Ok(Answer::Ok)
            }
            Request::PrepareJournal => match self.background.start_copy(shop, id) {
                Ok(()) => return,
                Err(error) => Err(error),
            },
            Request::ReadJournal { offset, length } => match &self.background.copy {
                Some(copy) => copy.read(offset, length),
                None => Err(WorkerError::File(
                    "no copy of the journal is prepared".to_owned(),
                )),
            },
            Request::DiscardJournal => {
                self.background.discard_copy();
                JournalCopy::discard(shop)
            }
            Request::VerifyChain if self.background.check.is_some() => Err(WorkerError::File(
                "the chain is being verified already".to_owned(),
            )),
            Request::VerifyChain => {
                self.background.check = Some(ChainCheck::new(id, shop));
                return;
            }
            Request::Bench(bench) => match self.bench.run(shop, id, bench) {
                Some(result) => result,
                None => return,
            },
        };
        answer(id, result);
    }

    fn start_import(
        &mut self,
        shop: &mut Shop,
        id: RequestId,
        file: SalesFile,
    ) -> Result<(), WorkerError> {
        if self.background.import.is_some() {
            return Err(WorkerError::File("another import is running".to_owned()));
        }
        self.background.import = Some(RunningImport::start(shop, id, file)?);
        Ok(())
    }

    fn health(&self, shop: &Shop) -> WorkerHealth {
        let longest_slice_ms = self.background.longest_ms.max(self.longest_projecting_ms);
        shop.health(longest_slice_ms)
    }

    /// Tells the page which views changed: at once when they are up to date, now
    /// and then while they catch up. Whoever waits for a position that a failed
    /// projection will never reach is told as well.
    fn tell_views(&mut self, shop: &Shop) {
        let behind = shop.has_backlog();
        let position = if self.stalled {
            shop.store.head()
        } else {
            shop.projector.position()
        };
        let waited_for = position > self.dirty.told_position;
        if self.dirty.is_empty() && !(self.stalled && waited_for) {
            return;
        }
        let now = elapsed_ms();
        let busy = behind || shop.projector.is_rebuilding();
        if busy && !self.stalled && now - self.dirty.told_ms < NOTICE_MS {
            return;
        }
        self.dirty.tell(now, position);
    }

    fn turn_damaged(&mut self) {
        let Some(copy) = &self.damaged else { return };
        for (id, request) in self.requests.drain(..) {
            answer(id, copy.serve(request));
        }
        for (id, _) in self.commands.drain(..) {
            answer(
                id,
                Err(WorkerError::Storage("the journal is not open".to_owned())),
            );
        }
    }
}
