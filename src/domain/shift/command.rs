//! What may be asked of a shift.

use crate::domain::ids::RegisterId;
use crate::domain::money::Money;

/// Open the drawer's session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenShift {
    /// The register whose drawer it is.
    pub register: RegisterId,
    /// Its number on this register, from 1.
    pub number: u64,
    /// Cash in the drawer at the start.
    pub opening_float: Money,
    /// Who opens it.
    pub cashier: String,
}
