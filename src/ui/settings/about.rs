//! Which build this is.

use leptos::prelude::*;

use crate::protocol::{BUILD_ID, PROTOCOL_VERSION};

/// Which build this is.
#[component]
pub fn About() -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="settings-about">
            <h2 id="settings-about">"About"</h2>
            <dl class="facts">
                <div>
                    <dt>"Build"</dt>
                    <dd>{BUILD_ID}</dd>
                </div>
                <div>
                    <dt>"Protocol"</dt>
                    <dd>{PROTOCOL_VERSION}</dd>
                </div>
            </dl>
        </section>
    }
}
