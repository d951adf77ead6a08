//! What a file of tickets holds, before anything is recorded.

use leptos::html::Input;
use leptos::prelude::*;

use super::importing::use_importing;
use super::rejections::Rejections;
use super::sales_import::take_file;
use crate::protocol::SalesInspection;
use crate::ui::components::{Field, Icon};
use crate::ui::format::use_format;
use crate::ui::handlers::{sent, tap};

/// How many names are spelled out.
const NAMES_SHOWN: usize = 8;

/// What is in the file, and the button that records it.
#[component]
pub fn ImportPreview(inspection: SalesInspection) -> impl IntoView {
    let importing = use_importing();
    let format = use_format();
    let price = RwSignal::new(String::new());
    let price_error = RwSignal::new(None::<String>);
    let needs_price = !inspection.unpriced_items.is_empty();
    let has_tickets = inspection.tickets > 0;
    let start = move || {
        if !needs_price {
            return importing.start(None);
        }
        match format.parse_money(&price.get_untracked()) {
            Ok(money) if !money.is_negative() => importing.start(Some(money.minor())),
            Ok(_) => price_error.set(Some("A price cannot be negative.".to_owned())),
            Err(words) => price_error.set(Some(words)),
        }
    };
    let fact = |name: &'static str, value: String| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd dir="auto">{value}</dd>
            </div>
        }
    };
    let known = (inspection.known_tickets > 0)
        .then(|| fact("Recorded already", format.count(inspection.known_tickets)));
    let unpriced = needs_price
        .then(|| view! { <PriceChoice names=inspection.unpriced_items price price_error /> });
    view! {
        <form
            class="form import-preview"
            novalidate
            on:submit=sent(start)
        >
            <dl class="facts">
                {fact("Tickets", format.count(inspection.tickets))}
                {known}
                {fact("Units", format.quantity(inspection.units_milli))}
                {fact(
                    "Dates",
                    format!("{} to {}", inspection.first_date, inspection.last_date),
                )}
                {fact("Rows", format.count(inspection.rows))}
                {fact("Rows left out", format.count(inspection.rejected_rows))}
            </dl>
            <Rejections total=inspection.rejected_rows rejections=inspection.rejections />
            {unpriced}
            <div class="form-actions">
                <button type="button" class="button" on:click=tap(move || importing.reset())>
                    "Not now"
                </button>
                <button type="submit" class="button primary" disabled=!has_tickets>
                    "Import"
                </button>
            </div>
        </form>
    }
}

/// A price list, or one price for all that is left.
#[component]
fn PriceChoice(
    names: Vec<String>,
    price: RwSignal<String>,
    price_error: RwSignal<Option<String>>,
) -> impl IntoView {
    let importing = use_importing();
    let format = use_format();
    let list = NodeRef::<Input>::new();
    let count = names.len();
    let mut some = names
        .into_iter()
        .take(NAMES_SHOWN)
        .collect::<Vec<_>>()
        .join(", ");
    if count > NAMES_SHOWN {
        some.push_str(", …");
    }
    let chosen = move |_| {
        if let Some(file) = list.get_untracked().and_then(|input| take_file(&input)) {
            importing.add_price_list(file);
        }
    };
    let choose = move || {
        if let Some(input) = list.get_untracked() {
            input.click();
        }
    };
    view! {
        <p>
            {format!("{} items have no price: ", format.count(count as u64))}
            <span class="quiet-text" dir="auto">
                {some}
            </span>
        </p>
        <Field
            label="Price for all items without one"
            value=price
            error=price_error
            affix=Signal::derive(move || format.currency().code().to_owned())
            inputmode="decimal"
            max_length=24
        />
        <div class="form-actions start">
            <button type="button" class="button" on:click=tap(choose)>
                <Icon icon=icondata::LuUpload size_px=18 />
                "Use a price list"
            </button>
            <input
                node_ref=list
                type="file"
                accept=".csv,.txt,text/csv,text/plain"
                aria-label="Price list"
                hidden
                on:change=chosen
            />
            <span class="quiet-text">"A CSV file with columns item and price."</span>
        </div>
    }
}
