//! One tab at a time: a Web Lock that lives as long as this worker.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::protocol::{CannotStart, LOCK_NAME};

#[wasm_bindgen]
extern "C" {
    // web-sys has the lock manager only among its unstable interfaces.
    #[wasm_bindgen(js_namespace = ["navigator", "locks"], js_name = request, catch)]
    fn request_lock(name: &str, options: &Object, callback: &Function) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = AbortSignal, js_name = timeout)]
    fn abort_after(milliseconds: u32) -> JsValue;
}

/// A page that reloads lets go of its lock within moments; another tab does not.
const PATIENCE_MS: u32 = 1500;

/// Takes the lock and keeps it until this worker ends.
///
/// # Errors
/// [`CannotStart::OpenElsewhere`] if another tab has it, and
/// [`CannotStart::NoOpfs`] where there are no locks: an address without HTTPS,
/// or a browser of old.
pub async fn take_lock() -> Result<(), CannotStart> {
    let locks = Reflect::get(&js_sys::global(), &"navigator".into())
        .and_then(|navigator| Reflect::get(&navigator, &"locks".into()))
        .unwrap_or(JsValue::UNDEFINED);
    if locks.is_undefined() {
        return Err(CannotStart::NoOpfs(
            "there are no web locks here".to_owned(),
        ));
    }
    if ask().await {
        Ok(())
    } else {
        Err(CannotStart::OpenElsewhere)
    }
}

async fn ask() -> bool {
    let granted = Promise::new(&mut |resolve, _reject| {
        let grant = resolve.clone();
        let held = Closure::once_into_js(move |_lock: JsValue| {
            let _ = grant.call1(&JsValue::UNDEFINED, &JsValue::TRUE);
            // A promise that is never settled: the lock goes with the worker.
            Promise::new(&mut |_, _| {})
        });
        let options = Object::new();
        let _ = Reflect::set(&options, &"signal".into(), &abort_after(PATIENCE_MS));
        let refuse = move |_: JsValue| {
            let _ = resolve.call1(&JsValue::UNDEFINED, &JsValue::FALSE);
        };
        let refuse = Closure::once(refuse);
        if let Ok(request) = request_lock(LOCK_NAME, &options, held.unchecked_ref()) {
            let _ = request.catch(&refuse);
        }
        // Called at most once, at any time from now on.
        refuse.forget();
    });
    JsFuture::from(granted)
        .await
        .is_ok_and(|granted| granted.is_truthy())
}
