//! Stock as a table.

use leptos::prelude::*;
use leptos_router::components::A;

use super::adjust_dialog::AdjustDialog;
use super::receive_dialog::ReceiveDialog;
use crate::client::use_client;
use crate::domain::product::Unit;
use crate::protocol::{Answer, Query, View};
use crate::ui::changing::{flag, list, memo, part, part_if, text};
use crate::ui::components::{EmptyState, PageHeader, SearchField, ShowMore};
use crate::ui::format::use_format;
use crate::ui::handlers::tap;
use crate::views::{StockFilter, StockPage as StockRows, StockRow};

const PAGE_ROWS: u32 = 100;
/// The most that one question may ask for.
const MAX_ROWS: u32 = 500;
/// With no more than this left, the row warns; in thousandths.
const LOW_STOCK_MILLI: i64 = 5_000;

/// What is done with the stock of a product.
#[derive(Clone, PartialEq, Eq)]
enum Doing {
    Receive(StockRow),
    Adjust(StockRow),
}

/// Stock.
#[component]
pub fn StockPage() -> impl IntoView {
    let client = use_client();
    let search = RwSignal::new(String::new());
    let limit = RwSignal::new(PAGE_ROWS);
    let doing = RwSignal::new(None::<Doing>);
    let page = client.live(
        &[View::Stock],
        move || {
            Some(Query::Stock(StockFilter {
                search: search.get(),
                offset: 0,
                limit: limit.get(),
            }))
        },
        |_, answer| match answer {
            Answer::Stock(page) => Some(page),
            _ => None,
        },
    );
    let has_more = memo(move || {
        limit.get() < MAX_ROWS
            && page.with(|page| {
                page.as_ref()
                    .is_some_and(|page| page.rows.len() < page.total as usize)
            })
    });
    let close = move || doing.set(None);
    view! {
        <div class="page">
            <PageHeader title="Stock">
                <SearchField label="Find a product" value=search />
            </PageHeader>
            <StockTable page doing />
            <ShowMore
                visible=has_more
                on_more=move || limit.update(|limit| *limit = (*limit + PAGE_ROWS).min(MAX_ROWS))
            />
        </div>
        {part(move || {
            doing
                .get()
                .map(|doing| match doing {
                    Doing::Receive(row) => view! { <ReceiveDialog row on_close=close /> }.into_any(),
                    Doing::Adjust(row) => view! { <AdjustDialog row on_close=close /> }.into_any(),
                })
        })}
    }
}

fn unit_words(unit: Unit) -> &'static str {
    match unit {
        Unit::Piece => "",
        Unit::Kilogram => " kg",
        Unit::Litre => " l",
        Unit::Metre => " m",
    }
}

#[component]
fn StockTable(page: Signal<Option<StockRows>>, doing: RwSignal<Option<Doing>>) -> impl IntoView {
    let rows = move || {
        page.with(|page| {
            page.as_ref()
                .map_or_else(Vec::new, |page| page.rows.clone())
        })
    };
    let is_empty =
        memo(move || page.with(|page| page.as_ref().is_some_and(|page| page.total == 0)));
    // The row stays while its figures change.
    let live_row = move |first: StockRow| {
        let row = Memo::new(move |last: Option<&StockRow>| {
            page.with(|page| {
                let rows = page.as_ref().map_or(&[][..], |page| &page.rows);
                let same = |row: &&StockRow| row.product_id == first.product_id;
                rows.iter().find(same).or(last).unwrap_or(&first).clone()
            })
        });
        view! { <StockTableRow row doing /> }
    };
    view! {
        <div class="table-card">
            <table aria-label="Stock">
                <thead>
                    <tr>
                        <th>"Product"</th>
                        <th class="wide">"Category"</th>
                        <th class="number">"On hand"</th>
                        <th class="number wide">"Reserved"</th>
                        <th class="number wide">"Available"</th>
                        <th>
                            <span class="visually-hidden">"Actions"</span>
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {list(rows, |row| row.product_id.to_string(), live_row)}
                </tbody>
            </table>
            {part_if(
                move || is_empty.get(),
                move || view! {
                    <EmptyState
                        icon=icondata::LuPackage
                        title="No stock is kept here"
                        text="Turn on “Track stock” when you create a product, and it appears here."
                    >
                        <A href="/products" attr:class="button">
                            "Go to Products"
                        </A>
                    </EmptyState>
                },
            )}
        </div>
    }
}

/// The row stays while its figures change, and so does the focus on its buttons.
#[component]
fn StockTableRow(row: Memo<StockRow>, doing: RwSignal<Option<Doing>>) -> impl IntoView {
    let format = use_format();
    let figure = move |pick: fn(&StockRow) -> i64| {
        text(move || {
            row.with(|row| format!("{}{}", format.quantity(pick(row)), unit_words(row.unit)))
        })
    };
    let is_low = move || row.with(|row| row.available_milli <= LOW_STOCK_MILLI);
    let label =
        move |action: &'static str| text(move || row.with(|row| format!("{action} {}", row.name)));
    view! {
        <tr>
            <td class="strong" dir="auto">
                {text(move || row.with(|row| row.name.clone()))}
            </td>
            <td class="wide" dir="auto">
                {text(move || row.with(|row| row.category.clone()))}
            </td>
            <td class="number strong">{figure(|row| row.on_hand_milli)}</td>
            <td class="number wide">{figure(|row| row.reserved_milli)}</td>
            <td class="number wide">
                <span class:badge=flag(is_low) class:warn=flag(is_low)>
                    {figure(|row| row.available_milli)}
                </span>
            </td>
            <td>
                <div class="row-actions">
                    <button
                        type="button"
                        class="button small"
                        aria-label=label("Receive")
                        on:click=tap(move || doing.set(Some(Doing::Receive(row.get_untracked()))))
                    >
                        "Receive"
                    </button>
                    <button
                        type="button"
                        class="button small"
                        aria-label=label("Adjust")
                        on:click=tap(move || doing.set(Some(Doing::Adjust(row.get_untracked()))))
                    >
                        "Adjust"
                    </button>
                </div>
            </td>
        </tr>
    }
}
