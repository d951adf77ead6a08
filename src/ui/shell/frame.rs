//! Rail and routes.

use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Redirect, Route, Router};
use leptos_router::path;

use super::not_found_page::NotFoundPage;
use super::rail::Rail;
use crate::client::use_client;
use crate::ui::customers::CustomersPage;
use crate::ui::journal::JournalPage;
use crate::ui::orders::{OrderPage, OrdersPage};
use crate::ui::products::ProductsPage;
use crate::ui::reports::ReportsPage;
use crate::ui::sell::{SellPage, Till};
use crate::ui::settings::{Importing, SettingsPage};
use crate::ui::shift::ShiftPage;
use crate::ui::stock::StockPage;

/// A screen as a plain function, so that all routes are of one kind.
fn screen(view: fn() -> AnyView) -> fn() -> AnyView {
    view
}

/// The frame, once there is a shop.
#[component]
pub fn Shell() -> impl IntoView {
    let client = use_client();
    Till::provide(client);
    Importing::provide(client);
    view! {
        <Router>
            <div class="shell">
                <Rail />
                <main class="screen" tabindex="-1">
                    <FlatRoutes fallback=|| view! { <NotFoundPage /> }>
                        <Route path=path!("/") view=screen(|| view! { <Redirect path="/sell" /> }.into_any()) />
                        <Route path=path!("/sell") view=screen(|| view! { <SellPage /> }.into_any()) />
                        <Route path=path!("/orders") view=screen(|| view! { <OrdersPage /> }.into_any()) />
                        <Route path=path!("/orders/:id") view=screen(|| view! { <OrderPage /> }.into_any()) />
                        <Route path=path!("/products") view=screen(|| view! { <ProductsPage /> }.into_any()) />
                        <Route path=path!("/stock") view=screen(|| view! { <StockPage /> }.into_any()) />
                        <Route path=path!("/customers") view=screen(|| view! { <CustomersPage /> }.into_any()) />
                        <Route path=path!("/shift") view=screen(|| view! { <ShiftPage /> }.into_any()) />
                        <Route path=path!("/reports") view=screen(|| view! { <ReportsPage /> }.into_any()) />
                        <Route path=path!("/journal") view=screen(|| view! { <JournalPage /> }.into_any()) />
                        <Route path=path!("/settings") view=screen(|| view! { <SettingsPage /> }.into_any()) />
                    </FlatRoutes>
                </main>
            </div>
        </Router>
    }
}
