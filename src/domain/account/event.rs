//! What happened to an account.

use crate::domain::ids::{CustomerId, OrderId};
use crate::domain::money::{Money, MoneyError};

/// An event of a stream `account-{id}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountEvent {
    /// It began.
    AccountOpened(AccountOpened),
    /// Money was put in.
    MoneyDeposited {
        /// How much.
        amount: Money,
        /// What for; may be empty.
        description: String,
    },
    /// Money was taken out.
    MoneyWithdrawn(MoneyWithdrawn),
    /// It ended.
    AccountClosed {
        /// Why.
        reason: String,
        /// What was left on it; nothing, if it was closed here.
        final_balance: Money,
    },
}

impl AccountEvent {
    /// The balance after it, where `balance` was there before.
    ///
    /// # Errors
    /// [`MoneyError`] where the two are of different currencies, or the sum is
    /// beyond what can be handled.
    pub fn balance_after(&self, balance: Money) -> Result<Money, MoneyError> {
        match self {
            Self::AccountOpened(opened) => Ok(opened.initial_deposit),
            Self::MoneyDeposited { amount, .. } => balance.checked_add(*amount),
            Self::MoneyWithdrawn(withdrawn) => balance.checked_subtract(withdrawn.amount),
            Self::AccountClosed { .. } => Ok(balance),
        }
    }
}

/// How an account began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountOpened {
    /// Whose it is.
    pub owner_id: CustomerId,
    /// What was put in at once. Its currency is the account's, so that it is there
    /// even if nothing was.
    pub initial_deposit: Money,
}

/// Money that was taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoneyWithdrawn {
    /// How much.
    pub amount: Money,
    /// What for; may be empty.
    pub description: String,
    /// The order that it paid, if it paid one.
    pub order_id: Option<OrderId>,
}
