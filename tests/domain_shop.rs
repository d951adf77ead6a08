//! The shop's rules: what settings it takes, and what stays once it is open.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use daybook::domain::shop::{
    ConfigureShop, Shop, ShopConfigured, ShopError, ShopEvent, decide, evolve,
};
use daybook::domain::text::{CODE_LIMIT, NAME_LIMIT, NOTE_LIMIT};
use daybook::domain::{TextError, ZoneName};
use support::decider::{Decider, given};
use support::{settings, tax_rate};

#[derive(Clone)]
struct TheShop;

impl Decider for TheShop {
    type State = Shop;
    type Command = ConfigureShop;
    type Event = ShopEvent;
    type Rule = ShopError;

    fn decide(&self, shop: &Shop, command: ConfigureShop) -> Result<Vec<ShopEvent>, ShopError> {
        decide(shop, command)
    }

    fn evolve(shop: &mut Shop, event: &ShopEvent) {
        evolve(shop, event);
    }
}

fn configured(settings: ShopConfigured) -> ShopEvent {
    ShopEvent::ShopConfigured(settings)
}

fn with(change: impl FnOnce(&mut ShopConfigured)) -> ShopConfigured {
    let mut changed = settings();
    change(&mut changed);
    changed
}

#[track_caller]
fn accepted(settings: ShopConfigured) {
    given(&TheShop, [])
        .when(ConfigureShop(settings.clone()))
        .then([configured(settings)]);
}

#[track_caller]
fn refused(settings: ShopConfigured, rule: impl Into<ShopError>) {
    given(&TheShop, [])
        .when(ConfigureShop(settings))
        .then_error(rule);
}

#[test]
fn a_shop_is_set_up_with_all_its_settings() {
    accepted(settings());
}

#[test]
fn settings_are_kept_without_the_white_space_around_them() {
    let typed = with(|s| {
        s.name = "  Corner Café\n".to_owned();
        s.tax_rates[0].name = " VAT standard ".to_owned();
    });
    given(&TheShop, [])
        .when(ConfigureShop(typed))
        .then([configured(settings())]);
}

#[test]
fn equal_settings_are_no_change() {
    given(&TheShop, [configured(settings())])
        .when(ConfigureShop(with(|s| s.name = " Corner Café ".to_owned())))
        .then_nothing();
}

#[test]
fn other_settings_are_recorded_whole() {
    let moved = with(|s| s.address = "2 High Street\nSmalltown".to_owned());
    given(&TheShop, [configured(settings())])
        .when(ConfigureShop(moved.clone()))
        .then([configured(moved.clone())])
        .when(ConfigureShop(moved))
        .then_nothing();
}

#[test]
fn the_currency_stays_once_the_shop_is_open() {
    let yen = with(|s| s.currency = "JPY".parse().unwrap());
    accepted(yen.clone());
    given(&TheShop, [configured(settings())])
        .when(ConfigureShop(yen))
        .then_error(ShopError::CurrencyFixed(settings().currency));
}

#[test]
fn texts_have_limits_and_no_control_characters() {
    type Field = fn(&mut ShopConfigured) -> &mut String;
    let fields: [(Field, &str, usize, bool); 5] = [
        (|s| &mut s.name, "The shop's name", NAME_LIMIT, true),
        (|s| &mut s.address, "The address", NOTE_LIMIT, false),
        (|s| &mut s.tax_id, "The tax number", CODE_LIMIT, false),
        (|s| &mut s.locale, "The language", CODE_LIMIT, true),
        (
            |s| &mut s.tax_rates[1].name,
            "The tax rate's name",
            NAME_LIMIT,
            true,
        ),
    ];
    for (field, label, limit, is_required) in fields {
        let set = |text: &str| with(|s| *field(s) = text.to_owned());
        let label = || label.to_owned();
        accepted(set(&"é".repeat(limit)));
        refused(
            set(&"é".repeat(limit + 1)),
            TextError::TooLong {
                field: label(),
                limit,
            },
        );
        refused(set("a\0b"), TextError::ControlCharacter { field: label() });
        refused(
            set("4111 1111 1111 1111"),
            TextError::CardNumber { field: label() },
        );
        if is_required {
            refused(set(" \t "), TextError::Missing { field: label() });
        } else {
            accepted(set(""));
        }
    }
}

#[test]
fn a_shop_has_one_to_sixteen_tax_rates() {
    let rates = |count: usize| {
        with(|s| {
            s.tax_rates = (0..count)
                .map(|n| tax_rate(&format!("r{n}"), 100))
                .collect();
        })
    };
    refused(rates(0), ShopError::NoTaxRate);
    accepted(rates(1));
    accepted(rates(16));
    refused(rates(17), ShopError::TooManyTaxRates(16));
}

#[test]
fn a_tax_rate_is_there_once_and_at_most_whole() {
    let rates = |first, second| with(|s| s.tax_rates = vec![first, second]);
    refused(
        rates(tax_rate("a", 0), tax_rate("a", 700)),
        ShopError::DuplicateTaxRate("a".to_owned()),
    );
    accepted(rates(tax_rate("a", 0), tax_rate("b", 10_000)));
    refused(
        rates(tax_rate("a", 0), tax_rate("b", 10_001)),
        ShopError::TaxRateOutOfRange,
    );
}

#[test]
fn the_day_starts_within_the_day() {
    accepted(with(|s| s.day_start_minutes = 0));
    accepted(with(|s| s.day_start_minutes = 1439));
    for minutes in [1440, u16::MAX] {
        refused(
            with(|s| s.day_start_minutes = minutes),
            ShopError::DayStartOutOfRange,
        );
    }
}

#[test]
fn the_time_zone_is_one_that_the_world_knows() {
    for zone in ["Asia/Tokyo", "Etc/UTC"] {
        accepted(with(|s| s.time_zone = ZoneName::new(zone).unwrap()));
    }
    for zone in ["Mars/Olympus", "Europe", "London"] {
        refused(
            with(|s| s.time_zone = ZoneName::new(zone).unwrap()),
            ShopError::UnknownTimeZone(zone.to_owned()),
        );
    }
}

#[test]
fn the_smallest_coin_is_neither_nothing_nor_a_fortune() {
    for minor in [1, 5, 1000] {
        accepted(with(|s| s.cash_rounding_minor = minor));
    }
    for minor in [i64::MIN, -5, 0, 1001, i64::MAX] {
        refused(
            with(|s| s.cash_rounding_minor = minor),
            ShopError::CashRoundingOutOfRange,
        );
    }
}
