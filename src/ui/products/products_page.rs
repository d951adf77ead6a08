//! The catalogue as a table.

use leptos::prelude::*;

use super::product_dialog::ProductDialog;
use super::unit_suffix;
use crate::client::use_client;
use crate::domain::ids::ProductId;
use crate::protocol::{Answer, Query, View};
use crate::ui::changing::{list, memo, part, part_if, text};
use crate::ui::components::{EmptyState, Icon, PageHeader, SearchField, ShowMore};
use crate::ui::format::use_format;
use crate::ui::handlers::tap;
use crate::ui::shop::use_shop;
use crate::views::{ProductFilter, ProductPage, ProductRow};

const PAGE_ROWS: u32 = 100;
/// The most that one question may ask for.
const MAX_ROWS: u32 = 500;

/// Which product is edited.
#[derive(Clone, PartialEq, Eq)]
enum Editing {
    New,
    Known(ProductId),
}

/// The catalogue.
#[component]
pub fn ProductsPage() -> impl IntoView {
    let client = use_client();
    let search = RwSignal::new(String::new());
    let all = RwSignal::new(false);
    let limit = RwSignal::new(PAGE_ROWS);
    let editing = RwSignal::new(None::<Editing>);
    let page = client.live(
        &[View::Products],
        move || {
            Some(Query::Products(ProductFilter {
                search: search.get(),
                category: None,
                include_discontinued: all.get(),
                offset: 0,
                limit: limit.get(),
            }))
        },
        |_, answer| match answer {
            Answer::Products(page) => Some(page),
            _ => None,
        },
    );
    let has_more = memo(move || {
        page.with(|page| {
            page.as_ref()
                .is_some_and(|page| page.rows.len() < page.total as usize)
                && limit.get() < MAX_ROWS
        })
    });
    let is_cut = memo(move || {
        limit.get() >= MAX_ROWS
            && page.with(|page| page.as_ref().is_some_and(|page| page.total > MAX_ROWS))
    });
    let close = move || editing.set(None);
    view! {
        <div class="page">
            <PageHeader title="Products">
                <SearchField label="Find a product" value=search />
                <button
                    type="button"
                    class="chip"
                    aria-pressed=text(move || all.get())
                    on:click=tap(move || all.update(|all| *all = !*all))
                >
                    "Show discontinued"
                </button>
                <button
                    type="button"
                    class="button primary"
                    on:click=tap(move || editing.set(Some(Editing::New)))
                >
                    <Icon icon=icondata::LuPlus size_px=18 />
                    "New product"
                </button>
            </PageHeader>
            <ProductsTable page editing />
            <ShowMore
                visible=has_more
                on_more=move || limit.update(|limit| *limit = (*limit + PAGE_ROWS).min(MAX_ROWS))
            />
            {part_if(
                move || is_cut.get(),
                move || view! {
                    <p class="table-note">"These are the first 500. Search to find the others."</p>
                },
            )}
        </div>
        {part(move || {
            editing
                .get()
                .map(|editing| match editing {
                    Editing::New => view! { <ProductDialog on_close=close /> }.into_any(),
                    Editing::Known(product_id) => {
                        view! { <ProductDialog product_id on_close=close /> }.into_any()
                    }
                })
        })}
    }
}

#[component]
fn ProductsTable(
    page: Signal<Option<ProductPage>>,
    editing: RwSignal<Option<Editing>>,
) -> impl IntoView {
    let format = use_format();
    let shop = use_shop();
    let rows = move || {
        page.with(|page| {
            page.as_ref()
                .map_or_else(Vec::new, |page| page.rows.clone())
        })
    };
    let is_empty =
        memo(move || page.with(|page| page.as_ref().is_some_and(|page| page.total == 0)));
    // A row is made anew when anything in it changes.
    let key = |row: &ProductRow| {
        format!(
            "{} {} {} {} {} {} {}",
            row.product_id,
            row.tax_rate,
            row.price_minor,
            row.available_milli.unwrap_or(i64::MIN),
            row.discontinued,
            row.name,
            row.category,
        )
    };
    let row = move |row: ProductRow| {
        let product_id = row.product_id.clone();
        let tax = shop.with_untracked(|shop| {
            let rate = shop.settings.tax_rate(&row.tax_rate)?;
            Some(format.percent(rate.basis_points))
        });
        let price = format!("{}{}", format.money(row.price_minor), unit_suffix(row.unit));
        let stock = row
            .available_milli
            .map_or_else(|| "–".to_owned(), |milli| format.quantity(milli));
        view! {
            <tr class:faded=row.discontinued>
                <td class="strong">
                    <button
                        type="button"
                        class="row-link"
                        dir="auto"
                        on:click=tap(move || {
                            editing.set(Some(Editing::Known(product_id.clone())));
                        })
                    >
                        {row.name}
                    </button>
                    {row
                        .discontinued
                        .then(|| view! { <span class="badge">"Discontinued"</span> })}
                </td>
                <td dir="auto" class="wide">
                    {row.category}
                </td>
                <td class="wide code">{row.sku}</td>
                <td class="number wide">{tax.flatten()}</td>
                <td class="number wide">{stock}</td>
                <td class="number strong">{price}</td>
            </tr>
        }
    };
    view! {
        <div class="table-card">
            <table aria-label="Products">
                <thead>
                    <tr>
                        <th>"Name"</th>
                        <th class="wide">"Category"</th>
                        <th class="wide">"SKU"</th>
                        <th class="number wide">"Tax"</th>
                        <th class="number wide">"Available"</th>
                        <th class="number">"Price"</th>
                    </tr>
                </thead>
                <tbody>
                    {list(rows, key, row)}
                </tbody>
            </table>
            {part_if(
                move || is_empty.get(),
                move || view! {
                    <EmptyState
                        icon=icondata::LuLayoutGrid
                        title="No products here"
                        text="Create the first one, or search for something else."
                    >
                        <button
                            type="button"
                            class="button"
                            on:click=tap(move || editing.set(Some(Editing::New)))
                        >
                            "Create a product"
                        </button>
                    </EmptyState>
                },
            )}
        </div>
    }
}
