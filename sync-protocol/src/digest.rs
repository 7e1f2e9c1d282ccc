//! Digests by which phone and server find what they hold differently: each record's heads give 8 bytes, and the records
//! of one bucket (by a byte of their id) are combined by exclusive or, so that order does not matter and one changed
//! record is one update.

use sha2::{Digest as _, Sha256};

use crate::id::{ChangeHash, RecordId};

/// Number of buckets. With 5,000 records about 20 share one: a difference costs some 500 bytes to find.
pub const BUCKETS: usize = 256;

/// Eight bytes that stand for a record with certain heads, or for a bucket of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Digest(pub [u8; 8]);

/// The digest of one record: SHA-256 over its id and its heads in ascending order, first eight bytes.
#[must_use]
pub fn of_record(record: RecordId, heads: &[ChangeHash]) -> Digest {
    let mut sorted = heads.to_vec();
    sorted.sort_unstable();
    let mut hasher = Sha256::new();
    hasher.update(record.0.as_bytes());
    for head in sorted {
        hasher.update(head.0);
    }
    let mut first = [0; 8];
    first.iter_mut().zip(hasher.finalize()).for_each(|(to, from)| *to = from);
    Digest(first)
}

/// The bucket of a record: the last byte of its id, which is random in every UUIDv7.
#[must_use]
pub fn bucket_of(record: RecordId) -> u8 {
    record.0.as_bytes().last().copied().unwrap_or_default()
}

/// The digest of all buckets over `(record, digest of the record)` pairs, in any order.
#[must_use]
pub fn of_all(records: impl IntoIterator<Item = (RecordId, Digest)>) -> Box<[Digest; BUCKETS]> {
    let mut buckets = Box::new([Digest::default(); BUCKETS]);
    for (record, digest) in records {
        if let Some(bucket) = buckets.get_mut(usize::from(bucket_of(record))) {
            bucket.0.iter_mut().zip(digest.0).for_each(|(to, from)| *to ^= from);
        }
    }
    buckets
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(last: u8) -> RecordId {
        RecordId::new(1, [last; 10])
    }

    #[test]
    fn the_order_of_records_and_heads_does_not_matter() {
        let (one, two) = (ChangeHash([1; 32]), ChangeHash([2; 32]));
        let a = (record(1), of_record(record(1), &[one, two]));
        let b = (record(2), of_record(record(2), &[two]));
        assert_eq!(of_all([a, b]), of_all([b, (record(1), of_record(record(1), &[two, one]))]));
    }

    #[test]
    fn other_heads_change_exactly_the_records_bucket() {
        let before = of_all([(record(9), of_record(record(9), &[ChangeHash([1; 32])]))]);
        let after = of_all([(record(9), of_record(record(9), &[ChangeHash([2; 32])]))]);
        let differing: Vec<usize> = (0..BUCKETS).filter(|i| before[*i] != after[*i]).collect();
        assert_eq!(differing, [9]);
    }

    #[test]
    fn records_of_one_bucket_are_added_without_carry() {
        let first = RecordId::new(1, [5; 10]);
        let second = RecordId::new(2, [5; 10]);
        let both = of_all([(first, Digest([0b0110; 8])), (second, Digest([0b0011; 8]))]);
        assert_eq!(both[5], Digest([0b0101; 8]));
    }
}
