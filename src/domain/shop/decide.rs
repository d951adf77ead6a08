//! The shop's rules.

use super::command::ConfigureShop;
use super::error::ShopError;
use super::event::{ShopConfigured, ShopEvent, TaxRateSetting};
use super::state::Shop;
use crate::domain::tax::MAX_RATE_BASIS_POINTS;
use crate::domain::text::{CODE_LIMIT, NAME_LIMIT, NOTE_LIMIT, optional, required};

/// The most tax rates that a shop can have.
const MAX_TAX_RATES: usize = 16;
const MINUTES_A_DAY: u16 = 24 * 60;
const MAX_CASH_ROUNDING_MINOR: i64 = 1000;

/// Decides on a command.
///
/// # Errors
/// [`ShopError`], named after the rule.
pub fn decide(shop: &Shop, command: ConfigureShop) -> Result<Vec<ShopEvent>, ShopError> {
    let settings = validated(command.0)?;
    match &shop.settings {
        Some(current) if current == &settings => Ok(Vec::new()),
        Some(current) if current.currency != settings.currency => {
            Err(ShopError::CurrencyFixed(current.currency))
        }
        _ => Ok(vec![ShopEvent::ShopConfigured(settings)]),
    }
}

fn validated(settings: ShopConfigured) -> Result<ShopConfigured, ShopError> {
    if settings.day_start_minutes >= MINUTES_A_DAY {
        return Err(ShopError::DayStartOutOfRange);
    }
    if !(1..=MAX_CASH_ROUNDING_MINOR).contains(&settings.cash_rounding_minor) {
        return Err(ShopError::CashRoundingOutOfRange);
    }
    if !settings.time_zone.is_known() {
        return Err(ShopError::UnknownTimeZone(
            settings.time_zone.as_str().to_owned(),
        ));
    }
    Ok(ShopConfigured {
        name: required("The shop's name", &settings.name, NAME_LIMIT)?,
        address: optional("The address", &settings.address, NOTE_LIMIT)?,
        tax_id: optional("The tax number", &settings.tax_id, CODE_LIMIT)?,
        locale: required("The language", &settings.locale, CODE_LIMIT)?,
        tax_rates: validated_rates(settings.tax_rates)?,
        ..settings
    })
}

fn validated_rates(rates: Vec<TaxRateSetting>) -> Result<Vec<TaxRateSetting>, ShopError> {
    if rates.is_empty() {
        return Err(ShopError::NoTaxRate);
    }
    if rates.len() > MAX_TAX_RATES {
        return Err(ShopError::TooManyTaxRates(MAX_TAX_RATES));
    }
    for (index, rate) in rates.iter().enumerate() {
        if rates[..index].iter().any(|other| other.id == rate.id) {
            return Err(ShopError::DuplicateTaxRate(rate.id.to_string()));
        }
        if rate.basis_points > MAX_RATE_BASIS_POINTS {
            return Err(ShopError::TaxRateOutOfRange);
        }
    }
    rates
        .into_iter()
        .map(|rate| {
            let name = required("The tax rate's name", &rate.name, NAME_LIMIT)?;
            Ok(TaxRateSetting { name, ..rate })
        })
        .collect()
}
