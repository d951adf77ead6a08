//! Keys for an amount, as large as a finger.

use leptos::prelude::*;

use crate::ui::components::Icon;
use crate::ui::format::use_format;
use crate::ui::handlers::tap;

/// The most that is typed.
const MAX_TYPED_CHARS: usize = 12;

/// Types into `value`.
#[component]
pub fn Numpad(value: RwSignal<String>) -> impl IntoView {
    let format = use_format();
    let push = move |c: char| {
        value.update(|text| {
            let is_second_sign = !c.is_ascii_digit() && text.contains(c);
            if text.len() < MAX_TYPED_CHARS && !is_second_sign {
                text.push(c);
            }
        });
    };
    let key = move |c: char| {
        view! {
            <button type="button" class="key" on:click=tap(move || push(c))>
                {c.to_string()}
            </button>
        }
    };
    let sign = move || {
        let sign = format.decimal_separator();
        let has_decimals = format.currency().decimals() > 0;
        view! {
            <button
                type="button"
                class="key"
                aria-label="Decimal sign"
                disabled=!has_decimals
                on:click=tap(move || push(sign))
            >
                {sign.to_string()}
            </button>
        }
    };
    view! {
        <div class="numpad" role="group" aria-label="Number keys">
            {('1'..='9').map(key).collect_view()}
            {sign}
            {key('0')}
            <button
                type="button"
                class="key"
                aria-label="Delete the last digit"
                on:click=tap(move || value.update(|text| { text.pop(); }))
            >
                <Icon icon=icondata::LuDelete size_px=24 />
            </button>
        </div>
    }
}
