//! An account as its events made it.

use serde::{Deserialize, Serialize};

use super::event::AccountEvent;
use crate::domain::ids::CustomerId;
use crate::domain::money::Money;

/// Where an account stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccountStatus {
    /// Money may come and go.
    Active,
    /// Ended.
    Closed,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Whose it is.
    pub owner_id: CustomerId,
    /// What is on it.
    pub balance: Money,
    /// Where it stands.
    pub status: AccountStatus,
}

/// Applies one event. Events before the opening change nothing; nor does a
/// movement that no rule here lets happen, in another currency or beyond what a
/// balance can hold.
pub fn evolve(state: &mut Option<Account>, event: &AccountEvent) {
    if let AccountEvent::AccountOpened(opened) = event {
        *state = Some(Account {
            owner_id: opened.owner_id.clone(),
            balance: opened.initial_deposit,
            status: AccountStatus::Active,
        });
    }
    let Some(account) = state else { return };
    account.balance = event
        .balance_after(account.balance)
        .unwrap_or(account.balance);
    if let AccountEvent::AccountClosed { .. } = event {
        account.status = AccountStatus::Closed;
    }
}
