//! What one tab remembers over a reload. A browser may refuse; then it forgets.

use leptos::prelude::*;

fn storage() -> Option<web_sys::Storage> {
    window().session_storage().ok().flatten()
}

/// What was remembered under `key`.
pub fn recall(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

/// Remembers `value` under `key`.
pub fn remember(key: &str, value: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(key, value);
    }
}

/// Forgets `key`.
pub fn forget(key: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(key);
    }
}
