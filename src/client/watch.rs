//! A worker that the browser ends, for want of memory for example, says nothing
//! and raises no error. But it lets go of its lock, and who queues for that gets it.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::prelude::*;

use crate::protocol::LOCK_NAME;

#[wasm_bindgen]
extern "C" {
    // web-sys has the lock manager only among its unstable interfaces.
    #[wasm_bindgen(js_namespace = ["navigator", "locks"], js_name = request, catch)]
    fn request_lock(name: &str, callback: &Function) -> Result<js_sys::Promise, JsValue>;
}

/// Calls once when the worker that holds the lock has ended; dropped, it does not.
pub(super) struct Watch {
    is_wanted: Rc<Cell<bool>>,
}

impl Watch {
    /// Queues for the lock. The worker must hold it already.
    pub(super) fn new(on_end: impl FnOnce() + 'static) -> Self {
        let is_wanted = Rc::new(Cell::new(true));
        let wanted = Rc::clone(&is_wanted);
        // It returns at once, so that the next worker has the lock.
        let granted = Closure::once_into_js(move |_lock: JsValue| {
            if wanted.get() {
                on_end();
            }
        });
        // Without locks no worker is ever ready.
        let _ = request_lock(LOCK_NAME, granted.unchecked_ref());
        Self { is_wanted }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.is_wanted.set(false);
    }
}
