//! The navigation: a rail on the left, a bar at the bottom of a phone.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::ui::components::Icon;

const LINKS: [(&str, &str, icondata::Icon); 9] = [
    ("/sell", "Sell", icondata::LuShoppingCart),
    ("/orders", "Orders", icondata::LuReceiptText),
    ("/products", "Products", icondata::LuLayoutGrid),
    ("/stock", "Stock", icondata::LuPackage),
    ("/customers", "Customers", icondata::LuUsers),
    ("/shift", "Shift", icondata::LuClock),
    ("/reports", "Reports", icondata::LuChartColumn),
    ("/journal", "Journal", icondata::LuNotebookText),
    ("/settings", "Settings", icondata::LuSlidersHorizontal),
];

/// The main navigation.
#[component]
pub fn Rail() -> impl IntoView {
    let link = |(href, name, icon): (&'static str, &'static str, icondata::Icon)| {
        view! {
            <li>
                <A href=href attr:class="rail-link">
                    <Icon icon />
                    <span>{name}</span>
                </A>
            </li>
        }
    };
    view! {
        <nav class="rail" aria-label="Main">
            <span class="brand" aria-hidden="true">
                <Icon icon=icondata::LuNotebookText size_px=22 />
            </span>
            <ul>{LINKS.map(link).collect_view()}</ul>
        </nav>
    }
}
