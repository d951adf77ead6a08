//! The staff's events as stored.

use serde::{Deserialize, Serialize};

use super::{Json, read};
use crate::domain::staff::StaffEvent;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredMemberAdded {
    first_name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    last_name: String,
}

pub fn encode(event: &StaffEvent) -> (&'static str, Json) {
    let StaffEvent::StaffMemberAdded {
        first_name,
        last_name,
    } = event.clone();
    let stored = StoredMemberAdded {
        first_name,
        last_name,
    };
    ("StaffMemberAdded", serde_json::to_string(&stored))
}

pub fn decode(event_type: &str, payload: &str) -> Option<Result<StaffEvent, serde_json::Error>> {
    (event_type == "StaffMemberAdded").then(|| {
        read(payload, |stored: StoredMemberAdded| {
            StaffEvent::StaffMemberAdded {
                first_name: stored.first_name,
                last_name: stored.last_name,
            }
        })
    })
}
