//! A search box for a list.

use leptos::prelude::*;

/// A search box; what is typed is the list's filter.
#[component]
pub fn SearchField(
    /// Its accessible name, and what the empty box says.
    label: &'static str,
    /// What is typed.
    value: RwSignal<String>,
) -> impl IntoView {
    view! {
        <span class="search-field">
            <super::Icon icon=icondata::LuSearch />
            <input
                type="search"
                dir="auto"
                autocomplete="off"
                maxlength="120"
                aria-label=label
                placeholder=label
                bind:value=value
            />
        </span>
    }
}
