//! A member of the staff as the events made them.

use serde::{Deserialize, Serialize};

use super::event::StaffEvent;

/// A member of the staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// First name.
    pub first_name: String,
    /// Last name; empty for who has only one.
    pub last_name: String,
}

/// Applies one event.
pub fn evolve(state: &mut Option<Member>, event: &StaffEvent) {
    let StaffEvent::StaffMemberAdded {
        first_name,
        last_name,
    } = event;
    *state = Some(Member {
        first_name: first_name.clone(),
        last_name: last_name.clone(),
    });
}
