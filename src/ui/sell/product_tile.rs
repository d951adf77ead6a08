//! A product as a button that is read at arm's length.

use leptos::prelude::*;

use super::product_window::ProductWindow;
use super::till::use_till;
use crate::domain::quantity::Quantity;
use crate::ui::changing::{flag, memo, part, text};
use crate::ui::format::use_format;
use crate::ui::handlers::tap;
use crate::ui::products::unit_suffix;
use crate::views::ProductRow;

/// With no more than this left, the tile warns; in thousandths.
const LOW_STOCK_MILLI: i64 = 5_000;

/// The tile at `index`. It keeps its place in the page while what it shows
/// changes, so that a tap or the focus is never lost.
#[component]
pub fn ProductTile(products: ProductWindow, index: u32) -> impl IntoView {
    let till = use_till();
    let format = use_format();
    let row = memo(move || products.row(index));
    let colour = move || {
        row.with(|row| {
            row.as_ref()
                .and_then(|row| products.colour_of(&row.category))
        })
        .map(|colour| format!("tile-foot foot-{colour}"))
    };
    let price = move |row: &ProductRow| {
        format!("{}{}", format.money(row.price_minor), unit_suffix(row.unit))
    };
    let badge = move || {
        row.with(|row| {
            let row = row.as_ref()?;
            let milli = row.available_milli?;
            Some(if milli <= LOW_STOCK_MILLI {
                view! {
                    <span class="badge warn">
                        {format.quantity(milli.max(0))} <span class="badge-word">" left"</span>
                    </span>
                }
                .into_any()
            } else {
                view! {
                    <span class="tile-stock">
                        {format.quantity(milli)} <span class="visually-hidden">" left"</span>
                    </span>
                }
                .into_any()
            })
        })
    };
    let add = move || {
        if let Some(row) = row.get_untracked() {
            till.add(row.product_id, Quantity::ONE);
        }
    };
    view! {
        <button
            type="button"
            class="tile"
            disabled=flag(move || row.with(Option::is_none))
            on:click=tap(add)
        >
            <span class="tile-name" dir="auto">
                {text(move || row.with(|row| row.as_ref().map(|row| row.name.clone())))}
            </span>
            " "
            <span class="tile-bottom">
                <span class="tile-price">
                    {text(move || row.with(|row| row.as_ref().map(price)))}
                </span>
                " "
                {part(badge)}
            </span>
            <span class=text(colour)></span>
        </button>
    }
}
