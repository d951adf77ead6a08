//! A register as its events made it.

use serde::{Deserialize, Serialize};

use super::event::RegisterEvent;
use crate::domain::ids::RegisterId;

/// A register.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    /// Its code, once it was named.
    pub code: Option<RegisterId>,
    /// As people call it.
    pub name: String,
    /// How many receipt numbers it has issued.
    pub issued: u64,
}

/// Applies one event.
pub fn evolve(register: &mut Register, event: &RegisterEvent) {
    match event {
        RegisterEvent::RegisterNamed { code, name } => {
            register.code = Some(code.clone());
            register.name.clone_from(name);
        }
        RegisterEvent::ReceiptNumberIssued { .. } => register.issued += 1,
    }
}
