//! Old versions of an account's events. Version 1 of all four is the documents'.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Decimal, LogContext, UpcastError, read, write};
use crate::domain::Currency;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AccountOpenedV1 {
    owner_id: String,
    initial_deposit: Option<Decimal>,
}

/// The account is in the log's currency, whether it began with money or not.
pub fn opened_v1(payload: &str, log: &LogContext) -> Result<String, UpcastError> {
    let old: AccountOpenedV1 = read(payload)?;
    let deposit = old
        .initial_deposit
        .map(|deposit| deposit.minor("initialDeposit", log.v1_currency))
        .transpose()?;
    write(json!({
        "ownerId": old.owner_id,
        "currency": log.v1_currency,
        "initialDepositMinor": deposit,
    }))
}

#[derive(Deserialize)]
struct MoneyDepositedV1 {
    amount: Decimal,
    description: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct MoneyDepositedV2 {
    amount: Decimal,
    currency: Currency,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
}

/// The currency is added. The amount goes on as it is written, which a
/// [`serde_json::Value`] would not let it.
pub fn deposited_v1(payload: &str, log: &LogContext) -> Result<String, UpcastError> {
    let old: MoneyDepositedV1 = read(payload)?;
    Ok(serde_json::to_string(&MoneyDepositedV2 {
        amount: old.amount,
        currency: log.v1_currency,
        description: old.description,
    })?)
}

/// The amount becomes an object.
pub fn deposited_v2(payload: &str, _: &LogContext) -> Result<String, UpcastError> {
    let old: MoneyDepositedV2 = read(payload)?;
    write(json!({
        "amount": {
            "valueMinor": old.amount.minor("amount", old.currency)?,
            "currency": old.currency,
        },
        "description": old.description,
    }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MoneyWithdrawnV1 {
    amount: Decimal,
    description: Option<String>,
    order_id: Option<String>,
}

/// The amount becomes an object with the log's currency.
pub fn withdrawn_v1(payload: &str, log: &LogContext) -> Result<String, UpcastError> {
    let old: MoneyWithdrawnV1 = read(payload)?;
    write(json!({
        "amount": {
            "valueMinor": old.amount.minor("amount", log.v1_currency)?,
            "currency": log.v1_currency,
        },
        "description": old.description,
        "orderId": old.order_id,
    }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AccountClosedV1 {
    reason: String,
    final_balance: Decimal,
}

/// The balance becomes an object with the log's currency.
pub fn closed_v1(payload: &str, log: &LogContext) -> Result<String, UpcastError> {
    let old: AccountClosedV1 = read(payload)?;
    write(json!({
        "reason": old.reason,
        "finalBalance": {
            "valueMinor": old.final_balance.minor("finalBalance", log.v1_currency)?,
            "currency": log.v1_currency,
        },
    }))
}
