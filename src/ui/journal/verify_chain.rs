//! Checks that nobody has changed the journal behind Daybook's back.

use leptos::prelude::*;

use crate::client::{spawn, use_client};
use crate::protocol::{Answer, Request};
use crate::ui::changing::{is, part, text};
use crate::ui::components::{Icon, use_toasts};
use crate::ui::format::use_format;
use crate::ui::handlers::tap;

#[derive(Clone)]
enum Verdict {
    Holds { events: u64 },
    Broken { position: u64, reason: String },
}

/// The button, and what it found.
#[component]
pub fn VerifyChain() -> impl IntoView {
    let client = use_client();
    let format = use_format();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let verdict = RwSignal::new(None::<Verdict>);
    let verify = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn(async move {
            let found = match client.request(Request::VerifyChain).await {
                Ok(Answer::ChainHolds { events }) => Some(Verdict::Holds { events }),
                Ok(Answer::ChainBroken { position, reason }) => {
                    Some(Verdict::Broken { position, reason })
                }
                Ok(_) => None,
                Err(error) => {
                    toasts.fail(error);
                    None
                }
            };
            busy.try_set(false);
            verdict.try_set(found);
        });
    };
    let chip = move || {
        verdict.get().map(|verdict| match verdict {
            Verdict::Holds { events } => view! {
                <span class="verdict good" role="status">
                    <Icon icon=icondata::LuCheck size_px=18 />
                    {format!("Chain verified to {}", format.count(events))}
                </span>
            }
            .into_any(),
            Verdict::Broken { position, reason } => view! {
                <span class="verdict bad" role="alert" dir="auto">
                    <Icon icon=icondata::LuTriangleAlert size_px=18 />
                    {format!("Changed from outside at {}: {reason}", format.count(position))}
                </span>
            }
            .into_any(),
        })
    };
    view! {
        <span class="verify">
            {part(chip)}
            <button type="button" class="button" disabled=is(busy) on:click=tap(verify)>
                <Icon icon=icondata::LuShieldCheck size_px=18 />
                {text(move || if busy.get() { "Verifying…" } else { "Verify chain" })}
            </button>
        </span>
    }
}
