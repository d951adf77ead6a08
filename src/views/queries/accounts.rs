//! Accounts of store credit.

use rusqlite::{Connection, OptionalExtension, Row};

use super::error::unreadable;
use super::{MAX_ROWS, ViewError};
use crate::domain::account::AccountStatus;
use crate::domain::ids::{AccountId, CustomerId, OrderId};
use crate::domain::money::divide_half_up;
use crate::views::{
    AccountBalance, AccountHistoryFilter, AccountHistoryPage, AccountRow, AccountTotals,
    AccountTransaction, TransactionKind,
};

/// What is on an account, if there is one.
///
/// # Errors
/// [`ViewError`].
pub fn account(views: &Connection, id: &AccountId) -> Result<Option<AccountBalance>, ViewError> {
    let found = views
        .prepare_cached(include_str!("sql/account.sql"))?
        .query_row([id.as_str()], balance)
        .optional()?;
    Ok(found)
}

/// The accounts of an owner, by id; at most [`MAX_ROWS`].
///
/// # Errors
/// [`ViewError`].
pub fn accounts_of(
    views: &Connection,
    owner_id: &CustomerId,
) -> Result<Vec<AccountBalance>, ViewError> {
    let rows = views
        .prepare_cached(include_str!("sql/accounts_of.sql"))?
        .query_map((owner_id.as_str(), MAX_ROWS), balance)?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

/// A page of an account's history, newest first.
///
/// # Errors
/// [`ViewError`].
pub fn account_history(
    views: &Connection,
    filter: &AccountHistoryFilter,
) -> Result<AccountHistoryPage, ViewError> {
    let id = filter.account_id.as_str();
    let before = i64::try_from(filter.before.unwrap_or(u64::MAX)).unwrap_or(i64::MAX);
    let rows = views
        .prepare_cached(include_str!("sql/account_history.sql"))?
        .query_map((id, before, filter.limit.min(MAX_ROWS)), transaction)?
        .collect::<Result<_, _>>()?;
    let total = views
        .prepare_cached("SELECT count(*) FROM account_transactions WHERE account_id = ?1")?
        .query_row([id], |row| row.get(0))?;
    Ok(AccountHistoryPage { rows, total })
}

/// What was on an account at a time, in minor units; nothing before it was opened.
/// Where the clock was set back, the last that had been recorded by then counts.
///
/// # Errors
/// [`ViewError`].
pub fn account_balance_at(
    views: &Connection,
    id: &AccountId,
    at_ms: i64,
) -> Result<Option<i64>, ViewError> {
    let found = views
        .prepare_cached(include_str!("sql/account_balance_at.sql"))?
        .query_row((id.as_str(), at_ms), |row| row.get(0))
        .optional()?;
    Ok(found)
}

/// All accounts, by id, after `after`.
///
/// # Errors
/// [`ViewError`].
pub fn accounts(
    views: &Connection,
    after: Option<&AccountId>,
    limit: u32,
) -> Result<Vec<AccountRow>, ViewError> {
    let after = after.map_or("", AccountId::as_str);
    let rows = views
        .prepare_cached(include_str!("sql/accounts.sql"))?
        .query_map((after, limit.min(MAX_ROWS)), |row| {
            Ok(AccountRow {
                account_id: account_id(row)?,
                owner_id: owner_id(row)?,
                status: status(row, 2)?,
                balance_minor: row.get(3)?,
                transaction_count: row.get(4)?,
                opened_at_ms: row.get(5)?,
                last_activity_ms: row.get(6)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

/// What all accounts come to.
///
/// # Errors
/// [`ViewError`].
pub fn account_totals(views: &Connection) -> Result<AccountTotals, ViewError> {
    let (accounts, active, total, of_active): (u64, u64, i64, i64) = views
        .prepare_cached(include_str!("sql/account_totals.sql"))?
        .query_row([], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })?;
    // An average lies between what it is of, so it is in range if they are.
    let average = divide_half_up(i128::from(of_active), i128::from(active.max(1)));
    Ok(AccountTotals {
        accounts,
        active,
        closed: accounts - active,
        total_balance_minor: total,
        average_balance_minor: i64::try_from(average).unwrap_or(0),
    })
}

fn balance(row: &Row<'_>) -> rusqlite::Result<AccountBalance> {
    let currency: String = row.get(3)?;
    Ok(AccountBalance {
        account_id: account_id(row)?,
        owner_id: owner_id(row)?,
        balance_minor: row.get(2)?,
        currency: currency.parse().map_err(|e| unreadable(3, e))?,
        status: status(row, 4)?,
        last_updated_event_id: row.get(5)?,
        last_updated_timestamp_ms: row.get(6)?,
    })
}

fn transaction(row: &Row<'_>) -> rusqlite::Result<AccountTransaction> {
    let kind: String = row.get(2)?;
    let order_id: Option<String> = row.get(6)?;
    Ok(AccountTransaction {
        version: row.get(0)?,
        position: row.get(1)?,
        kind: match kind.as_str() {
            "OPENED" => TransactionKind::Opened,
            "DEPOSIT" => TransactionKind::Deposit,
            "WITHDRAWAL" => TransactionKind::Withdrawal,
            _ => TransactionKind::Closed,
        },
        amount_minor: row.get(3)?,
        balance_after_minor: row.get(4)?,
        description: row.get(5)?,
        order_id: order_id
            .map(OrderId::new)
            .transpose()
            .map_err(|e| unreadable(6, e))?,
        timestamp_ms: row.get(7)?,
    })
}

fn account_id(row: &Row<'_>) -> rusqlite::Result<AccountId> {
    let id: String = row.get(0)?;
    AccountId::new(id).map_err(|error| unreadable(0, error))
}

fn owner_id(row: &Row<'_>) -> rusqlite::Result<CustomerId> {
    let id: String = row.get(1)?;
    CustomerId::new(id).map_err(|error| unreadable(1, error))
}

fn status(row: &Row<'_>, column: usize) -> rusqlite::Result<AccountStatus> {
    let status: String = row.get(column)?;
    Ok(match status.as_str() {
        "CLOSED" => AccountStatus::Closed,
        _ => AccountStatus::Active,
    })
}
