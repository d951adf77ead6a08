//! Chips that narrow the grid to one category.

use leptos::prelude::*;

use super::product_window::ProductWindow;
use crate::ui::changing::{list, memo, text};
use crate::ui::handlers::tap;

/// One chip a category, and All.
#[component]
pub fn CategoryChips(products: ProductWindow, category: RwSignal<Option<String>>) -> impl IntoView {
    let chip = move |value: Option<String>| {
        let words = value.clone().unwrap_or_else(|| "All".to_owned());
        let is_chosen = {
            let value = value.clone();
            memo(move || category.with(|chosen| *chosen == value))
        };
        view! {
            <button
                type="button"
                class="chip"
                dir="auto"
                aria-pressed=text(move || is_chosen.get())
                on:click=tap(move || category.set(value.clone()))
            >
                {words}
            </button>
        }
    };
    let named = move || {
        let mut categories = products.categories().get();
        categories.retain(|name| !name.is_empty());
        categories
    };
    view! {
        <div class="chips" role="group" aria-label="Categories">
            {chip(None)}
            {list(named, String::clone, move |name| chip(Some(name)))}
        </div>
    }
}
