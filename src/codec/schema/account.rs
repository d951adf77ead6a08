//! An account's events as stored.

use serde::de::Error as _;
use serde::{Deserialize, Serialize};

use super::{Json, amount, read};
use crate::domain::account::{AccountEvent, AccountOpened, MoneyWithdrawn};
use crate::domain::ids::{CustomerId, OrderId};
use crate::domain::money::{Currency, Money};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredAccountOpened {
    owner_id: CustomerId,
    currency: Currency,
    #[serde(default, skip_serializing_if = "is_zero")]
    initial_deposit_minor: i64,
}

// serde hands the field over by reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_zero(amount: &i64) -> bool {
    *amount == 0
}

/// An amount with its currency, as one object.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredMoney {
    #[serde(deserialize_with = "amount")]
    value_minor: i64,
    currency: Currency,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredDeposited {
    amount: StoredMoney,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    description: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredWithdrawn {
    amount: StoredMoney,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    description: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    order_id: Option<OrderId>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredClosed {
    reason: String,
    final_balance: StoredMoney,
}

impl From<Money> for StoredMoney {
    fn from(money: Money) -> Self {
        Self {
            value_minor: money.minor(),
            currency: money.currency(),
        }
    }
}

impl StoredMoney {
    fn money(&self) -> Result<Money, serde_json::Error> {
        Money::new(self.value_minor, self.currency).map_err(serde_json::Error::custom)
    }
}

pub fn encode(event: &AccountEvent) -> (&'static str, Json) {
    use serde_json::to_string;
    match event.clone() {
        AccountEvent::AccountOpened(opened) => (
            "AccountOpened",
            to_string(&StoredAccountOpened {
                owner_id: opened.owner_id,
                currency: opened.initial_deposit.currency(),
                initial_deposit_minor: opened.initial_deposit.minor(),
            }),
        ),
        AccountEvent::MoneyDeposited {
            amount,
            description,
        } => (
            "MoneyDeposited",
            to_string(&StoredDeposited {
                amount: amount.into(),
                description,
            }),
        ),
        AccountEvent::MoneyWithdrawn(withdrawn) => (
            "MoneyWithdrawn",
            to_string(&StoredWithdrawn {
                amount: withdrawn.amount.into(),
                description: withdrawn.description,
                order_id: withdrawn.order_id,
            }),
        ),
        AccountEvent::AccountClosed {
            reason,
            final_balance,
        } => (
            "AccountClosed",
            to_string(&StoredClosed {
                reason,
                final_balance: final_balance.into(),
            }),
        ),
    }
}

pub fn decode(event_type: &str, payload: &str) -> Option<Result<AccountEvent, serde_json::Error>> {
    let decoded = match event_type {
        "AccountOpened" => read(payload, decode_opened),
        "MoneyDeposited" => read(payload, |stored: StoredDeposited| {
            Ok(AccountEvent::MoneyDeposited {
                amount: stored.amount.money()?,
                description: stored.description,
            })
        }),
        "MoneyWithdrawn" => read(payload, |stored: StoredWithdrawn| {
            Ok(AccountEvent::MoneyWithdrawn(MoneyWithdrawn {
                amount: stored.amount.money()?,
                description: stored.description,
                order_id: stored.order_id,
            }))
        }),
        "AccountClosed" => read(payload, |stored: StoredClosed| {
            Ok(AccountEvent::AccountClosed {
                reason: stored.reason,
                final_balance: stored.final_balance.money()?,
            })
        }),
        _ => return None,
    };
    Some(decoded.and_then(|event| event))
}

fn decode_opened(stored: StoredAccountOpened) -> Result<AccountEvent, serde_json::Error> {
    let initial_deposit = Money::new(stored.initial_deposit_minor, stored.currency)
        .map_err(serde_json::Error::custom)?;
    Ok(AccountEvent::AccountOpened(AccountOpened {
        owner_id: stored.owner_id,
        initial_deposit,
    }))
}
