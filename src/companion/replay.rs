//! `replay`: builds views.db from a log.
//!
//! A file that is not there is made. Views that are there go on from where they
//! stand; those of another log, or of another version, are built anew, as the app
//! does it. An event that cannot be applied is told, and nothing waits for it but
//! what has to come after it.

use std::path::Path;

use rusqlite::Connection;

use super::Verdict;
use super::error::CompanionError;
use super::new_log::{aside, put_in_place};
use super::output::{answer, counted, grouped, say};
use super::progress::Progress;
use super::views_file::{ViewsFile, standings};
use crate::event_store::EventStore;
use crate::projector::{self, Projector, ProjectorError};

const EVENTS_A_STEP: u64 = 1000;

/// Builds `views` from the log in `events`, up to position `to` or its end.
///
/// # Errors
/// [`CompanionError`]; what cannot be read, and what is no file of views, is left
/// as it is.
pub fn run(events: &Path, views: &Path, to: Option<u64>) -> Result<Verdict, CompanionError> {
    let store = EventStore::inspect(events).map_err(CompanionError::not_readable(events))?;
    let to = end(&store, events, to)?;
    if views.symlink_metadata().is_ok() {
        check_views(views, &store, to)?;
        return build(&store, views, views, to);
    }
    let aside = aside(views).map_err(CompanionError::not_writable(views))?;
    let verdict = build(&store, &aside, views, to)?;
    put_in_place(aside, views)?;
    Ok(verdict)
}

fn end(store: &EventStore, events: &Path, to: Option<u64>) -> Result<u64, CompanionError> {
    match to {
        Some(to) if to > store.head() => Err(CompanionError::BeyondTheEnd {
            file: events.to_owned(),
            to,
            head: store.head(),
        }),
        Some(to) => Ok(to),
        None => Ok(store.head()),
    }
}

/// Whether the file may be written to, before it is.
fn check_views(views: &Path, store: &EventStore, to: u64) -> Result<(), CompanionError> {
    let found = ViewsFile::open(views)?;
    let furthest = found.furthest()?;
    // Views that are further than the log itself are built anew.
    if found.is_of(store) && furthest > to && furthest <= store.head() {
        return Err(CompanionError::ViewsAreFurther {
            file: views.to_owned(),
            position: furthest,
            to,
        });
    }
    Ok(())
}

/// Writes into `file`, which is or will be `views`.
fn build(
    store: &EventStore,
    file: &Path,
    views: &Path,
    to: u64,
) -> Result<Verdict, CompanionError> {
    let mut progress = Progress::new("replay", Some(to));
    let projector = project(file, store, to, |position| progress.at(position))
        .map_err(CompanionError::not_projected(views))?;
    let standings = standings(projector.views()).map_err(CompanionError::not_readable(views))?;
    let mut verdict = Verdict::Fine;
    for standing in standings {
        if let Some(reason) = standing.error {
            let projection = standing.projection;
            say(&format!("{}: {projection}: {reason}", views.display()));
            verdict = Verdict::Wrong;
        }
    }
    let events = counted(projector.position(), "event", "events");
    let all = grouped(store.head());
    answer(&format!("{}: {events} of {all}", views.display()))?;
    Ok(verdict)
}

/// Projects the log into the views in `file` up to position `to`.
///
/// # Errors
/// [`ProjectorError`].
pub fn project(
    file: &Path,
    store: &EventStore,
    to: u64,
    mut told: impl FnMut(u64),
) -> Result<Projector, ProjectorError> {
    let mut projector = Projector::open(Connection::open(file)?, store, projector::all())?;
    loop {
        let left = to.saturating_sub(projector.position());
        if left == 0 {
            break;
        }
        let limit = u32::try_from(left.min(EVENTS_A_STEP)).unwrap_or(u32::MAX);
        let step = projector.step(store, limit)?;
        told(step.position);
        if step.at_head {
            break;
        }
    }
    // Views of another version are only swapped at the log's end.
    if to == store.head() {
        rebuild(&mut projector, store, told)?;
    }
    Ok(projector)
}

fn rebuild(
    projector: &mut Projector,
    store: &EventStore,
    mut told: impl FnMut(u64),
) -> Result<(), ProjectorError> {
    let mut events = 0;
    let limit = u32::try_from(EVENTS_A_STEP).unwrap_or(u32::MAX);
    while projector.is_rebuilding() {
        events += projector.rebuild_step(store, limit)?.events as u64;
        told(events);
    }
    Ok(())
}
