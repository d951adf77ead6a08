//! An account's rules.

use super::command::AccountCommand;
use super::error::AccountError;
use super::event::{AccountEvent, AccountOpened, MoneyWithdrawn};
use super::state::{Account, AccountStatus};
use crate::domain::ids::{CustomerId, OrderId};
use crate::domain::money::{Currency, Money};
use crate::domain::text::{NOTE_LIMIT, optional, required};

/// Decides on a command; a new account is opened in `currency`, the shop's.
///
/// # Errors
/// [`AccountError`], named after the rule.
pub fn decide(
    state: &Option<Account>,
    currency: Currency,
    command: AccountCommand,
) -> Result<Vec<AccountEvent>, AccountError> {
    if let AccountCommand::Open {
        owner_id,
        initial_deposit,
    } = command
    {
        return match state {
            Some(_) => Err(AccountError::AlreadyOpened),
            None => open(currency, owner_id, initial_deposit),
        };
    }
    let account = state.as_ref().ok_or(AccountError::NotFound)?;
    if account.status == AccountStatus::Closed {
        return Err(AccountError::Closed);
    }
    match command {
        AccountCommand::Open { .. } => Err(AccountError::AlreadyOpened),
        AccountCommand::Deposit {
            amount,
            description,
        } => deposit(account, amount, &description),
        AccountCommand::Withdraw {
            amount,
            description,
            order_id,
        } => withdraw(account, amount, &description, order_id),
        AccountCommand::Close { reason } => close(account, &reason),
    }
}

fn open(
    currency: Currency,
    owner_id: CustomerId,
    initial_deposit: Option<Money>,
) -> Result<Vec<AccountEvent>, AccountError> {
    if let Some(deposit) = initial_deposit {
        check_amount(currency, deposit)?;
    }
    Ok(vec![AccountEvent::AccountOpened(AccountOpened {
        owner_id,
        initial_deposit: initial_deposit.unwrap_or(Money::zero(currency)),
    })])
}

fn deposit(
    account: &Account,
    amount: Money,
    description: &str,
) -> Result<Vec<AccountEvent>, AccountError> {
    check_amount(account.balance.currency(), amount)?;
    // `evolve` never refuses, so a balance beyond the range must not come to be.
    account.balance.checked_add(amount)?;
    Ok(vec![AccountEvent::MoneyDeposited {
        amount,
        description: checked_description(description)?,
    }])
}

fn withdraw(
    account: &Account,
    amount: Money,
    description: &str,
    order_id: Option<OrderId>,
) -> Result<Vec<AccountEvent>, AccountError> {
    check_amount(account.balance.currency(), amount)?;
    if amount.minor() > account.balance.minor() {
        return Err(AccountError::InsufficientFunds {
            available: account.balance,
            requested: amount,
        });
    }
    Ok(vec![AccountEvent::MoneyWithdrawn(MoneyWithdrawn {
        amount,
        description: checked_description(description)?,
        order_id,
    })])
}

fn close(account: &Account, reason: &str) -> Result<Vec<AccountEvent>, AccountError> {
    if account.balance.minor() != 0 {
        return Err(AccountError::BalanceNotZero(account.balance));
    }
    Ok(vec![AccountEvent::AccountClosed {
        reason: required("The reason", reason, NOTE_LIMIT)?,
        final_balance: account.balance,
    }])
}

fn check_amount(expected: Currency, amount: Money) -> Result<(), AccountError> {
    let actual = amount.currency();
    if actual != expected {
        return Err(AccountError::WrongCurrency { expected, actual });
    }
    if amount.minor() <= 0 {
        return Err(AccountError::AmountNotPositive);
    }
    Ok(())
}

fn checked_description(description: &str) -> Result<String, AccountError> {
    Ok(optional("The description", description, NOTE_LIMIT)?)
}
