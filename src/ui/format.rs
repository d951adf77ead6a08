//! Money, quantities and times as the shop's locale writes them, through `Intl`.
//! The formatters are made once and kept.

use js_sys::{Array, Function, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use super::typed;
use crate::domain::money::{Currency, Money};
use crate::domain::quantity::Quantity;
use crate::domain::shop::ShopConfigured;

/// What is used where the shop's own locale is not known to the browser.
const FALLBACK_LOCALE: &str = "en";

/// The shop's way to write money, quantities and times; a handle in the context.
/// It is not a signal: it is set before anything of the shop is shown.
#[derive(Clone, Copy)]
pub struct ShopFormat(StoredValue<Formatters, LocalStorage>);

#[derive(Clone, PartialEq)]
struct Settings {
    locale: String,
    time_zone: String,
    currency: Currency,
}

struct Formatters {
    settings: Settings,
    money: Option<Function>,
    number: Option<Function>,
    time: Option<Function>,
    date_time: Option<Function>,
    decimal_separator: char,
}

impl ShopFormat {
    /// For the browser's own locale, until the shop's is known.
    pub fn provide() -> Self {
        let format = Self(StoredValue::new_local(Formatters::new(Settings {
            locale: browser_locale(),
            time_zone: browser_time_zone(),
            currency: Currency::EUR,
        })));
        provide_context(format);
        format
    }

    /// Uses the shop's settings from now on.
    pub fn configure(self, shop: &ShopConfigured) {
        let settings = Settings {
            locale: shop.locale.clone(),
            time_zone: shop.time_zone.as_str().to_owned(),
            currency: shop.currency,
        };
        if self
            .0
            .with_value(|formatters| formatters.settings != settings)
        {
            self.0.set_value(Formatters::new(settings));
        }
    }

    /// The shop's currency.
    pub fn currency(self) -> Currency {
        self.0.with_value(|formatters| formatters.settings.currency)
    }

    /// What separates whole from fraction, as people here type it.
    pub fn decimal_separator(self) -> char {
        self.0.with_value(|formatters| formatters.decimal_separator)
    }

    /// `€27.41`
    pub fn money(self, minor: i64) -> String {
        self.0.with_value(|formatters| {
            let decimals = formatters.settings.currency.decimals();
            let plain = decimal_text(minor, decimals);
            call(formatters.money.as_ref(), &JsValue::from_str(&plain)).unwrap_or(plain)
        })
    }

    /// `27.41`, to be edited.
    pub fn money_to_type(self, minor: i64) -> String {
        self.0.with_value(|formatters| {
            let plain = decimal_text(minor, formatters.settings.currency.decimals());
            plain.replace('.', &formatters.decimal_separator.to_string())
        })
    }

    /// `1.5`, with at most three decimals.
    pub fn quantity(self, milli: i64) -> String {
        let plain = Quantity::saturating(milli).to_string();
        self.0.with_value(|formatters| {
            call(formatters.number.as_ref(), &JsValue::from_str(&plain)).unwrap_or(plain)
        })
    }

    /// `10,421`
    pub fn count(self, count: u64) -> String {
        let plain = count.to_string();
        self.0.with_value(|formatters| {
            call(formatters.number.as_ref(), &JsValue::from_str(&plain)).unwrap_or(plain)
        })
    }

    /// `19 %`, of hundredths of a percent.
    pub fn percent(self, basis_points: u32) -> String {
        let plain = decimal_text(i64::from(basis_points), 2);
        let number = self.0.with_value(|formatters| {
            call(formatters.number.as_ref(), &JsValue::from_str(&plain)).unwrap_or(plain)
        });
        format!("{number}\u{a0}%")
    }

    /// `14:32:08`, in the shop's time zone.
    pub fn time(self, utc_ms: i64) -> String {
        self.with_date(utc_ms, |formatters| &formatters.time)
    }

    /// `18 Nov 2026, 14:32`, in the shop's time zone.
    pub fn date_time(self, utc_ms: i64) -> String {
        self.with_date(utc_ms, |formatters| &formatters.date_time)
    }

    fn with_date(self, utc_ms: i64, pick: fn(&Formatters) -> &Option<Function>) -> String {
        self.0.with_value(|formatters| {
            call(pick(formatters).as_ref(), &JsValue::from_f64(utc_ms as f64)).unwrap_or_default()
        })
    }

    /// An amount as somebody typed it, with comma or dot.
    ///
    /// # Errors
    /// What is wrong, in plain words.
    pub fn parse_money(self, text: &str) -> Result<Money, String> {
        self.0.with_value(|formatters| {
            let currency = formatters.settings.currency;
            let plain =
                typed::plain_decimal(text, formatters.decimal_separator, currency.decimals());
            Money::parse(&plain, currency).map_err(|_| match currency.decimals() {
                0 => "Type a whole amount, for example 500.".to_owned(),
                decimals => format!("Type an amount with at most {decimals} decimals."),
            })
        })
    }

    /// A quantity as somebody typed it, with comma or dot.
    ///
    /// # Errors
    /// What is wrong, in plain words.
    pub fn parse_quantity(self, text: &str) -> Result<Quantity, String> {
        self.0.with_value(|formatters| {
            let plain = typed::plain_decimal(text, formatters.decimal_separator, 3);
            Quantity::parse(&plain)
                .map_err(|_| "Type a quantity up to 999,999 with at most 3 decimals.".to_owned())
        })
    }
}

impl Formatters {
    fn new(settings: Settings) -> Self {
        let number = number_format(&settings.locale, &[("maximumFractionDigits", 3.into())]);
        let decimal_separator = call(number.as_ref(), &JsValue::from_f64(1.5))
            .and_then(|text| text.chars().find(|c| matches!(c, '.' | ',' | '٫')))
            .unwrap_or('.');
        let money = number_format(
            &settings.locale,
            &[
                ("style", "currency".into()),
                ("currency", settings.currency.code().into()),
                ("currencyDisplay", "narrowSymbol".into()),
                ("minimumFractionDigits", settings.currency.decimals().into()),
                ("maximumFractionDigits", settings.currency.decimals().into()),
            ],
        );
        let date = |parts: &[(&str, &str)]| date_format(&settings, parts);
        let day = [("day", "numeric"), ("month", "short"), ("year", "numeric")];
        Self {
            money,
            number,
            time: date(&[
                ("hour", "2-digit"),
                ("minute", "2-digit"),
                ("second", "2-digit"),
            ]),
            date_time: date(&[&day[..], &[("hour", "2-digit"), ("minute", "2-digit")]].concat()),
            decimal_separator,
            settings,
        }
    }
}

/// The shop's format that the app provides.
pub fn use_format() -> ShopFormat {
    expect_context()
}

/// `2741` of two decimals is `27.41`.
fn decimal_text(minor: i64, decimals: u8) -> String {
    let decimals = usize::from(decimals);
    let sign = if minor < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", minor.unsigned_abs(), width = decimals + 1);
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    if fraction.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    }
}

fn number_format(locale: &str, options: &[(&str, JsValue)]) -> Option<Function> {
    formatter("NumberFormat", locale, options)
}

fn date_format(settings: &Settings, parts: &[(&str, &str)]) -> Option<Function> {
    let mut options: Vec<(&str, JsValue)> = parts
        .iter()
        .map(|(name, value)| (*name, JsValue::from_str(value)))
        .collect();
    options.push(("hourCycle", "h23".into()));
    let without_zone = options.clone();
    options.push(("timeZone", settings.time_zone.as_str().into()));
    formatter("DateTimeFormat", &settings.locale, &options)
        .or_else(|| formatter("DateTimeFormat", &settings.locale, &without_zone))
}

/// The bound `format` function of a new `Intl` formatter. `Intl` throws at unknown
/// locales and zones, which a journal may well hold: that is no reason to stop.
fn formatter(kind: &str, locale: &str, options: &[(&str, JsValue)]) -> Option<Function> {
    let bag = Object::new();
    for (name, value) in options {
        let _ = Reflect::set(&bag, &JsValue::from_str(name), value);
    }
    [locale, FALLBACK_LOCALE]
        .iter()
        .find_map(|locale| construct(kind, &Array::of2(&JsValue::from_str(locale), &bag)))
}

fn construct(kind: &str, arguments: &Array) -> Option<Function> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let constructor: Function = Reflect::get(&intl, &kind.into()).ok()?.dyn_into().ok()?;
    let formatter = Reflect::construct(&constructor, arguments).ok()?;
    Reflect::get(&formatter, &"format".into())
        .ok()?
        .dyn_into()
        .ok()
}

fn call(function: Option<&Function>, value: &JsValue) -> Option<String> {
    function?
        .call1(&JsValue::UNDEFINED, value)
        .ok()?
        .as_string()
}

/// The browser's language, as `en-IE`.
pub fn browser_locale() -> String {
    window()
        .navigator()
        .language()
        .unwrap_or_else(|| FALLBACK_LOCALE.to_owned())
}

/// The device's time zone, as `Europe/Dublin`.
pub fn browser_time_zone() -> String {
    resolved_options()
        .and_then(|options| Reflect::get(&options, &"timeZone".into()).ok())
        .and_then(|zone| zone.as_string())
        .unwrap_or_else(|| "UTC".to_owned())
}

fn resolved_options() -> Option<JsValue> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let constructor: Function = Reflect::get(&intl, &"DateTimeFormat".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let formatter = Reflect::construct(&constructor, &Array::new()).ok()?;
    let resolve: Function = Reflect::get(&formatter, &"resolvedOptions".into())
        .ok()?
        .dyn_into()
        .ok()?;
    resolve.call0(&formatter).ok()
}
