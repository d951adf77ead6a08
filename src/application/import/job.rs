//! An import in slices, so that the till goes on in between.

use super::tickets::{PriceList, Rejected, Ticket, Tickets};
use crate::application::bus::CommandBus;
use crate::application::command::CommandEnvelope;
use crate::application::environment::Environment;
use crate::application::error::CommandError;
use crate::domain::time::ZoneName;
use crate::event_store::EventStore;

/// A running import.
pub struct ImportJob {
    tickets: Vec<Ticket>,
    prices: PriceList,
    zone: ZoneName,
    actor: String,
    counts: Counts,
    rejected: Vec<Rejected>,
}

/// What an import has done so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tickets dealt with.
    pub done: usize,
    /// Tickets that are now orders.
    pub imported: u64,
    /// Tickets that were recorded before.
    pub known: u64,
    /// Units in the imported ones, in thousandths.
    pub units_milli: i64,
    /// Rejections so far.
    rejected: usize,
}

impl ImportJob {
    /// An import of these tickets, whose times are in `zone`.
    #[must_use]
    pub fn new(tickets: Tickets, prices: PriceList, zone: ZoneName, actor: &str) -> Self {
        Self {
            tickets: tickets.tickets,
            prices,
            zone,
            actor: actor.to_owned(),
            counts: Counts {
                rejected: tickets.rejected.len(),
                ..Counts::default()
            },
            rejected: tickets.rejected,
        }
    }

    /// What was done so far.
    #[must_use]
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// How many tickets there are.
    #[must_use]
    pub fn tickets(&self) -> usize {
        self.tickets.len()
    }

    /// Whether no ticket is left.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.counts.done >= self.tickets.len()
    }

    /// Rows and tickets that were left out, in the order of the file.
    #[must_use]
    pub fn rejected(&self) -> Vec<Rejected> {
        let mut rejected = self.rejected.clone();
        rejected.sort_by_key(|rejected| rejected.line);
        rejected
    }

    /// Records the next ticket within the open transaction.
    ///
    /// # Errors
    /// [`CommandError`] for what is not the ticket's fault; the caller undoes the
    /// transaction and goes [`back`](Self::back_to).
    pub fn step<E: Environment>(
        &mut self,
        bus: &mut CommandBus<E>,
        store: &mut EventStore,
    ) -> Result<(), CommandError> {
        let Some(ticket) = self.tickets.get(self.counts.done) else {
            return Ok(());
        };
        let command_id = ticket.command_id();
        if store.find_command(command_id.as_str())?.is_some() {
            self.counts.known += 1;
        } else {
            match ticket.command(&self.prices, &self.zone) {
                Err(reason) => self.reject(ticket.line, reason),
                Ok(command) => {
                    let units_milli = ticket.units_milli();
                    let envelope = CommandEnvelope {
                        command_id,
                        actor: self.actor.clone(),
                        command,
                    };
                    match bus.execute(store, &envelope) {
                        Ok(_) => {
                            self.counts.imported += 1;
                            self.counts.units_milli += units_milli;
                        }
                        Err(CommandError::Refused(rule)) => {
                            self.reject(ticket.line, rule.to_string())
                        }
                        Err(CommandError::Rejected(limit)) => {
                            self.reject(ticket.line, limit.to_string())
                        }
                        Err(error) => return Err(error),
                    }
                }
            }
        }
        self.counts.done += 1;
        Ok(())
    }

    /// Goes back to where it stood before a transaction that was undone.
    pub fn back_to(&mut self, counts: Counts) {
        self.rejected.truncate(counts.rejected);
        self.counts = counts;
    }

    fn reject(&mut self, line: u64, reason: String) {
        self.rejected.push(Rejected { line, reason });
        self.counts.rejected = self.rejected.len();
    }
}
