//! What happened to a shift.

use serde::{Deserialize, Serialize};

use crate::domain::ids::RegisterId;
use crate::domain::money::Money;

/// An event of a stream `shift-{id}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShiftEvent {
    /// It began.
    ShiftOpened(ShiftOpened),
}

/// How a shift began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftOpened {
    /// The register whose drawer it is.
    pub register: RegisterId,
    /// Its number on this register, from 1.
    pub number: u64,
    /// Cash in the drawer at the start.
    pub opening_float: Money,
    /// Who opened it.
    pub cashier: String,
}
