//! The button below a list that is longer than what is shown.

use leptos::prelude::*;

use crate::ui::changing::part_if;
use crate::ui::handlers::tap;

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
        {part_if(
            move || visible.get(),
            move || view! {
                <div class="show-more">
                    <button type="button" class="button" on:click=tap(move || on_more.run(()))>
                        "Show more"
                    </button>
                </div>
            },
        )}
    }
}
