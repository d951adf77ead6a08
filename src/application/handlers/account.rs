//! Commands to one account.

use super::{Decision, Desk};
use crate::application::error::CommandError;
use crate::domain::StreamType;
use crate::domain::account::{self, AccountCommand};
use crate::domain::ids::AccountId;

/// Decides on a command to one account.
pub fn handle(
    desk: &mut Desk<'_>,
    account_id: &AccountId,
    command: &AccountCommand,
) -> Result<Decision, CommandError> {
    let currency = desk.settings()?.currency;
    let account = desk.repository.account(desk.store, account_id)?;
    let events = account::decide(&account.state, currency, command.clone())?;
    let mut decision = Decision::default();
    decision.write(StreamType::Account, account_id.as_str(), &account, events);
    Ok(decision)
}
