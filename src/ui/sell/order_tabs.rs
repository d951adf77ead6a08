//! Tabs above the cart: every open order, and a new one.

use leptos::prelude::*;

use super::till::use_till;
use crate::ui::changing::{flag, list, memo, part_if, text};
use crate::ui::components::Icon;
use crate::ui::format::use_format;
use crate::ui::handlers::tap;
use crate::views::OpenOrder;

/// The open orders.
#[component]
pub fn OrderTabs() -> impl IntoView {
    let till = use_till();
    let format = use_format();
    let orders = move || till.open_orders().get().unwrap_or_default();
    let has_begun = memo(move || {
        let current = till.current().get();
        orders().iter().any(|order| order.order_id == current)
    });
    let tab = move |order: OpenOrder| {
        let id = order.order_id.clone();
        let is_current = {
            let id = id.clone();
            memo(move || till.current().with(|current| *current == id))
        };
        let total = {
            let id = id.clone();
            move || {
                let order = orders().into_iter().find(|order| order.order_id == id)?;
                Some(format.money(order.total_minor))
            }
        };
        view! {
            <button
                type="button"
                class="tab"
                aria-pressed=text(move || is_current.get())
                on:click=tap(move || till.switch_to(id.clone()))
            >
                {format!("Order {}", order.number)}
                <span class="tab-total">{text(total)}</span>
            </button>
        }
    };
    view! {
        <div class="tabs" role="group" aria-label="Open orders">
            {list(orders, |order| order.order_id.to_string(), tab)}
            {part_if(
                move || !has_begun.get(),
                move || view! {
                    <button type="button" class="tab" aria-pressed="true">
                        "Next sale"
                    </button>
                },
            )}
            <button
                type="button"
                class="tab tab-new"
                aria-label="New order"
                title="New order"
                disabled=flag(move || !has_begun.get())
                on:click=tap(move || till.begin_another())
            >
                <Icon icon=icondata::LuPlus size_px=18 />
            </button>
        </div>
    }
}
