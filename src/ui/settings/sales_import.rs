//! Import of sales history from another till.

use leptos::html::Input;
use leptos::prelude::*;

use super::import_preview::ImportPreview;
use super::import_result::ImportResult;
use super::importing::{Stage, use_importing};
use crate::client::use_client;
use crate::ui::changing::{is, memo, part, text};
use crate::ui::components::Icon;
use crate::ui::format::use_format;
use crate::ui::handlers::tap;

/// Choose, look, import.
#[component]
pub fn SalesImport() -> impl IntoView {
    let importing = use_importing();
    let tickets = NodeRef::<Input>::new();
    let stage = importing.stage;
    let is_busy =
        memo(move || stage.with(|stage| matches!(stage, Stage::Inspecting | Stage::Running)));
    let chosen = move |_| {
        if let Some(file) = tickets.get_untracked().and_then(|input| take_file(&input)) {
            importing.inspect_tickets(file);
        }
    };
    let choose = move || {
        if let Some(input) = tickets.get_untracked() {
            input.click();
        }
    };
    let body = move || match stage.get() {
        Stage::Choose => ().into_any(),
        Stage::Inspecting => view! {
            <p class="quiet-text" role="status">
                "Looking through the file…"
            </p>
        }
        .into_any(),
        Stage::Ready(inspection) => view! { <ImportPreview inspection /> }.into_any(),
        Stage::Running => view! { <Running /> }.into_any(),
        Stage::Done(summary) => view! { <ImportResult summary /> }.into_any(),
    };
    view! {
        <section class="card" aria-labelledby="settings-import">
            <h2 id="settings-import">"Sales history"</h2>
            <p class="quiet-text">
                "A CSV file of tickets from another till, with columns date, time, transaction, item \
                 and, if there, quantity and price. Importing the same file again changes nothing."
            </p>
            <div class="form-actions start">
                <button type="button" class="button" disabled=is(is_busy) on:click=tap(choose)>
                    <Icon icon=icondata::LuUpload size_px=18 />
                    "Import sales history"
                </button>
                <input
                    node_ref=tickets
                    type="file"
                    accept=".csv,.txt,text/csv,text/plain"
                    aria-label="File of tickets"
                    hidden
                    on:change=chosen
                />
            </div>
            {part(body)}
        </section>
    }
}

/// The file that was chosen; the same one may be chosen again.
pub fn take_file(input: &web_sys::HtmlInputElement) -> Option<web_sys::File> {
    let file = input.files()?.get(0);
    input.set_value("");
    file
}

#[component]
fn Running() -> impl IntoView {
    let client = use_client();
    let importing = use_importing();
    let format = use_format();
    let progress = client.import_progress();
    let done = move || progress.with(|progress| progress.map_or(0, |progress| progress.done));
    let total = move || progress.with(|progress| progress.map_or(0, |progress| progress.tickets));
    view! {
        <div class="importing">
            <progress
                aria-label="Import"
                max=text(move || total().max(1).to_string())
                value=text(move || done().to_string())
            ></progress>
            <p class="quiet-text">
                {text(move || {
                    format!("{} of {} tickets", format.count(done()), format.count(total()))
                })}
            </p>
            <button type="button" class="button" on:click=tap(move || importing.cancel())>
                "Cancel import"
            </button>
        </div>
    }
}
