//! The open shift's sales at a glance.

use leptos::prelude::*;

use crate::ui::changing::part;
use crate::ui::components::{EmptyState, PageHeader};
use crate::ui::format::use_format;
use crate::ui::shift::Figure;
use crate::ui::shop::use_shop;
use crate::views::OpenShift;

/// What is known so far.
#[component]
pub fn ReportsPage() -> impl IntoView {
    let shop = use_shop();
    let body = move || match shop.get().and_then(|shop| shop.shift) {
        Some(shift) => view! { <SoFar shift /> }.into_any(),
        None => view! {
            <EmptyState
                icon=icondata::LuChartColumn
                title="Nothing to report yet"
                text="Figures appear with the first sale of a shift."
            />
        }
        .into_any(),
    };
    view! {
        <div class="page">
            <PageHeader title="Reports" />
            {part(body)}
        </div>
    }
}

#[component]
fn SoFar(shift: OpenShift) -> impl IntoView {
    let format = use_format();
    let average = match i64::try_from(shift.sales) {
        Ok(sales) if sales > 0 => format.money(shift.sales_minor / sales),
        _ => "–".to_owned(),
    };
    view! {
        <h2 class="section-title">"So far in this shift"</h2>
        <dl class="figures">
            <Figure name="Turnover" value=format.money(shift.sales_minor) />
            <Figure name="Sales" value=format.count(shift.sales) />
            <Figure name="Average sale" value=average />
            <Figure name="Cash" value=format.money(shift.cash_minor) />
            <Figure name="Card" value=format.money(shift.card_minor) />
        </dl>
        <p class="page-note">
            "Sales by hour, product, category and tax are still to come. They will be reckoned from \
             the journal, so they will cover everything that was sold until then."
        </p>
    }
}
