//! Aggregates, loaded from their streams. What was loaded is kept and brought up
//! to date: by what the bus has just appended, or by reading what is new. The
//! stream's true version, asked each time, says whether it is.
//!
//! A stream that is loaded for the first time begins with its snapshot, if there
//! is one that fits. A snapshot of another schema, ahead of its stream, or
//! unreadable counts for nothing, and the next one replaces it.

use std::collections::HashMap;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::CommandError;
use super::handlers::PlannedWrite;
use crate::domain::account::{self, Account};
use crate::domain::ids::{AccountId, OrderId, ProductId, RegisterId, ShiftId};
use crate::domain::order::{self, Order};
use crate::domain::product::{self, Product};
use crate::domain::register::{self, Register};
use crate::domain::shift::{self, Shift};
use crate::domain::shop::{self, Shop};
use crate::domain::{Event, StreamType};
use crate::event_store::{EventStore, RecordedEvent, Snapshot, Snapshots, StoreError};

const READ_BATCH: u32 = 512;
/// More loaded aggregates than this are forgotten all at once.
const MAX_KEPT: usize = 512;

/// An aggregate: how its state grows from its events.
pub trait Aggregate: Clone + Default + Serialize + DeserializeOwned {
    /// The kind of stream.
    const STREAM_TYPE: StreamType;
    /// Version of the state's shape in snapshots. It rises when the shape, or what
    /// `evolve` makes of events, changes.
    const SNAPSHOT_SCHEMA: u32;
    /// A snapshot is due so many events after the last one, if nobody
    /// [says otherwise](Repository::snapshot_every).
    const SNAPSHOT_EVERY: u64;
    /// Applies an event; another aggregate's changes nothing.
    fn apply(&mut self, event: &Event);
}

/// A state and where in its stream it stands.
#[derive(Debug, Clone, Default)]
pub struct Loaded<State> {
    /// The state.
    pub state: State,
    /// Version of the last event in it; 0 for a stream without events.
    pub version: u64,
}

/// Where snapshots lie, and how often they are taken.
#[derive(Debug, Default)]
struct Snapshotting {
    snapshots: Option<Snapshots>,
    every: HashMap<StreamType, u64>,
}

impl Snapshotting {
    fn every<State: Aggregate>(&self) -> u64 {
        let configured = self.every.get(&State::STREAM_TYPE);
        configured.copied().unwrap_or(State::SNAPSHOT_EVERY).max(1)
    }

    /// Where a stream at version `actual` can begin.
    fn begin<State: Aggregate>(&self, stream_id: &str, actual: u64) -> Kept<State> {
        let snapshot = match &self.snapshots {
            // Shorter streams have none.
            Some(snapshots) if actual >= self.every::<State>() => {
                snapshots.load(stream_id).ok().flatten()
            }
            _ => None,
        };
        snapshot
            .and_then(|snapshot| Kept::from_snapshot(&snapshot, actual))
            .unwrap_or_default()
    }
}

/// A loaded aggregate, and what is known of its snapshot.
#[derive(Debug, Clone, Default)]
struct Kept<State> {
    loaded: Loaded<State>,
    /// Version of the snapshot that fits; 0 if there is none.
    snapshot_version: u64,
    is_due: bool,
}

impl<State: Aggregate> Kept<State> {
    fn from_snapshot(snapshot: &Snapshot, actual: u64) -> Option<Self> {
        if snapshot.schema_version != State::SNAPSHOT_SCHEMA
            || !(1..=actual).contains(&snapshot.version)
        {
            return None;
        }
        Some(Self {
            loaded: Loaded {
                state: serde_json::from_str(&snapshot.state).ok()?,
                version: snapshot.version,
            },
            snapshot_version: snapshot.version,
            is_due: false,
        })
    }
}

/// Keeps loaded aggregates of one kind, by stream.
#[derive(Debug, Default)]
struct Shelf<State> {
    kept: HashMap<String, Kept<State>>,
    /// Streams of which a snapshot is due.
    due: Vec<String>,
}

impl<State: Aggregate> Shelf<State> {
    fn load(
        &mut self,
        store: &EventStore,
        snapshotting: &Snapshotting,
        id: &str,
    ) -> Result<Loaded<State>, CommandError> {
        let stream_id = State::STREAM_TYPE.stream_id(id);
        let actual = store.stream_version(&stream_id)?;
        if actual == 0 {
            return Ok(Loaded::default());
        }
        let mut kept = match self.kept.get(&stream_id) {
            Some(kept) if kept.loaded.version == actual => return Ok(kept.loaded.clone()),
            Some(kept) if kept.loaded.version < actual => kept.clone(),
            _ => snapshotting.begin(&stream_id, actual),
        };
        catch_up(store, &stream_id, &mut kept.loaded)?;
        let loaded = kept.loaded.clone();
        self.keep(snapshotting, stream_id, kept);
        Ok(loaded)
    }

    /// Applies what was appended, so that it need not be read back.
    fn appended(&mut self, snapshotting: &Snapshotting, write: &PlannedWrite) {
        let stream_id = write.stream_type.stream_id(&write.id);
        let mut kept = match self.kept.remove(&stream_id) {
            Some(kept) if kept.loaded.version == write.version => kept,
            None if write.version == 0 => Kept::default(),
            // Reading will tell.
            _ => return,
        };
        for event in &write.events {
            kept.loaded.state.apply(event);
            kept.loaded.version += 1;
        }
        self.keep(snapshotting, stream_id, kept);
    }

    fn keep(&mut self, snapshotting: &Snapshotting, stream_id: String, mut kept: Kept<State>) {
        if self.kept.len() >= MAX_KEPT {
            // What was due is due again with its next events.
            *self = Self::default();
            kept.is_due = false;
        }
        let since = kept.loaded.version - kept.snapshot_version;
        if !kept.is_due
            && snapshotting.snapshots.is_some()
            && since >= snapshotting.every::<State>()
        {
            kept.is_due = true;
            self.due.push(stream_id.clone());
        }
        self.kept.insert(stream_id, kept);
    }

    fn take_snapshots(&mut self, snapshots: &Snapshots, limit: usize) -> Result<usize, StoreError> {
        let mut taken = 0;
        while taken < limit {
            let Some(stream_id) = self.due.pop() else {
                break;
            };
            let Some(kept) = self.kept.get_mut(&stream_id) else {
                continue;
            };
            // One that fails is due again with the stream's next events, not at once.
            kept.is_due = false;
            snapshots.save(&stream_id, &snapshot_of(&kept.loaded)?)?;
            kept.snapshot_version = kept.loaded.version;
            taken += 1;
        }
        Ok(taken)
    }
}

fn snapshot_of<State: Aggregate>(loaded: &Loaded<State>) -> Result<Snapshot, StoreError> {
    let state = serde_json::to_string(&loaded.state)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    Ok(Snapshot {
        version: loaded.version,
        schema_version: State::SNAPSHOT_SCHEMA,
        state,
    })
}

fn catch_up<State: Aggregate>(
    store: &EventStore,
    stream_id: &str,
    loaded: &mut Loaded<State>,
) -> Result<(), CommandError> {
    loop {
        let events = store.read_stream(stream_id, loaded.version + 1, READ_BATCH)?;
        for recorded in &events {
            loaded.state.apply(&store.decode(recorded)?);
            loaded.version = recorded.version;
        }
        if events.len() < READ_BATCH as usize {
            return Ok(());
        }
    }
}

/// The domain's event behind a recorded one.
///
/// # Errors
/// [`CommandError::Codec`].
pub fn decode(store: &EventStore, recorded: &RecordedEvent) -> Result<Event, CommandError> {
    Ok(store.decode(recorded)?)
}

/// The aggregates that there are, and what has to be done with each kind.
macro_rules! aggregates {
    ($($variant:ident($state:ty) on $shelf:ident evolves by $evolve:path,
        snapshot schema $schema:literal every $every:literal;)*) => {
        $(impl Aggregate for $state {
            const STREAM_TYPE: StreamType = StreamType::$variant;
            const SNAPSHOT_SCHEMA: u32 = $schema;
            const SNAPSHOT_EVERY: u64 = $every;

            fn apply(&mut self, event: &Event) {
                if let Event::$variant(event) = event {
                    $evolve(self, event);
                }
            }
        })*

        #[derive(Debug, Default)]
        struct Shelves {
            $($shelf: Shelf<$state>,)*
        }

        impl Shelves {
            fn appended(
                &mut self,
                snapshotting: &Snapshotting,
                write: &PlannedWrite,
            ) {
                match write.stream_type {
                    $(StreamType::$variant => self.$shelf.appended(snapshotting, write),)*
                    // A stream that no rule loads.
                    #[allow(unreachable_patterns)]
                    _ => {}
                }
            }

            fn snapshots_due(&self) -> bool {
                $(!self.$shelf.due.is_empty())||*
            }

            fn take_snapshots(
                &mut self,
                snapshots: &Snapshots,
                limit: usize,
            ) -> Result<usize, StoreError> {
                let mut taken = 0;
                $(taken += self.$shelf.take_snapshots(snapshots, limit - taken)?;)*
                Ok(taken)
            }
        }
    };
}

aggregates! {
    Shop(Shop) on shops evolves by shop::evolve, snapshot schema 1 every 100;
    Register(Register) on registers evolves by register::evolve, snapshot schema 1 every 100;
    Shift(Shift) on shifts evolves by shift::evolve, snapshot schema 1 every 100;
    Product(Option<Product>) on products evolves by product::evolve, snapshot schema 1 every 100;
    Order(Option<Order>) on orders evolves by order::evolve, snapshot schema 1 every 100;
    Account(Option<Account>) on accounts evolves by account::evolve, snapshot schema 1 every 100;
}

/// Loads aggregates.
#[derive(Debug, Default)]
pub struct Repository {
    snapshotting: Snapshotting,
    shelves: Shelves,
    /// The newest event about a register's shifts, and the shift that it is about.
    newest_shifts: HashMap<RegisterId, (u64, ShiftId)>,
}

/// The id of the one shop.
pub const SHOP_ID: &str = "main";

impl Repository {
    /// Forgets what was loaded. To be called when a transaction or savepoint is
    /// undone, since what was loaded may contain events that never were.
    pub fn forget(&mut self) {
        self.shelves = Shelves::default();
        self.newest_shifts.clear();
    }

    /// Loads long streams from snapshots from now on, and takes them.
    pub fn use_snapshots(&mut self, snapshots: Snapshots) {
        self.snapshotting.snapshots = Some(snapshots);
    }

    /// Snapshots of these streams are due after so many events instead of the
    /// aggregate's own [`SNAPSHOT_EVERY`](Aggregate::SNAPSHOT_EVERY); 0 is as 1.
    pub fn snapshot_every(&mut self, stream_type: StreamType, events: u64) {
        self.snapshotting.every.insert(stream_type, events);
    }

    /// Whether a snapshot of something loaded is due.
    #[must_use]
    pub fn snapshots_due(&self) -> bool {
        self.shelves.snapshots_due()
    }

    /// Takes up to `limit` snapshots that are due. What is kept must be committed.
    ///
    /// # Errors
    /// [`StoreError`] if views.db fails; nothing is lost but time.
    pub fn take_snapshots(&mut self, limit: usize) -> Result<usize, StoreError> {
        match &self.snapshotting.snapshots {
            Some(snapshots) => self.shelves.take_snapshots(snapshots, limit),
            None => Ok(0),
        }
    }

    /// Takes over what was just appended.
    pub(super) fn appended(&mut self, writes: &[PlannedWrite]) {
        for write in writes.iter().filter(|write| !write.events.is_empty()) {
            self.shelves.appended(&self.snapshotting, write);
        }
    }

    /// The shop.
    ///
    /// # Errors
    /// [`CommandError`] if its stream cannot be read.
    pub fn shop(&mut self, store: &EventStore) -> Result<Loaded<Shop>, CommandError> {
        self.shelves.shops.load(store, &self.snapshotting, SHOP_ID)
    }

    /// A register.
    ///
    /// # Errors
    /// As [`Self::shop`].
    pub fn register(
        &mut self,
        store: &EventStore,
        id: &RegisterId,
    ) -> Result<Loaded<Register>, CommandError> {
        let shelf = &mut self.shelves.registers;
        shelf.load(store, &self.snapshotting, id.as_str())
    }

    /// A shift.
    ///
    /// # Errors
    /// As [`Self::shop`].
    pub fn shift(
        &mut self,
        store: &EventStore,
        id: &ShiftId,
    ) -> Result<Loaded<Shift>, CommandError> {
        let shelf = &mut self.shelves.shifts;
        shelf.load(store, &self.snapshotting, id.as_str())
    }

    /// The shift of a register that the newest event with `tag` is about, and the
    /// position of that event.
    ///
    /// # Errors
    /// As [`Self::shop`].
    pub fn newest_shift(
        &mut self,
        store: &EventStore,
        register: &RegisterId,
        tag: &str,
    ) -> Result<Option<(u64, ShiftId)>, CommandError> {
        let position = store.newest_with_tag(tag)?;
        if position == 0 {
            return Ok(None);
        }
        if let Some(known) = self.newest_shifts.get(register)
            && known.0 == position
        {
            return Ok(Some(known.clone()));
        }
        let Some(recorded) = store.read_by_tag_backwards(tag, position + 1, 1)?.pop() else {
            return Ok(None);
        };
        let prefix = StreamType::Shift.stream_id("");
        let id = recorded.stream_id.strip_prefix(&prefix);
        let Some(id) = id.and_then(|id| ShiftId::new(id).ok()) else {
            return Ok(None);
        };
        self.newest_shifts
            .insert(register.clone(), (position, id.clone()));
        Ok(Some((position, id)))
    }

    /// A product.
    ///
    /// # Errors
    /// As [`Self::shop`].
    pub fn product(
        &mut self,
        store: &EventStore,
        id: &ProductId,
    ) -> Result<Loaded<Option<Product>>, CommandError> {
        let shelf = &mut self.shelves.products;
        shelf.load(store, &self.snapshotting, id.as_str())
    }

    /// An order.
    ///
    /// # Errors
    /// As [`Self::shop`].
    pub fn order(
        &mut self,
        store: &EventStore,
        id: &OrderId,
    ) -> Result<Loaded<Option<Order>>, CommandError> {
        let shelf = &mut self.shelves.orders;
        shelf.load(store, &self.snapshotting, id.as_str())
    }

    /// An account.
    ///
    /// # Errors
    /// As [`Self::shop`].
    pub fn account(
        &mut self,
        store: &EventStore,
        id: &AccountId,
    ) -> Result<Loaded<Option<Account>>, CommandError> {
        let shelf = &mut self.shelves.accounts;
        shelf.load(store, &self.snapshotting, id.as_str())
    }
}
