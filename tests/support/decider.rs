//! Given these events, when this command comes, then these events follow: how
//! the rules of an aggregate are written down. Stories go on: what followed is
//! given to the next command.

use std::fmt::Debug;

/// The two functions of an aggregate, with what else its decisions depend on.
pub trait Decider: Clone {
    /// What its events make it.
    type State: Default;
    /// What may be asked of it.
    type Command;
    /// What happens to it.
    type Event: Debug + PartialEq;
    /// Why it refuses.
    type Rule: Debug + PartialEq;

    /// Decides on a command.
    fn decide(
        &self,
        state: &Self::State,
        command: Self::Command,
    ) -> Result<Vec<Self::Event>, Self::Rule>;

    /// Applies an event.
    fn evolve(state: &mut Self::State, event: &Self::Event);
}

/// A decider whose history is known.
pub struct Given<D: Decider> {
    decider: D,
    state: D::State,
}

/// A decider that has answered a command.
#[must_use = "a specification ends with what then happens"]
pub struct When<D: Decider> {
    given: Given<D>,
    decided: Result<Vec<D::Event>, D::Rule>,
}

/// Begins a specification with history.
pub fn given<D: Decider>(decider: &D, events: impl IntoIterator<Item = D::Event>) -> Given<D> {
    let mut state = D::State::default();
    for event in events {
        D::evolve(&mut state, &event);
    }
    Given {
        decider: decider.clone(),
        state,
    }
}

impl<D: Decider> Given<D> {
    /// A command comes.
    pub fn when(self, command: D::Command) -> When<D> {
        let decided = self.decider.decide(&self.state, command);
        When {
            given: self,
            decided,
        }
    }
}

impl<D: Decider> When<D> {
    /// Exactly these events follow.
    #[track_caller]
    pub fn then(self, expected: impl IntoIterator<Item = D::Event>) -> Given<D> {
        let expected: Vec<_> = expected.into_iter().collect();
        assert!(!expected.is_empty(), "say then_nothing");
        self.then_events(|events| assert_eq!(events, expected))
    }

    /// The events that follow pass this check.
    #[track_caller]
    pub fn then_events(self, check: impl FnOnce(&[D::Event])) -> Given<D> {
        let events = match self.decided {
            Ok(events) => events,
            Err(rule) => panic!("refused by {rule:?}"),
        };
        check(&events);
        let mut given = self.given;
        for event in &events {
            D::evolve(&mut given.state, event);
        }
        given
    }

    /// The command is accepted, and there is nothing to change.
    #[track_caller]
    pub fn then_nothing(self) -> Given<D> {
        self.then_events(|events| assert_eq!(events, []))
    }

    /// This rule refuses it.
    #[track_caller]
    pub fn then_error(self, expected: impl Into<D::Rule>) -> Given<D> {
        match self.decided {
            Ok(events) => panic!("accepted, with {events:?}"),
            Err(rule) => assert_eq!(rule, expected.into()),
        }
        self.given
    }
}
