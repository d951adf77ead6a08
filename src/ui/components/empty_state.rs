//! What stands where there is nothing to show, with the next step.

use leptos::prelude::*;

/// Nothing to show: why, and what to do next.
#[component]
pub fn EmptyState(
    /// What it is about.
    icon: icondata::Icon,
    /// The heading.
    #[prop(into)]
    title: String,
    /// A sentence or two.
    #[prop(into)]
    text: String,
    /// The next step.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty-state">
            <span class="empty-mark">
                <super::Icon icon size_px=28 />
            </span>
            <h2>{title}</h2>
            <p>{text}</p>
            {children.map(|children| view! { <div class="empty-actions">{children()}</div> })}
        </div>
    }
}
