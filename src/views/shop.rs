//! What every screen must know of the shop.

use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};

use super::ViewError;
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

/// The shop as the views have it; nothing before the first run.
///
/// # Errors
/// [`ViewError`].
pub fn shop_overview(
    views: &Connection,
    register_code: &str,
) -> Result<Option<ShopOverview>, ViewError> {
    let settings: Option<String> = views
        .prepare_cached("SELECT settings FROM shop_settings")?
        .query_row([], |row| row.get(0))
        .optional()?;
    let Some(settings) = settings else {
        return Ok(None);
    };
    let register_name: Option<String> = views
        .prepare_cached("SELECT name FROM registers WHERE register_id = ?1")?
        .query_row([register_code], |row| row.get(0))
        .optional()?;
    Ok(Some(ShopOverview {
        settings: serde_json::from_str(&settings)?,
        register_code: register_code.to_owned(),
        register_name: register_name.unwrap_or_default(),
        shift: open_shift(views, register_code)?,
    }))
}

fn open_shift(views: &Connection, register_code: &str) -> Result<Option<OpenShift>, ViewError> {
    let shift = views
        .prepare_cached(include_str!("sql/open_shift.sql"))?
        .query_row([register_code], |row| {
            Ok(OpenShift {
                shift_id: row.get(0)?,
                number: row.get(1)?,
                cashier: row.get(2)?,
                opened_at_ms: row.get(3)?,
                opening_float_minor: row.get(4)?,
                sales: row.get(5)?,
                sales_minor: row.get(6)?,
                cash_minor: row.get(7)?,
                card_minor: row.get(8)?,
            })
        })
        .optional()?;
    Ok(shift)
}
