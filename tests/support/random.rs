//! Random cases that replay: what seeds them is printed with a failure, and
//! nothing is written beside the sources.

use std::hash::{BuildHasher, Hasher, RandomState};

use daybook::application::{Environment, SeededEnvironment};
use daybook::domain::Timestamp;
use proptest::test_runner::{Config, RngSeed};

/// So many random cases (or `PROPTEST_CASES`), from a new seed (or
/// `PROPTEST_RNG_SEED`).
pub fn cases(count: u32) -> Config {
    let config = Config::default();
    let seed = match config.rng_seed {
        RngSeed::Fixed(seed) => seed,
        RngSeed::Random => RandomState::new().build_hasher().finish(),
    };
    // The test runner shows what a test printed only when it fails.
    println!("to replay these random cases, set PROPTEST_RNG_SEED={seed}");
    Config {
        cases: std::env::var("PROPTEST_CASES").map_or(count, |_| config.cases),
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        max_shrink_time: 30_000,
        ..config
    }
}

/// What is given as `variable`, or another seed each time; and how to get it again.
pub fn seed(variable: &str) -> u64 {
    let seed = match std::env::var(variable) {
        Ok(given) => given.parse().unwrap(),
        Err(_) => RandomState::new().build_hasher().finish() >> 32,
    };
    println!("to replay this, set {variable}={seed}");
    seed
}

/// Chance that replays.
#[derive(Debug, Clone)]
pub struct Dice(SeededEnvironment);

impl Dice {
    /// Two with the same seed fall alike.
    pub const fn new(seed: u64) -> Self {
        Self(SeededEnvironment::new(seed, Timestamp(0)))
    }

    /// From 0 to `limit`, without `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.0.next_u64() % limit as u64).unwrap()
    }

    /// Any number.
    pub fn number(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Whether it happens, in so many of 100 cases.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[self.below(among.len())]
    }

    /// Puts them in another order.
    pub fn shuffle<T>(&mut self, them: &mut [T]) {
        for index in (1..them.len()).rev() {
            them.swap(index, self.below(index + 1));
        }
    }

    /// Random bytes.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        self.0.random(&mut bytes);
        bytes
    }

    /// Dice of their own for one of many cases.
    pub fn of_case(seed: u64, case: usize) -> Self {
        let mut dice = Self::new(seed ^ (case as u64).wrapping_mul(0x2545_F491_4F6C_DD1D));
        dice.0.next_u64();
        dice
    }
}
