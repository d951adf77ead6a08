//! Cash: one tap where the amount is a usual one, else the numpad.

use leptos::html::Input;
use leptos::prelude::*;

use super::numpad::Numpad;
use super::pay_step::Paying;
use super::quick_cash::quick_cash;
use crate::domain::order::Tender;
use crate::ui::changing::{flag, is, memo, part, text};
use crate::ui::format::use_format;
use crate::ui::handlers::{sent, tap};

/// Exact cash, and the next sensible notes; each finishes the sale in that tap.
#[component]
pub fn CashTender(paying: Paying) -> impl IntoView {
    let format = use_format();
    let notes = move || {
        let currency = format.currency();
        quick_cash(paying.due_minor(), currency.code(), currency.decimals())
    };
    let key = move |tendered_minor: i64| {
        view! {
            <button
                type="button"
                class="quick"
                disabled=is(paying.busy)
                on:click=tap(move || paying.take(Tender::Cash { tendered_minor }))
            >
                {short_money(&format.money(tendered_minor))}
            </button>
        }
    };
    view! {
        <div class="quick-cash">
            <button
                type="button"
                class="quick exact"
                disabled=is(paying.busy)
                on:click=tap(move || paying.take(Tender::ExactCash))
            >
                "Exact cash"
                <span>{text(move || format.money(paying.due_minor()))}</span>
            </button>
            {part(move || notes().into_iter().map(key).collect_view())}
        </div>
    }
}

/// `€30.00` is `€30` on a key.
fn short_money(text: &str) -> String {
    text.replacen(".00", "", 1).replacen(",00", "", 1)
}

/// Received, numpad, change due.
#[component]
pub fn CashAmount(paying: Paying) -> impl IntoView {
    let format = use_format();
    let input = NodeRef::<Input>::new();
    paying.focus_once(input);
    let received = memo(move || {
        let text = paying.typed.get();
        if text.trim().is_empty() {
            return None;
        }
        format.parse_money(&text).ok().map(|money| money.minor())
    });
    let is_enough = memo(move || received.get().is_none_or(|it| it >= paying.due_minor()));
    let may_take = memo(move || {
        received
            .get()
            .is_some_and(|it| it > 0 || paying.due_minor() == 0)
            && !paying.busy.get()
    });
    let take = move || {
        if let (true, Some(tendered_minor)) = (may_take.get_untracked(), received.get_untracked()) {
            paying.take(Tender::Cash { tendered_minor });
        }
    };
    let change = move || {
        let change = received.get().map_or(0, |it| it - paying.due_minor());
        format.money(change.max(0))
    };
    let button = move || match received.get() {
        Some(received) if !is_enough.get() => format!("Take {} now", format.money(received)),
        _ => "Complete sale".to_owned(),
    };
    view! {
        <form
            class="amount-form"
            novalidate
            on:submit=sent(take)
        >
            <label class="amount-row">
                <span>"Received"</span>
                <input
                    node_ref=input
                    type="text"
                    inputmode="none"
                    autocomplete="off"
                    maxlength="16"
                    class="amount-input"
                    placeholder=text(move || format.money_to_type(0))
                    bind:value=paying.typed
                />
            </label>
            <Numpad value=paying.typed />
            <div class="change-row">
                <span aria-hidden="true">
                    {text(move || if is_enough.get() { "Change due" } else { "Still due" })}
                </span>
                <output
                    class="change"
                    aria-label=text(move || if is_enough.get() { "Change due" } else { "Still due" })
                >
                    {text(move || match received.get() {
                        Some(received) if !is_enough.get() => {
                            format.money(paying.due_minor() - received)
                        }
                        _ => change(),
                    })}
                </output>
            </div>
            <button
                type="submit"
                class="button primary big"
                disabled=flag(move || !may_take.get())
            >
                {text(button)}
            </button>
        </form>
    }
}
