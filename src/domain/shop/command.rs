//! What may be asked of the shop.

use super::event::ShopConfigured;

/// Set the shop up, or change its settings as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigureShop(pub ShopConfigured);
