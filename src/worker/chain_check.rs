//! Reckoning the hash chain, in slices.

use super::messages::{answer, elapsed_ms};
use super::shop::{Shop, store_error};
use crate::event_store::Verifier;
use crate::protocol::{Answer, RequestId};

const EVENTS_A_READ: u32 = 200;

/// A check that is under way.
pub struct ChainCheck {
    id: RequestId,
    verifier: Verifier,
    /// Events that are recorded meanwhile are another check's.
    until: u64,
}

impl ChainCheck {
    /// A check of all that is recorded by now.
    pub fn new(id: RequestId, shop: &Shop) -> Self {
        let verifier = Verifier::new(shop.store.identity().log_id);
        Self {
            id,
            verifier,
            until: shop.store.head(),
        }
    }

    /// Checks for `slice_ms`; whether there is more. It answers when it is done.
    pub fn slice(&mut self, shop: &Shop, slice_ms: f64) -> bool {
        let began = elapsed_ms();
        while self.verifier.verified() < self.until {
            if elapsed_ms() - began >= slice_ms {
                return true;
            }
            let from = self.verifier.verified();
            let events = match shop.store.read_all(from, EVENTS_A_READ) {
                Ok(events) => events,
                Err(error) => return self.answer(Err(store_error(&error))),
            };
            if events.is_empty() {
                let reason = "the event is missing".to_owned();
                return self.answer(Ok(Answer::ChainBroken {
                    position: from + 1,
                    reason,
                }));
            }
            for event in &events {
                if let Err(fault) = self.verifier.check(event) {
                    let (position, reason) = (fault.position, fault.reason);
                    return self.answer(Ok(Answer::ChainBroken { position, reason }));
                }
            }
        }
        self.answer(Ok(Answer::ChainHolds {
            events: self.verifier.verified(),
        }))
    }

    fn answer(&self, result: Result<Answer, crate::protocol::WorkerError>) -> bool {
        answer(self.id, result);
        false
    }
}
