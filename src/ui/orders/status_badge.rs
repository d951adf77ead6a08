//! Where an order stands, as a word on a colour.

use leptos::prelude::*;

use crate::domain::order::OrderStatus;

/// Its word.
pub fn status_words(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Pending => "Open",
        OrderStatus::Confirmed => "Confirmed",
        OrderStatus::Shipped => "Shipped",
        OrderStatus::Completed => "Completed",
        OrderStatus::Cancelled => "Cancelled",
    }
}

/// Where an order stands.
#[component]
pub fn StatusBadge(status: OrderStatus, imported: bool) -> impl IntoView {
    let class = match status {
        OrderStatus::Pending | OrderStatus::Confirmed | OrderStatus::Shipped => "badge warn",
        OrderStatus::Completed => "badge good",
        OrderStatus::Cancelled => "badge",
    };
    view! {
        <span class=class>{status_words(status)}</span>
        {imported.then(|| view! { <span class="badge">"Imported"</span> })}
    }
}
