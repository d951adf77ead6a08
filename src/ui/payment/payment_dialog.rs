//! The payment of one order: first the paying, then the receipt. Which of the two
//! it is the order itself says, so a reload comes back to the same step.

use leptos::prelude::*;

use super::pay_step::PayStep;
use super::receipt_step::ReceiptStep;
use crate::client::use_client;
use crate::domain::ids::OrderId;
use crate::domain::order::OrderStatus;
use crate::protocol::{Answer, Query, View};
use crate::ui::changing::{effect, memo, part};
use crate::ui::components::Modal;
use crate::ui::sell::use_till;

/// The dialog, for as long as there is a checkout.
#[component]
pub fn PaymentDialog(
    /// What is paid.
    order_id: OrderId,
) -> impl IntoView {
    let client = use_client();
    let till = use_till();
    let order = client.live(
        &[View::Orders],
        move || Some(Query::Order(order_id.clone())),
        |_, answer| match answer {
            Answer::Order(order) => Some(order.map(|order| *order)),
            _ => None,
        },
    );
    let status = memo(move || {
        order.with(|order| {
            order
                .as_ref()
                .map(|order| order.as_ref().map(|order| order.row.status))
        })
    });
    let order = memo(move || order.get().flatten());
    // An order that is not there, or was given up, has nothing to pay.
    effect(move || {
        if matches!(status.get(), Some(None | Some(OrderStatus::Cancelled))) {
            till.leave_checkout();
        }
    });
    let leave = move || match status.get_untracked().flatten() {
        Some(OrderStatus::Completed) => till.finish_checkout(),
        _ => till.leave_checkout(),
    };
    let step = move || match status.get().flatten() {
        Some(OrderStatus::Pending) => view! { <PayStep order on_close=leave /> }.into_any(),
        Some(OrderStatus::Completed) => view! { <ReceiptStep order /> }.into_any(),
        _ => ().into_any(),
    };
    view! {
        <Modal label="Payment" class="payment" bare=true on_close=leave>
            {part(step)}
        </Modal>
    }
}
