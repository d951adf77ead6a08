//! views.db: built from the log, thrown away and built again at will.
//!
//! [`Projector::step`] reads the next events after the projections' checkpoint,
//! decodes each once, and lets every projection apply it, all in one transaction
//! with the checkpoints. So a projection is never ahead of or behind its tables,
//! and applying the same event twice cannot happen.

mod engine;
mod error;
mod projection;
mod projections;
mod views_db;

pub use engine::{Projector, Step};
pub use error::ProjectorError;
pub use projection::{Projected, Projection};
pub use projections::all;
