//! A shift's rules.

use super::command::OpenShift;
use super::error::ShiftError;
use super::event::{ShiftEvent, ShiftOpened};
use super::state::Shift;
use crate::domain::text::{NAME_LIMIT, required};

/// Decides on a command. That a register has no other open shift is checked by
/// the command's handler, which sees the register's other shifts.
///
/// # Errors
/// [`ShiftError`], named after the rule.
pub fn decide(shift: &Shift, command: OpenShift) -> Result<Vec<ShiftEvent>, ShiftError> {
    if shift.opened.is_some() {
        return Err(ShiftError::AlreadyOpened);
    }
    if command.opening_float.is_negative() {
        return Err(ShiftError::NegativeFloat);
    }
    Ok(vec![ShiftEvent::ShiftOpened(ShiftOpened {
        register: command.register,
        number: command.number,
        opening_float: command.opening_float,
        cashier: required("The cashier's name", &command.cashier, NAME_LIMIT)?,
    })])
}
