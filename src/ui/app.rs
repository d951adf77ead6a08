//! The whole page: which screen stands, by what the worker and the shop are.

use leptos::prelude::*;

use crate::client::{Client, Status, install_bench};
use crate::ui::changing::{effect, part};

use super::components::{ToastStack, Toasts};
use super::format::ShopFormat;
use super::shell::{Connectivity, Shell};
use super::shop::{Shop, ShopState};
use super::start::{CannotStartPage, CrashScreen, FirstRunPage, LoadingPage, StoppedPage, crash};

/// Mounts the app in place of the boot screen.
pub fn mount() {
    crash::install_hook();
    leptos::mount::mount_to_body(App);
    if let Some(boot) = document().get_element_by_id("boot") {
        boot.remove();
    }
}

/// The whole page.
#[component]
fn App() -> impl IntoView {
    let client = Client::new();
    provide_context(client);
    let format = ShopFormat::provide();
    let toasts = Toasts::provide();
    Connectivity::provide();
    let shop = Shop::provide(client, format);
    client.start();
    install_bench(client);
    effect(move || {
        if let Some(trouble) = client.trouble().get() {
            toasts.fail(trouble);
        }
    });
    let status = client.status();
    let screen = move || match (status.get(), shop.get()) {
        (Status::CannotStart(reason), _) => view! { <CannotStartPage reason /> }.into_any(),
        (Status::Stopped(reason), _) => view! { <StoppedPage reason /> }.into_any(),
        (Status::Starting, _) | (Status::Ready, ShopState::Unknown) => {
            view! { <LoadingPage /> }.into_any()
        }
        (Status::Ready, ShopState::None) => view! { <FirstRunPage /> }.into_any(),
        (Status::Ready, ShopState::Open) => view! { <Shell /> }.into_any(),
    };
    view! {
        {part(screen)}
        <ToastStack />
        <CrashScreen />
    }
}
