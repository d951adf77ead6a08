//! While the worker opens the databases: calm, and seldom seen.

use leptos::prelude::*;

use super::mark::Mark;

/// Loading.
#[component]
pub fn LoadingPage() -> impl IntoView {
    view! {
        <main class="full-screen" aria-busy="true">
            <Mark />
            <p class="full-screen-word">"Daybook"</p>
        </main>
    }
}
