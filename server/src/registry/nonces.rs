//! The sendings seen of late, so that a request caught on its way cannot be sent again by another. A signature lives no longer
//! than its access token; nonces are remembered for that long, in bounded memory of this process. Several servers remember
//! each for itself: what a second one would then serve again is the same idempotent request, to the bearer of the same token.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use time::{Duration, OffsetDateTime};
use usra_sync_protocol::id::InstallId;
use usra_sync_protocol::signing::Nonce;

/// Sendings remembered at most, about 10 MiB: 5,000 phones with forty requests each in fifteen minutes.
const REMEMBERED: usize = 200_000;

/// Remembers sendings; cheap to clone, shared by all requests.
#[derive(Clone, Debug)]
pub struct Nonces(Arc<Mutex<Seen>>, Duration);

#[derive(Debug, Default)]
struct Seen {
    known: BTreeSet<(InstallId, Nonce)>,
    order: VecDeque<(OffsetDateTime, InstallId, Nonce)>,
}

impl Nonces {
    /// Remembers each sending for `life`.
    #[must_use]
    pub fn new(life: Duration) -> Self {
        Self(Arc::default(), life)
    }

    /// Whether this sending is new; it is not from now on.
    #[must_use]
    pub fn spend(&self, install: InstallId, nonce: Nonce, now: OffsetDateTime) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.forget(now - self.1);
        let new = seen.known.insert((install, nonce));
        if new {
            seen.order.push_back((now, install, nonce));
        }
        new
    }
}

impl Seen {
    /// Forgets what is older, and the oldest of what is too much.
    fn forget(&mut self, before: OffsetDateTime) {
        while let Some((at, install, nonce)) = self.order.front().copied() {
            if at >= before && self.order.len() < REMEMBERED {
                return;
            }
            self.order.pop_front();
            self.known.remove(&(install, nonce));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sending_is_new_once_for_each_install_until_its_time_is_over() {
        let (nonces, now) = (Nonces::new(Duration::minutes(15)), OffsetDateTime::UNIX_EPOCH);
        let (one, two) = (InstallId::new([1; 16]), InstallId::new([2; 16]));
        assert!(nonces.spend(one, Nonce([1; 16]), now));
        assert!(!nonces.spend(one, Nonce([1; 16]), now + Duration::minutes(15)));
        assert!(nonces.spend(two, Nonce([1; 16]), now));
        assert!(nonces.spend(one, Nonce([1; 16]), now + Duration::minutes(16)));
    }

    #[test]
    fn a_flood_of_sendings_takes_bounded_memory() {
        let (nonces, now) = (Nonces::new(Duration::minutes(15)), OffsetDateTime::UNIX_EPOCH);
        for number in 0..(REMEMBERED as u128 + 100) {
            assert!(nonces.spend(InstallId::new([1; 16]), Nonce(number.to_be_bytes()), now));
        }
        let seen = nonces.0.lock().unwrap();
        assert_eq!((seen.known.len(), seen.order.len()), (REMEMBERED, REMEMBERED));
    }
}
