//! The shop, its register and its open shift.

use rusqlite::{Connection, OptionalExtension};

use super::ViewError;
use crate::views::{OpenShift, ShopOverview};

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
