//! Whether there is a network, whether Daybook would start without one, and
//! whether a newer build waits. The page's script says so in `window.daybookUpdate`.

use js_sys::{Function, Reflect};
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

/// What is known of network and updates; a handle in the context.
#[derive(Clone, Copy)]
pub struct Connectivity {
    /// Whether the device has a network.
    pub online: RwSignal<bool>,
    /// Whether Daybook starts without one.
    pub offline_ready: RwSignal<bool>,
    /// Whether a newer build is stored and waits to be used.
    pub update_available: RwSignal<bool>,
}

impl Connectivity {
    /// Provides it and keeps it current.
    pub fn provide() {
        let connectivity = Self {
            online: RwSignal::new(window().navigator().on_line()),
            offline_ready: RwSignal::new(update_says("offlineReady")),
            update_available: RwSignal::new(update_says("available")),
        };
        provide_context(connectivity);
        // The app stays for as long as the page does, and so do these listeners.
        let _ = window_event_listener(ev::online, move |_| connectivity.online.set(true));
        let _ = window_event_listener(ev::offline, move |_| connectivity.online.set(false));
        let ready = ev::Custom::<web_sys::Event>::new("daybook-offline-ready");
        let _ = window_event_listener(ready, move |_| connectivity.offline_ready.set(true));
        let update = ev::Custom::<web_sys::Event>::new("daybook-update-available");
        let _ = window_event_listener(update, move |_| connectivity.update_available.set(true));
    }

    /// Switches to the newer build, which loads the page again.
    pub fn apply_update(self) {
        let apply = Reflect::get(&update_object(), &"apply".into());
        if let Some(apply) = apply.ok().and_then(|it| it.dyn_into::<Function>().ok()) {
            let _ = apply.call0(&update_object());
        }
    }
}

fn update_object() -> JsValue {
    Reflect::get(&window(), &"daybookUpdate".into()).unwrap_or_default()
}

fn update_says(name: &str) -> bool {
    let object = update_object();
    object.is_object() && Reflect::get(&object, &name.into()).is_ok_and(|value| value.is_truthy())
}
