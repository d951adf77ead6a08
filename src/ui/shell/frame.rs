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
                        <Route path=path!("/") view=|| view! { <Redirect path="/sell" /> } />
                        <Route path=path!("/sell") view=SellPage />
                        <Route path=path!("/orders") view=OrdersPage />
                        <Route path=path!("/orders/:id") view=OrderPage />
                        <Route path=path!("/products") view=ProductsPage />
                        <Route path=path!("/stock") view=StockPage />
                        <Route path=path!("/customers") view=CustomersPage />
                        <Route path=path!("/shift") view=ShiftPage />
                        <Route path=path!("/reports") view=ReportsPage />
                        <Route path=path!("/journal") view=JournalPage />
                        <Route path=path!("/settings") view=SettingsPage />
                    </FlatRoutes>
                </main>
            </div>
        </Router>
    }
}
