//! The shop's settings and its registers.

use crate::domain::register::RegisterEvent;
use crate::domain::shop::ShopEvent;
use crate::domain::{Event, StreamType};
use crate::projector::error::ProjectorError;
use crate::projector::projection::{Projected, Projection};
use crate::projector::tables::Tables;

/// `shop_settings` and `registers`.
pub struct ShopSettings;

impl Projection for ShopSettings {
    fn id(&self) -> &'static str {
        "shop_settings"
    }

    fn version(&self) -> u32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["shop_settings", "registers"]
    }

    fn schema(&self) -> &'static str {
        include_str!("schema.sql")
    }

    fn event_types(&self) -> &'static [&'static str] {
        &["ShopConfigured", "RegisterNamed"]
    }

    fn streams(&self) -> &'static [StreamType] {
        &[StreamType::Shop, StreamType::Register]
    }

    fn apply(&self, tables: &Tables<'_>, event: &Projected<'_>) -> Result<(), ProjectorError> {
        match event.event {
            Event::Shop(ShopEvent::ShopConfigured(settings)) => {
                let settings = serde_json::to_string(settings)?;
                tables
                    .prepare(
                        "INSERT OR REPLACE INTO {shop_settings} (id, settings) VALUES (1, ?1)",
                    )?
                    .execute([settings])?;
            }
            Event::Register(RegisterEvent::RegisterNamed { code, name }) => {
                tables
                    .prepare(
                        "INSERT OR REPLACE INTO {registers} (register_id, name) VALUES (?1, ?2)",
                    )?
                    .execute((code.as_str(), name))?;
            }
            _ => {}
        }
        Ok(())
    }
}
