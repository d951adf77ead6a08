//! Customers are not kept yet, and the page says so.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::ui::components::{EmptyState, PageHeader};

/// Customers.
#[component]
pub fn CustomersPage() -> impl IntoView {
    view! {
        <div class="page">
            <PageHeader title="Customers" />
            <EmptyState
                icon=icondata::LuUsers
                title="Every sale is a walk-in sale for now"
                text="Customers, their purchases and store credit are still to come. Nothing is \
                      lost by waiting: each sale stays in the journal as it was."
            >
                <A href="/sell" attr:class="button primary">
                    "Go to Sell"
                </A>
            </EmptyState>
        </div>
    }
}
