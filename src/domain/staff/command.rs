//! What may be asked of a member of the staff.

/// Take somebody on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddMember {
    /// First name.
    pub first_name: String,
    /// Last name; empty for who has only one.
    pub last_name: String,
}
