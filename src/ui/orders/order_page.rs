//! One order: its lines, payments, figures and story.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_params_map};

use super::status_badge::StatusBadge;
use super::timeline::Timeline;
use crate::client::use_client;
use crate::domain::ids::OrderId;
use crate::domain::order::OrderStatus;
use crate::protocol::{Answer, Query, View};
use crate::ui::changing::{memo, part, part_if};
use crate::ui::components::{EmptyState, Icon, PageHeader};
use crate::ui::format::use_format;
use crate::ui::handlers::tap;
use crate::ui::payment::{PrintReceipt, ReceiptLines, method_words};
use crate::ui::sell::{CancelDialog, use_till};
use crate::views::{OrderDetail, OrderPayment};

/// One order.
#[component]
pub fn OrderPage() -> impl IntoView {
    let client = use_client();
    let params = use_params_map();
    let order_id =
        memo(move || params.with(|params| params.get("id").and_then(|id| OrderId::new(id).ok())));
    let order = client.live(
        &[View::Orders],
        move || order_id.get().map(Query::Order),
        |_, answer| match answer {
            Answer::Order(order) => Some(order.map(|order| *order)),
            _ => None,
        },
    );
    let title = Signal::derive(move || {
        order.with(|order| match order {
            Some(Some(order)) => format!("Order {} · {}", order.row.register, order.row.number),
            _ => "Order".to_owned(),
        })
    });
    let is_unknown = move || order_id.get().is_none() || order.with(|order| *order == Some(None));
    let body = move || {
        if is_unknown() {
            view! { <NoSuchOrder /> }.into_any()
        } else if let Some(order) = order.get().flatten() {
            view! { <OrderBody order /> }.into_any()
        } else {
            ().into_any()
        }
    };
    view! {
        <div class="page">
            <PageHeader title=title>
                <A href="/orders" attr:class="button quiet back">
                    <Icon icon=icondata::LuArrowLeft size_px=18 />
                    "All orders"
                </A>
            </PageHeader>
            {part(body)}
        </div>
    }
}

#[component]
fn NoSuchOrder() -> impl IntoView {
    view! {
        <EmptyState
            icon=icondata::LuReceiptText
            title="There is no such order"
            text="Look it up by its number or its receipt."
        >
            <A href="/orders" attr:class="button primary">
                "All orders"
            </A>
        </EmptyState>
    }
}

#[component]
fn OrderBody(order: OrderDetail) -> impl IntoView {
    view! {
        <div class="columns">
            <section class="card" aria-label="Lines">
                <OrderFacts order=order.clone() />
                <ReceiptLines order=order.clone() />
                <OrderActions order=order.clone() />
            </section>
            <div class="stack">
                <section class="card" aria-label="Payments">
                    <h2>"Payments"</h2>
                    <Payments payments=order.payments.clone() />
                </section>
                <section class="card" aria-label="What happened">
                    <h2>"What happened"</h2>
                    <Timeline order_id=order.row.order_id />
                </section>
            </div>
        </div>
    }
}

#[component]
fn OrderFacts(order: OrderDetail) -> impl IntoView {
    let format = use_format();
    let row = order.row;
    let fact = |name: &'static str, words: String| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd dir="auto">{words}</dd>
            </div>
        }
    };
    view! {
        <div class="order-facts">
            <p>
                <StatusBadge status=row.status imported=row.imported />
            </p>
            <dl class="facts">
                {fact("Started", format.date_time(row.order_date_ms))}
                {order.completed_at_ms.map(|at| fact("Completed", format.date_time(at)))}
                {row.receipt_number.map(|number| fact("Receipt", number))}
                {fact("Cashier", row.cashier)}
                {order.cancel_reason.map(|reason| fact("Cancelled because", reason))}
            </dl>
        </div>
    }
}

#[component]
fn OrderActions(order: OrderDetail) -> impl IntoView {
    let till = use_till();
    let navigate = use_navigate();
    let is_cancelling = RwSignal::new(false);
    let order_id = order.row.order_id.clone();
    let cancelled_id = StoredValue::new(order_id.clone());
    match order.row.status {
        OrderStatus::Completed => view! {
            <div class="form-actions">
                <PrintReceipt order />
            </div>
        }
        .into_any(),
        OrderStatus::Pending if !order.row.imported => view! {
            <div class="form-actions">
                <button
                    type="button"
                    class="button danger"
                    on:click=tap(move || is_cancelling.set(true))
                >
                    "Cancel order"
                </button>
                <button
                    type="button"
                    class="button primary"
                    on:click=tap(move || {
                        till.switch_to(order_id.clone());
                        navigate("/sell", NavigateOptions::default());
                    })
                >
                    "Go on with it at the till"
                </button>
            </div>
            {part_if(
                move || is_cancelling.get(),
                move || view! {
                    <CancelDialog
                        order_id=cancelled_id.get_value()
                        on_close=move || is_cancelling.set(false)
                    />
                },
            )}
        }
        .into_any(),
        _ => ().into_any(),
    }
}

#[component]
fn Payments(payments: Vec<OrderPayment>) -> impl IntoView {
    let format = use_format();
    if payments.is_empty() {
        return view! { <p class="quiet-text">"Nothing was paid."</p> }.into_any();
    }
    let row = move |payment: OrderPayment| {
        let change = (payment.change_minor != 0).then(|| {
            format!(
                "{} received, {} change",
                format.money(payment.tendered_minor),
                format.money(payment.change_minor)
            )
        });
        let given_back = payment.voided.map(|reason| format!("given back: {reason}"));
        let details: Vec<String> = [
            Some(payment.reference).filter(|reference| !reference.is_empty()),
            change,
            given_back,
        ]
        .into_iter()
        .flatten()
        .collect();
        view! {
            <li>
                <span>{method_words(payment.method)}</span>
                <span class="quiet-text" dir="auto">
                    {details.join(" · ")}
                </span>
                <span class="figure">{format.money(payment.amount_minor)}</span>
            </li>
        }
    };
    view! { <ul class="payments">{payments.into_iter().map(row).collect_view()}</ul> }.into_any()
}
