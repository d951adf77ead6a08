//! An event's payload: JSON that may hold anything, read leniently.

use js_sys::{JSON, Reflect};
use wasm_bindgen::JsValue;

/// A payload; `undefined` where it is no JSON.
pub struct Payload(JsValue);

impl Payload {
    /// Parses `json`.
    pub fn parse(json: &str) -> Self {
        Self(JSON::parse(json).unwrap_or(JsValue::UNDEFINED))
    }

    fn get(&self, key: &str) -> JsValue {
        if self.0.is_object() {
            Reflect::get(&self.0, &key.into()).unwrap_or(JsValue::UNDEFINED)
        } else {
            JsValue::UNDEFINED
        }
    }

    /// The text under `key`; empty if there is none.
    pub fn text(&self, key: &str) -> String {
        self.get(key).as_string().unwrap_or_default()
    }

    /// The whole number under `key`.
    pub fn number(&self, key: &str) -> Option<i64> {
        self.get(key).as_f64().map(|number| number as i64)
    }

    /// The object under `key`; `undefined` inside, where there is none.
    pub fn object(&self, key: &str) -> Self {
        Self(self.get(key))
    }

    /// The payload, indented; as it is, where it is no JSON.
    pub fn pretty(json: &str) -> String {
        JSON::parse(json)
            .and_then(|value| {
                JSON::stringify_with_replacer_and_space(&value, &JsValue::NULL, &2.into())
            })
            .ok()
            .and_then(|text| text.as_string())
            .unwrap_or_else(|| json.to_owned())
    }
}
