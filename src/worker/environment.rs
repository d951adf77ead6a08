//! The browser's clock and randomness.

use crate::application::Environment;
use crate::domain::Timestamp;

/// Time and randomness as the browser has them.
pub struct BrowserEnvironment;

impl Environment for BrowserEnvironment {
    fn now(&mut self) -> Timestamp {
        // Date.now() is whole milliseconds, far inside i64.
        #[allow(clippy::cast_possible_truncation)]
        Timestamp(js_sys::Date::now() as i64)
    }

    fn random(&mut self, bytes: &mut [u8]) {
        // Without randomness two events could get one id, which the log refuses:
        // better to stop here, with the log as committed.
        #[allow(clippy::expect_used)]
        getrandom::fill(bytes).expect("the browser has no source of randomness");
    }
}
