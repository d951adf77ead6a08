//! Card: the terminal takes the money, the till records that it did.

use leptos::html::Input;
use leptos::prelude::*;

use super::numpad::Numpad;
use super::pay_step::Paying;
use crate::domain::order::Tender;
use crate::ui::changing::{flag, memo, text};
use crate::ui::components::{Field, FormError};
use crate::ui::format::use_format;
use crate::ui::handlers::sent;

/// What to do at the terminal, and its reference.
#[component]
pub fn CardTender(paying: Paying) -> impl IntoView {
    view! {
        <div class="card-tender">
            <p>"Take the amount on the card terminal. When it says approved, complete the sale."</p>
            <Field
                label="Terminal reference"
                value=paying.reference
                hint="Optional, as on the terminal's slip. Never a card number."
                max_length=64
            />
        </div>
    }
}

/// The amount, all that is due unless less is typed.
#[component]
pub fn CardAmount(paying: Paying) -> impl IntoView {
    let format = use_format();
    let input = NodeRef::<Input>::new();
    paying.focus_once(input);
    let amount = memo(move || {
        let text = paying.typed.get();
        if text.trim().is_empty() {
            return Some(paying.due_minor());
        }
        format.parse_money(&text).ok().map(|money| money.minor())
    });
    let is_all = memo(move || amount.get().is_none_or(|it| it >= paying.due_minor()));
    let may_take = memo(move || {
        let due = paying.due_minor();
        amount
            .get()
            .is_some_and(|it| it <= due && (it > 0 || due == 0))
            && !paying.busy.get()
    });
    let take = move || {
        if let (true, Some(amount_minor)) = (may_take.get_untracked(), amount.get_untracked()) {
            paying.take(Tender::Card {
                amount_minor,
                reference: paying.reference.get_untracked(),
            });
        }
    };
    let rest = move || {
        let rest = amount.get().map_or(0, |it| paying.due_minor() - it);
        format.money(rest.max(0))
    };
    let warning = move || {
        amount
            .get()
            .is_some_and(|it| it > paying.due_minor())
            .then_some("A card pays at most what is due.")
    };
    view! {
        <form
            class="amount-form"
            novalidate
            on:submit=sent(take)
        >
            <label class="amount-row">
                <span>"Amount"</span>
                <input
                    node_ref=input
                    type="text"
                    inputmode="none"
                    autocomplete="off"
                    maxlength="16"
                    class="amount-input"
                    placeholder=text(move || format.money_to_type(paying.due_minor()))
                    bind:value=paying.typed
                />
            </label>
            <Numpad value=paying.typed />
            <div class="change-row">
                <span aria-hidden="true">"Still due"</span>
                <output class="change quiet" aria-label="Still due">
                    {text(rest)}
                </output>
            </div>
            <FormError error=Signal::derive(move || warning().map(str::to_owned)) />
            <button
                type="submit"
                class="button primary big"
                disabled=flag(move || !may_take.get())
            >
                {text(move || match amount.get() {
                    Some(amount) if !is_all.get() => format!("Take {} now", format.money(amount)),
                    _ => "Complete sale".to_owned(),
                })}
            </button>
        </form>
    }
}
