//! The main screen.

use leptos::prelude::*;

use super::cart::Cart;
use super::category_chips::CategoryChips;
use super::product_grid::ProductGrid;
use super::product_window::ProductWindow;
use super::scanner;
use super::search_box::SearchBox;
use super::till::use_till;
use crate::client::use_client;
use crate::ui::changing::part;
use crate::ui::components::use_toasts;
use crate::ui::payment::PaymentDialog;
use crate::ui::shell::StatusStrip;

/// The main screen.
#[component]
pub fn SellPage() -> impl IntoView {
    let client = use_client();
    let till = use_till();
    let search = RwSignal::new(String::new());
    let category = RwSignal::new(None::<String>);
    let products = ProductWindow::new(client, search, category);
    scanner::listen(client, till, use_toasts(), search);
    view! {
        <div class="sell">
            <h1 class="visually-hidden">"Sell"</h1>
            <section class="catalogue" aria-label="Catalogue">
                <div class="sell-head">
                    <SearchBox search />
                    <StatusStrip />
                </div>
                <CategoryChips products category />
                <ProductGrid products search category />
            </section>
            <Cart />
        </div>
        {part(move || till.checkout().get().map(|order_id| view! { <PaymentDialog order_id /> }))}
    }
}
