//! views.db: built from the log, thrown away and built again at will.
//!
//! [`Projector::step`] reads the next events after the projections' checkpoint,
//! decodes each once, and lets every projection apply it, all in one transaction
//! with the checkpoints. So a projection is never ahead of or behind its tables,
//! and applying the same event twice cannot happen.
//!
//! Every generation of a projection's tables is a *lane* along the log. Readers
//! see the live ones, through SQL views; [rebuilds](Projector::start_rebuild) go
//! along aside and are swapped in at the head. An event that cannot be applied
//! becomes a dead letter of its projection, which holds up nothing but what has
//! to come after it.

mod batch;
mod changes;
mod dead_letters;
mod engine;
mod error;
mod lane;
mod pass;
mod projection;
mod projections;
mod rebuild;
mod replay;
mod tables;
mod views_db;

pub use changes::{Changed, Rows};
pub use dead_letters::Retried;
pub use engine::{Projector, Step};
pub use error::ProjectorError;
pub use projection::{Projected, Projection};
pub use projections::all;
pub use rebuild::RebuildStep;
pub use tables::Tables;
