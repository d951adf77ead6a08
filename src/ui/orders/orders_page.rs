//! Every order, newest first.

use leptos::prelude::*;
use leptos_router::components::A;

use super::status_badge::{StatusBadge, status_words};
use crate::client::{spawn, use_client};
use crate::domain::order::OrderStatus;
use crate::protocol::{Answer, Query, View};
use crate::ui::changing::{effect, list, memo, part_if, text};
use crate::ui::components::{EmptyState, PageHeader, SearchField, ShowMore, use_toasts};
use crate::ui::format::use_format;
use crate::ui::handlers::tap;
use crate::views::{OrderFilter, OrderPage, OrderRow};

const PAGE_ROWS: u32 = 50;
/// The most that one question may ask for.
const MAX_LIVE_ROWS: u32 = 500;

/// Every order.
#[component]
pub fn OrdersPage() -> impl IntoView {
    let client = use_client();
    let toasts = use_toasts();
    let search = RwSignal::new(String::new());
    let status = RwSignal::new(None::<OrderStatus>);
    // The newest rows are live; what was shown beyond them is kept as it was.
    let live_rows = RwSignal::new(PAGE_ROWS);
    let older = RwSignal::new(Vec::<OrderRow>::new());
    let filter = move || OrderFilter {
        status: status.get(),
        search: search.get(),
        after: None,
        limit: live_rows.get(),
    };
    let page = client.live(
        &[View::Orders],
        move || Some(Query::Orders(filter())),
        |_, answer| match answer {
            Answer::Orders(page) => Some(page),
            _ => None,
        },
    );
    effect(move || {
        search.track();
        status.track();
        live_rows.set(PAGE_ROWS);
        older.set(Vec::new());
    });
    let has_more = memo(move || {
        let shown = shown_rows(page, older).len();
        page.with(|page| {
            page.as_ref()
                .is_some_and(|page| shown < page.total as usize)
        })
    });
    let more = move || {
        if live_rows.get_untracked() < MAX_LIVE_ROWS {
            live_rows.update(|rows| *rows = (*rows + PAGE_ROWS).min(MAX_LIVE_ROWS));
            return;
        }
        let last = untrack(|| shown_rows(page, older).pop());
        let after = last.map(|row| (row.order_date_ms, row.order_id));
        let filter = OrderFilter {
            after,
            ..untrack(filter)
        };
        spawn(async move {
            match client.query(Query::Orders(filter)).await {
                Ok(Answer::Orders(OrderPage { rows, .. })) => {
                    older.update(|older| older.extend(rows))
                }
                Ok(_) => {}
                Err(error) => toasts.fail(error),
            }
        });
    };
    view! {
        <div class="page">
            <PageHeader title="Orders">
                <SearchField label="Find an order" value=search />
                <StatusFilter status />
            </PageHeader>
            <OrdersTable page older />
            <ShowMore visible=has_more on_more=more />
        </div>
    }
}

/// The newest, and what was asked for beyond them.
fn shown_rows(page: Signal<Option<OrderPage>>, older: RwSignal<Vec<OrderRow>>) -> Vec<OrderRow> {
    let newest = page.with(|page| page.as_ref().map(|page| page.rows.clone()));
    let mut rows = newest.unwrap_or_default();
    older.with(|older| rows.extend_from_slice(older));
    rows
}

#[component]
fn StatusFilter(status: RwSignal<Option<OrderStatus>>) -> impl IntoView {
    let chip = move |value: Option<OrderStatus>| {
        view! {
            <button
                type="button"
                class="chip"
                aria-pressed=text(move || status.get() == value)
                on:click=tap(move || status.set(value))
            >
                {value.map_or("All", status_words)}
            </button>
        }
    };
    view! {
        <div class="chips" role="group" aria-label="Status">
            {chip(None)}
            {chip(Some(OrderStatus::Pending))}
            {chip(Some(OrderStatus::Completed))}
            {chip(Some(OrderStatus::Cancelled))}
        </div>
    }
}

#[component]
fn OrdersTable(page: Signal<Option<OrderPage>>, older: RwSignal<Vec<OrderRow>>) -> impl IntoView {
    let format = use_format();
    let row = move |row: OrderRow| {
        let href = format!("/orders/{}", row.order_id);
        let receipt = row.receipt_number.clone().unwrap_or_else(|| "–".to_owned());
        view! {
            <tr>
                <td class="strong">
                    <A href=href attr:class="row-link order-number">
                        {format!("{} · {}", row.register, row.number)}
                    </A>
                </td>
                <td>{format.date_time(row.order_date_ms)}</td>
                <td>
                    <StatusBadge status=row.status imported=row.imported />
                </td>
                <td class="wide">{receipt}</td>
                <td class="wide" dir="auto">
                    {row.cashier}
                </td>
                <td class="number wide">{row.item_count}</td>
                <td class="number strong">{format.money(row.total_amount_minor)}</td>
            </tr>
        }
    };
    // A row is made anew when what may change in it has changed.
    let key =
        |row: &OrderRow| format!("{} {} {}", row.order_id, row.status, row.total_amount_minor);
    let is_empty =
        memo(move || page.with(|page| page.as_ref().is_some_and(|page| page.total == 0)));
    view! {
        <div class="table-card">
            <table aria-label="Orders">
                <thead>
                    <tr>
                        <th>"Order"</th>
                        <th>"When"</th>
                        <th>"Status"</th>
                        <th class="wide">"Receipt"</th>
                        <th class="wide">"Cashier"</th>
                        <th class="number wide">"Lines"</th>
                        <th class="number">"Total"</th>
                    </tr>
                </thead>
                <tbody>
                    {list(move || shown_rows(page, older), key, row)}
                </tbody>
            </table>
            {part_if(
                move || is_empty.get(),
                move || view! {
                    <EmptyState
                        icon=icondata::LuReceiptText
                        title="No orders here"
                        text="Orders appear as soon as their first product is in the cart."
                    >
                        <A href="/sell" attr:class="button primary">
                            "Go to Sell"
                        </A>
                    </EmptyState>
                },
            )}
        </div>
    }
}
