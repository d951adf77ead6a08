//! One generation of a projection's tables on its way along the log.

use std::collections::HashSet;

use super::tables::Generation;

/// Where one generation of a projection is.
pub struct Lane {
    /// Which projection, by its place in the projector.
    pub projection: usize,
    /// Its tables.
    pub generation: Generation,
    /// Position of the last event that it has passed.
    pub position: u64,
    /// It does not go on: its version is not this build's, or its rebuild stopped.
    pub paused: bool,
    /// Sequence keys that wait behind a dead letter.
    pub blocked: HashSet<String>,
}

impl Lane {
    /// A lane at `position` that goes on.
    pub fn new(projection: usize, generation: Generation, position: u64) -> Self {
        Self {
            projection,
            generation,
            position,
            paused: false,
            blocked: HashSet::new(),
        }
    }
}

/// The lanes that go on and are furthest behind, so that they share one read,
/// one decoding and one transaction.
pub struct Group {
    /// Where they stand.
    pub from: u64,
    /// The next position where another lane stands already, if there is one.
    pub until: Option<u64>,
    /// For each projection, the place of its lane among `lanes`.
    by_projection: Vec<Option<usize>>,
}

impl Group {
    /// Of `lanes`; nothing if none goes on.
    pub fn furthest_behind(lanes: &[Lane], projections: usize) -> Option<Self> {
        let running = || lanes.iter().filter(|lane| !lane.paused);
        let from = running().map(|lane| lane.position).min()?;
        let until = running()
            .map(|lane| lane.position)
            .filter(|position| *position > from)
            .min();
        let mut by_projection = vec![None; projections];
        for (place, lane) in lanes.iter().enumerate() {
            if !lane.paused && lane.position == from {
                by_projection[lane.projection] = Some(place);
            }
        }
        Some(Self {
            from,
            until,
            by_projection,
        })
    }

    /// How many events may be read so that no lane gets one twice.
    pub fn room(&self, limit: u32) -> u32 {
        let free = self.until.map_or(u64::from(limit), |until| {
            (until - self.from).min(u64::from(limit))
        });
        u32::try_from(free).unwrap_or(limit)
    }

    /// The lane of a projection, if it is in the group.
    pub fn lane_of(&self, projection: usize) -> Option<usize> {
        self.by_projection[projection]
    }

    /// All of it, by place.
    pub fn places(&self) -> impl Iterator<Item = usize> {
        self.by_projection.iter().flatten().copied()
    }
}
