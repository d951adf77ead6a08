//! Old versions of the staff's events.

use serde::Deserialize;
use serde_json::json;

use super::{LogContext, UpcastError, read, write};

#[derive(Deserialize)]
struct StaffMemberAddedV1 {
    name: String,
}

/// One name becomes two: the first word is the first name, the rest the last
/// name. Who has one word only has no last name.
pub fn member_added_v1(payload: &str, _: &LogContext) -> Result<String, UpcastError> {
    let old: StaffMemberAddedV1 = read(payload)?;
    let name = old.name.trim();
    let (first, last) = name.split_once(char::is_whitespace).unwrap_or((name, ""));
    write(json!({
        "firstName": first,
        "lastName": last.trim_start(),
    }))
}
