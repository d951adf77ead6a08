//! What every screen must know of the shop.

use serde::{Deserialize, Serialize};

use crate::domain::shop::ShopConfigured;

/// The shop, its register and its open shift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShopOverview {
    /// The shop's settings.
    pub settings: ShopConfigured,
    /// Code of this device's register, as `T1`.
    pub register_code: String,
    /// Its name, as `Till 1`.
    pub register_name: String,
    /// The register's open shift, if there is one.
    pub shift: Option<OpenShift>,
}

/// A shift that is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenShift {
    /// Its id.
    pub shift_id: String,
    /// Its number on this register, from 1.
    pub number: u64,
    /// Who opened it.
    pub cashier: String,
    /// When.
    pub opened_at_ms: i64,
    /// Cash in the drawer at the start.
    pub opening_float_minor: i64,
    /// Sales completed in it.
    pub sales: u64,
    /// What they came to.
    pub sales_minor: i64,
    /// Cash taken in it, change deducted.
    pub cash_minor: i64,
    /// Card payments taken in it.
    pub card_minor: i64,
}
