//! A line of the cart. A tap opens it in place, with its stepper.

use leptos::prelude::*;

use super::till::use_till;
use crate::domain::ids::LineId;
use crate::domain::quantity::Quantity;
use crate::ui::changing::{is, memo, part_if, text};
use crate::ui::components::{Icon, use_toasts};
use crate::ui::format::use_format;
use crate::ui::handlers::tap;
use crate::views::OrderLine;

/// A line of the cart.
#[component]
pub fn CartLine(line_id: LineId, selected: RwSignal<Option<String>>) -> impl IntoView {
    let till = use_till();
    let format = use_format();
    let line = {
        let line_id = line_id.clone();
        memo(move || {
            till.order().with(|order| {
                let lines = &order.as_ref()?.lines;
                lines.iter().find(|line| line.line_id == line_id).cloned()
            })
        })
    };
    let is_selected = {
        let line_id = line_id.clone();
        memo(move || selected.with(|selected| selected.as_deref() == Some(line_id.as_str())))
    };
    let toggle = move || {
        let now = (!is_selected.get_untracked()).then(|| line_id.to_string());
        selected.set(now);
    };
    let show = move |words: fn(&OrderLine, crate::ui::format::ShopFormat) -> String| {
        text(move || line.with(|line| line.as_ref().map(|line| words(line, format))))
    };
    view! {
        <li class="line" class:selected=is(is_selected)>
            <button
                type="button"
                class="line-head"
                aria-expanded=text(move || is_selected.get())
                on:click=tap(toggle)
            >
                <span class="line-name" dir="auto">
                    {show(|line, _| line.product_name.clone())}
                </span>
                <span class="line-total">
                    {show(|line, format| format.money(line.line_total_minor))}
                </span>
                <span class="line-detail">
                    {show(|line, format| {
                        format!(
                            "{} × {}",
                            format.quantity(line.quantity_milli),
                            format.money(line.unit_price_minor),
                        )
                    })}
                </span>
            </button>
            {part_if(move || is_selected.get(), move || view! { <LineActions line /> })}
        </li>
    }
}

/// Less, how much, more, none.
#[component]
fn LineActions(line: Memo<Option<OrderLine>>) -> impl IntoView {
    let till = use_till();
    let format = use_format();
    let toasts = use_toasts();
    let quantity = move || line.with(|line| line.as_ref().map_or(0, |line| line.quantity_milli));
    // Sets the line to so many thousandths, by the command that takes it there.
    let change_to = move |wanted_milli: i64| {
        let Some(line) = line.get_untracked() else {
            return;
        };
        let change = wanted_milli.max(0) - line.quantity_milli;
        match Quantity::from_milli(change.abs()) {
            Ok(quantity) if change > 0 => till.add(line.product_id, quantity),
            Ok(quantity) if change < 0 => till.remove(line.line_id, quantity),
            Ok(_) => {}
            Err(error) => toasts.fail(error),
        }
    };
    let step = move |milli: i64| {
        let now = line.with_untracked(|line| line.as_ref().map_or(0, |line| line.quantity_milli));
        change_to(now + milli);
    };
    let typed = move |text: String| match format.parse_quantity(&text) {
        Ok(quantity) if quantity.is_positive() => change_to(quantity.milli()),
        Ok(_) => change_to(0),
        Err(words) => toasts.fail(words),
    };
    view! {
        <div class="line-actions">
            <button
                type="button"
                class="step"
                aria-label="One less"
                on:click=tap(move || step(-Quantity::ONE.milli()))
            >
                <Icon icon=icondata::LuMinus />
            </button>
            <input
                class="step-quantity"
                type="text"
                inputmode="decimal"
                autocomplete="off"
                maxlength="12"
                aria-label="Quantity"
                prop:value=text(move || format.quantity(quantity()))
                on:change:target=move |event| typed(event.target().value())
            />
            <button
                type="button"
                class="step"
                aria-label="One more"
                on:click=tap(move || step(Quantity::ONE.milli()))
            >
                <Icon icon=icondata::LuPlus />
            </button>
            <button type="button" class="button remove" on:click=tap(move || change_to(0))>
                <Icon icon=icondata::LuTrash2 size_px=18 />
                "Remove"
            </button>
        </div>
    }
}
