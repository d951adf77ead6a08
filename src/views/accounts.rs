//! Accounts of store credit: what is on them, what moved, what all come to.

use serde::{Deserialize, Serialize};

use crate::domain::account::AccountStatus;
use crate::domain::ids::{AccountId, CustomerId, OrderId};
use crate::domain::money::Currency;

/// What is on an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountBalance {
    /// The account.
    pub account_id: AccountId,
    /// Whose it is.
    pub owner_id: CustomerId,
    /// What is on it, in minor units.
    pub balance_minor: i64,
    /// Its currency.
    pub currency: Currency,
    /// Where it stands.
    pub status: AccountStatus,
    /// Id of the last event that concerned it.
    pub last_updated_event_id: String,
    /// When that was recorded.
    pub last_updated_timestamp_ms: i64,
}

/// Which movements of an account to show; newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountHistoryFilter {
    /// The account.
    pub account_id: AccountId,
    /// Continue before this version, the last row's; from the newest if it is none.
    pub before: Option<u64>,
    /// Rows to return, at most 500.
    pub limit: u32,
}

/// A page of an account's history.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountHistoryPage {
    /// The rows asked for.
    pub rows: Vec<AccountTransaction>,
    /// How many there are in all.
    pub total: u32,
}

/// What happened on an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TransactionKind {
    /// It began, with or without a deposit.
    Opened,
    /// Money came in.
    Deposit,
    /// Money went out.
    Withdrawal,
    /// It ended.
    Closed,
}

/// A line of an account's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountTransaction {
    /// Its place in the account's stream, from 1.
    pub version: u64,
    /// Its global position.
    pub position: u64,
    /// What happened.
    pub kind: TransactionKind,
    /// What came in or went out, as the kind says; not signed.
    pub amount_minor: i64,
    /// What was on the account then.
    pub balance_after_minor: i64,
    /// What for; may be empty. Of a closed account, why.
    pub description: String,
    /// The order that was paid, if one was.
    pub order_id: Option<OrderId>,
    /// When it was recorded.
    pub timestamp_ms: i64,
}

/// An account in the list of all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRow {
    /// The account.
    pub account_id: AccountId,
    /// Whose it is.
    pub owner_id: CustomerId,
    /// Where it stands.
    pub status: AccountStatus,
    /// What is on it, in minor units.
    pub balance_minor: i64,
    /// Movements of money on it, a first deposit included.
    pub transaction_count: u64,
    /// When it was opened.
    pub opened_at_ms: i64,
    /// When something last happened on it.
    pub last_activity_ms: i64,
}

/// What all accounts come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountTotals {
    /// How many there are.
    pub accounts: u64,
    /// How many of them are active.
    pub active: u64,
    /// How many of them are closed.
    pub closed: u64,
    /// What is on all of them, in minor units.
    pub total_balance_minor: i64,
    /// What is on an active one on average, halves up; 0 where there is none.
    pub average_balance_minor: i64,
}
