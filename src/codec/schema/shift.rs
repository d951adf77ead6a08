//! A shift's events as stored.

use serde::{Deserialize, Serialize};

use super::Json;
use crate::domain::ids::RegisterId;
use crate::domain::money::{Currency, Money};
use crate::domain::shift::{ShiftEvent, ShiftOpened};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredShiftOpened {
    register: RegisterId,
    number: u64,
    opening_float_minor: i64,
    currency: Currency,
    cashier: String,
}

impl TryFrom<StoredShiftOpened> for ShiftOpened {
    type Error = crate::domain::MoneyError;

    fn try_from(stored: StoredShiftOpened) -> Result<Self, Self::Error> {
        Ok(Self {
            register: stored.register,
            number: stored.number,
            opening_float: Money::new(stored.opening_float_minor, stored.currency)?,
            cashier: stored.cashier,
        })
    }
}

pub fn encode(event: &ShiftEvent) -> (&'static str, Json) {
    let ShiftEvent::ShiftOpened(opened) = event.clone();
    let stored = StoredShiftOpened {
        register: opened.register,
        number: opened.number,
        opening_float_minor: opened.opening_float.minor(),
        currency: opened.opening_float.currency(),
        cashier: opened.cashier,
    };
    ("ShiftOpened", serde_json::to_string(&stored))
}

pub fn decode(event_type: &str, payload: &str) -> Option<Result<ShiftEvent, serde_json::Error>> {
    (event_type == "ShiftOpened").then(|| {
        let stored: StoredShiftOpened = serde_json::from_str(payload)?;
        let opened = ShiftOpened::try_from(stored).map_err(serde::de::Error::custom)?;
        Ok(ShiftEvent::ShiftOpened(opened))
    })
}
