//! As many random bytes as a piece of work needs, from one seed that was thrown for it: HMAC-SHA-256 of a counter.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Randomness of one piece of work. Two draws from it are never alike.
pub struct Draw {
    seed: [u8; 32],
    count: u64,
}

impl Draw {
    /// From a seed that is used for nothing else.
    #[must_use]
    pub fn new(seed: [u8; 32]) -> Self {
        Self { seed, count: 0 }
    }

    /// The next `N` bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        for part in bytes.chunks_mut(32) {
            self.count += 1;
            let block = mac(&self.seed, &[b"usra draw 1", &self.count.to_be_bytes()]);
            part.iter_mut().zip(block).for_each(|(to, from)| *to = from);
        }
        bytes
    }
}

impl std::fmt::Debug for Draw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Draw")
    }
}

/// HMAC-SHA-256 over the parts, each with its length before it.
pub(super) fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // A key of any length is a key for HMAC.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_draws_are_alike_and_the_same_seed_draws_the_same() {
        let (mut one, mut two) = (Draw::new([1; 32]), Draw::new([1; 32]));
        let (first, second): ([u8; 56], [u8; 56]) = (one.bytes(), one.bytes());
        assert_ne!(first, second);
        assert_ne!(first[..24], first[32..]);
        assert_eq!(two.bytes(), first);
    }
}
