//! Why a member of the staff was not taken on.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::domain::text::TextError;

/// A rule of the staff that was broken.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum StaffError {
    /// An id is used once.
    #[error("this member of the staff is there already")]
    AlreadyAdded,
    /// A name.
    #[error(transparent)]
    Text(#[from] TextError),
}
