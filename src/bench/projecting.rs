//! How quickly the views follow.

use super::{BenchError, Clock};
use crate::event_store::EventStore;
use crate::projector::Projector;

/// What a projection of the whole log took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Projected {
    /// Events that were read.
    pub events: u64,
    /// For all of them.
    pub milliseconds: f64,
}

/// Throws the views away and builds all of them again, in one go.
///
/// # Errors
/// [`BenchError`] if the databases fail.
pub fn project_all(
    projector: &mut Projector,
    store: &EventStore,
    now_ms: Clock<'_>,
) -> Result<Projected, BenchError> {
    projector.reset()?;
    let began = now_ms();
    let step = projector.catch_up(store)?;
    Ok(Projected {
        events: step.events as u64,
        milliseconds: now_ms() - began,
    })
}
