//! `verify-views`: whether views are what their log says.
//!
//! The log is replayed into a temporary file, and each view is compared in both.

use std::path::Path;

use super::Verdict;
use super::compare::{self, Compared};
use super::error::CompanionError;
use super::output::{answer, counted, hex};
use super::progress::Progress;
use super::replay::project;
use super::views_file::ViewsFile;
use crate::event_store::{EventStore, open_read_only};
use crate::projector;

/// Compares the views in `views` with a fresh replay of `events`.
///
/// # Errors
/// [`CompanionError`] if they cannot be compared: another log, another version,
/// or not at the log's end.
pub fn run(events: &Path, views: &Path) -> Result<Verdict, CompanionError> {
    let store = EventStore::inspect(events).map_err(CompanionError::not_readable(events))?;
    let found = ViewsFile::open(views)?;
    check_comparable(&store, &found, views)?;

    let folder =
        tempfile::tempdir().map_err(CompanionError::not_writable(&std::env::temp_dir()))?;
    let fresh_file = folder.path().join("views.db");
    let mut progress = Progress::new("verify-views", Some(store.head()));
    let projector = project(&fresh_file, &store, store.head(), |at| progress.at(at))
        .map_err(CompanionError::not_projected(&fresh_file))?;
    drop(projector);
    // Anew, for the projector sorts in memory, and here whole views are sorted.
    let fresh = open_read_only(&fresh_file).map_err(CompanionError::not_readable(&fresh_file))?;

    let mut verdict = Verdict::Fine;
    for projection in projector::all() {
        for name in projection.tables() {
            let compared = compare::compare(name, &found.connection, &fresh)
                .map_err(CompanionError::not_readable(&fresh_file))?;
            for (part, compared) in &compared {
                answer(&told(part, compared))?;
                if compared.difference.is_some() {
                    verdict = Verdict::Wrong;
                }
            }
        }
    }
    Ok(verdict)
}

fn check_comparable(
    store: &EventStore,
    found: &ViewsFile,
    views: &Path,
) -> Result<(), CompanionError> {
    if !found.is_of(store) {
        return Err(CompanionError::OtherLog {
            file: views.to_owned(),
            log_id: found.log_id(),
        });
    }
    let standings = found.standings()?;
    for projection in projector::all() {
        let refuse = |reason: String| CompanionError::NotComparable {
            file: views.to_owned(),
            projection: projection.id().to_owned(),
            reason,
        };
        let standing = standings
            .iter()
            .find(|standing| standing.projection == projection.id())
            .ok_or_else(|| refuse("is missing: replay the log into this file".to_owned()))?;
        if standing.version != projection.version() {
            let (its, ours) = (standing.version, projection.version());
            return Err(refuse(format!("has version {its}; this build's is {ours}")));
        }
        if !standing.running {
            let reason = standing.error.as_deref().unwrap_or_default();
            return Err(refuse(format!("stands still: {reason}")));
        }
        if standing.position != store.head() {
            let (at, head) = (standing.position, store.head());
            return Err(refuse(format!("is at position {at}, the log is at {head}")));
        }
    }
    Ok(())
}

fn told(name: &str, compared: &Compared) -> String {
    let hash = hex(&compared.hash);
    match &compared.difference {
        None => format!(
            "{name}: same: {}, {hash}",
            counted(compared.rows, "row", "rows")
        ),
        Some(difference) => {
            let fresh = hex(&compared.fresh_hash);
            format!("{name}: different: {difference} ({hash}, the log gives {fresh})")
        }
    }
}
