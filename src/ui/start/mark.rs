//! Daybook's mark.

use leptos::prelude::*;

use crate::ui::components::Icon;

/// The mark above a full-screen message.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <span class="brand brand-large" aria-hidden="true">
            <Icon icon=icondata::LuNotebookText size_px=34 />
        </span>
    }
}
