//! The goods of an open order, kept by a projection between events. The domain's
//! own [`Cart`] adds up, so that no screen can differ from the rules.

use crate::domain::order::{Cart, OrderEvent};
use crate::domain::tax::Totals;
use crate::projector::error::ProjectorError;

/// A cart as a column keeps it.
pub struct RunningCart(Cart);

impl RunningCart {
    /// Of an order that has just begun.
    pub const fn begin(tax_policy: crate::domain::tax::TaxPolicy) -> Self {
        Self(Cart::new(tax_policy))
    }

    /// From the column.
    pub fn read(json: &str) -> Result<Self, ProjectorError> {
        Ok(Self(serde_json::from_str(json)?))
    }

    /// For the column.
    pub fn to_json(&self) -> Result<String, ProjectorError> {
        Ok(serde_json::to_string(&self.0)?)
    }

    /// Applies what concerns the goods.
    pub fn evolve(&mut self, event: &OrderEvent) {
        self.0.evolve(event);
    }

    /// What it comes to.
    pub fn totals(&self) -> Result<Totals, ProjectorError> {
        Ok(self.0.totals()?)
    }

    /// How many lines it has.
    pub fn item_count(&self) -> usize {
        self.0.lines.len()
    }
}
