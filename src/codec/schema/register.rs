//! A register's events as stored.

use serde::{Deserialize, Serialize};

use super::{Json, read};
use crate::domain::ids::{OrderId, RegisterId};
use crate::domain::register::RegisterEvent;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RegisterNamed {
    code: RegisterId,
    name: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReceiptNumberIssued {
    number: String,
    order_id: OrderId,
}

pub fn encode(event: &RegisterEvent) -> (&'static str, Json) {
    match event.clone() {
        RegisterEvent::RegisterNamed { code, name } => (
            "RegisterNamed",
            serde_json::to_string(&RegisterNamed { code, name }),
        ),
        RegisterEvent::ReceiptNumberIssued { number, order_id } => (
            "ReceiptNumberIssued",
            serde_json::to_string(&ReceiptNumberIssued { number, order_id }),
        ),
    }
}

pub fn decode(event_type: &str, payload: &str) -> Option<Result<RegisterEvent, serde_json::Error>> {
    Some(match event_type {
        "RegisterNamed" => read(payload, |RegisterNamed { code, name }| {
            RegisterEvent::RegisterNamed { code, name }
        }),
        "ReceiptNumberIssued" => read(payload, |ReceiptNumberIssued { number, order_id }| {
            RegisterEvent::ReceiptNumberIssued { number, order_id }
        }),
        _ => return None,
    })
}
