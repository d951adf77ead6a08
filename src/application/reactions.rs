//! The runner of process managers and reactors. Whoever has the time calls
//! [`Reactions::run`] after commits; nothing here waits, and nothing is missed in
//! between, since each has a mark of its own in the log.
//!
//! It reads the log by subscriptions, which deliver committed events only, and
//! never looks at the views: to throw them away or build them again changes
//! nothing for it.

use super::bus::{Cause, CommandBus};
use super::command::CommandEnvelope;
use super::environment::Environment;
use super::error::CommandError;
use super::health::ReactionHealth;
use super::process_manager::{ProcessManager, follow_up_id};
use super::reactor::Reactor;
use crate::event_store::{
    DecodedEvent, Delivery, DeliveryError, EventStore, Metadata, StoreError, Subscription,
};

/// A mark that only moved past what did not concern its owner is written down when
/// it has come so much further: without that, a restart would look through it all
/// again, and with every event it would be a commit for nothing.
const MARK_EVERY: u64 = 1000;

/// Runs process managers and reactors.
pub struct Reactions {
    managers: Vec<Follower<Box<dyn ProcessManager>>>,
    reactors: Vec<Follower<Box<dyn Reactor>>>,
    health: ReactionHealth,
}

/// What a run did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reacted {
    /// Events that process managers dealt with.
    pub managed: usize,
    /// Follow-up commands that were carried out.
    pub followed_up: usize,
    /// Events that reactors acted upon, or tried to.
    pub acted: usize,
}

/// Somebody who follows the log, and how far they have come.
struct Follower<Who> {
    who: Who,
    mark: String,
    subscription: Subscription,
    /// The mark as it is in the log.
    marked: u64,
    stands_still: bool,
}

impl<Who> Follower<Who> {
    fn is_pending(&self, store: &EventStore) -> bool {
        !self.stands_still && !self.subscription.is_live(store)
    }

    /// Goes back to before `position`.
    fn stand_before(&mut self, position: u64) {
        self.subscription.go_back_to(position.saturating_sub(1));
    }
}

impl Reactions {
    /// Process managers and reactors on this log. One that is new to the log begins
    /// at its end: history is no reason to act.
    ///
    /// # Errors
    /// [`StoreError`] if the marks cannot be read or written.
    pub fn open(
        store: &mut EventStore,
        managers: Vec<Box<dyn ProcessManager>>,
        reactors: Vec<Box<dyn Reactor>>,
    ) -> Result<Self, StoreError> {
        store.begin()?;
        let opened = Self::follow(store, managers, reactors);
        match &opened {
            Ok(_) => store.commit()?,
            Err(_) => store.rollback(),
        }
        opened
    }

    fn follow(
        store: &mut EventStore,
        managers: Vec<Box<dyn ProcessManager>>,
        reactors: Vec<Box<dyn Reactor>>,
    ) -> Result<Self, StoreError> {
        let mut reactions = Self {
            managers: Vec::with_capacity(managers.len()),
            reactors: Vec::with_capacity(reactors.len()),
            health: ReactionHealth::default(),
        };
        for who in managers {
            let mark = format!("manager/{}", who.name());
            let (subscription, marked) = follow_from_mark(store, &mark, who.events())?;
            reactions.managers.push(Follower {
                who,
                mark,
                subscription,
                marked,
                stands_still: false,
            });
        }
        for who in reactors {
            let mark = format!("reactor/{}", who.name());
            let (subscription, marked) = follow_from_mark(store, &mark, who.events())?;
            reactions.reactors.push(Follower {
                who,
                mark,
                subscription,
                marked,
                stands_still: false,
            });
        }
        Ok(reactions)
    }

    /// How they fared so far.
    #[must_use]
    pub const fn health(&self) -> &ReactionHealth {
        &self.health
    }

    /// Whether [`run`](Self::run) has something to do.
    #[must_use]
    pub fn pending(&self, store: &EventStore) -> bool {
        self.managers.iter().any(|one| one.is_pending(store))
            || self.reactors.iter().any(|one| one.is_pending(store))
    }

    /// Lets each deal with up to `limit` events that concern it. Commits by itself,
    /// so there must be no open transaction: within one it does nothing. What
    /// follow-ups record is dealt with by the next run.
    ///
    /// # Errors
    /// [`StoreError`]: what was not committed was undone, and the next run tries
    /// again. After [`StoreError::CommitUnknown`] the store is not to be used.
    pub fn run<E: Environment>(
        &mut self,
        store: &mut EventStore,
        bus: &mut CommandBus<E>,
        limit: u32,
    ) -> Result<Reacted, StoreError> {
        let mut reacted = Reacted::default();
        if store.is_in_transaction() {
            return Ok(reacted);
        }
        for manager in &mut self.managers {
            if manager.is_pending(store) {
                manager.follow_up(store, bus, limit, &mut self.health, &mut reacted)?;
            }
        }
        for reactor in &mut self.reactors {
            if reactor.is_pending(store) {
                reactor.react(store, limit, &mut self.health, &mut reacted)?;
            }
        }
        Ok(reacted)
    }
}

/// A mark beyond the log's end can only come from outside; who has it begins at
/// the end.
fn follow_from_mark(
    store: &mut EventStore,
    mark: &str,
    query: crate::event_store::EventQuery,
) -> Result<(Subscription, u64), StoreError> {
    let head = store.committed_head();
    let marked = match store.mark(mark)? {
        Some(position) if position <= head => position,
        _ => {
            store.set_mark(mark, head)?;
            head
        }
    };
    Ok((store.subscribe(marked, Some(query))?, marked))
}

impl<Who> Follower<Who> {
    /// Writes down how far it has come, if that is worth a commit.
    fn save_mark_now_and_then(&mut self, store: &mut EventStore) -> Result<(), StoreError> {
        let position = self.subscription.position();
        if position - self.marked < MARK_EVERY {
            return Ok(());
        }
        self.commit_mark(store, position)
    }

    fn commit_mark(&mut self, store: &mut EventStore, position: u64) -> Result<(), StoreError> {
        store.begin()?;
        let moved = store.set_mark(&self.mark, position);
        let committed = moved.and_then(|()| store.commit());
        if committed.is_err() {
            store.rollback();
        } else {
            self.marked = position;
        }
        committed
    }
}

impl Follower<Box<dyn ProcessManager>> {
    /// One transaction for the follow-ups of all these events and the mark's move.
    fn follow_up<E: Environment>(
        &mut self,
        store: &mut EventStore,
        bus: &mut CommandBus<E>,
        limit: u32,
        health: &mut ReactionHealth,
        reacted: &mut Reacted,
    ) -> Result<(), StoreError> {
        let before = self.subscription.position();
        let events = match self.subscription.poll_decoded(store, limit) {
            Ok(Delivery { events, .. }) => events,
            Err(DeliveryError::Store(error)) => return Err(error),
            Err(unreadable) => {
                self.stand_still(health, &unreadable);
                return Ok(());
            }
        };
        if events.is_empty() {
            return self.save_mark_now_and_then(store);
        }
        let (was_health, was_reacted) = (health.clone(), *reacted);
        store.begin()?;
        let done = self
            .follow_up_all(store, bus, &events, health, reacted)
            .and_then(|()| store.set_mark(&self.mark, self.subscription.position()))
            .and_then(|()| store.commit());
        match done {
            Ok(()) => self.marked = self.subscription.position(),
            Err(_) => {
                store.rollback();
                bus.forget();
                self.subscription.go_back_to(before);
                self.stands_still = false;
                (*health, *reacted) = (was_health, was_reacted);
            }
        }
        done
    }

    fn follow_up_all<E: Environment>(
        &mut self,
        store: &mut EventStore,
        bus: &mut CommandBus<E>,
        events: &[DecodedEvent],
        health: &mut ReactionHealth,
        reacted: &mut Reacted,
    ) -> Result<(), StoreError> {
        for event in events {
            match self.follow_up_one(store, bus, event) {
                Ok(asked) => {
                    reacted.followed_up += usize::from(asked);
                    health.followed_up += u64::from(asked);
                }
                Err(CommandError::Store(error)) => return Err(error),
                Err(CommandError::Codec(error)) => {
                    let position = event.recorded.global_position;
                    self.stand_before(position);
                    self.stand_still(health, &DeliveryError::Unreadable { position, error });
                    return Ok(());
                }
                Err(refused) => {
                    health.refused += 1;
                    let position = event.recorded.global_position;
                    let told = format!("{}, event {position}: {refused}", self.who.name());
                    health.last_refusal = Some(told);
                }
            }
            reacted.managed += 1;
        }
        Ok(())
    }

    /// Whether something was asked for, and done.
    fn follow_up_one<E: Environment>(
        &self,
        store: &mut EventStore,
        bus: &mut CommandBus<E>,
        event: &DecodedEvent,
    ) -> Result<bool, CommandError> {
        let Some(command) = self.who.follow_up(event, store)? else {
            return Ok(false);
        };
        let envelope = CommandEnvelope {
            command_id: follow_up_id(self.who.name(), &event.recorded.event_id),
            actor: self.who.name().to_owned(),
            command,
        };
        bus.execute_caused_by(store, &envelope, &cause_of(event))?;
        Ok(true)
    }

    fn stand_still(&mut self, health: &mut ReactionHealth, why: &DeliveryError) {
        self.stands_still = true;
        let told = format!("{}, {why}", self.who.name());
        health.standing_still.push(told);
    }
}

/// The event is the cause; the conversation is the one that the event was part of.
fn cause_of(event: &DecodedEvent) -> Cause {
    let metadata: Metadata = serde_json::from_str(&event.recorded.metadata).unwrap_or_default();
    Cause {
        correlation_id: match metadata.correlation_id.is_empty() {
            true => metadata.command_id,
            false => metadata.correlation_id,
        },
        causation_id: event.recorded.event_id.clone(),
    }
}

impl Follower<Box<dyn Reactor>> {
    /// First the mark, for good, and then the act: event by event.
    fn react(
        &mut self,
        store: &mut EventStore,
        limit: u32,
        health: &mut ReactionHealth,
        reacted: &mut Reacted,
    ) -> Result<(), StoreError> {
        let events = match self.subscription.poll_decoded(store, limit) {
            Ok(Delivery { events, .. }) => events,
            Err(DeliveryError::Store(error)) => return Err(error),
            // What nobody can read cannot be acted upon either.
            Err(DeliveryError::Unreadable { position, error }) => {
                self.commit_mark(store, position)?;
                self.subscription.go_on_after(position);
                self.fail(health, position, &error.to_string());
                reacted.acted += 1;
                return Ok(());
            }
        };
        for event in events {
            let position = event.recorded.global_position;
            if let Err(error) = self.commit_mark(store, position) {
                self.stand_before(position);
                return Err(error);
            }
            reacted.acted += 1;
            match self.who.act(&event) {
                Ok(()) => health.acted += 1,
                Err(reason) => self.fail(health, position, &reason),
            }
        }
        self.save_mark_now_and_then(store)
    }

    fn fail(&self, health: &mut ReactionHealth, position: u64, reason: &str) {
        health.failed += 1;
        let told = format!("{}, event {position}: {reason}", self.who.name());
        health.last_failure = Some(told);
    }
}
