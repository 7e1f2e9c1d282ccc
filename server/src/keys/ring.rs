//! A ring: the keys that rotate together. What is new is written with the newest ring; every ring can still read.

use std::collections::BTreeMap;

use time::OffsetDateTime;

use super::secret::Secret;

/// The keys of one version.
#[derive(Clone, Debug)]
pub struct Ring {
    /// From 1.
    pub version: u32,
    /// When it was made.
    pub made_at: OffsetDateTime,
    /// Opens what phones sealed to its public half (X25519).
    pub sealing: Secret,
    /// Wraps the keys of families.
    pub field: Secret,
    /// Makes the blind index of national ids.
    pub index: Secret,
}

impl Ring {
    /// Bytes of randomness that a ring is made of.
    pub const RANDOM: usize = 96;

    /// The ring that `random` makes.
    #[must_use]
    pub fn new(version: u32, random: &[u8; Self::RANDOM], made_at: OffsetDateTime) -> Self {
        let part = |at: usize| {
            let mut bytes = [0; 32];
            bytes.iter_mut().zip(random.iter().skip(32 * at)).for_each(|(to, from)| *to = *from);
            Secret::new(bytes)
        };
        Self { version, made_at, sealing: part(0), field: part(1), index: part(2) }
    }

    /// What phones seal to.
    #[must_use]
    pub fn sealing_public(&self) -> [u8; 32] {
        usra_sync_protocol::sealed::public_of(self.sealing.bytes())
    }
}

/// Every ring there is; at least one.
#[derive(Clone, Debug)]
pub struct Rings {
    newest: Ring,
    older: BTreeMap<u32, Ring>,
}

impl Rings {
    /// One ring.
    #[must_use]
    pub fn of(ring: Ring) -> Self {
        Self { newest: ring, older: BTreeMap::new() }
    }

    /// The same with another.
    #[must_use]
    pub fn with(mut self, ring: Ring) -> Self {
        let other = if ring.version > self.newest.version { std::mem::replace(&mut self.newest, ring) } else { ring };
        self.older.insert(other.version, other);
        self
    }

    /// The one that everything new is written with.
    #[must_use]
    pub fn newest(&self) -> &Ring {
        &self.newest
    }

    /// The one of a version.
    #[must_use]
    pub fn get(&self, version: u32) -> Option<&Ring> {
        if version == self.newest.version { Some(&self.newest) } else { self.older.get(&version) }
    }

    /// All, oldest first.
    pub fn all(&self) -> impl Iterator<Item = &Ring> {
        self.older.values().chain([&self.newest])
    }
}
