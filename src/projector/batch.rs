//! Events on their way into the views: read once, decoded once.

use std::collections::HashMap;

use super::error::ProjectorError;
use super::lane::Group;
use super::projection::Projection;
use crate::codec::{self, CATALOGUE, CodecError};
use crate::domain::Event;
use crate::event_store::{EventStore, RecordedEvent};

/// Which projections want which events.
pub struct Interest {
    by_event_type: HashMap<&'static str, Vec<usize>>,
    /// Of an event type that this build does not know.
    by_stream_type: HashMap<&'static str, Vec<usize>>,
}

impl Interest {
    /// Of these projections, by their places.
    pub fn of(projections: &[Box<dyn Projection>]) -> Self {
        let mut interest = Self {
            by_event_type: CATALOGUE
                .iter()
                .map(|spec| (spec.name, Vec::new()))
                .collect(),
            by_stream_type: HashMap::new(),
        };
        for (place, projection) in projections.iter().enumerate() {
            for event_type in projection.event_types() {
                interest
                    .by_event_type
                    .entry(event_type)
                    .or_default()
                    .push(place);
            }
            for stream in projection.streams() {
                interest
                    .by_stream_type
                    .entry(stream.as_str())
                    .or_default()
                    .push(place);
            }
        }
        interest
    }

    /// The projections that an event concerns. One of an unknown type concerns
    /// all that read its kind of stream: to pass over it in silence could make
    /// their rows wrong.
    pub fn in_event(&self, event: &RecordedEvent) -> &[usize] {
        self.by_event_type
            .get(event.event_type.as_str())
            .or_else(|| self.by_stream_type.get(event.stream_type.as_str()))
            .map_or(&[], Vec::as_slice)
    }
}

/// The next events of the log.
pub struct Batch {
    events: Vec<(RecordedEvent, Decoded)>,
}

/// What became of a payload.
pub enum Decoded {
    /// Nobody in the group asked.
    Unread,
    /// It can be applied.
    Event(Event),
    /// It is a dead letter for whoever wants it.
    Unreadable(CodecError),
}

impl Batch {
    /// The events after the group's position, without a gap.
    ///
    /// # Errors
    /// [`ProjectorError::Gap`]; [`ProjectorError::Store`].
    pub fn read(
        store: &EventStore,
        group: &Group,
        interest: &Interest,
        limit: u32,
    ) -> Result<Self, ProjectorError> {
        let recorded = store.read_all(group.from, group.room(limit))?;
        let mut events = Vec::with_capacity(recorded.len());
        for (event, expected) in recorded.into_iter().zip(group.from + 1..) {
            if event.global_position != expected {
                return Err(ProjectorError::Gap {
                    expected,
                    found: event.global_position,
                });
            }
            let wanted = interest
                .in_event(&event)
                .iter()
                .any(|projection| group.lane_of(*projection).is_some());
            let decoded = if wanted {
                decode(store, &event)
            } else {
                Decoded::Unread
            };
            events.push((event, decoded));
        }
        Ok(Self { events })
    }

    /// In order.
    pub fn events(&self) -> impl Iterator<Item = &(RecordedEvent, Decoded)> {
        self.events.iter()
    }

    /// The last of them.
    pub fn last(&self) -> Option<&RecordedEvent> {
        self.events.last().map(|(event, _)| event)
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.events.len()
    }
}

/// Through the upcasters, to the current schema.
pub fn decode(store: &EventStore, recorded: &RecordedEvent) -> Decoded {
    let decoded = codec::decode(
        &recorded.event_type,
        recorded.schema_version,
        &recorded.payload,
        &store.identity().context,
    );
    match decoded {
        Ok(event) => Decoded::Event(event),
        Err(error) => Decoded::Unreadable(error),
    }
}
