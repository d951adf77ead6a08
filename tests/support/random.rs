//! Random cases that replay: what seeds them is printed with a failure, and
//! nothing is written beside the sources.

use std::hash::{BuildHasher, Hasher, RandomState};

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
