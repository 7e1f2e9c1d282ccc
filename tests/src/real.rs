//! The real thing under chaos: the `usra` binary, a real PostgreSQL, real sockets and phones on the SDK, while processes are killed,
//! disks fill, backups come back, requests are cut and far too many come at once. Each scene counts what it did and fails on the first
//! promise that is broken.

#![expect(clippy::future_not_send, reason = "a phone's store belongs to one thread at a time")]

pub mod batteries;
mod crew;
mod disk;
pub mod dropped;
mod eye;
pub mod full;
mod hand;
pub mod kills;
mod oracle;
pub mod overload;
pub mod restores;
pub mod servers;
mod tally;

use anyhow::Result;
use usra_client_sdk::sync::Surroundings;

use crate::clock::Here;

pub use tally::Tally;

/// What came of a scene.
pub type Played = Result<Tally>;

/// Whether the time given to a scene is over.
fn is_over(end_ms: Option<u64>) -> bool {
    end_ms.is_some_and(|end| Here.now_ms() >= end)
}
