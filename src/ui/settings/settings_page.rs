//! Settings.

use leptos::prelude::*;

use super::about::About;
use super::journal_download::JournalDownload;
use super::sales_import::SalesImport;
use super::shop_details::ShopDetails;
use super::storage_health::StorageHealth;
use crate::ui::components::PageHeader;

/// Settings.
#[component]
pub fn SettingsPage() -> impl IntoView {
    view! {
        <div class="page">
            <PageHeader title="Settings" />
            <div class="columns">
                <ShopDetails />
                <div class="stack">
                    <section class="card" aria-labelledby="settings-journal">
                        <h2 id="settings-journal">"Journal"</h2>
                        <p class="quiet-text">
                            "Everything that ever happened here, in one SQLite file that any tool can \
                             read. Keep a copy somewhere else."
                        </p>
                        <JournalDownload />
                    </section>
                    <SalesImport />
                    <StorageHealth />
                    <About />
                </div>
            </div>
        </div>
    }
}
