//! What is always true: saved or saving, with or without a network, who sells where.

use leptos::prelude::*;

use super::Connectivity;
use crate::client::use_client;
use crate::ui::changing::{is, memo, part_if, text};
use crate::ui::handlers::tap;
use crate::ui::sell::use_till;
use crate::ui::shop::use_shop;

/// The status strip.
#[component]
pub fn StatusStrip() -> impl IntoView {
    let client = use_client();
    let shop = use_shop();
    let till = use_till();
    let connectivity: Connectivity = expect_context();
    let is_saving = memo(move || client.pending().get() > 0);
    let network = move || match (connectivity.online.get(), connectivity.offline_ready.get()) {
        (false, _) => "Offline",
        (true, true) => "Offline-ready",
        (true, false) => "Online",
    };
    let who = move || {
        shop.with(|shop| match &shop.shift {
            Some(shift) => format!("{} · {}", shop.register_name, shift.cashier),
            None => shop.register_name.clone(),
        })
    };
    // A cart that is open is never interrupted.
    let may_update = memo(move || connectivity.update_available.get() && till.is_idle());
    view! {
        <div class="status-strip">
            <span class="storage" class:saving=is(is_saving)>
                <span class="storage-dot" aria-hidden="true"></span>
                <span role="status" aria-label="Storage">
                    {text(move || if is_saving.get() { "Saving…" } else { "Saved" })}
                </span>
            </span>
            <span class="network">{text(network)}</span>
            <span class="who" dir="auto">
                {text(who)}
            </span>
            {part_if(
                move || may_update.get(),
                move || view! {
                    <button
                        type="button"
                        class="button quiet"
                        on:click=tap(move || connectivity.apply_update())
                    >
                        "Update now"
                    </button>
                },
            )}
        </div>
    }
}
