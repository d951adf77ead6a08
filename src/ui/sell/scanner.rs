//! A scanner that types: told from fingers by the time between its keys. It works
//! from any focus on this screen.

use std::cell::RefCell;

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::KeyboardEvent;

use super::till::Till;
use crate::client::{Client, spawn};
use crate::domain::ids::ProductId;
use crate::domain::quantity::Quantity;
use crate::protocol::{Answer, Query};
use crate::ui::components::Toasts;
use crate::views::{ProductFilter, ProductRow};

/// Fingers are slower than this between two keys.
const MAX_GAP_MS: f64 = 35.0;
/// Shorter codes are typed by people.
const MIN_CODE_CHARS: usize = 6;
const MAX_CODE_CHARS: usize = 64;
/// How many products that match a code's words are looked at.
const MAX_CANDIDATES: u32 = 5;

/// The keys that came fast one after the other.
#[derive(Default)]
struct Burst {
    code: String,
    last_key_ms: f64,
}

impl Burst {
    /// Takes a key; gives the code when this key ends one.
    fn take(&mut self, key: &str, at_ms: f64) -> Option<String> {
        let is_fast = at_ms - self.last_key_ms <= MAX_GAP_MS;
        self.last_key_ms = at_ms;
        if !is_fast {
            self.code.clear();
        }
        if key == "Enter" {
            let code = std::mem::take(&mut self.code);
            return (is_fast && code.len() >= MIN_CODE_CHARS).then_some(code);
        }
        let mut chars = key.chars();
        if let (Some(c), None) = (chars.next(), chars.next())
            && c.is_ascii_graphic()
            && self.code.len() < MAX_CODE_CHARS
        {
            self.code.push(c);
        }
        None
    }
}

/// Listens for as long as the calling component lives.
pub fn listen(client: Client, till: Till, toasts: Toasts, search: RwSignal<String>) {
    let burst = RefCell::new(Burst::default());
    let on_key = Closure::<dyn Fn(KeyboardEvent)>::new(move |event: KeyboardEvent| {
        if till.checkout().with_untracked(Option::is_some) {
            return;
        }
        let code = burst.borrow_mut().take(&event.key(), event.time_stamp());
        let Some(code) = code else { return };
        // Neither the search box nor a focused button may take the scanner's Enter.
        event.prevent_default();
        event.stop_immediate_propagation();
        search.set(String::new());
        spawn(add_scanned(client, till, toasts, code));
    });
    let function: js_sys::Function = on_key.as_ref().unchecked_ref::<js_sys::Function>().clone();
    let _ = window().add_event_listener_with_callback_and_bool("keydown", &function, true);
    let kept = StoredValue::new_local((function, on_key));
    on_cleanup(move || {
        kept.try_with_value(|(function, _)| {
            let _ =
                window().remove_event_listener_with_callback_and_bool("keydown", function, true);
        });
    });
}

async fn add_scanned(client: Client, till: Till, toasts: Toasts, code: String) {
    match product_with(client, &code).await {
        Some(product_id) => till.add(product_id, Quantity::ONE),
        None => toasts.fail(format!(
            "No product has the code {code}. Add it to a product under Products."
        )),
    }
}

/// The product with this very barcode or SKU.
async fn product_with(client: Client, code: &str) -> Option<ProductId> {
    let filter = ProductFilter {
        search: code.to_owned(),
        limit: MAX_CANDIDATES,
        ..ProductFilter::default()
    };
    let Ok(Answer::Products(page)) = client.query(Query::Products(filter)).await else {
        return None;
    };
    for row in page.rows {
        if has_code(client, &row, code).await {
            return Some(row.product_id);
        }
    }
    None
}

async fn has_code(client: Client, row: &ProductRow, code: &str) -> bool {
    if row.sku == code {
        return true;
    }
    let query = Query::Product(row.product_id.clone());
    matches!(
        client.query(query).await,
        Ok(Answer::Product(Some(product))) if product.barcodes.iter().any(|known| known == code)
    )
}
