//! Ids that come out the same each time a row is imported, on whichever phone: a hash of where the row is from.

use crate::id::RecordId;
use crate::kind::Kind;
use sha2::{Digest, Sha256};

/// The id of the record that a row becomes. Its time part is zero: the same submission may carry its time written in
/// another way in the next export, and an id must not depend on that.
#[must_use]
pub fn record(source: &str, kind: Kind, key: &str) -> RecordId {
    let digest = hash(&[source, kind.word(), key]);
    let mut random = [0; 10];
    random.iter_mut().zip(digest).for_each(|(byte, hashed)| *byte = hashed);
    RecordId::new(0, random)
}

/// The `<id>` of one row of a repeat inside its record: sixteen hexadecimal digits.
#[must_use]
pub fn inside(source: &str, group: &str, key: &str) -> String {
    hex(&hash(&[source, group, key]), 8)
}

/// Six bytes of a value's hash in hexadecimal: enough to see that it changed.
#[must_use]
pub fn mark(text: &str) -> String {
    hex(&hash(&[text]), 6)
}

/// The same under a key: nobody without it can try which value it is.
#[must_use]
pub fn keyed_mark(secret: &[u8; 32], text: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(secret);
    hasher.update(text.as_bytes());
    hex(&hasher.finalize(), 6)
}

/// Each part with its length in front, so that no two lists of parts hash alike.
fn hash(parts: &[&str]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().into()
}

fn hex(bytes: &[u8], count: usize) -> String {
    use std::fmt::Write;
    bytes.iter().take(count).fold(String::new(), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_depends_on_source_kind_and_key_and_on_nothing_else() {
        let id = record("survey", Kind::Family, "uuid:1");
        assert_eq!(id, record("survey", Kind::Family, "uuid:1"));
        assert_eq!(id.0.get_version_num(), 7);
        for other in [record("survey", Kind::Household, "uuid:1"), record("surveyf", Kind::Family, "uuid:1")] {
            assert_ne!(id, other);
        }
        assert_ne!(inside("s", "member", "1"), inside("s", "need", "1"));
        assert_eq!(inside("s", "member", "1").len(), 16);
    }
}
