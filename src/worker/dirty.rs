//! What changed in the views since the page was last told.

use std::collections::BTreeMap;

use super::messages::notify;
use crate::projector::{Changed, Rows};
use crate::protocol::{Notice, View, ViewChange};

/// Views that changed, and which of their rows.
#[derive(Default)]
pub struct Dirty {
    views: BTreeMap<View, Rows>,
    /// When the page was last told.
    pub told_ms: f64,
    /// Up to which position.
    pub told_position: u64,
}

impl Dirty {
    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        self.views.is_empty()
    }

    /// Rows of a projection changed.
    pub fn add(&mut self, changed: Changed) {
        self.views
            .entry(view_of(changed.projection))
            .or_insert_with(Rows::none)
            .merge(&changed.rows);
    }

    /// Something of a view changed.
    pub fn add_view(&mut self, view: View) {
        self.views.insert(view, Rows::Any);
    }

    /// Anything may have changed.
    pub fn add_all(&mut self) {
        for view in View::ALL {
            self.add_view(view);
        }
    }

    /// Tells the page.
    pub fn tell(&mut self, now_ms: f64, position: u64) {
        self.told_ms = now_ms;
        self.told_position = position;
        let changes = std::mem::take(&mut self.views);
        notify(Notice::ViewsChanged {
            changes: changes.into_iter().map(to_change).collect(),
            position,
        });
    }
}

fn to_change((view, rows): (View, Rows)) -> ViewChange {
    let rows = match rows {
        Rows::Keys(keys) => Some(keys.into_iter().collect()),
        Rows::Any => None,
    };
    ViewChange { view, rows }
}

/// Which view a projection's tables are behind.
fn view_of(projection: &str) -> View {
    match projection {
        "shop_settings" | "shift_reports" => View::Shop,
        "products_catalog" => View::Products,
        "current_inventory" => View::Stock,
        "customer_account_balances" | "account_transactions" | "account_summary" => View::Accounts,
        _ => View::Orders,
    }
}
