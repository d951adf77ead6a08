//! A new shop: one screen of questions, with what is usual filled in.

use leptos::prelude::*;

use super::country::{COUNTRIES, preset, rate_id};
use super::first_run_page::go_to_first_address;
use super::mark::Mark;
use crate::application::{Command, OpenShop};
use crate::client::{new_id, spawn, use_client};
use crate::domain::ids::{RegisterId, TaxRateId};
use crate::domain::money::{Currency, Money};
use crate::domain::shop::{ShopConfigured, TaxRateSetting};
use crate::domain::tax::{MAX_RATE_BASIS_POINTS, Pricing, TaxPolicy, TaxRounding};
use crate::domain::text::{NAME_LIMIT, required};
use crate::domain::time::ZoneName;
use crate::ui::changing::{is, part_if, text};
use crate::ui::components::{Field, Icon, SelectField, sentence, use_toasts};
use crate::ui::format::{browser_locale, browser_time_zone};
use crate::ui::handlers::{sent, tap};
use crate::ui::typed::plain_decimal;

const REGISTER_CODE: &str = "T1";
const DEFAULT_CASHIER: &str = "Owner";

/// What was typed.
#[derive(Clone, Default)]
pub struct Wishes {
    /// The shop's name.
    pub name: String,
    /// ISO 3166, or empty.
    pub country: String,
    /// ISO 4217, where the country does not say.
    pub currency: String,
    /// Percent, where the country does not say.
    pub tax_percent: String,
    /// `inclusive` or `exclusive`, where the country does not say.
    pub pricing: String,
    /// Who opens the shop.
    pub cashier: String,
    /// The register's name.
    pub register: String,
    /// Cash in the drawer; empty for none.
    pub opening_float: String,
    /// BCP 47.
    pub locale: String,
}

/// Which field is wrong, and how.
#[derive(Clone, PartialEq, Eq)]
pub struct FieldProblem {
    field: &'static str,
    words: String,
}

fn problem(field: &'static str, words: impl ToString) -> FieldProblem {
    FieldProblem {
        field,
        words: sentence(&words.to_string()),
    }
}

/// The command that opens the shop that is wished for.
///
/// # Errors
/// The first field that is wrong.
pub fn open_shop(wishes: &Wishes) -> Result<OpenShop, FieldProblem> {
    let text = |field, label, text: &str| {
        required(label, text, NAME_LIMIT).map_err(|error| problem(field, error))
    };
    let name = text("name", "The shop's name", &wishes.name)?;
    let currency = currency_of(wishes)?;
    let settings = ShopConfigured {
        name,
        address: String::new(),
        tax_id: String::new(),
        currency,
        locale: wishes.locale.clone(),
        time_zone: time_zone()?,
        day_start_minutes: 0,
        tax_rates: tax_rates(wishes)?,
        tax_policy: TaxPolicy {
            pricing: pricing(wishes),
            rounding: TaxRounding::PerDocument,
        },
        cash_rounding_minor: preset(&wishes.country).cash_rounding_minor,
    };
    Ok(OpenShop {
        settings,
        register_code: RegisterId::new(REGISTER_CODE)
            .map_err(|error| problem("register", error))?,
        register_name: text("register", "The till's name", &wishes.register)?,
        shift_id: new_id(),
        cashier: text("cashier", "Your name", cashier_or_default(&wishes.cashier))?,
        opening_float: opening_float(wishes, currency)?,
    })
}

/// A shop of one person may well leave the name out.
fn cashier_or_default(typed: &str) -> &str {
    if typed.trim().is_empty() {
        DEFAULT_CASHIER
    } else {
        typed
    }
}

fn currency_of(wishes: &Wishes) -> Result<Currency, FieldProblem> {
    let code = match preset(&wishes.country).currency {
        "" => wishes.currency.trim().to_ascii_uppercase(),
        code => code.to_owned(),
    };
    code.parse().map_err(|_| {
        problem(
            "currency",
            "Type the currency's three letters, as EUR or USD",
        )
    })
}

fn time_zone() -> Result<ZoneName, FieldProblem> {
    ZoneName::new(browser_time_zone())
        .or_else(|_| ZoneName::new("UTC"))
        .map_err(|error| problem("name", error))
}

fn pricing(wishes: &Wishes) -> Pricing {
    let country = preset(&wishes.country);
    let inclusive = if country.code.is_empty() {
        wishes.pricing != "exclusive"
    } else {
        country.tax_inclusive
    };
    if inclusive {
        Pricing::TaxInclusive
    } else {
        Pricing::TaxExclusive
    }
}

fn tax_rates(wishes: &Wishes) -> Result<Vec<TaxRateSetting>, FieldProblem> {
    let country = preset(&wishes.country);
    let typed;
    let rates = if country.rates.is_empty() {
        typed = typed_rates(&wishes.tax_percent)?;
        &typed[..]
    } else {
        country.rates
    };
    rates
        .iter()
        .enumerate()
        .map(|(index, rate)| {
            Ok(TaxRateSetting {
                id: TaxRateId::new(rate_id(index, *rate)).map_err(|error| problem("tax", error))?,
                name: format!("{} {} %", country.tax_name, percent(*rate)),
                basis_points: *rate,
            })
        })
        .collect()
}

/// One rate, and 0 % for what is free of tax.
fn typed_rates(text: &str) -> Result<Vec<u32>, FieldProblem> {
    let plain = plain_decimal(text, '.', 2);
    let wrong = || problem("tax", "Type a rate between 0 and 100 %, as 8.25");
    let plain = if plain.is_empty() { "0" } else { &plain };
    let rate = crate::domain::money::parse_decimal(plain, 2).ok_or_else(wrong)?;
    let rate = u32::try_from(rate).map_err(|_| wrong())?;
    match rate {
        0 => Ok(vec![0]),
        rate if rate <= MAX_RATE_BASIS_POINTS => Ok(vec![rate, 0]),
        _ => Err(wrong()),
    }
}

/// `1350` is `13.5`.
fn percent(basis_points: u32) -> String {
    match (basis_points / 100, basis_points % 100) {
        (whole, 0) => whole.to_string(),
        (whole, rest) => format!("{whole}.{rest:02}")
            .trim_end_matches('0')
            .to_owned(),
    }
}

fn opening_float(wishes: &Wishes, currency: Currency) -> Result<Money, FieldProblem> {
    let plain = plain_decimal(&wishes.opening_float, '.', currency.decimals());
    if plain.is_empty() {
        return Ok(Money::zero(currency));
    }
    match Money::parse(&plain, currency) {
        Ok(amount) if !amount.is_negative() => Ok(amount),
        Ok(_) => Err(problem("float", "The drawer cannot hold less than nothing")),
        Err(_) => Err(problem("float", "Type an amount, as 150 or 150.00")),
    }
}

/// What the country brings, in one line.
fn in_words(code: &str) -> String {
    let country = preset(code);
    if country.code.is_empty() {
        return "You can change tax rates later in the settings.".to_owned();
    }
    let rates: Vec<String> = country
        .rates
        .iter()
        .map(|rate| format!("{} %", percent(*rate)))
        .collect();
    let tax = if rates.is_empty() {
        country.tax_name.to_owned()
    } else {
        format!("{} {}", country.tax_name, rates.join(", "))
    };
    let pricing = if country.tax_inclusive {
        "prices include tax"
    } else {
        "tax comes on top of prices"
    };
    format!("{} · {tax} · {pricing}", country.currency)
}

/// The language's region, if Daybook knows what is usual there.
fn likely_country() -> String {
    let locale = browser_locale();
    let region = locale.rsplit('-').next().unwrap_or_default();
    preset(region).code.to_owned()
}

/// The form for a new shop.
#[component]
pub fn NewShopForm(
    /// Back to the choice.
    #[prop(into)]
    on_back: Callback<()>,
) -> impl IntoView {
    let client = use_client();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<FieldProblem>);
    let name = RwSignal::new(String::new());
    let country = RwSignal::new(likely_country());
    let currency = RwSignal::new(String::new());
    let tax = RwSignal::new(String::new());
    let pricing = RwSignal::new("inclusive".to_owned());
    let cashier = RwSignal::new(String::new());
    let register = RwSignal::new("Till 1".to_owned());
    let float = RwSignal::new(String::new());

    let wishes = move || Wishes {
        name: name.get_untracked(),
        country: country.get_untracked(),
        currency: currency.get_untracked(),
        tax_percent: tax.get_untracked(),
        pricing: pricing.get_untracked(),
        cashier: cashier.get_untracked(),
        register: register.get_untracked(),
        opening_float: float.get_untracked(),
        locale: browser_locale(),
    };
    let submit = move || {
        if busy.get_untracked() {
            return;
        }
        let shop = match open_shop(&wishes()) {
            Ok(shop) => shop,
            Err(wrong) => return problem.set(Some(wrong)),
        };
        problem.set(None);
        busy.set(true);
        go_to_first_address();
        client.set_actor(&shop.cashier);
        let outcome = client.execute(Command::OpenShop(shop));
        spawn(async move {
            if let Err(error) = outcome.await {
                toasts.fail(error);
                busy.try_set(false);
            }
        });
    };
    let error_of = move |field: &'static str| {
        Signal::derive(move || {
            problem.with(|problem| {
                problem
                    .as_ref()
                    .filter(|problem| problem.field == field)
                    .map(|problem| problem.words.clone())
            })
        })
    };
    let countries: Vec<(String, String)> = COUNTRIES
        .iter()
        .map(|country| (country.code.to_owned(), country.name.to_owned()))
        .collect();
    let chosen = move || country.with(|code| preset(code));
    let float_currency = Signal::derive(move || match chosen().currency {
        "" => currency.with(|code| code.to_ascii_uppercase()),
        code => code.to_owned(),
    });

    view! {
        <main class="full-screen new-shop">
            <Mark />
            <h1>"Start a new shop"</h1>
            <form
                class="form card"
                novalidate
                on:submit=sent(submit)
            >
                <Field
                    label="Shop name"
                    value=name
                    error=error_of("name")
                    placeholder="Corner Café"
                    autofocus=true
                />
                <SelectField label="Country" value=country options=countries />
                <p class="form-note">{text(move || country.with(|code| in_words(code)))}</p>
                {part_if(
                    move || chosen().currency.is_empty(),
                    move || view! {
                        <Field
                            label="Currency"
                            value=currency
                            error=error_of("currency")
                            placeholder="EUR"
                            max_length=3
                        />
                        <SelectField
                            label="Prices"
                            value=pricing
                            options=vec![
                                ("inclusive".to_owned(), "include tax".to_owned()),
                                ("exclusive".to_owned(), "tax comes on top".to_owned()),
                            ]
                        />
                    },
                )}
                {part_if(
                    move || chosen().rates.is_empty(),
                    move || view! {
                        <Field
                            label="Tax rate in percent"
                            value=tax
                            error=error_of("tax")
                            hint="The rate at your address; empty if you charge none."
                            placeholder="8.25"
                            inputmode="decimal"
                            max_length=8
                        />
                    },
                )}
                <Field
                    label="Your name"
                    value=cashier
                    error=error_of("cashier")
                    placeholder=DEFAULT_CASHIER
                    hint="As it stands on receipts and in the journal."
                />
                <div class="form-pair">
                    <Field label="Till name" value=register error=error_of("register") />
                    <Field
                        label="Cash in the drawer"
                        value=float
                        affix=float_currency
                        error=error_of("float")
                        inputmode="decimal"
                        max_length=16
                    />
                </div>
                <button type="submit" class="button primary big" disabled=is(busy)>
                    {text(move || if busy.get() { "Opening…" } else { "Open the shop" })}
                </button>
            </form>
            <button type="button" class="button quiet" on:click=tap(move || on_back.run(()))>
                <Icon icon=icondata::LuArrowLeft size_px=18 />
                "Back"
            </button>
        </main>
    }
}
