//! The one room of the tests that reads the clock and throws unseeded dice: phones need the time of the day they run on.

use std::time::{SystemTime, UNIX_EPOCH};

use usra_client_sdk::sync::Surroundings;

/// The clock of this machine, and jitter from it: a phone of a test never waits for its backoff.
#[derive(Clone, Copy, Debug, Default)]
pub struct Here;

impl Here {
    /// What a phone of a test makes its key from.
    #[must_use]
    pub fn secret(self) -> [u8; 32] {
        rand::random()
    }
}

impl Surroundings for Here {
    #[expect(clippy::disallowed_methods, reason = "the clock room of the tests")]
    fn now_ms(&self) -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(0))
    }

    fn jitter(&self) -> u32 {
        u32::try_from(self.now_ms() % 1_000).unwrap_or(0)
    }

    fn nonce(&self) -> [u8; 16] {
        rand::random()
    }
}

/// The clock of this machine, so many milliseconds ahead.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ahead(pub u64);

impl Surroundings for Ahead {
    fn now_ms(&self) -> u64 {
        Here.now_ms() + self.0
    }

    fn jitter(&self) -> u32 {
        Here.jitter()
    }

    fn nonce(&self) -> [u8; 16] {
        Here.nonce()
    }
}
