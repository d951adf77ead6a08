//! The hash chain: what makes the log tamper-evident. docs/log-format.md says it
//! for readers in any language.

use sha2::{Digest, Sha256};
use thiserror::Error;

use super::record::RecordedEvent;

/// Where an origin's chain begins: SHA-256 of `daybook/1`, the log's id and the
/// origin's name.
#[must_use]
pub fn genesis_hash(log_id: &[u8; 16], origin: &str) -> [u8; 32] {
    Sha256::new()
        .chain_update(b"daybook/1")
        .chain_update(log_id)
        .chain_update(origin.as_bytes())
        .finalize()
        .into()
}

/// What one event adds to the chain, in the order of docs/log-format.md.
pub struct Link<'a> {
    /// Gap-free per origin.
    pub origin_position: u64,
    /// UUID.
    pub event_id: &'a str,
    /// The stream.
    pub stream_id: &'a str,
    /// Its kind.
    pub stream_type: &'a str,
    /// Position in the stream.
    pub version: u64,
    /// The type.
    pub event_type: &'a str,
    /// Of the payload.
    pub schema_version: u32,
    /// UTC, Unix milliseconds.
    pub timestamp_ms: i64,
    /// JSON as stored.
    pub payload: &'a str,
    /// JSON as stored.
    pub metadata: &'a str,
}

/// The chain after `previous` and this event. Integers are big-endian; a text is
/// its length in bytes as `u32`, then its UTF-8.
#[must_use]
pub fn link(previous: &[u8; 32], event: &Link<'_>) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(previous);
    hasher.update(event.origin_position.to_be_bytes());
    update_text(&mut hasher, event.event_id);
    update_text(&mut hasher, event.stream_id);
    update_text(&mut hasher, event.stream_type);
    hasher.update(event.version.to_be_bytes());
    update_text(&mut hasher, event.event_type);
    hasher.update(event.schema_version.to_be_bytes());
    hasher.update(event.timestamp_ms.to_be_bytes());
    update_text(&mut hasher, event.payload);
    update_text(&mut hasher, event.metadata);
    hasher.finalize().into()
}

fn update_text(hasher: &mut Sha256, text: &str) {
    // Longer texts than u32 can say are refused long before they come here.
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    hasher.update(length.to_be_bytes());
    hasher.update(text.as_bytes());
}

impl<'a> From<&'a RecordedEvent> for Link<'a> {
    fn from(event: &'a RecordedEvent) -> Self {
        Self {
            origin_position: event.origin_position,
            event_id: &event.event_id,
            stream_id: &event.stream_id,
            stream_type: &event.stream_type,
            version: event.version,
            event_type: &event.event_type,
            schema_version: event.schema_version,
            timestamp_ms: event.timestamp_ms,
            payload: &event.payload,
            metadata: &event.metadata,
        }
    }
}

/// The first event that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("event {position}: {reason}")]
pub struct ChainFault {
    /// Its global position.
    pub position: u64,
    /// In what way.
    pub reason: String,
}

/// Reckons the chains of a log, event by event from the first.
pub struct Verifier {
    log_id: [u8; 16],
    position: u64,
    chains: Vec<(String, u64, [u8; 32])>,
}

impl Verifier {
    /// For the log with this id.
    #[must_use]
    pub const fn new(log_id: [u8; 16]) -> Self {
        Self {
            log_id,
            position: 0,
            chains: Vec::new(),
        }
    }

    /// Events that fitted so far.
    #[must_use]
    pub const fn verified(&self) -> u64 {
        self.position
    }

    /// Each origin with the number of its events that fitted, and the hash of the
    /// last of them.
    pub fn chains(&self) -> impl Iterator<Item = (&str, u64, &[u8; 32])> {
        self.chains
            .iter()
            .map(|(origin, events, hash)| (origin.as_str(), *events, hash))
    }

    /// Checks the next event.
    ///
    /// # Errors
    /// [`ChainFault`] if it does not continue the log.
    pub fn check(&mut self, event: &RecordedEvent) -> Result<(), ChainFault> {
        let fault = |reason: &str| ChainFault {
            position: event.global_position,
            reason: reason.to_owned(),
        };
        if event.global_position != self.position + 1 {
            return Err(ChainFault {
                position: self.position + 1,
                reason: "the event is missing".to_owned(),
            });
        }
        let chain = match self
            .chains
            .iter_mut()
            .position(|(origin, ..)| *origin == event.origin)
        {
            Some(index) => &mut self.chains[index],
            None => {
                let genesis = genesis_hash(&self.log_id, &event.origin);
                self.chains.push((event.origin.clone(), 0, genesis));
                let last = self.chains.len() - 1;
                &mut self.chains[last]
            }
        };
        if event.origin_position != chain.1 + 1 {
            return Err(fault(
                "its position on its register does not follow the last one",
            ));
        }
        let hash = link(&chain.2, &Link::from(event));
        if hash[..] != event.hash[..] {
            return Err(fault("its hash does not match its content"));
        }
        (chain.1, chain.2) = (event.origin_position, hash);
        self.position = event.global_position;
        Ok(())
    }
}
