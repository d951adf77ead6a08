//! What happened to the shop.

use crate::domain::ids::TaxRateId;
use crate::domain::money::Currency;
use crate::domain::tax::{TaxPolicy, TaxRate};
use crate::domain::time::ZoneName;
use serde::{Deserialize, Serialize};

/// An event of the stream `shop-main`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShopEvent {
    /// The shop was set up, or its settings were changed as a whole.
    ShopConfigured(ShopConfigured),
}

/// All settings of the shop, as they are from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShopConfigured {
    /// Its name, as on the receipt.
    pub name: String,
    /// Postal address, lines separated by line feeds; may be empty.
    pub address: String,
    /// VAT or other tax number; may be empty.
    pub tax_id: String,
    /// The one currency of the shop.
    pub currency: Currency,
    /// BCP 47, as `en-IE`: how money and dates are shown.
    pub locale: String,
    /// Where the business day is reckoned.
    pub time_zone: ZoneName,
    /// Minutes after midnight at which the business day begins.
    pub day_start_minutes: u16,
    /// At least one; the first is the one offered for new products.
    pub tax_rates: Vec<TaxRateSetting>,
    /// How tax is computed on orders from now on.
    pub tax_policy: TaxPolicy,
    /// Smallest coin in minor units, as 5; 1 where cash is not rounded.
    pub cash_rounding_minor: i64,
}

/// A tax rate that the shop uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxRateSetting {
    /// Id, as `standard`.
    pub id: TaxRateId,
    /// As on the receipt: “VAT 19 %”.
    pub name: String,
    /// Hundredths of a percent.
    pub basis_points: u32,
}

impl ShopConfigured {
    /// The rate with this id, as it stands now.
    #[must_use]
    pub fn tax_rate(&self, id: &TaxRateId) -> Option<TaxRate> {
        self.tax_rates
            .iter()
            .find(|rate| &rate.id == id)
            .map(TaxRateSetting::rate)
    }
}

impl TaxRateSetting {
    /// Without its name.
    #[must_use]
    pub fn rate(&self) -> TaxRate {
        TaxRate {
            id: self.id.clone(),
            basis_points: self.basis_points,
        }
    }
}
