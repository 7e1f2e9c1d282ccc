//! Slows guessing at codes: so many tries at once and then one after another, per address and for all together. A try that
//! succeeds does not count. Bounded memory, of this process alone: it keeps noise and cost down. What keeps a code secret are
//! the 120 random bits of an enrolment code and the five tries of a sign-in code, which the database counts.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

use time::{Duration, OffsetDateTime};

/// The other end of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// Wrong codes, of one address: a room full of people who mistype, not a machine; and of everyone.
pub const WRONG_CODES: Limits = Limits {
    of_one: Limit { at_once: 20, every: Duration::seconds(10) },
    of_all: Limit { at_once: 200, every: Duration::seconds(1) },
};
/// Wrong sign-in codes; many families stand behind one address of a mobile network, and their codes end after five tries anyway.
pub const WRONG_SIGN_INS: Limits = Limits {
    of_one: Limit { at_once: 20, every: Duration::seconds(10) },
    of_all: Limit { at_once: 500, every: Duration::milliseconds(200) },
};
/// Sign-in codes asked for: as many from all together as 5,000 families need who sign in within one hour.
pub const ASKS: Limits = Limits {
    of_one: Limit { at_once: 30, every: Duration::seconds(20) },
    of_all: Limit { at_once: 500, every: Duration::milliseconds(500) },
};
/// Addresses remembered, about 1 MiB; further ones share one.
const ADDRESSES: usize = 10_000;

/// What one address and what all together may do.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    of_one: Limit,
    of_all: Limit,
}

#[derive(Clone, Copy, Debug)]
struct Limit {
    at_once: i32,
    every: Duration,
}

/// Counts tries; cheap to clone, shared by all requests.
#[derive(Clone, Debug)]
pub struct Tries(Limits, Arc<Mutex<Counted>>);

#[derive(Debug)]
struct Counted {
    all: OffsetDateTime,
    /// When each address will have been forgiven everything.
    by_address: BTreeMap<IpAddr, OffsetDateTime>,
}

impl Default for Counted {
    fn default() -> Self {
        Self { all: OffsetDateTime::UNIX_EPOCH, by_address: BTreeMap::new() }
    }
}

impl Tries {
    /// Counts against `limits`.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self(limits, Arc::default())
    }

    /// Counts a try.
    ///
    /// # Errors
    /// The seconds to wait, when there were too many.
    pub fn take(&self, peer: Peer, now: OffsetDateTime) -> Result<(), u64> {
        let mut counted = self.1.lock().unwrap_or_else(PoisonError::into_inner);
        let address = counted.place(peer.0, now);
        let own = counted.by_address.get(&address).copied().unwrap_or(now);
        let (own, all) = (self.0.of_one.after(own, now)?, self.0.of_all.after(counted.all, now)?);
        counted.by_address.insert(address, own);
        counted.all = all;
        Ok(())
    }

    /// The try succeeded: as if it had not been one.
    pub fn give_back(&self, peer: Peer, now: OffsetDateTime) {
        let mut counted = self.1.lock().unwrap_or_else(PoisonError::into_inner);
        let address = counted.place(peer.0, now);
        counted.all -= self.0.of_all.every;
        if let Some(own) = counted.by_address.get_mut(&address) {
            *own -= self.0.of_one.every;
        }
    }
}

impl Limit {
    /// When everything will be forgiven after one more try.
    fn after(self, forgiven: OffsetDateTime, now: OffsetDateTime) -> Result<OffsetDateTime, u64> {
        let next = forgiven.max(now) + self.every;
        let wait = next - now - self.every * self.at_once;
        if wait > Duration::ZERO { Err(u64::try_from(wait.whole_seconds()).unwrap_or(0).max(1)) } else { Ok(next) }
    }
}

impl Counted {
    /// Under which address a peer counts: a household's whole IPv6 net is one, and who comes when memory is full is nobody.
    fn place(&mut self, peer: IpAddr, now: OffsetDateTime) -> IpAddr {
        let address = match peer {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 64 << 64).into()),
        };
        if self.by_address.len() >= ADDRESSES && !self.by_address.contains_key(&address) {
            self.by_address.retain(|_, forgiven| *forgiven > now);
            if self.by_address.len() >= ADDRESSES {
                return Ipv6Addr::UNSPECIFIED.into();
            }
        }
        address
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    fn peer(n: u32) -> Peer {
        Peer(IpAddr::V4(n.into()))
    }

    #[test]
    fn after_twenty_wrong_codes_an_address_waits_ten_seconds_for_each_and_others_do_not() {
        let tries = Tries::new(WRONG_CODES);
        assert!((0..20).all(|_| tries.take(peer(1), NOW).is_ok()));
        assert_eq!(tries.take(peer(1), NOW), Err(10));
        assert_eq!(tries.take(peer(2), NOW), Ok(()));
        assert_eq!(tries.take(peer(1), NOW + Duration::seconds(10)), Ok(()));
        assert_eq!(tries.take(peer(1), NOW + Duration::seconds(10)), Err(10));
    }

    #[test]
    fn good_codes_do_not_count() {
        let tries = Tries::new(WRONG_CODES);
        for _ in 0..1_000 {
            assert_eq!(tries.take(peer(1), NOW), Ok(()));
            tries.give_back(peer(1), NOW);
        }
    }

    #[test]
    fn of_ten_thousand_guesses_from_many_addresses_two_hundred_are_heard_and_memory_is_bounded() {
        let tries = Tries::new(WRONG_CODES);
        assert_eq!((0..10_000).filter(|n| tries.take(peer(*n), NOW).is_ok()).count(), 200);
        let later = |n: u32| NOW + Duration::seconds(i64::from(n));
        let heard = (0..20_000).filter(|n| tries.take(peer(*n), later(*n)).is_ok()).count();
        assert!(heard > 19_000);
        assert!(tries.1.lock().unwrap().by_address.len() <= ADDRESSES + 1);
    }
}
