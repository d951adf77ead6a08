//! The button below a list that is longer than what is shown.

use leptos::prelude::*;

/// “Show more”, while there is more.
#[component]
pub fn ShowMore(
    /// Whether there is.
    #[prop(into)]
    visible: Signal<bool>,
    /// Shows it.
    #[prop(into)]
    on_more: Callback<()>,
) -> impl IntoView {
    view! {
        <Show when=move || visible.get()>
            <div class="show-more">
                <button type="button" class="button" on:click=move |_| on_more.run(())>
                    "Show more"
                </button>
            </div>
        </Show>
    }
}
