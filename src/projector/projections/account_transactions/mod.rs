//! What moved on each account, with the balance after it.

use rusqlite::OptionalExtension;

use super::balance::stored_money;
use crate::domain::account::{AccountEvent, AccountOpened};
use crate::domain::money::Money;
use crate::domain::{Event, StreamType};
use crate::projector::error::ProjectorError;
use crate::projector::projection::{Projected, Projection};
use crate::projector::tables::Tables;

/// `account_transactions`.
pub struct AccountTransactions;

impl Projection for AccountTransactions {
    fn id(&self) -> &'static str {
        "account_transactions"
    }

    fn version(&self) -> u32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["account_transactions"]
    }

    fn schema(&self) -> &'static str {
        include_str!("schema.sql")
    }

    fn event_types(&self) -> &'static [&'static str] {
        &[
            "AccountOpened",
            "MoneyDeposited",
            "MoneyWithdrawn",
            "AccountClosed",
        ]
    }

    fn streams(&self) -> &'static [StreamType] {
        &[StreamType::Account]
    }

    fn apply(&self, tables: &Tables<'_>, event: &Projected<'_>) -> Result<(), ProjectorError> {
        let Event::Account(account) = event.event else {
            return Ok(());
        };
        match account {
            AccountEvent::AccountOpened(opened) => open(tables, event, opened),
            _ => change(tables, event, account),
        }
    }

    fn forget_stream(
        &self,
        tables: &Tables<'_>,
        aggregate_id: &str,
    ) -> Result<bool, ProjectorError> {
        tables
            .prepare("DELETE FROM {account_transactions} WHERE account_id = ?1")?
            .execute([aggregate_id])?;
        Ok(true)
    }
}

/// A row, but for what every row has of its event.
struct Entry<'a> {
    kind: &'static str,
    amount: Money,
    balance_after: Money,
    description: &'a str,
    order_id: Option<&'a str>,
}

fn open(
    tables: &Tables<'_>,
    event: &Projected<'_>,
    opened: &AccountOpened,
) -> Result<(), ProjectorError> {
    let entry = Entry {
        kind: "OPENED",
        amount: opened.initial_deposit,
        balance_after: opened.initial_deposit,
        description: "",
        order_id: None,
    };
    insert(tables, event, &entry)
}

fn change(
    tables: &Tables<'_>,
    event: &Projected<'_>,
    account: &AccountEvent,
) -> Result<(), ProjectorError> {
    let before = tables
        .prepare(include_str!("balance.sql"))?
        .query_row([event.aggregate_id()], |row| Ok(stored_money(row)))
        .optional()?;
    // What happened before the account was opened changes nothing.
    let Some(before) = before.transpose()? else {
        return Ok(());
    };
    let (kind, amount, description, order_id) = match account {
        AccountEvent::AccountOpened(opened) => ("OPENED", opened.initial_deposit, "", None),
        AccountEvent::MoneyDeposited {
            amount,
            description,
        } => ("DEPOSIT", *amount, description.as_str(), None),
        AccountEvent::MoneyWithdrawn(withdrawn) => (
            "WITHDRAWAL",
            withdrawn.amount,
            withdrawn.description.as_str(),
            withdrawn.order_id.as_ref().map(|id| id.as_str()),
        ),
        AccountEvent::AccountClosed { reason, .. } => (
            "CLOSED",
            Money::zero(before.currency()),
            reason.as_str(),
            None,
        ),
    };
    let entry = Entry {
        kind,
        amount,
        balance_after: account.balance_after(before)?,
        description,
        order_id,
    };
    insert(tables, event, &entry)
}

fn insert(
    tables: &Tables<'_>,
    event: &Projected<'_>,
    entry: &Entry<'_>,
) -> Result<(), ProjectorError> {
    tables.prepare(include_str!("insert.sql"))?.execute((
        event.aggregate_id(),
        event.recorded.version,
        event.recorded.global_position,
        entry.kind,
        entry.amount.minor(),
        entry.balance_after.minor(),
        entry.balance_after.currency().code(),
        entry.description,
        entry.order_id,
        &event.recorded.event_id,
        event.recorded.timestamp_ms,
    ))?;
    Ok(())
}
