//! What can be done about the views from here, and what is said of it.

use leptos::prelude::*;

use crate::client::{Client, spawn, use_client};
use crate::protocol::{Answer, Repair, Request};
use crate::ui::changing::part_if;
use crate::ui::components::{Modal, Toasts, use_toasts};
use crate::ui::format::{ShopFormat, use_format};
use crate::ui::handlers::tap;

/// Carries repairs out; a handle.
#[derive(Clone, Copy)]
pub struct Repairs {
    client: Client,
    toasts: Toasts,
    format: ShopFormat,
    /// The projection and the event that somebody is asked about; event 0 while
    /// nobody is.
    skipping: RwSignal<String>,
    skipping_at: RwSignal<u64>,
}

impl Repairs {
    /// Nothing is under way.
    pub fn new() -> Self {
        Self {
            client: use_client(),
            toasts: use_toasts(),
            format: use_format(),
            skipping: RwSignal::new(String::new()),
            skipping_at: RwSignal::new(0),
        }
    }

    /// Carries a repair out, or asks first if it cannot be taken back.
    pub fn begin(self, repair: Repair) {
        match repair {
            Repair::Skip {
                projection,
                position,
            } => {
                self.skipping.set(projection);
                self.skipping_at.set(position);
            }
            repair => self.run(repair),
        }
    }

    /// Carries a repair out and says what came of it.
    fn run(self, repair: Repair) {
        let done = match repair {
            Repair::Rebuild { .. } => "It is being rebuilt. Selling goes on meanwhile.",
            Repair::CancelRebuild { .. } => {
                "The rebuild was given up. What was there before stays."
            }
            Repair::Skip { .. } => "The event is left out. The journal keeps it.",
            _ => "There was nothing to try again.",
        };
        let is_attempt = !matches!(repair, Repair::Skip { .. });
        let answer = self.client.request(Request::Repair(repair));
        spawn(async move {
            match answer.await {
                Ok(Answer::Retried { applied, left }) if (applied, left) != (0, 0) => {
                    let outcome = self.outcome(applied, left);
                    match (is_attempt, applied) {
                        (true, 0) => self.toasts.fail(outcome),
                        (true, _) => self.toasts.say(outcome),
                        (false, _) => self.toasts.say(format!("{done} {outcome}")),
                    }
                }
                Ok(_) => self.toasts.say(done),
                Err(error) => self.toasts.fail(error),
            }
        });
    }

    fn outcome(self, applied: u64, left: u64) -> String {
        let left_words = match left {
            0 => "none waits any more.".to_owned(),
            left => format!("{} cannot be applied yet.", events(self.format, left)),
        };
        match applied {
            0 => format!("That changed nothing: {left_words}"),
            applied => format!("{} applied, {left_words}", events(self.format, applied)),
        }
    }
}

/// The question before an event is left out, while it is asked.
#[component]
pub fn SkipDialog(repairs: Repairs) -> impl IntoView {
    let close = move || repairs.skipping_at.set(0);
    let skip = move || {
        let position = repairs.skipping_at.get_untracked();
        let projection = repairs.skipping.get_untracked();
        close();
        repairs.run(Repair::Skip {
            projection,
            position,
        });
    };
    part_if(
        move || repairs.skipping_at.get() > 0,
        move || {
            let words = format!(
                "Event {} stays in the journal. But “{}” leaves it out for good, also when it is \
             rebuilt. This cannot be taken back.",
                repairs.format.count(repairs.skipping_at.get_untracked()),
                name_of(&repairs.skipping.get_untracked())
            );
            view! {
            <Modal label="Skip this event?" on_close=close>
                <p>{words}</p>
                <div class="form-actions">
                    <button type="button" class="button" on:click=tap(close)>
                        "Keep it waiting"
                    </button>
                    <button type="button" class="button danger-fill" on:click=tap(skip)>
                        "Skip this event"
                    </button>
                </div>
            </Modal>
            }
        },
    )
}

/// `customer_orders_summary` as people would write it.
pub fn name_of(projection: &str) -> String {
    let mut name = projection.replace('_', " ");
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    name
}

/// `1 event`, `2 events`.
pub fn events(format: ShopFormat, count: u64) -> String {
    let noun = if count == 1 { "event" } else { "events" };
    format!("{} {noun}", format.count(count))
}
