//! The shop as its events made it.

use serde::{Deserialize, Serialize};

use super::event::{ShopConfigured, ShopEvent};

/// The shop's settings, if it was set up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shop {
    /// As last configured.
    pub settings: Option<ShopConfigured>,
}

/// Applies one event.
pub fn evolve(shop: &mut Shop, event: &ShopEvent) {
    match event {
        ShopEvent::ShopConfigured(settings) => shop.settings = Some(settings.clone()),
    }
}
