//! How much room there is, and whether the browser has promised to keep it.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{StorageEstimate, StorageManager};

use crate::client::spawn;
use crate::ui::changing::{part_if, text};
use crate::ui::components::{Icon, use_toasts};
use crate::ui::format::{ShopFormat, use_format};
use crate::ui::handlers::tap;

const MIB: f64 = 1024.0 * 1024.0;

/// Storage health.
#[component]
pub fn StorageHealth() -> impl IntoView {
    let format = use_format();
    let toasts = use_toasts();
    let is_persistent = RwSignal::new(None::<bool>);
    let room = RwSignal::new(None::<String>);
    spawn(async move {
        is_persistent.try_set(ask(StorageManager::persisted).await);
        room.try_set(room_in_words(format).await);
    });
    let persist = move || {
        spawn(async move {
            let granted = ask(StorageManager::persist).await;
            is_persistent.try_set(granted);
            match granted {
                Some(true) => toasts.say("The browser will keep Daybook's data."),
                _ => toasts.fail(
                    "The browser did not agree. Install Daybook or add a bookmark, then ask again",
                ),
            }
        });
    };
    let words = move || match is_persistent.get() {
        Some(true) => "The browser has promised to keep this data.",
        Some(false) => {
            "When this device runs out of room, the browser might delete this data. Ask it to keep \
             it; some browsers agree only once Daybook is installed."
        }
        None => "This browser does not say whether it keeps this data.",
    };
    view! {
        <section class="card" aria-labelledby="settings-storage">
            <h2 id="settings-storage">"Storage on this device"</h2>
            <p>{text(words)}</p>
            <p class="quiet-text">{text(move || room.get())}</p>
            {part_if(
                move || is_persistent.get() == Some(false),
                move || view! {
                    <div class="form-actions start">
                        <button type="button" class="button" on:click=tap(persist)>
                            <Icon icon=icondata::LuHardDrive size_px=18 />
                            "Ask the browser to keep it"
                        </button>
                    </div>
                },
            )}
        </section>
    }
}

async fn ask(
    question: fn(&StorageManager) -> Result<js_sys::Promise, wasm_bindgen::JsValue>,
) -> Option<bool> {
    let promise = question(&window().navigator().storage()).ok()?;
    JsFuture::from(promise).await.ok()?.as_bool()
}

async fn room_in_words(format: ShopFormat) -> Option<String> {
    let promise = window().navigator().storage().estimate().ok()?;
    let estimate: StorageEstimate = JsFuture::from(promise).await.ok()?.unchecked_into();
    let in_words = |bytes: f64| format.count((bytes / MIB).round() as u64);
    Some(format!(
        "{} MB used of {} MB that the browser grants",
        in_words(estimate.get_usage()?),
        in_words(estimate.get_quota()?)
    ))
}
