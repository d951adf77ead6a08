//! Balances that a projection keeps between events. The domain's own
//! [`balance_after`](crate::domain::account::AccountEvent::balance_after) adds up,
//! so that no screen can differ from the rules.

use rusqlite::Row;

use crate::domain::Money;
use crate::projector::error::ProjectorError;

/// Minor units and currency in the first two columns.
pub fn stored_money(row: &Row<'_>) -> Result<Money, ProjectorError> {
    let currency: String = row.get(1)?;
    Ok(Money::new(row.get(0)?, currency.parse()?)?)
}
