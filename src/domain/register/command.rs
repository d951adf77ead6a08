//! What may be asked of a register.

use crate::domain::ids::{OrderId, RegisterId};

/// A command to one register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegisterCommand {
    /// Give it its name.
    Name {
        /// Its code, which begins every receipt number.
        code: RegisterId,
        /// As people call it.
        name: String,
    },
    /// Issue the next receipt number, for this order.
    IssueReceiptNumber {
        /// The order that the receipt is for.
        order_id: OrderId,
    },
}
