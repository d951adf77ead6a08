//! Live queries: asked again whenever what they read has changed.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;

use super::{Client, Status, spawn};
use crate::protocol::{Answer, Query, Request, View, ViewChange, WorkerError};

/// What is done with the answer to a query.
type Show = dyn Fn(&Query, Answer);

/// What one live query remembers between questions.
pub(super) struct Asking {
    views: &'static [View],
    show: Box<Show>,
    in_flight: Cell<bool>,
    /// Something changed while a question was on its way.
    dirty: Cell<bool>,
    wanted: RefCell<Option<Query>>,
}

impl Asking {
    /// Whether what is wanted may be another after `changes`.
    fn is_concerned(&self, changes: &[ViewChange]) -> bool {
        let wanted = self.wanted.borrow();
        let Some(query) = &*wanted else { return false };
        changes
            .iter()
            .any(|change| self.views.contains(&change.view) && change.concerns(query))
    }
}

impl Client {
    /// The answer to `query`, kept current: it is asked again when the query
    /// changes or what it shows of one of `views` does, never twice at a time. The
    /// old value stays until the new one is there, so that nothing flickers. `pick`
    /// takes the expected answer out; it is given the query too, for answers that do
    /// not say what was asked. While `query` gives nothing, nothing is asked.
    pub fn live<T>(
        self,
        views: &'static [View],
        query: impl Fn() -> Option<Query> + 'static,
        pick: impl Fn(&Query, Answer) -> Option<T> + 'static,
    ) -> Signal<Option<T>>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        let value = RwSignal::new(None::<T>);
        self.keep_asking(
            views,
            Box::new(query),
            Box::new(move |query, answer| show(value, pick(query, answer))),
        );
        value.into()
    }

    /// The same for every kind of answer, so that the page holds it once.
    fn keep_asking(
        self,
        views: &'static [View],
        query: Box<dyn Fn() -> Option<Query>>,
        show: Box<Show>,
    ) {
        let asking = Rc::new(Asking {
            views,
            show,
            in_flight: Cell::default(),
            dirty: Cell::default(),
            wanted: RefCell::default(),
        });
        // The effect keeps it; when its owner goes, so does this one.
        self.link().borrow_mut().live.push(Rc::downgrade(&asking));
        Effect::new(move |_| {
            let ready = self.status.get() == Status::Ready;
            *asking.wanted.borrow_mut() = query().filter(|_| ready);
            self.ask_again(&asking);
        });
    }

    /// Asks again what `changes` concern. Marked at once, so that two notices in a
    /// row are never taken for one.
    pub(super) fn ask_again_after(self, changes: &[ViewChange]) {
        let mut concerned = Vec::new();
        self.link().borrow_mut().live.retain(|asking| {
            let Some(asking) = asking.upgrade() else {
                return false;
            };
            if asking.is_concerned(changes) {
                concerned.push(asking);
            }
            true
        });
        for asking in &concerned {
            self.ask_again(asking);
        }
    }

    fn ask_again(self, asking: &Rc<Asking>) {
        asking.dirty.set(true);
        if !asking.in_flight.get() {
            spawn(self.ask(Rc::clone(asking)));
        }
    }

    async fn ask(self, asking: Rc<Asking>) {
        if asking.in_flight.replace(true) {
            return;
        }
        while asking.dirty.replace(false) {
            let Some(query) = asking.wanted.borrow().clone() else {
                break;
            };
            match self.request(Request::Query(query.clone())).await {
                Ok(answer) => (asking.show)(&query, answer),
                // The worker has ended: when it is back, the effect asks again.
                Err(WorkerError::OutcomeUnknown) => {}
                Err(error) => self.trouble.set(Some(error.to_string())),
            }
        }
        asking.in_flight.set(false);
    }

    /// Asks once.
    pub async fn query(self, query: Query) -> Result<Answer, WorkerError> {
        self.request(Request::Query(query)).await
    }
}

/// Sets `value` if it is another one; its owner may be gone already.
fn show<T: PartialEq + Send + Sync + 'static>(value: RwSignal<Option<T>>, new: Option<T>) {
    let changed = value.try_with_untracked(|old| *old != new);
    if new.is_some() && changed == Some(true) {
        value.try_set(new);
    }
}
