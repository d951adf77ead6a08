//! The head of every screen but Sell.

use leptos::prelude::*;

use crate::ui::changing::text;
use crate::ui::shell::StatusStrip;

/// Title, tools, and the status strip.
#[component]
pub fn PageHeader(
    /// The screen's name.
    #[prop(into)]
    title: Signal<String>,
    /// Search, filters and buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <header class="page-header">
            <div class="page-title">
                <h1 dir="auto">{text(move || title.get())}</h1>
                <StatusStrip />
            </div>
            {children.map(|children| view! { <div class="page-tools">{children()}</div> })}
        </header>
    }
}
