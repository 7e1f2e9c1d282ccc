//! The key that a store is encrypted with, and what the head of a file tells about keys. The host app supplies the key: a phone's
//! keystore keeps it better than any file. It is raw, so that an opening derives nothing from a password.
//!
//! A file begins with the sixteen bytes that SQLCipher leaves readable as its salt. Ours are a mark and the start of a hash of
//! the key: so another key is told from a damaged file. A raw random key needs no random salt.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

/// Begins every encrypted store.
const MARK: [u8; 8] = *b"usra-st1";
/// Begins every SQLite file that is not encrypted.
const PLAIN: [u8; HEAD_BYTES] = *b"SQLite format 3\0";
/// Keeps this hash of the key apart from any other that might be made of it.
const FINGERPRINT: &[u8] = b"usra store key 1";
const SECRET: &[u8] = b"usra store secret 1";
const HEAD_BYTES: usize = 16;

/// 32 random bytes that a store is encrypted with. Who loses them loses the store.
#[derive(Clone)]
pub struct StoreKey([u8; 32]);

impl StoreKey {
    /// The key of these bytes; they must come from a good generator.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A secret for another purpose, from which the key does not follow.
    #[must_use]
    pub fn secret_for(&self, purpose: &str) -> [u8; 32] {
        Sha256::new().chain_update(SECRET).chain_update(self.0).chain_update(purpose).finalize().into()
    }

    /// What a file of this key begins with.
    fn head(&self) -> [u8; HEAD_BYTES] {
        let hash = Sha256::new().chain_update(FINGERPRINT).chain_update(self.0).finalize();
        let mut head = [0; HEAD_BYTES];
        for (place, byte) in head.iter_mut().zip(MARK.iter().chain(hash.iter())) {
            *place = *byte;
        }
        head
    }

    /// Key and head as SQLCipher reads them: a blob literal within a text.
    pub(super) fn spec(&self) -> String {
        let mut spec = String::from("x'");
        for byte in self.0.into_iter().chain(self.head()) {
            // Writing into a string cannot fail.
            let _written = write!(spec, "{byte:02x}");
        }
        spec.push('\'');
        spec
    }
}

impl std::fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoreKey")
    }
}

/// What the head of a file tells, as far as sixteen bytes can.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// A SQLite file without encryption.
    Plain,
    /// A store of this key.
    OfKey,
    /// A store of another key.
    OfAnotherKey,
    /// Neither, or a store whose head is damaged.
    Foreign,
}

impl Head {
    /// Reads the head of a file that nobody has open: closing a file here would end SQLite's own locks on it.
    pub(super) fn of(path: &Path, key: &StoreKey) -> std::io::Result<Self> {
        let mut head = [0; HEAD_BYTES];
        match File::open(path)?.read_exact(&mut head) {
            Err(cause) if cause.kind() == ErrorKind::UnexpectedEof => return Ok(Self::Foreign),
            read => read?,
        }
        Ok(match head {
            PLAIN => Self::Plain,
            head if head == key.head() => Self::OfKey,
            head if head.starts_with(&MARK) => Self::OfAnotherKey,
            _ => Self::Foreign,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_never_printed_and_its_head_tells_it_from_another() {
        let (one, two) = (StoreKey::new([1; 32]), StoreKey::new([2; 32]));
        assert_eq!(format!("{one:?}"), "StoreKey");
        assert_ne!(one.head(), two.head());
        assert_eq!(one.spec().len(), 2 + 2 * (32 + HEAD_BYTES) + 1);
        let file = tempfile::NamedTempFile::new().unwrap();
        let told = |bytes: &[u8]| {
            std::fs::write(file.path(), bytes).unwrap();
            Head::of(file.path(), &one).unwrap()
        };
        assert_eq!(told(&one.head()), Head::OfKey);
        assert_eq!(told(&two.head()), Head::OfAnotherKey);
        assert_eq!(told(&PLAIN), Head::Plain);
        assert_eq!((told(b"short"), told(&[0; 99])), (Head::Foreign, Head::Foreign));
    }
}
