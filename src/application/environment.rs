//! Time and randomness, handed in, so that tests can replay them.

use uuid::Uuid;

use crate::domain::Timestamp;

/// Where commands get the time and new ids from.
pub trait Environment {
    /// Now, UTC.
    fn now(&mut self) -> Timestamp;

    /// Fills `bytes` with randomness.
    fn random(&mut self, bytes: &mut [u8]);

    /// A new UUID v7 for `now`: random, and rising with time, so that indexes
    /// grow at their end.
    fn new_id(&mut self, now: Timestamp) -> Uuid {
        let mut random = [0; 10];
        self.random(&mut random);
        let millis = u64::try_from(now.0).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}

/// An environment that replays: its clock moves a millisecond a reading, its
/// randomness follows from a seed (SplitMix64, public domain, by Sebastiano
/// Vigna). For tests, the demo and simulations.
#[derive(Debug, Clone)]
pub struct SeededEnvironment {
    now: Timestamp,
    state: u64,
}

impl SeededEnvironment {
    /// Starts at `now`.
    #[must_use]
    pub const fn new(seed: u64, now: Timestamp) -> Self {
        Self { now, state: seed }
    }

    /// Sets the clock.
    pub const fn set_now(&mut self, now: Timestamp) {
        self.now = now;
    }

    /// The next random number.
    pub const fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

impl Environment for SeededEnvironment {
    fn now(&mut self) -> Timestamp {
        self.now.0 += 1;
        self.now
    }

    fn random(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let random = self.next_u64().to_le_bytes();
            chunk.copy_from_slice(&random[..chunk.len()]);
        }
    }
}
