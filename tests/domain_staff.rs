//! The staff's rules: how somebody is taken on.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use daybook::domain::TextError;
use daybook::domain::staff::{AddMember, Member, StaffError, StaffEvent, decide, evolve};
use daybook::domain::text::NAME_LIMIT;
use support::decider::{Decider, given};

#[derive(Clone)]
struct AMember;

impl Decider for AMember {
    type State = Option<Member>;
    type Command = AddMember;
    type Event = StaffEvent;
    type Rule = StaffError;

    fn decide(
        &self,
        state: &Self::State,
        command: AddMember,
    ) -> Result<Vec<StaffEvent>, StaffError> {
        decide(state, command)
    }

    fn evolve(state: &mut Self::State, event: &StaffEvent) {
        evolve(state, event);
    }
}

fn add(first_name: &str, last_name: &str) -> AddMember {
    AddMember {
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
    }
}

fn added(first_name: &str, last_name: &str) -> StaffEvent {
    StaffEvent::StaffMemberAdded {
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
    }
}

#[test]
fn somebody_is_taken_on_by_both_names_or_one() {
    for (typed, kept) in [
        (add(" Mara ", " van Dyk "), added("Mara", "van Dyk")),
        (add("Cher", ""), added("Cher", "")),
    ] {
        given(&AMember, []).when(typed).then([kept]);
    }
}

#[test]
fn nobody_is_taken_on_twice() {
    given(&AMember, [added("Mara", "")])
        .when(add("Mara", ""))
        .then_error(StaffError::AlreadyAdded);
}

#[test]
fn names_are_texts_that_can_be_kept() {
    let first = || "The first name".to_owned();
    let last = || "The last name".to_owned();
    for (typed, rule) in [
        (add(" ", "Dyk"), TextError::Missing { field: first() }),
        (
            add("Ma\0ra", ""),
            TextError::ControlCharacter { field: first() },
        ),
        (
            add("Mara", &"x".repeat(NAME_LIMIT + 1)),
            TextError::TooLong {
                field: last(),
                limit: NAME_LIMIT,
            },
        ),
        (
            add("Mara", "4111 1111 1111 1111"),
            TextError::CardNumber { field: last() },
        ),
    ] {
        given(&AMember, []).when(typed).then_error(rule);
    }
}
