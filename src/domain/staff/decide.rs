//! The staff's rules.

use super::command::AddMember;
use super::error::StaffError;
use super::event::StaffEvent;
use super::state::Member;
use crate::domain::text::{NAME_LIMIT, optional, required};

/// Decides on a command.
///
/// # Errors
/// [`StaffError`], named after the rule.
pub fn decide(state: &Option<Member>, command: AddMember) -> Result<Vec<StaffEvent>, StaffError> {
    if state.is_some() {
        return Err(StaffError::AlreadyAdded);
    }
    Ok(vec![StaffEvent::StaffMemberAdded {
        first_name: required("The first name", &command.first_name, NAME_LIMIT)?,
        last_name: optional("The last name", &command.last_name, NAME_LIMIT)?,
    }])
}
