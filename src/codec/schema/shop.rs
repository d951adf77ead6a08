//! The shop's events as stored.

use serde::{Deserialize, Serialize};

use super::{Json, read};
use crate::domain::ids::TaxRateId;
use crate::domain::money::Currency;
use crate::domain::shop::{ShopConfigured, ShopEvent, TaxRateSetting};
use crate::domain::tax::{Pricing, TaxPolicy, TaxRounding};
use crate::domain::time::ZoneName;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredShopConfigured {
    name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    address: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    tax_id: String,
    currency: Currency,
    locale: String,
    time_zone: ZoneName,
    day_start_minutes: u16,
    tax_rates: Vec<StoredTaxRate>,
    pricing: StoredPricing,
    tax_rounding: StoredTaxRounding,
    cash_rounding_minor: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredTaxRate {
    id: TaxRateId,
    name: String,
    basis_points: u32,
}

/// Whether prices contain tax, as stored on the shop and on each order.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StoredPricing {
    TaxInclusive,
    TaxExclusive,
}

/// Where tax is rounded, as stored on the shop and on each order.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StoredTaxRounding {
    PerLine,
    PerDocument,
}

pub fn stored_policy(policy: TaxPolicy) -> (StoredPricing, StoredTaxRounding) {
    let pricing = match policy.pricing {
        Pricing::TaxInclusive => StoredPricing::TaxInclusive,
        Pricing::TaxExclusive => StoredPricing::TaxExclusive,
    };
    let rounding = match policy.rounding {
        TaxRounding::PerLine => StoredTaxRounding::PerLine,
        TaxRounding::PerDocument => StoredTaxRounding::PerDocument,
    };
    (pricing, rounding)
}

pub fn policy(pricing: StoredPricing, rounding: StoredTaxRounding) -> TaxPolicy {
    TaxPolicy {
        pricing: match pricing {
            StoredPricing::TaxInclusive => Pricing::TaxInclusive,
            StoredPricing::TaxExclusive => Pricing::TaxExclusive,
        },
        rounding: match rounding {
            StoredTaxRounding::PerLine => TaxRounding::PerLine,
            StoredTaxRounding::PerDocument => TaxRounding::PerDocument,
        },
    }
}

pub fn encode(event: &ShopEvent) -> (&'static str, Json) {
    let ShopEvent::ShopConfigured(settings) = event;
    let (pricing, tax_rounding) = stored_policy(settings.tax_policy);
    let stored = StoredShopConfigured {
        name: settings.name.clone(),
        address: settings.address.clone(),
        tax_id: settings.tax_id.clone(),
        currency: settings.currency,
        locale: settings.locale.clone(),
        time_zone: settings.time_zone.clone(),
        day_start_minutes: settings.day_start_minutes,
        tax_rates: settings.tax_rates.iter().map(stored_rate).collect(),
        pricing,
        tax_rounding,
        cash_rounding_minor: settings.cash_rounding_minor,
    };
    ("ShopConfigured", serde_json::to_string(&stored))
}

fn stored_rate(rate: &TaxRateSetting) -> StoredTaxRate {
    StoredTaxRate {
        id: rate.id.clone(),
        name: rate.name.clone(),
        basis_points: rate.basis_points,
    }
}

pub fn decode(event_type: &str, payload: &str) -> Option<Result<ShopEvent, serde_json::Error>> {
    (event_type == "ShopConfigured").then(|| {
        read(payload, |stored: StoredShopConfigured| {
            ShopEvent::ShopConfigured(ShopConfigured {
                name: stored.name,
                address: stored.address,
                tax_id: stored.tax_id,
                currency: stored.currency,
                locale: stored.locale,
                time_zone: stored.time_zone,
                day_start_minutes: stored.day_start_minutes,
                tax_rates: stored
                    .tax_rates
                    .into_iter()
                    .map(|rate| TaxRateSetting {
                        id: rate.id,
                        name: rate.name,
                        basis_points: rate.basis_points,
                    })
                    .collect(),
                tax_policy: policy(stored.pricing, stored.tax_rounding),
                cash_rounding_minor: stored.cash_rounding_minor,
            })
        })
    })
}
