//! Sealed commands: a box opens for its key and its place, whole, and for nothing else; a command's name tells everything apart.

use proptest::collection::vec;
use proptest::prelude::*;
use usra_sync_protocol::id::{InstallId, RecordId};
use usra_sync_protocol::sealed::{SealedCommand, Unopened, open, public_of, seal, version_of};

use crate::made::sealed;

const SECRET: [u8; 32] = [7; 32];

proptest! {
    #[test]
    fn a_value_comes_out_as_it_went_in(version: u32, place in vec(any::<u8>(), 0..80), value in vec(any::<u8>(), 0..200), random: [u8; 32]) {
        let boxed = seal((version, &public_of(&SECRET)), &place, &value, random).unwrap();
        prop_assert_eq!(version_of(&boxed), Some(version));
        prop_assert_eq!(open(&SECRET, &place, &boxed), Ok(value));
    }

    #[test]
    fn a_box_that_was_cut_lengthened_or_of_another_format_does_not_open(value in vec(any::<u8>(), 0..60), random: [u8; 32]) {
        let boxed = seal((1, &public_of(&SECRET)), b"place", &value, random).unwrap();
        for cut in 0..boxed.len() {
            prop_assert_eq!(open(&SECRET, b"place", &boxed[..cut]), Err(Unopened));
        }
        prop_assert_eq!(open(&SECRET, b"place", &[boxed.as_slice(), &[0]].concat()), Err(Unopened));
        let other = [&[2], &boxed[1..]].concat();
        prop_assert_eq!((version_of(&other), open(&SECRET, b"place", &other)), (None, Err(Unopened)));
    }

    #[test]
    fn commands_that_say_something_else_have_another_name_and_another_place(one in sealed(), other in sealed()) {
        prop_assert_eq!(one == other, one.id() == other.id());
        let same_place = (one.record, &one.key, one.sealed_by) == (other.record, &other.key, other.sealed_by);
        prop_assert_eq!(same_place, one.place() == other.place());
    }
}

#[test]
fn a_box_for_a_key_that_is_none_is_not_made() {
    assert_eq!(seal((1, &[0; 32]), b"place", b"value", [1; 32]), Err(Unopened), "the point that every secret leads to");
}

#[test]
fn the_end_of_a_key_is_not_taken_for_what_follows_it() {
    let command = |key: &str| SealedCommand {
        record: RecordId::new(1, [1; 10]),
        key: key.to_owned(),
        sealed_by: InstallId::new([1; 16]),
        sealed: b"b".to_vec(),
    };
    let shifted = SealedCommand { sealed: Vec::new(), ..command("kb") };
    assert_ne!(command("k").id(), shifted.id());
}
