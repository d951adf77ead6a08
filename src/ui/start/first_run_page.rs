//! The first run: a demo shop, or a shop of one's own.

use leptos::prelude::*;

use super::mark::Mark;
use super::new_shop_form::{NewShopForm, Wishes, open_shop};
use crate::client::{spawn, use_client};
use crate::ui::changing::{is, part, text};
use crate::ui::components::{Icon, use_toasts};
use crate::ui::format::browser_locale;
use crate::ui::handlers::tap;

/// Where the shop's first screen is.
const FIRST_ADDRESS: &str = "/sell";

/// The first run.
#[component]
pub fn FirstRunPage() -> impl IntoView {
    let is_new_shop = RwSignal::new(false);
    part(move || {
        if is_new_shop.get() {
            view! { <NewShopForm on_back=move || is_new_shop.set(false) /> }.into_any()
        } else {
            view! { <Welcome on_new_shop=move || is_new_shop.set(true) /> }.into_any()
        }
    })
}

#[component]
fn Welcome(#[prop(into)] on_new_shop: Callback<()>) -> impl IntoView {
    let client = use_client();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let open_demo = move || {
        if busy.get_untracked() {
            return;
        }
        let Ok(shop) = open_shop(&demo_wishes()) else {
            return;
        };
        busy.set(true);
        go_to_first_address();
        client.set_actor(&shop.cashier);
        let outcome = client.open_demo_shop(shop);
        spawn(async move {
            if let Err(error) = outcome.await {
                toasts.fail(error);
                busy.try_set(false);
            }
        });
    };
    view! {
        <main class="full-screen welcome">
            <Mark />
            <h1>"Sell. Daybook remembers."</h1>
            <p class="lead">
                "A till that works without a network and never forgets: every sale is written down \
                 on this device, once and for all."
            </p>
            <div class="welcome-choices">
                <button type="button" class="choice" disabled=is(busy) on:click=tap(open_demo)>
                    <Icon icon=icondata::LuSparkles size_px=24 />
                    <strong>
                        {text(move || {
                            if busy.get() { "Opening the demo shop…" } else { "Open a demo shop" }
                        })}
                    </strong>
                    <span>"A café with products and stock, to try everything out."</span>
                </button>
                <button type="button" class="choice" on:click=tap(move || on_new_shop.run(()))>
                    <Icon icon=icondata::LuStore size_px=24 />
                    <strong>"Start a new shop"</strong>
                    <span>"Your name, your prices, your taxes. It takes a minute."</span>
                </button>
            </div>
        </main>
    }
}

/// A café with the two rates that the demo's products are taxed at.
fn demo_wishes() -> Wishes {
    Wishes {
        name: "Corner Café".to_owned(),
        country: "DE".to_owned(),
        cashier: "Mara".to_owned(),
        register: "Till 1".to_owned(),
        locale: browser_locale(),
        opening_float: "150".to_owned(),
        ..Wishes::default()
    }
}

/// The routes are not mounted before there is a shop, so the address is changed
/// behind them.
pub fn go_to_first_address() {
    let Ok(history) = window().history() else {
        return;
    };
    let state = wasm_bindgen::JsValue::NULL;
    let _ = history.replace_state_with_url(&state, "", Some(FIRST_ADDRESS));
}
