//! Posting to the page.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

use super::Scope;
use crate::protocol::{Answer, FromWorker, Notice, RequestId, WorkerError, encode};

/// The worker's global scope.
pub fn scope() -> Scope {
    js_sys::global().unchecked_into()
}

/// Milliseconds since the worker began, finer than the clock and never set back.
pub fn elapsed_ms() -> f64 {
    scope()
        .performance()
        .map_or_else(js_sys::Date::now, |performance| performance.now())
}

/// The greeting, in plain text.
pub fn post_text(text: &str) {
    // Posting a string fails only when the page is gone, and then nobody listens.
    let _ = scope().post_message(&JsValue::from_str(text));
}

/// A message, its buffer handed over rather than copied.
pub fn post(message: &FromWorker) {
    let Ok(bytes) = encode(message) else { return };
    let bytes = Uint8Array::from(bytes.as_slice());
    let _ = scope().post_message_with_transfer(&bytes, &Array::of1(&bytes.buffer()));
}

/// Ends this worker, and says why. The page starts another one, which reads the
/// file, and sends again what was not answered.
pub fn end(reason: &str) {
    notify(Notice::Stopped(reason.to_owned()));
    scope().close();
}

/// An answer.
pub fn answer(id: RequestId, result: Result<Answer, WorkerError>) {
    post(&FromWorker::Answer(id, result));
}

/// A notice.
pub fn notify(notice: Notice) {
    post(&FromWorker::Notice(notice));
}
