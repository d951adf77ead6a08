//! The product grid. However long the catalogue is, only the rows on screen and a
//! few around them are in the page.

use leptos::html::Div;
use leptos::prelude::*;
use leptos_router::components::A;
use wasm_bindgen::prelude::*;
use web_sys::{ResizeObserver, ResizeObserverEntry};

use super::product_tile::ProductTile;
use super::product_window::ProductWindow;
use crate::ui::changing::{effect, list, memo, part, part_if, text};
use crate::ui::components::EmptyState;
use crate::ui::handlers::tap;

const TILE_HEIGHT_PX: f64 = 112.0;
const GAP_PX: f64 = 12.0;
/// The narrowest that a tile may be.
const TILE_MIN_WIDTH_PX: f64 = 136.0;
/// The same beside a cart on an upright tablet, where there are three columns.
const TILE_MIN_WIDTH_TIGHT_PX: f64 = 108.0;
/// A grid between these widths is such a one; on a phone two wide columns are better.
const TIGHT_GRID_PX: std::ops::Range<f64> = 360.0..436.0;
const ROW_HEIGHT_PX: f64 = TILE_HEIGHT_PX + GAP_PX;
const MAX_COLUMNS: u32 = 12;
/// Rows kept in the page above and below what is on screen.
const ROWS_AROUND: u32 = 4;
/// A catalogue of no more than this is in the page as a whole, where the browser's
/// own search finds it too. The window on the catalogue always holds as many.
const WHOLE_UP_TO: u32 = 200;

/// The grid's inner size in pixels; a handle.
#[derive(Clone, Copy)]
struct Size {
    width_px: RwSignal<u32>,
    height_px: RwSignal<u32>,
}

/// The product grid.
#[component]
pub fn ProductGrid(
    products: ProductWindow,
    search: RwSignal<String>,
    category: RwSignal<Option<String>>,
) -> impl IntoView {
    let scroller = NodeRef::<Div>::new();
    let size = Size {
        width_px: RwSignal::new(0),
        height_px: RwSignal::new(0),
    };
    let first_row = RwSignal::new(0_u32);
    scroller.on_load(move |element| observe_size(&element, size));

    let columns = memo(move || {
        let width = f64::from(size.width_px.get());
        let narrowest = if TIGHT_GRID_PX.contains(&width) {
            TILE_MIN_WIDTH_TIGHT_PX
        } else {
            TILE_MIN_WIDTH_PX
        };
        let fit = (width + GAP_PX) / (narrowest + GAP_PX);
        (fit as u32).clamp(2, MAX_COLUMNS)
    });
    let total = memo(move || products.total().unwrap_or(0));
    let rows = memo(move || total.get().div_ceil(columns.get()));
    let is_whole = memo(move || total.get() <= WHOLE_UP_TO);
    let from_row = memo(move || match is_whole.get() {
        true => 0,
        false => first_row.get().saturating_sub(ROWS_AROUND).min(rows.get()),
    });
    let to_row = memo(move || match is_whole.get() {
        true => rows.get(),
        false => {
            let height = f64::from(size.height_px.get());
            let rows_on_screen = (height / ROW_HEIGHT_PX).ceil() as u32 + 1;
            (first_row.get() + rows_on_screen + ROWS_AROUND).min(rows.get())
        }
    });
    let shown = move || {
        let columns = columns.get();
        let to = (to_row.get() * columns).min(total.get());
        (from_row.get() * columns..to).collect()
    };
    effect(move || products.show_from(first_row.get() * columns.get()));
    // Another selection begins at its top.
    effect(move || {
        search.track();
        category.track();
        if let Some(element) = scroller.get_untracked() {
            element.set_scroll_top(0);
        }
    });
    let on_scroll = move |_| {
        if let Some(element) = scroller.get_untracked() {
            let row = (f64::from(element.scroll_top()) / ROW_HEIGHT_PX).max(0.0) as u32;
            if first_row.get_untracked() != row {
                first_row.set(row);
            }
        }
    };
    let space = move || {
        let height = (f64::from(rows.get()) * ROW_HEIGHT_PX - GAP_PX).max(0.0) as u64;
        format!("height:{height}px")
    };
    let place = move || {
        let top = (f64::from(from_row.get()) * ROW_HEIGHT_PX) as u64;
        format!(
            "transform:translateY({top}px);grid-template-columns:repeat({},minmax(0,1fr))",
            columns.get()
        )
    };
    let is_empty = memo(move || products.total() == Some(0));
    view! {
        <div class="grid-scroller" node_ref=scroller on:scroll=on_scroll>
            {part_if(move || is_empty.get(), move || view! { <NothingToSell search category /> })}
            <div class="grid-space" style=text(space)>
                <div class="grid-window" style=text(place)>
                    {list(
                        shown,
                        u32::to_string,
                        move |index| view! { <ProductTile products index /> },
                    )}
                </div>
            </div>
        </div>
    }
}

/// Why the grid is empty, and what to do next.
#[component]
fn NothingToSell(search: RwSignal<String>, category: RwSignal<Option<String>>) -> impl IntoView {
    let is_narrowed =
        move || search.with(|text| !text.is_empty()) || category.with(Option::is_some);
    let show_all = move || {
        search.set(String::new());
        category.set(None);
    };
    part(move || {
        if is_narrowed() {
            view! {
                <EmptyState
                    icon=icondata::LuSearch
                    title="No product matches"
                    text="Try fewer letters, or look through all products."
                >
                    <button type="button" class="button" on:click=tap(show_all)>
                        "Show all products"
                    </button>
                </EmptyState>
            }
            .into_any()
        } else {
            view! {
                <EmptyState
                    icon=icondata::LuLayoutGrid
                    title="Nothing to sell yet"
                    text="Add your first product; it appears here at once."
                >
                    <A href="/products" attr:class="button primary">
                        "Add products"
                    </A>
                </EmptyState>
            }
            .into_any()
        }
    })
}

/// Keeps `size` at the element's inner size for as long as the component lives.
fn observe_size(element: &web_sys::HtmlDivElement, size: Size) {
    let on_resize = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
        if let Ok(entry) = entries.get(0).dyn_into::<ResizeObserverEntry>() {
            let rect = entry.content_rect();
            size.width_px.try_set(rect.width() as u32);
            size.height_px.try_set(rect.height() as u32);
        }
    });
    let Ok(observer) = ResizeObserver::new(on_resize.as_ref().unchecked_ref()) else {
        return;
    };
    observer.observe(element);
    let kept = StoredValue::new_local((observer, on_resize));
    on_cleanup(move || {
        kept.try_with_value(|(observer, _)| observer.disconnect());
    });
}
