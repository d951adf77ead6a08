//! The search box above the grid.

use leptos::ev::KeyboardEvent;
use leptos::html::Input;
use leptos::prelude::*;

use super::till::use_till;
use crate::client::{spawn, use_client};
use crate::domain::quantity::Quantity;
use crate::protocol::{Answer, Query};
use crate::ui::changing::part_if;
use crate::ui::components::{Icon, use_toasts};
use crate::ui::handlers::tap;
use crate::views::ProductFilter;

/// Searches by name, code or barcode; Enter adds the only match.
#[component]
pub fn SearchBox(search: RwSignal<String>) -> impl IntoView {
    let client = use_client();
    let till = use_till();
    let toasts = use_toasts();
    let input = NodeRef::<Input>::new();
    let add_only_match = move || {
        let text = search.get_untracked();
        if text.trim().is_empty() {
            return;
        }
        let filter = ProductFilter {
            search: text.clone(),
            limit: 2,
            ..ProductFilter::default()
        };
        spawn(async move {
            let Ok(Answer::Products(page)) = client.query(Query::Products(filter)).await else {
                return;
            };
            match (page.total, page.rows.into_iter().next()) {
                (1, Some(row)) => {
                    till.add(row.product_id, Quantity::ONE);
                    search.set(String::new());
                }
                (0, _) => toasts.fail(format!("No product matches “{}”.", text.trim())),
                _ => {}
            }
        });
    };
    let on_key = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" => {
            event.prevent_default();
            add_only_match();
        }
        "Escape" => search.set(String::new()),
        _ => {}
    };
    let clear = move || {
        search.set(String::new());
        if let Some(input) = input.get_untracked() {
            let _ = input.focus();
        }
    };
    view! {
        <span class="search-field sell-search">
            <Icon icon=icondata::LuSearch />
            <input
                node_ref=input
                type="search"
                dir="auto"
                autocomplete="off"
                enterkeyhint="done"
                maxlength="120"
                aria-label="Search products"
                placeholder="Search products or scan"
                bind:value=search
                on:keydown=on_key
            />
            {part_if(
                move || search.with(|text| !text.is_empty()),
                move || view! {
                    <button type="button" class="icon-button" aria-label="Clear search" on:click=tap(clear)>
                        <Icon icon=icondata::LuX size_px=18 />
                    </button>
                },
            )}
        </span>
    }
}
