//! An address that leads nowhere.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::ui::components::EmptyState;

/// An address that leads nowhere.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <div class="page">
            <EmptyState
                icon=icondata::LuCompass
                title="There is nothing here"
                text="This address leads to no screen of Daybook. Your sales are where they were."
            >
                <A href="/sell" attr:class="button primary">
                    "Go to Sell"
                </A>
            </EmptyState>
        </div>
    }
}
