//! An icon beside words that say the same: hidden from assistive technology.

use leptos::prelude::*;

/// An icon of the Lucide set.
#[component]
pub fn Icon(
    /// Which.
    icon: icondata::Icon,
    /// Its width and height in pixels.
    #[prop(default = 20)]
    size_px: u16,
) -> impl IntoView {
    view! {
        <span class="icon" aria-hidden="true">
            <leptos_icons::Icon icon width=size_px.to_string() height=size_px.to_string() />
        </span>
    }
}
