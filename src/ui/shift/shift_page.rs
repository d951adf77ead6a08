//! The open shift: who, since when, and what should be in the drawer.

use leptos::prelude::*;

use crate::ui::changing::part;
use crate::ui::components::{EmptyState, PageHeader};
use crate::ui::format::use_format;
use crate::ui::shop::use_shop;
use crate::views::OpenShift;

/// The open shift.
#[component]
pub fn ShiftPage() -> impl IntoView {
    let shop = use_shop();
    let body = move || match shop.get() {
        Some(overview) => match overview.shift {
            Some(shift) => {
                view! { <ShiftFigures shift register=overview.register_name /> }.into_any()
            }
            None => view! { <NoShift /> }.into_any(),
        },
        None => ().into_any(),
    };
    view! {
        <div class="page">
            <PageHeader title="Shift" />
            {part(body)}
        </div>
    }
}

#[component]
fn NoShift() -> impl IntoView {
    view! {
        <EmptyState
            icon=icondata::LuClock
            title="No shift is open"
            text="The first shift opens with the shop."
        />
    }
}

/// A figure with its name.
#[component]
pub fn Figure(
    /// What it is.
    name: &'static str,
    /// The figure.
    #[prop(into)]
    value: String,
    /// A few words below it.
    #[prop(optional, into)]
    note: Option<String>,
) -> impl IntoView {
    view! {
        <div class="figure-card">
            <dt>{name}</dt>
            <dd>
                <span class="figure-value">{value}</span>
                {note.map(|note| view! { <span class="figure-note">{note}</span> })}
            </dd>
        </div>
    }
}

#[component]
fn ShiftFigures(shift: OpenShift, register: String) -> impl IntoView {
    let format = use_format();
    let expected = shift.opening_float_minor + shift.cash_minor;
    view! {
        <p class="page-lead">
            <span dir="auto">
                {format!("{register} · shift {} · {}", shift.number, shift.cashier)}
            </span>
            <span class="quiet-text">
                {format!("open since {}", format.date_time(shift.opened_at_ms))}
            </span>
        </p>
        <dl class="figures">
            <Figure
                name="Sales"
                value=format.money(shift.sales_minor)
                note=format!("{} completed", format.count(shift.sales))
            />
            <Figure name="Cash taken" value=format.money(shift.cash_minor) note="change deducted" />
            <Figure name="Card" value=format.money(shift.card_minor) />
            <Figure
                name="Expected in the drawer"
                value=format.money(expected)
                note=format!("float {} and cash", format.money(shift.opening_float_minor))
            />
        </dl>
        <p class="page-note">
            "Counting the drawer and closing the shift are still to come; the shift stays open until \
             then."
        </p>
    }
}
