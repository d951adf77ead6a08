//! The sale is done: the change, very large, and the receipt.

use leptos::html::Button;
use leptos::prelude::*;

use super::receipt_paper::{PrintReceipt, ReceiptLines};
use crate::ui::changing::part;
use crate::ui::components::Icon;
use crate::ui::format::use_format;
use crate::ui::handlers::tap;
use crate::ui::sell::use_till;
use crate::views::OrderDetail;

/// The receipt.
#[component]
pub fn ReceiptStep(order: Memo<Option<OrderDetail>>) -> impl IntoView {
    let till = use_till();
    let format = use_format();
    let next = NodeRef::<Button>::new();
    next.on_load(|button| {
        let _ = button.focus();
    });
    let shown = move || {
        let order = order.get()?;
        let number = order.row.receipt_number.clone().unwrap_or_default();
        let change = format.money(order.change_minor);
        let has_change = order.change_minor > 0;
        let paid = format.money(order.row.total_amount_minor + order.rounding_minor);
        Some(view! {
            <div class="receipt-done">
                <span class="done-mark" aria-hidden="true">
                    <Icon icon=icondata::LuCheck size_px=28 />
                </span>
                <p class="receipt-number">
                    "Receipt " <strong>{number}</strong>
                </p>
                <p class="pay-label" aria-hidden="true">
                    "Change due"
                </p>
                <output class="change-huge" class:none=!has_change aria-label="Change due">
                    {change}
                </output>
                <p class="receipt-paid">{format!("{paid} paid")}</p>
                <PrintReceipt order=order.clone() />
            </div>
            <div class="receipt-side">
                <ReceiptLines order />
            </div>
        })
    };
    view! {
        <section class="receipt" aria-label="Receipt">
            {part(shown)}
            <button
                node_ref=next
                type="button"
                class="button primary big new-sale"
                on:click=tap(move || till.finish_checkout())
            >
                "New sale"
            </button>
        </section>
    }
}
