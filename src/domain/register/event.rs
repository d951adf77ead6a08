//! What happened to a register.

use crate::domain::ids::{OrderId, RegisterId};

/// An event of a stream `register-{code}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegisterEvent {
    /// It got a name, or another one.
    RegisterNamed {
        /// Its code.
        code: RegisterId,
        /// As people call it.
        name: String,
    },
    /// A receipt number was used up. It is recorded in the batch that uses it, so
    /// the numbers of a register have no gap and no double.
    ReceiptNumberIssued {
        /// As on the receipt: `T1-000042`.
        number: String,
        /// The order it went to.
        order_id: OrderId,
    },
}
