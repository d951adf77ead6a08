//! A register's rules: its code, its name and its receipt numbers.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use daybook::domain::TextError;
use daybook::domain::ids::{OrderId, RegisterId};
use daybook::domain::register::{
    Register, RegisterCommand, RegisterError, RegisterEvent, decide, evolve,
};
use support::decider::{Decider, given};

#[derive(Clone)]
struct ARegister;

impl Decider for ARegister {
    type State = Register;
    type Command = RegisterCommand;
    type Event = RegisterEvent;
    type Rule = RegisterError;

    fn decide(
        &self,
        register: &Register,
        command: RegisterCommand,
    ) -> Result<Vec<RegisterEvent>, RegisterError> {
        decide(register, command)
    }

    fn evolve(register: &mut Register, event: &RegisterEvent) {
        evolve(register, event);
    }
}

fn code(code: &str) -> RegisterId {
    RegisterId::new(code).unwrap()
}

fn name(register: &str, name: &str) -> RegisterCommand {
    RegisterCommand::Name {
        code: code(register),
        name: name.to_owned(),
    }
}

fn named(register: &str, name: &str) -> RegisterEvent {
    RegisterEvent::RegisterNamed {
        code: code(register),
        name: name.to_owned(),
    }
}

fn issue(order: &str) -> RegisterCommand {
    RegisterCommand::IssueReceiptNumber {
        order_id: OrderId::new(order).unwrap(),
    }
}

fn issued(number: &str, order: &str) -> RegisterEvent {
    RegisterEvent::ReceiptNumberIssued {
        number: number.to_owned(),
        order_id: OrderId::new(order).unwrap(),
    }
}

#[test]
fn a_register_is_named_and_renamed() {
    given(&ARegister, [])
        .when(name("T1", " Till 1 "))
        .then([named("T1", "Till 1")])
        .when(name("T1", "Till 1"))
        .then_nothing()
        .when(name("T1", "Front"))
        .then([named("T1", "Front")]);
}

#[test]
fn a_register_keeps_its_code() {
    given(&ARegister, [named("T1", "Till 1")])
        .when(name("T2", "Till 1"))
        .then_error(RegisterError::CodeFixed);
}

#[test]
fn a_code_is_short_enough_to_begin_a_receipt_number() {
    given(&ARegister, [])
        .when(name("TILL-UPSTAIRS", "Upstairs"))
        .then_error(RegisterError::CodeTooLong(12))
        .when(name("TILL-UPSTAIR", "Upstairs"))
        .then([named("TILL-UPSTAIR", "Upstairs")]);
}

#[test]
fn a_register_needs_a_name_that_can_be_kept() {
    let field = || "The register's name".to_owned();
    for (typed, rule) in [
        ("", TextError::Missing { field: field() }),
        (
            &"x".repeat(121),
            TextError::TooLong {
                field: field(),
                limit: 120,
            },
        ),
        ("a\0", TextError::ControlCharacter { field: field() }),
        ("5500000000000004", TextError::CardNumber { field: field() }),
    ] {
        given(&ARegister, [])
            .when(name("T1", typed))
            .then_error(rule);
    }
}

#[test]
fn receipt_numbers_follow_each_other_without_a_gap() {
    given(&ARegister, [named("T1", "Till 1")])
        .when(issue("a"))
        .then([issued("T1-000001", "a")])
        .when(issue("b"))
        .then([issued("T1-000002", "b")])
        .when(name("T1", "Front"))
        .then([named("T1", "Front")])
        .when(issue("c"))
        .then([issued("T1-000003", "c")]);
}

#[test]
fn the_millionth_receipt_number_just_gets_longer() {
    let history = (0..999_999).map(|_| issued("T1", "a"));
    given(
        &ARegister,
        [named("T1", "Till 1")].into_iter().chain(history),
    )
    .when(issue("z"))
    .then([issued("T1-1000000", "z")]);
}

#[test]
fn a_register_without_a_code_issues_nothing() {
    given(&ARegister, [])
        .when(issue("a"))
        .then_error(RegisterError::NotNamed);
}
