//! The shop, its register and its shift, for every screen.

use leptos::prelude::*;

use crate::client::Client;
use crate::protocol::{Answer, Query, View};
use crate::ui::changing::memo;
use crate::views::ShopOverview;

use super::format::ShopFormat;

/// What every screen knows of the shop; a handle in the context.
#[derive(Clone, Copy)]
pub struct Shop(Memo<Option<ShopOverview>>);

/// Whether there is a shop.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ShopState {
    /// Not known yet.
    Unknown,
    /// The first run is still to come.
    None,
    /// It is open.
    Open,
}

impl Shop {
    /// Provides the shop, and gives whether there is one.
    pub fn provide(client: Client, format: ShopFormat) -> Memo<ShopState> {
        let overview = client.live(
            &[View::Shop],
            || Some(Query::Shop),
            move |_, answer| match answer {
                Answer::Shop(shop) => {
                    if let Some(shop) = &shop {
                        use_settings_of(shop, client, format);
                    }
                    Some(shop.map(|shop| *shop))
                }
                _ => None,
            },
        );
        let shop = memo(move || overview.get().flatten());
        provide_context(Self(shop));
        memo(move || {
            overview.with(|overview| match overview {
                None => ShopState::Unknown,
                Some(None) => ShopState::None,
                Some(Some(_)) => ShopState::Open,
            })
        })
    }

    /// Looks at it; tracked.
    pub fn with<T>(self, look: impl FnOnce(&ShopOverview) -> T) -> Option<T> {
        self.0.with(|shop| shop.as_ref().map(look))
    }

    /// Looks at it, untracked.
    pub fn with_untracked<T>(self, look: impl FnOnce(&ShopOverview) -> T) -> Option<T> {
        self.0.with_untracked(|shop| shop.as_ref().map(look))
    }

    /// A copy; tracked.
    pub fn get(self) -> Option<ShopOverview> {
        self.0.get()
    }
}

/// Before the shop is shown, so that nothing is ever written another way.
fn use_settings_of(shop: &ShopOverview, client: Client, format: ShopFormat) {
    format.configure(&shop.settings);
    if let Some(shift) = &shop.shift {
        client.set_actor(&shift.cashier);
    }
}

/// The shop that the app provides.
pub fn use_shop() -> Shop {
    expect_context()
}
