//! What happened to a member of the staff.

/// An event of a stream `staff-{id}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StaffEvent {
    /// Somebody was taken on.
    StaffMemberAdded {
        /// First name.
        first_name: String,
        /// Last name; empty for who has only one.
        last_name: String,
    },
}
