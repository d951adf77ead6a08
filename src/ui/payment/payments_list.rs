//! What was paid so far, where it is not all.

use leptos::prelude::*;

use super::method_words;
use super::pay_step::Paying;
use crate::application::Command;
use crate::ui::changing::{is, part};
use crate::ui::format::use_format;
use crate::ui::handlers::tap;
use crate::views::OrderPayment;

/// As recorded with a payment that is given back here.
const REASON: &str = "Given back at the till";

/// Payments that stand, each of which can be given back.
#[component]
pub fn PaymentsList(paying: Paying) -> impl IntoView {
    let format = use_format();
    let payments = move || {
        paying.order.with(|order| {
            order.as_ref().map_or_else(Vec::new, |order| {
                let stands = |payment: &&OrderPayment| payment.voided.is_none();
                order
                    .payments
                    .iter()
                    .filter(stands)
                    .cloned()
                    .collect::<Vec<_>>()
            })
        })
    };
    let give_back = move |payment: &OrderPayment| {
        let payment_id = payment.payment_id.clone();
        paying.run(move |order| Command::VoidPayment {
            order_id: order.row.order_id.clone(),
            payment_id,
            reason: REASON.to_owned(),
        });
    };
    let row = move |payment: OrderPayment| {
        let words = method_words(payment.method);
        let amount = format.money(payment.amount_minor);
        let label = format!("Give back {amount}, {words}");
        view! {
            <li>
                <span>{words}</span>
                <span class="quiet-text" dir="auto">
                    {payment.reference.clone()}
                </span>
                <span class="figure">{amount}</span>
                <button
                    type="button"
                    class="button small"
                    aria-label=label
                    disabled=is(paying.busy)
                    on:click=tap(move || give_back(&payment))
                >
                    "Give back"
                </button>
            </li>
        }
    };
    part(move || {
        let payments = payments();
        if payments.is_empty() {
            view! {
                <p class="pay-hint">
                    <span>"No payment yet"</span>
                    <span>"Split over several payments by entering less"</span>
                </p>
            }
            .into_any()
        } else {
            view! {
                <ul class="payments" aria-label="Payments so far">
                    {payments.into_iter().map(row).collect_view()}
                </ul>
            }
            .into_any()
        }
    })
}
