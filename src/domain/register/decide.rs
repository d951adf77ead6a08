//! A register's rules.

use super::command::RegisterCommand;
use super::error::RegisterError;
use super::event::RegisterEvent;
use super::state::Register;
use crate::domain::text::{NAME_LIMIT, required};

const MAX_CODE_BYTES: usize = 12;

/// Decides on a command.
///
/// # Errors
/// [`RegisterError`], named after the rule.
pub fn decide(
    register: &Register,
    command: RegisterCommand,
) -> Result<Vec<RegisterEvent>, RegisterError> {
    match command {
        RegisterCommand::Name { code, name } => {
            if register
                .code
                .as_ref()
                .is_some_and(|current| current != &code)
            {
                return Err(RegisterError::CodeFixed);
            }
            if code.as_str().len() > MAX_CODE_BYTES {
                return Err(RegisterError::CodeTooLong(MAX_CODE_BYTES));
            }
            let name = required("The register's name", &name, NAME_LIMIT)?;
            if register.code.is_some() && register.name == name {
                return Ok(Vec::new());
            }
            Ok(vec![RegisterEvent::RegisterNamed { code, name }])
        }
        RegisterCommand::IssueReceiptNumber { order_id } => {
            let code = register.code.as_ref().ok_or(RegisterError::NotNamed)?;
            let number = format!("{code}-{:06}", register.issued + 1);
            Ok(vec![RegisterEvent::ReceiptNumberIssued {
                number,
                order_id,
            }])
        }
    }
}
