//! What is on each customer's account.

use rusqlite::OptionalExtension;

use super::balance::stored_money;
use crate::domain::account::{AccountEvent, AccountOpened};
use crate::domain::{Event, StreamType};
use crate::projector::error::ProjectorError;
use crate::projector::projection::{Projected, Projection};
use crate::projector::tables::Tables;

/// `customer_account_balances`.
pub struct CustomerAccountBalances;

impl Projection for CustomerAccountBalances {
    fn id(&self) -> &'static str {
        "customer_account_balances"
    }

    fn version(&self) -> u32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["customer_account_balances"]
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
            .prepare("DELETE FROM {customer_account_balances} WHERE account_id = ?1")?
            .execute([aggregate_id])?;
        Ok(true)
    }
}

fn open(
    tables: &Tables<'_>,
    event: &Projected<'_>,
    opened: &AccountOpened,
) -> Result<(), ProjectorError> {
    tables.prepare(include_str!("open.sql"))?.execute((
        event.aggregate_id(),
        opened.owner_id.as_str(),
        opened.initial_deposit.minor(),
        opened.initial_deposit.currency().code(),
        &event.recorded.event_id,
        event.recorded.timestamp_ms,
    ))?;
    Ok(())
}

fn change(
    tables: &Tables<'_>,
    event: &Projected<'_>,
    account: &AccountEvent,
) -> Result<(), ProjectorError> {
    let balance = tables
        .prepare(
            "SELECT balance_minor, currency FROM {customer_account_balances} WHERE account_id = ?1",
        )?
        .query_row([event.aggregate_id()], |row| Ok(stored_money(row)))
        .optional()?;
    // What happened before the account was opened changes nothing.
    let Some(balance) = balance.transpose()? else {
        return Ok(());
    };
    let is_closed = matches!(account, AccountEvent::AccountClosed { .. });
    tables.prepare(include_str!("change.sql"))?.execute((
        event.aggregate_id(),
        account.balance_after(balance)?.minor(),
        is_closed.then_some("CLOSED"),
        &event.recorded.event_id,
        event.recorded.timestamp_ms,
    ))?;
    Ok(())
}
