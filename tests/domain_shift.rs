//! A shift's rules: how a drawer session begins.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use daybook::domain::TextError;
use daybook::domain::ids::RegisterId;
use daybook::domain::shift::{
    OpenShift, Shift, ShiftError, ShiftEvent, ShiftOpened, decide, evolve,
};
use support::decider::{Decider, given};
use support::eur;

#[derive(Clone)]
struct AShift;

impl Decider for AShift {
    type State = Shift;
    type Command = OpenShift;
    type Event = ShiftEvent;
    type Rule = ShiftError;

    fn decide(&self, shift: &Shift, command: OpenShift) -> Result<Vec<ShiftEvent>, ShiftError> {
        decide(shift, command)
    }

    fn evolve(shift: &mut Shift, event: &ShiftEvent) {
        evolve(shift, event);
    }
}

fn open(cashier: &str, float_minor: i64) -> OpenShift {
    OpenShift {
        register: RegisterId::new("T1").unwrap(),
        number: 1,
        opening_float: eur(float_minor),
        cashier: cashier.to_owned(),
    }
}

fn opened(cashier: &str, float_minor: i64) -> ShiftEvent {
    ShiftEvent::ShiftOpened(ShiftOpened {
        register: RegisterId::new("T1").unwrap(),
        number: 1,
        opening_float: eur(float_minor),
        cashier: cashier.to_owned(),
    })
}

#[test]
fn a_shift_opens_with_its_cashier_and_float() {
    given(&AShift, [])
        .when(open(" Mara ", 15_000))
        .then([opened("Mara", 15_000)]);
}

#[test]
fn a_shift_opens_once() {
    given(&AShift, [opened("Mara", 0)])
        .when(open("Jo", 0))
        .then_error(ShiftError::AlreadyOpened);
}

#[test]
fn a_drawer_may_be_empty_but_not_owe() {
    given(&AShift, [])
        .when(open("Mara", -1))
        .then_error(ShiftError::NegativeFloat)
        .when(open("Mara", 0))
        .then([opened("Mara", 0)]);
}

#[test]
fn a_shift_needs_a_cashier_whose_name_can_be_kept() {
    let field = || "The cashier's name".to_owned();
    for (typed, rule) in [
        (" ", TextError::Missing { field: field() }),
        (
            &"x".repeat(121),
            TextError::TooLong {
                field: field(),
                limit: 120,
            },
        ),
        ("Ma\u{7}ra", TextError::ControlCharacter { field: field() }),
        (
            "Mara 4111-1111-1111-1111",
            TextError::CardNumber { field: field() },
        ),
    ] {
        given(&AShift, []).when(open(typed, 0)).then_error(rule);
    }
}
