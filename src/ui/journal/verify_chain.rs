//! Checks that nobody has changed the journal behind Daybook's back.

use leptos::prelude::*;

use crate::client::{spawn, use_client};
use crate::protocol::{Answer, Request};
use crate::ui::changing::{is, part, text};
use crate::ui::components::{Icon, use_toasts};
use crate::ui::format::use_format;
use crate::ui::handlers::tap;

/// The button, and what it found.
#[component]
pub fn VerifyChain() -> impl IntoView {
    let client = use_client();
    let format = use_format();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let holds = RwSignal::new(false);
    let verdict = RwSignal::new(None::<String>);
    let verify = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn(async move {
            let found = client.request(Request::VerifyChain).await;
            busy.try_set(false);
            holds.try_set(matches!(found, Ok(Answer::ChainHolds { .. })));
            verdict.try_set(match found {
                Ok(Answer::ChainHolds { events }) => {
                    Some(format!("Chain verified to {}", format.count(events)))
                }
                Ok(Answer::ChainBroken { position, reason }) => Some(format!(
                    "Changed from outside at {}: {reason}",
                    format.count(position)
                )),
                Ok(_) => None,
                Err(error) => {
                    toasts.fail(error);
                    None
                }
            });
        });
    };
    let chip = move || {
        let words = verdict.get()?;
        let (class, role, icon) = if holds.get_untracked() {
            ("verdict good", "status", icondata::LuCheck)
        } else {
            ("verdict bad", "alert", icondata::LuTriangleAlert)
        };
        Some(view! {
            <span class=class role=role dir="auto">
                <Icon icon size_px=18 />
                {words}
            </span>
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
