//! The cart: lines, totals, and the one big button.

use leptos::html::Ul;
use leptos::prelude::*;

use super::cancel_dialog::CancelDialog;
use super::cart_line::CartLine;
use super::order_tabs::OrderTabs;
use super::till::{Till, use_till};
use crate::domain::ids::LineId;
use crate::ui::changing::{effect, is, list, memo, part, part_if, text};
use crate::ui::components::Icon;
use crate::ui::format::use_format;
use crate::ui::handlers::tap;
use crate::views::OrderDetail;

/// A figure of the order at hand; 0 of an empty cart.
fn figure(till: Till, pick: fn(&OrderDetail) -> i64) -> i64 {
    till.order().with(|order| order.as_ref().map_or(0, pick))
}

/// The cart.
#[component]
pub fn Cart() -> impl IntoView {
    let till = use_till();
    let is_sheet_open = RwSignal::new(false);
    let is_cancelling = RwSignal::new(false);
    let is_empty = memo(move || till.order().with(Option::is_none));
    // An empty cart has nothing to unfold.
    effect(move || {
        if is_empty.get() {
            is_sheet_open.set(false);
        }
    });
    let units = move || match figure(till, |order| i64::from(order.row.item_count)) {
        0 => "Empty cart".to_owned(),
        1 => "1 line".to_owned(),
        count => format!("{count} lines"),
    };
    view! {
        <section class="cart" aria-label="Cart" class:sheet-open=is(is_sheet_open)>
            <OrderTabs />
            <div class="cart-bar">
                <button
                    type="button"
                    class="cart-handle"
                    disabled=is(is_empty)
                    aria-expanded=text(move || is_sheet_open.get())
                    on:click=tap(move || is_sheet_open.update(|open| *open = !*open))
                >
                    <Icon icon=icondata::LuChevronUp />
                    {text(units)}
                </button>
                <span class="cart-count">{text(units)}</span>
                <button
                    type="button"
                    class="button quiet danger"
                    disabled=is(is_empty)
                    on:click=tap(move || is_cancelling.set(true))
                >
                    "Cancel order"
                </button>
            </div>
            <CartLines />
            <CartFoot />
        </section>
        {part_if(
            move || is_cancelling.get(),
            move || view! {
                <CancelDialog
                    order_id=till.current().get_untracked()
                    on_close=move || is_cancelling.set(false)
                />
            },
        )}
    }
}

#[component]
fn CartLines() -> impl IntoView {
    let till = use_till();
    let scroller = NodeRef::<Ul>::new();
    let selected = RwSignal::new(None::<String>);
    let line_ids = move || {
        till.order().with(|order| {
            order.as_ref().map_or_else(Vec::new, |order| {
                order
                    .lines
                    .iter()
                    .map(|line| line.line_id.clone())
                    .collect::<Vec<_>>()
            })
        })
    };
    // A new line comes into view, at the end, and moves nothing else.
    let mut before = usize::MAX;
    effect(move || {
        let count = line_ids().len();
        if count > before
            && let Some(list) = scroller.get_untracked()
        {
            request_animation_frame(move || list.set_scroll_top(list.scroll_height()));
        }
        before = count;
    });
    view! {
        <ul class="cart-lines" node_ref=scroller aria-live="polite" aria-relevant="additions text">
            {list(
                line_ids,
                LineId::to_string,
                move |line_id| view! { <CartLine line_id selected /> },
            )}
            {part_if(
                move || line_ids().is_empty(),
                move || view! {
                    <li class="cart-empty">
                        <Icon icon=icondata::LuShoppingCart size_px=28 />
                        <span>"Tap a product, search or scan."</span>
                    </li>
                },
            )}
        </ul>
    }
}

#[component]
fn CartFoot() -> impl IntoView {
    let till = use_till();
    let format = use_format();
    let is_empty = memo(move || till.order().with(Option::is_none));
    let paid = move || figure(till, |order| order.paid_minor);
    let tax_words = move || {
        till.order().with(|order| {
            let taxes = order.as_ref().map(|order| &order.taxes[..]).unwrap_or(&[]);
            let parts: Vec<String> = taxes
                .iter()
                .map(|tax| {
                    format!(
                        "{} {}",
                        format.percent(tax.basis_points),
                        format.money(tax.tax_minor)
                    )
                })
                .collect();
            format!("Tax {}", parts.join(", "))
        })
    };
    let tax = move || {
        figure(till, |order| {
            order.taxes.iter().map(|tax| tax.tax_minor).sum()
        })
    };
    let paid_rows = move || {
        (paid() != 0).then(|| {
            view! {
                <div class="sum-row paid">
                    <span>"Paid already"</span>
                    <span>{format.money(paid())}</span>
                </div>
            }
        })
    };
    view! {
        <footer class="cart-foot">
            <div class="sums">
                <div class="sum-row">
                    <span>"Net"</span>
                    <span>{text(move || format.money(figure(till, |order| order.net_minor)))}</span>
                </div>
                <div class="sum-row">
                    <span>{text(tax_words)}</span>
                    <span>{text(move || format.money(tax()))}</span>
                </div>
                {part(paid_rows)}
            </div>
            <div class="total-row">
                <span aria-hidden="true">"Total"</span>
                <output class="total" aria-label="Total">
                    {text(move || {
                        format.money(figure(till, |order| order.row.total_amount_minor))
                    })}
                </output>
            </div>
            <button
                type="button"
                class="button primary big charge"
                disabled=is(is_empty)
                on:click=tap(move || till.charge())
            >
                "Charge"
            </button>
        </footer>
    }
}
