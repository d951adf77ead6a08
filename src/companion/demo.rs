//! `demo`: a believable shop's log, the same for the same seed.

use std::fs;
use std::path::Path;

use super::Verdict;
use super::error::CompanionError;
use super::new_log::LogInTheMaking;
use super::output::{answer, counted};
use super::progress::Progress;
use crate::application::demo::{Trade, corner_cafe};
use crate::application::{CommandBus, Environment, SeededEnvironment};
use crate::codec::LogContext;
use crate::domain::time::Timestamp;
use crate::event_store::NewLog;

const COMMANDS_A_COMMIT: usize = 1000;
/// In the metadata of every event instead of a version, so that the same seed
/// gives the same bytes whichever build it was.
const APP_VERSION: &str = "demo";
/// So that the ids of events do not repeat those of commands.
const ANOTHER_STREAM: u64 = 0x5DEE_CE66_D1CE_4E5B;

/// Writes `events.db` into `folder`.
///
/// # Errors
/// [`CompanionError`]; nothing is written then.
pub fn run(
    folder: &Path,
    days: u32,
    products: usize,
    seed: u64,
) -> Result<Verdict, CompanionError> {
    let opening = corner_cafe().ok_or(CompanionError::NoDemo)?;
    fs::create_dir_all(folder).map_err(CompanionError::not_writable(folder))?;
    let file = folder.join("events.db");

    let mut environment = SeededEnvironment::new(seed ^ ANOTHER_STREAM, Timestamp(0));
    let mut log_id = [0; 16];
    environment.random(&mut log_id);
    let new = NewLog {
        log_id,
        context: LogContext {
            v1_currency: opening.settings.currency,
        },
    };
    let origin = opening.register_code.clone();
    let mut log = LogInTheMaking::begin(&file, origin.as_str(), &new)?;
    let mut bus = CommandBus::new(environment, APP_VERSION);
    let mut progress = Progress::new("demo", None);
    let mut trade = Trade::new(opening, products, seed).days(days).peekable();
    while trade.peek().is_some() {
        log.store
            .begin()
            .map_err(CompanionError::not_recorded(&file))?;
        for (at, envelope) in trade.by_ref().take(COMMANDS_A_COMMIT) {
            bus.environment().set_now(at);
            bus.execute(&mut log.store, &envelope).map_err(|error| {
                CompanionError::NotCarriedOut {
                    file: file.clone(),
                    position: log.store.head() + 1,
                    reason: error.to_string(),
                }
            })?;
        }
        log.commit()?;
        progress.at(log.store.head());
    }
    let events = counted(log.store.head(), "event", "events");
    log.finish()?;
    answer(&format!("{}: {events}", file.display()))?;
    Ok(Verdict::Fine)
}
