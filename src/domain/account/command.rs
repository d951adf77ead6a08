//! What may be asked of an account.

use serde::{Deserialize, Serialize};

use crate::domain::ids::{CustomerId, OrderId};
use crate::domain::money::Money;

/// A command to one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccountCommand {
    /// Begin it.
    Open {
        /// Whose it is.
        owner_id: CustomerId,
        /// What is put in at once, above zero; nothing if there is none.
        initial_deposit: Option<Money>,
    },
    /// Put money in.
    Deposit {
        /// How much, above zero.
        amount: Money,
        /// What for; may be empty.
        description: String,
    },
    /// Take money out.
    Withdraw {
        /// How much, above zero and at most what is there.
        amount: Money,
        /// What for; may be empty.
        description: String,
        /// The order that it pays, if it pays one.
        order_id: Option<OrderId>,
    },
    /// End it. Nothing may be left on it.
    Close {
        /// Why.
        reason: String,
    },
}
