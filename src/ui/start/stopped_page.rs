//! The worker ended without being asked to.

use leptos::prelude::*;

use super::mark::Mark;
use crate::client::use_client;
use crate::ui::handlers::tap;

/// The recovery screen: starts the worker anew, without loading the page again.
#[component]
pub fn StoppedPage(
    /// What the worker said last.
    reason: String,
) -> impl IntoView {
    let client = use_client();
    view! {
        <main class="full-screen" role="alert">
            <Mark />
            <h1>"Daybook had to stop"</h1>
            <p>"Everything that was saved is safe. Restart to go on where you were."</p>
            <button type="button" class="button primary big" on:click=tap(move || client.start())>
                "Restart"
            </button>
            <Details reason />
        </main>
    }
}

/// For whoever looks for the cause.
#[component]
pub fn Details(
    /// In the program's words.
    reason: String,
) -> impl IntoView {
    (!reason.is_empty()).then(|| {
        view! {
            <details class="full-screen-details">
                <summary>"Details for support"</summary>
                <pre dir="auto">{reason}</pre>
            </details>
        }
    })
}
