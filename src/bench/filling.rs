//! Logs of any length, with what a café writes into them.

use super::BenchError;
use crate::application::demo::{Trade, corner_cafe};
use crate::application::{CommandBus, SeededEnvironment};
use crate::domain::Timestamp;
use crate::event_store::EventStore;

const COMMANDS_A_COMMIT: usize = 1000;
const PRODUCTS: usize = 60;
const TRADE_SEED: u64 = 1;
/// So that the ids of events do not repeat those of commands.
const EVENTS_SEED: u64 = 2;

/// A café's days, written into an empty log or going on where it was: the same
/// commands in the same order, so one that was carried out before is passed over.
pub struct Filling {
    trade: Trade,
    bus: CommandBus<SeededEnvironment>,
}

impl Filling {
    /// From its first day on.
    ///
    /// # Errors
    /// [`BenchError::NoCafe`].
    pub fn new() -> Result<Self, BenchError> {
        let opening = corner_cafe().ok_or(BenchError::NoCafe)?;
        let environment = SeededEnvironment::new(EVENTS_SEED, Timestamp(0));
        Ok(Self {
            trade: Trade::new(opening, PRODUCTS, TRADE_SEED),
            bus: CommandBus::new(environment, "bench"),
        })
    }

    /// Carries out a thousand commands in one transaction, or fewer if the log
    /// reaches `events`.
    ///
    /// # Errors
    /// [`BenchError`]; nothing of the transaction was recorded then.
    pub fn commit_some(&mut self, store: &mut EventStore, events: u64) -> Result<(), BenchError> {
        store.begin()?;
        let filled = self.carry_out(store, events);
        if filled.is_err() {
            store.rollback();
            self.bus.forget();
            return filled;
        }
        Ok(store.commit()?)
    }

    fn carry_out(&mut self, store: &mut EventStore, events: u64) -> Result<(), BenchError> {
        for _ in 0..COMMANDS_A_COMMIT {
            if store.head() >= events {
                break;
            }
            let Some((at, envelope)) = self.trade.next() else {
                break;
            };
            self.bus.environment().set_now(at);
            self.bus.execute(store, &envelope)?;
        }
        Ok(())
    }
}
