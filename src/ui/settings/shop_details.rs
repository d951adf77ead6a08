//! The shop's name, address and tax number, as on the receipt.

use leptos::prelude::*;

use crate::application::Command;
use crate::client::{spawn, use_client};
use crate::domain::shop::ShopConfigured;
use crate::domain::tax::Pricing;
use crate::ui::changing::is;
use crate::ui::components::{Field, FormError, TextArea, sentence, use_toasts};
use crate::ui::format::use_format;
use crate::ui::handlers::sent;
use crate::ui::shop::use_shop;

/// What is on the receipt, and what is fixed.
#[component]
pub fn ShopDetails() -> impl IntoView {
    let client = use_client();
    let shop = use_shop();
    let toasts = use_toasts();
    let settings = shop.with_untracked(|shop| shop.settings.clone());
    let of = |pick: fn(&ShopConfigured) -> &String| {
        RwSignal::new(settings.as_ref().map(pick).cloned().unwrap_or_default())
    };
    let name = of(|settings| &settings.name);
    let address = of(|settings| &settings.address);
    let tax_id = of(|settings| &settings.tax_id);
    let error = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let save = move || {
        let Some(current) = shop.with_untracked(|shop| shop.settings.clone()) else {
            return;
        };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        error.set(None);
        let outcome = client.execute_and_wait(Command::ConfigureShop(ShopConfigured {
            name: name.get_untracked(),
            address: address.get_untracked(),
            tax_id: tax_id.get_untracked(),
            ..current
        }));
        spawn(async move {
            let result = outcome.await;
            busy.try_set(false);
            match result {
                Ok(_) => toasts.say("Settings saved."),
                Err(why) => {
                    error.try_set(Some(sentence(&why.to_string())));
                }
            }
        });
    };
    view! {
        <section class="card" aria-labelledby="settings-shop">
            <h2 id="settings-shop">"Shop"</h2>
            <form
                class="form"
                novalidate
                on:submit=sent(save)
            >
                <Field label="Shop name" value=name />
                <TextArea label="Address" value=address />
                <Field label="Tax number" value=tax_id hint="As it must stand on receipts." max_length=64 />
                <FormError error />
                <div class="form-actions">
                    <button type="submit" class="button primary" disabled=is(busy)>
                        "Save"
                    </button>
                </div>
            </form>
            <Fixed />
        </section>
    }
}

/// What was chosen when the shop was opened.
#[component]
fn Fixed() -> impl IntoView {
    let shop = use_shop();
    let format = use_format();
    let facts = move || {
        let shop = shop.get()?;
        let settings = shop.settings;
        let rates: Vec<String> = settings
            .tax_rates
            .iter()
            .map(|rate| rate.name.clone())
            .collect();
        let pricing = match settings.tax_policy.pricing {
            Pricing::TaxInclusive => "include tax",
            Pricing::TaxExclusive => "tax comes on top",
        };
        let cash = match settings.cash_rounding_minor {
            1 => "not rounded".to_owned(),
            step => format!("to {}", format.money(step)),
        };
        let fact = |name: &'static str, value: String| {
            view! {
                <div>
                    <dt>{name}</dt>
                    <dd dir="auto">{value}</dd>
                </div>
            }
        };
        Some(view! {
            <dl class="facts">
                {fact("Currency", settings.currency.to_string())}
                {fact("Tax rates", rates.join(", "))}
                {fact("Prices", pricing.to_owned())}
                {fact("Cash is rounded", cash)}
                {fact("Time zone", settings.time_zone.as_str().to_owned())}
                {fact("Till", format!("{} ({})", shop.register_name, shop.register_code))}
            </dl>
        })
    };
    view! { {facts} }
}
