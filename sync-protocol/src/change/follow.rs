//! A change without what the one before it in a list tells: its one dep is mostly that one's hash, 32 bytes that no compression makes
//! fewer. Its checksum stays, and with it the proof that both are what they were. Any bytes come back the same, changes or not.

use super::chunk::{self, CHECKSUM_BYTES, MAGIC, TYPE_CHANGE};
use super::leb::Bytes;

/// The change without its dep; `None` when it does not follow `before` and nothing else.
#[must_use]
pub(crate) fn shorten(before: &[u8], change: &[u8]) -> Option<Vec<u8>> {
    let (head, rest) = at_dep(change)?;
    let rest = rest.strip_prefix(chunk::name(before)?.0.as_slice())?;
    Some([head, rest].concat())
}

/// What was shortened, whole again; `None` when nothing is shortened to these bytes.
#[must_use]
pub(crate) fn restore(before: &[u8], short: &[u8]) -> Option<Vec<u8>> {
    let (head, rest) = at_dep(short)?;
    Some([head, &chunk::name(before)?.0, rest].concat())
}

/// What stands before and behind the place where the hash of an only dep begins.
fn at_dep(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut walk = Bytes::new(bytes);
    let is_change = walk.array() == Ok(MAGIC) && walk.take(CHECKSUM_BYTES).is_ok() && walk.byte() == Ok(TYPE_CHANGE);
    let _length = walk.unsigned().ok().filter(|_length| is_change)?;
    let deps = walk.unsigned().ok()?;
    (deps == 1).then(|| bytes.split_at(bytes.len() - walk.left()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::{self, Draft, Put};
    use crate::id::Actor;
    use crate::scalar::Scalar;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn change(seq: u64, deps: &[&[u8]]) -> Vec<u8> {
        let deps = deps.iter().map(|dep| change::read(dep).unwrap().hash()).collect();
        let put = Put { key: "rooms".to_owned(), value: Scalar::Int(3), replaces: Vec::new() };
        let draft =
            Draft { actor: Actor::from_bytes(&[1; 20]).unwrap(), seq, start_op: seq, time: 7, deps, puts: vec![put] };
        change::write(draft).unwrap().1
    }

    #[test]
    fn a_change_that_follows_the_one_before_lacks_its_hash_and_gets_it_back() {
        let first = change(1, &[]);
        let second = change(2, &[&first]);
        let short = shorten(&first, &second).unwrap();
        assert_eq!(short.len(), second.len() - 32);
        assert_eq!(restore(&first, &short), Some(second));
    }

    #[test]
    fn one_that_follows_something_else_or_more_stays_whole() {
        let first = change(1, &[]);
        let other = change(2, &[]);
        let mut two = [first.as_slice(), &other];
        two.sort_by_key(|bytes| change::read(bytes).unwrap().hash());
        assert_eq!(shorten(&other, &change(2, &[&first])), None);
        assert_eq!(shorten(&first, &change(3, &two)), None);
        assert_eq!(shorten(&first, &first), None);
        assert_eq!(shorten(&first[..7], &change(2, &[&first])), None);
    }

    proptest! {
        #[test]
        fn any_bytes_come_back_the_same(before in vec(any::<u8>(), 0..80), tail in vec(any::<u8>(), 0..40)) {
            let name = chunk::name(&before).map(|name| name.0).unwrap_or_default();
            let bytes = [&MAGIC[..], &[9; 4], &[TYPE_CHANGE, 5, 1], &name, &tail].concat();
            let short = shorten(&before, &bytes);
            prop_assert_eq!(short.is_some(), before.len() >= 8);
            if let Some(short) = short {
                prop_assert_eq!(restore(&before, &short), Some(bytes));
            }
        }
    }
}
