//! The persisted shapes, one file a kind of stream. Field names are the
//! documents', with the unit where it differs: `unitPriceMinor` is in minor
//! units, `quantityMilli` in thousandths, `orderDateMs` in UTC milliseconds.

mod account;
mod order;
mod product;
mod register;
mod shift;
mod shop;
mod staff;

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};

use crate::domain::Event;
use crate::domain::money::checked_minor;

type Json = Result<String, serde_json::Error>;

/// The event's type name and its payload.
pub fn encode(event: &Event) -> (&'static str, Json) {
    match event {
        Event::Shop(event) => shop::encode(event),
        Event::Register(event) => register::encode(event),
        Event::Shift(event) => shift::encode(event),
        Event::Product(event) => product::encode(event),
        Event::Order(event) => order::encode(event),
        Event::Account(event) => account::encode(event),
        Event::Staff(event) => staff::encode(event),
    }
}

/// The event of this type; `None` for a type that no stream has.
pub fn decode(event_type: &str, payload: &str) -> Option<Result<Event, serde_json::Error>> {
    order::decode(event_type, payload)
        .map(|decoded| decoded.map(Event::from))
        .or_else(|| product::decode(event_type, payload).map(|decoded| decoded.map(Event::from)))
        .or_else(|| register::decode(event_type, payload).map(|decoded| decoded.map(Event::from)))
        .or_else(|| shift::decode(event_type, payload).map(|decoded| decoded.map(Event::from)))
        .or_else(|| shop::decode(event_type, payload).map(|decoded| decoded.map(Event::from)))
        .or_else(|| account::decode(event_type, payload).map(|decoded| decoded.map(Event::from)))
        .or_else(|| staff::decode(event_type, payload).map(|decoded| decoded.map(Event::from)))
}

/// Parses a stored shape and turns it into the domain's.
fn read<Stored: DeserializeOwned, Domain>(
    payload: &str,
    into_domain: impl FnOnce(Stored) -> Domain,
) -> Result<Domain, serde_json::Error> {
    serde_json::from_str(payload).map(into_domain)
}

/// An amount in minor units, held to the range that sums rely on: what is stored
/// may have been written by somebody else.
fn amount<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let minor = i64::deserialize(deserializer)?;
    checked_minor(i128::from(minor)).map_err(D::Error::custom)
}
