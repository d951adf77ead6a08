//! An account's rules: store credit comes in, goes out, and never goes below zero.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use daybook::domain::account::{
    Account, AccountCommand, AccountError, AccountEvent, AccountOpened, AccountStatus,
    MoneyWithdrawn, decide, evolve,
};
use daybook::domain::ids::{CustomerId, OrderId};
use daybook::domain::money::{MAX_AMOUNT_MINOR, MoneyError};
use daybook::domain::text::NOTE_LIMIT;
use daybook::domain::{Currency, Money, TextError};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use support::decider::{Decider, Given, given};
use support::eur;
use support::random::cases;

#[derive(Clone)]
struct AnAccount;

impl Decider for AnAccount {
    type State = Option<Account>;
    type Command = AccountCommand;
    type Event = AccountEvent;
    type Rule = AccountError;

    fn decide(
        &self,
        state: &Self::State,
        command: AccountCommand,
    ) -> Result<Vec<AccountEvent>, AccountError> {
        decide(state, Currency::EUR, command)
    }

    fn evolve(state: &mut Self::State, event: &AccountEvent) {
        evolve(state, event);
    }
}

fn owner() -> CustomerId {
    CustomerId::new("cust-7").unwrap()
}

fn yen(minor: i64) -> Money {
    Money::new(minor, "JPY".parse().unwrap()).unwrap()
}

fn open(initial_deposit: Option<Money>) -> AccountCommand {
    AccountCommand::Open {
        owner_id: owner(),
        initial_deposit,
    }
}

fn opened(minor: i64) -> AccountEvent {
    AccountEvent::AccountOpened(AccountOpened {
        owner_id: owner(),
        initial_deposit: eur(minor),
    })
}

fn deposit(amount: Money) -> AccountCommand {
    AccountCommand::Deposit {
        amount,
        description: " Gift card ".to_owned(),
    }
}

fn deposited(minor: i64) -> AccountEvent {
    AccountEvent::MoneyDeposited {
        amount: eur(minor),
        description: "Gift card".to_owned(),
    }
}

fn withdraw(amount: Money) -> AccountCommand {
    AccountCommand::Withdraw {
        amount,
        description: String::new(),
        order_id: Some(OrderId::new("o1").unwrap()),
    }
}

fn withdrawn(minor: i64) -> AccountEvent {
    AccountEvent::MoneyWithdrawn(MoneyWithdrawn {
        amount: eur(minor),
        description: String::new(),
        order_id: Some(OrderId::new("o1").unwrap()),
    })
}

fn close(reason: &str) -> AccountCommand {
    AccountCommand::Close {
        reason: reason.to_owned(),
    }
}

fn closed() -> AccountEvent {
    AccountEvent::AccountClosed {
        reason: "Moved away".to_owned(),
        final_balance: eur(0),
    }
}

fn account_with(minor: i64) -> Given<AnAccount> {
    given(&AnAccount, [opened(minor)])
}

fn in_yen() -> AccountError {
    AccountError::WrongCurrency {
        expected: Currency::EUR,
        actual: yen(1).currency(),
    }
}

// Opening.

#[test]
fn an_account_opens_with_or_without_a_deposit() {
    given(&AnAccount, []).when(open(None)).then([opened(0)]);
    given(&AnAccount, [])
        .when(open(Some(eur(10_000))))
        .then([opened(10_000)]);
}

#[test]
fn an_account_opens_once() {
    account_with(0)
        .when(open(None))
        .then_error(AccountError::AlreadyOpened);
    given(&AnAccount, [opened(0), closed()])
        .when(open(None))
        .then_error(AccountError::AlreadyOpened);
}

#[test]
fn a_first_deposit_is_above_zero_and_in_the_shops_currency() {
    for minor in [0, -1] {
        given(&AnAccount, [])
            .when(open(Some(eur(minor))))
            .then_error(AccountError::AmountNotPositive);
    }
    given(&AnAccount, [])
        .when(open(Some(yen(100))))
        .then_error(in_yen());
}

#[test]
fn nothing_can_be_asked_of_an_account_that_is_not_there() {
    for command in [deposit(eur(1)), withdraw(eur(1)), close("Moved away")] {
        given(&AnAccount, [])
            .when(command)
            .then_error(AccountError::NotFound);
    }
}

// Deposits and withdrawals.

#[test]
fn money_comes_in_and_goes_out() {
    account_with(0)
        .when(deposit(eur(2550)))
        .then([deposited(2550)])
        .when(withdraw(eur(2549)))
        .then([withdrawn(2549)])
        .when(withdraw(eur(1)))
        .then([withdrawn(1)])
        .when(withdraw(eur(1)))
        .then_error(AccountError::InsufficientFunds {
            available: eur(0),
            requested: eur(1),
        });
}

#[test]
fn an_amount_is_above_zero() {
    for minor in [0, -1, -MAX_AMOUNT_MINOR] {
        account_with(100)
            .when(deposit(eur(minor)))
            .then_error(AccountError::AmountNotPositive)
            .when(withdraw(eur(minor)))
            .then_error(AccountError::AmountNotPositive);
    }
    account_with(100)
        .when(deposit(eur(1)))
        .then([deposited(1)])
        .when(withdraw(eur(1)))
        .then([withdrawn(1)]);
}

#[test]
fn an_amount_is_in_the_accounts_currency() {
    account_with(100)
        .when(deposit(yen(1)))
        .then_error(in_yen())
        .when(withdraw(yen(1)))
        .then_error(in_yen());
    // The account's, whatever the shop's has become.
    let in_yen = AccountEvent::AccountOpened(AccountOpened {
        owner_id: owner(),
        initial_deposit: yen(500),
    });
    given(&AnAccount, [in_yen])
        .when(deposit(yen(1)))
        .then([AccountEvent::MoneyDeposited {
            amount: yen(1),
            description: "Gift card".to_owned(),
        }])
        .when(deposit(eur(1)))
        .then_error(AccountError::WrongCurrency {
            expected: yen(1).currency(),
            actual: Currency::EUR,
        });
}

#[test]
fn an_account_is_never_overdrawn() {
    account_with(100)
        .when(withdraw(eur(101)))
        .then_error(AccountError::InsufficientFunds {
            available: eur(100),
            requested: eur(101),
        })
        .when(withdraw(eur(100)))
        .then([withdrawn(100)]);
    let message = AccountError::InsufficientFunds {
        available: eur(100),
        requested: eur(101),
    };
    assert_eq!(
        message.to_string(),
        "EUR 1.00 is on the account, EUR 1.01 cannot be withdrawn"
    );
}

#[test]
fn a_balance_stays_in_range() {
    account_with(MAX_AMOUNT_MINOR - 1)
        .when(deposit(eur(2)))
        .then_error(MoneyError::AmountOutOfRange)
        .when(deposit(eur(1)))
        .then([deposited(1)]);
}

#[test]
fn a_description_may_be_empty_but_not_be_a_card() {
    let deposit_for = |description: &str| AccountCommand::Deposit {
        amount: eur(1),
        description: description.to_owned(),
    };
    let field = || "The description".to_owned();
    account_with(0)
        .when(deposit_for("4111 1111 1111 1111"))
        .then_error(TextError::CardNumber { field: field() })
        .when(deposit_for("a\0b"))
        .then_error(TextError::ControlCharacter { field: field() })
        .when(deposit_for(&"x".repeat(NOTE_LIMIT + 1)))
        .then_error(TextError::TooLong {
            field: field(),
            limit: NOTE_LIMIT,
        })
        .when(deposit_for(" "))
        .then([AccountEvent::MoneyDeposited {
            amount: eur(1),
            description: String::new(),
        }]);
    account_with(9)
        .when(AccountCommand::Withdraw {
            amount: eur(1),
            description: "4111111111111111".to_owned(),
            order_id: None,
        })
        .then_error(TextError::CardNumber { field: field() });
}

// Closing.

#[test]
fn an_account_closes_only_at_zero() {
    account_with(100)
        .when(close("Moved away"))
        .then_error(AccountError::BalanceNotZero(eur(100)))
        .when(withdraw(eur(100)))
        .then([withdrawn(100)])
        .when(close(" Moved away "))
        .then([closed()]);
}

#[test]
fn closing_needs_a_reason() {
    account_with(0)
        .when(close(" "))
        .then_error(TextError::Missing {
            field: "The reason".to_owned(),
        })
        .when(close("Moved away"))
        .then([closed()]);
}

#[test]
fn what_is_closed_stays_closed() {
    for command in [deposit(eur(1)), withdraw(eur(1)), close("again")] {
        given(&AnAccount, [opened(0), closed()])
            .when(command)
            .then_error(AccountError::Closed);
    }
}

// History.

#[test]
fn history_is_never_refused() {
    let mut state = None;
    for event in [
        deposited(5),
        opened(100),
        withdrawn(300),
        closed(),
        deposited(50),
        AccountEvent::MoneyDeposited {
            amount: yen(7),
            description: String::new(),
        },
    ] {
        evolve(&mut state, &event);
    }
    assert_eq!(
        state,
        Some(Account {
            owner_id: owner(),
            balance: eur(-150),
            status: AccountStatus::Closed,
        })
    );
}

fn any_amount() -> impl Strategy<Value = Money> {
    prop_oneof![
        6 => (1_i64..500).prop_map(eur),
        1 => select(vec![eur(0), eur(-1), eur(MAX_AMOUNT_MINOR), yen(3)]),
    ]
}

fn any_command() -> impl Strategy<Value = AccountCommand> {
    prop_oneof![
        1 => proptest::option::of(any_amount()).prop_map(open),
        4 => any_amount().prop_map(deposit),
        6 => any_amount().prop_map(withdraw),
        1 => select(vec!["Moved away", ""]).prop_map(close),
    ]
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn no_balance_ever_goes_below_zero(commands in vec(any_command(), 1..80)) {
        let mut state: Option<Account> = None;
        let mut sum = 0_i64;
        for command in commands {
            let before = state.clone();
            let Ok(events) = decide(&state, Currency::EUR, command) else {
                prop_assert_eq!(&state, &before);
                continue;
            };
            for event in &events {
                sum += match event {
                    AccountEvent::AccountOpened(opened) => opened.initial_deposit.minor(),
                    AccountEvent::MoneyDeposited { amount, .. } => amount.minor(),
                    AccountEvent::MoneyWithdrawn(withdrawn) => -withdrawn.amount.minor(),
                    AccountEvent::AccountClosed { final_balance, .. } => {
                        prop_assert_eq!(final_balance.minor(), 0);
                        0
                    }
                };
                evolve(&mut state, event);
            }
            let account = state.as_ref().unwrap();
            prop_assert!(account.balance.minor() >= 0);
            prop_assert_eq!(account.balance.minor(), sum);
            prop_assert_eq!(account.balance.currency(), Currency::EUR);
        }
    }
}
