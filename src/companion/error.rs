//! Why a command could not be carried out. Each says where: the file, and the
//! line or position in it.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::document::LineError;
use crate::event_store::{InspectError, StoreError};
use crate::projector::ProjectorError;

/// Why a command stopped.
#[derive(Debug, Error)]
pub enum CompanionError {
    /// A database that cannot be read.
    #[error("{}: {cause}", file.display())]
    NotReadable {
        /// The file.
        file: PathBuf,
        /// Why not.
        cause: InspectError,
    },
    /// An event that cannot be read.
    #[error("{}: event {position}: {reason}", file.display())]
    BadEvent {
        /// The log.
        file: PathBuf,
        /// The event's global position.
        position: u64,
        /// In what way.
        reason: String,
    },
    /// What is there is not overwritten.
    #[error("{}: there is a file already, and nothing is overwritten", .0.display())]
    Exists(PathBuf),
    /// A file or folder cannot be made.
    #[error("{}: it cannot be written: {cause}", file.display())]
    NotWritable {
        /// The file.
        file: PathBuf,
        /// Why not.
        cause: io::Error,
    },
    /// The new log cannot be written.
    #[error("{}: it cannot be recorded: {cause}", file.display())]
    NotRecorded {
        /// The log.
        file: PathBuf,
        /// Why not.
        cause: StoreError,
    },
    /// A line that is no event.
    #[error("{}: line {line}: {cause}", file.display())]
    BadLine {
        /// The file.
        file: PathBuf,
        /// From 1.
        line: u64,
        /// Why not.
        cause: LineError,
    },
    /// A new log has an id of its own.
    #[error("the system gives no random numbers")]
    NoRandomness,
    /// A database, and not one of views.
    #[error("{}: this is not a file of Daybook's views", .0.display())]
    NoViews(PathBuf),
    /// The views are further than they shall be.
    #[error(
        "{}: the views are at position {position} already, and do not go back to {to}",
        file.display()
    )]
    ViewsAreFurther {
        /// The views.
        file: PathBuf,
        /// Where they are.
        position: u64,
        /// Where they should end.
        to: u64,
    },
    /// The log ends before.
    #[error("{}: the log ends at position {head}, before {to}", file.display())]
    BeyondTheEnd {
        /// The log.
        file: PathBuf,
        /// What was asked for.
        to: u64,
        /// Its last position.
        head: u64,
    },
    /// The views tell of something else.
    #[error("{}: these views were built from another log, {log_id}", file.display())]
    OtherLog {
        /// The views.
        file: PathBuf,
        /// The log that they were built from.
        log_id: String,
    },
    /// A view cannot be compared as it is.
    #[error("{}: {projection} {reason}", file.display())]
    NotComparable {
        /// The views.
        file: PathBuf,
        /// Which one.
        projection: String,
        /// Why not.
        reason: String,
    },
    /// The views cannot be built.
    #[error("{}: the views cannot be built: {cause}", file.display())]
    NotProjected {
        /// The views.
        file: PathBuf,
        /// Why not.
        cause: ProjectorError,
    },
    /// A rule refused a command that should have passed: a fault of this program.
    #[error("{}: event {position}: {reason}", file.display())]
    NotCarriedOut {
        /// The log.
        file: PathBuf,
        /// Where its first event would have gone.
        position: u64,
        /// The rule.
        reason: String,
    },
    /// The demo shop names something that is no id: a fault of this program.
    #[error("the demo shop cannot be opened")]
    NoDemo,
    /// What was found cannot be told.
    #[error("writing the answer failed: {0}")]
    Answer(#[from] io::Error),
}

impl CompanionError {
    /// For `map_err` on what reads `file`.
    pub fn not_readable<E: Into<InspectError>>(file: &Path) -> impl FnOnce(E) -> Self {
        |cause| Self::NotReadable {
            file: file.to_owned(),
            cause: cause.into(),
        }
    }

    /// For `map_err` on what writes `file`.
    pub fn not_writable(file: &Path) -> impl FnOnce(io::Error) -> Self {
        |cause| Self::NotWritable {
            file: file.to_owned(),
            cause,
        }
    }

    /// For `map_err` on what appends to the log in `file`.
    pub fn not_recorded(file: &Path) -> impl FnOnce(StoreError) -> Self {
        |cause| Self::NotRecorded {
            file: file.to_owned(),
            cause,
        }
    }

    /// For `map_err` on what builds the views in `file`.
    pub fn not_projected(file: &Path) -> impl FnOnce(ProjectorError) -> Self {
        |cause| Self::NotProjected {
            file: file.to_owned(),
            cause,
        }
    }

    /// Whether nobody reads the answer any more.
    pub fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Answer(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// 1 for something wrong in a file that was read, else 2.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::BadEvent { .. } => 1,
            _ => 2,
        }
    }
}
