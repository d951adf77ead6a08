//! Following the log: catch up, then live, on one thread and without a gap or a
//! double.
//!
//! A [`Subscription`] is a position and a query. [`Subscription::poll`] hands out
//! what is committed after its position and moves on; whether that was written
//! years ago or just now is the same to it, so there is no moment of going live
//! at which an event could be missed or seen twice. It never sees an event of an
//! open transaction, for the store remembers how far the log is committed.
//!
//! Nobody has to poll in vain: [`EventStore::on_commit`] calls whoever wants to
//! wake up after a commit.

use super::EventStore;
use super::error::StoreError;
use super::query::{self, Direction, EventQuery, Span};
use super::record::RecordedEvent;
use crate::codec::CodecError;
use crate::domain::Event;

/// One poll looks at no more positions than this, however rare what it looks for:
/// background work comes in slices.
const MAX_POSITIONS_A_POLL: u64 = 4096;

/// A reader of the log that has come to a position.
#[derive(Debug, Clone)]
pub struct Subscription {
    position: u64,
    query: Option<EventQuery>,
}

/// What a poll found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery<Item = RecordedEvent> {
    /// In order. May be empty while there is more to look through.
    pub events: Vec<Item>,
    /// Whether all that is committed has been delivered now. If not, poll again.
    pub is_live: bool,
}

/// A recorded event and what it says, translated from whatever version it has.
/// The stored version is still in [`RecordedEvent::schema_version`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodedEvent {
    /// As it stands in the log.
    pub recorded: RecordedEvent,
    /// What it says.
    pub event: Event,
}

/// Why a poll for decoded events failed. The subscription stands before the event
/// and has lost nothing.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// This build cannot read the next event.
    #[error("event {position}: {error}")]
    Unreadable {
        /// The event's position.
        position: u64,
        /// Why not.
        error: CodecError,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl EventStore {
    /// A subscription to what comes after `position`: to everything, or to what
    /// matches.
    ///
    /// # Errors
    /// [`StoreError::BeyondHead`] for a position that this log has not reached:
    /// who came so far was following another log, or one of which less is left.
    pub fn subscribe(
        &self,
        position: u64,
        query: Option<EventQuery>,
    ) -> Result<Subscription, StoreError> {
        let head = self.committed_head();
        if position > head {
            return Err(StoreError::BeyondHead { position, head });
        }
        Ok(Subscription { position, query })
    }

    /// Calls `listener` with the committed head after each commit that recorded
    /// something, until it is [`removed`](Self::remove_listener). It is told that
    /// there is something new and shall poll later, when nobody is in the middle
    /// of anything.
    pub fn on_commit(&mut self, listener: impl FnMut(u64) + 'static) -> ListenerId {
        self.listeners.add(Box::new(listener))
    }

    /// Calls a listener no more.
    pub fn remove_listener(&mut self, id: ListenerId) {
        self.listeners.all.retain(|(known, _)| *known != id);
    }
}

impl Subscription {
    /// All up to here was looked at, and delivered if it matches. Whoever keeps it
    /// can [subscribe](EventStore::subscribe) again from here.
    #[must_use]
    pub const fn position(&self) -> u64 {
        self.position
    }

    /// Whether nothing that is committed is left to look at.
    #[must_use]
    pub const fn is_live(&self, store: &EventStore) -> bool {
        self.position >= store.committed_head()
    }

    /// Begins anew after an earlier position: what lies behind it comes again. A
    /// later one changes nothing.
    pub const fn go_back_to(&mut self, position: u64) {
        if position < self.position {
            self.position = position;
        }
    }

    /// Leaves out what lies up to a position, as an event that nobody can read. An
    /// earlier one changes nothing.
    pub const fn go_on_after(&mut self, position: u64) {
        if position > self.position {
            self.position = position;
        }
    }

    /// The next events, at most `limit` of them.
    ///
    /// # Errors
    /// [`StoreError`]; the subscription stands where it stood.
    pub fn poll(&mut self, store: &EventStore, limit: u32) -> Result<Delivery, StoreError> {
        let events = self.next_events(store, limit)?;
        self.position = match events.last() {
            // There may be more right behind the last one.
            Some(last) if events.len() >= limit as usize => last.global_position,
            _ if limit == 0 => self.position,
            _ => self.horizon(store),
        };
        Ok(Delivery {
            events,
            is_live: self.is_live(store),
        })
    }

    /// As [`poll`](Self::poll), with what the events say.
    ///
    /// # Errors
    /// [`DeliveryError`]. Events before one that cannot be read are delivered
    /// first; the subscription does not go past it.
    pub fn poll_decoded(
        &mut self,
        store: &EventStore,
        limit: u32,
    ) -> Result<Delivery<DecodedEvent>, DeliveryError> {
        let before = self.position;
        let delivery = self.poll(store, limit)?;
        let mut events = Vec::with_capacity(delivery.events.len());
        for recorded in delivery.events {
            let position = recorded.global_position;
            match store.decode(&recorded) {
                Ok(event) => events.push(DecodedEvent { recorded, event }),
                Err(error) if events.is_empty() => {
                    self.position = before;
                    return Err(DeliveryError::Unreadable { position, error });
                }
                Err(_) => {
                    self.position = position - 1;
                    break;
                }
            }
        }
        Ok(Delivery {
            events,
            is_live: self.is_live(store),
        })
    }

    /// The last position that one poll looks at.
    fn horizon(&self, store: &EventStore) -> u64 {
        let head = store.committed_head();
        head.min(self.position.saturating_add(MAX_POSITIONS_A_POLL))
    }

    fn next_events(
        &self,
        store: &EventStore,
        limit: u32,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        if self.is_live(store) || limit == 0 {
            return Ok(Vec::new());
        }
        let span = Span {
            after: self.position,
            upto: self.horizon(store),
        };
        let all;
        let query = match &self.query {
            Some(query) => query,
            None => {
                all = EventQuery::all();
                &all
            }
        };
        query::matching(store.connection(), query, span, Direction::Forwards, limit)
    }
}

/// Names a listener, to remove it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListenerId(u64);

type Listener = Box<dyn FnMut(u64)>;

/// Who is called after a commit.
#[derive(Default)]
pub(super) struct Listeners {
    all: Vec<(ListenerId, Listener)>,
    added: u64,
}

impl Listeners {
    fn add(&mut self, listener: Listener) -> ListenerId {
        self.added += 1;
        let id = ListenerId(self.added);
        self.all.push((id, listener));
        id
    }

    pub(super) fn call(&mut self, head: u64) {
        for (_, listener) in &mut self.all {
            listener(head);
        }
    }
}
