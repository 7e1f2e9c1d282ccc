//! The bombs that Automerge's own reader falls for, kept as regressions, and bytes of every kind: refused, and at once.

use usra_sync_protocol::change::{ChangeFault, read};

use crate::bombs::bomb;
use crate::dice::Dice;
use crate::loose::{Loose, seal, signed, unsigned};
use crate::phones;

#[test]
fn a_change_of_a_hundred_bytes_that_claims_millions_is_refused_before_it_is_expanded() {
    for count in [5_000_000, 134_000_000, i64::from(u32::MAX), i64::MAX] {
        let bytes = bomb(count);
        assert!(bytes.len() <= 117, "{}", bytes.len());
        assert_eq!(read(&bytes), Err(ChangeFault::PutsTooMany));
    }
}

#[test]
fn every_column_is_bounded_by_the_number_of_puts_whatever_it_claims() {
    let honest = phones::history(&mut Dice::new(5), 2, 4).pop().unwrap();
    let columns = Loose::of(&honest.bytes).columns.len();
    for place in 0..columns {
        let mut loose = Loose::of(&honest.bytes);
        loose.columns[place].1 = [signed(i64::MAX), vec![1, b'k', 1]].concat();
        assert!(read(&loose.bytes()).is_err(), "column {place}");
    }
}

#[test]
fn counts_that_announce_more_than_there_is_end_with_the_bytes() {
    let actor = phones::actor(1).as_bytes().to_vec();
    let before = [vec![0, 20], actor, vec![1, 1, 0, 0]].concat();
    let actors = [before.clone(), unsigned(u64::MAX)].concat();
    assert_eq!(read(&seal(1, &actors)), Err(ChangeFault::Truncated));
    let column = [before, vec![0, 1, 0x42], unsigned(u64::MAX)].concat();
    assert_eq!(read(&seal(1, &column)), Err(ChangeFault::Truncated));
}

#[test]
fn deflated_changes_and_bundles_are_refused_unopened() {
    // A deflate stream of a kilobyte of zeros, as a stand-in for one that inflates without end.
    let deflated = [0x63, 0x60, 0x18, 0x05, 0xa3, 0x60, 0x14, 0x8c, 0x54, 0x00, 0x00];
    assert_eq!(read(&seal(2, &deflated)), Err(ChangeFault::ChunkCompressed));
    assert_eq!(read(&seal(3, &[0x80; 180])), Err(ChangeFault::ChunkBundle));
    assert_eq!(read(&seal(0, &[0; 64])), Err(ChangeFault::ChunkDocument));
}

#[test]
fn any_bytes_give_a_change_or_a_fault() {
    let mut dice = Dice::new(7);
    for _ in 0..20_000 {
        let noise: Vec<u8> = (0..dice.below(80)).map(|_| dice.roll().to_le_bytes()[0]).collect();
        assert!(read(&noise).is_err());
        assert!(read(&seal(1, &noise)).is_err());
    }
}

#[test]
fn the_largest_expansion_that_is_allowed_stays_small() {
    // 2,048 puts that each claim 64 replaced values, all in runs: 131,072 values at most, and refused for their order.
    let mut loose = Loose::of(&bomb(2_048));
    let keys: Vec<u8> = (0..2_048).flat_map(|n: u32| [vec![4], format!("{n:04}").into_bytes()].concat()).collect();
    let run = |count: i64, value: u64| [signed(count), unsigned(value)].concat();
    loose.columns[0].1 = [signed(-2_048), keys].concat();
    loose.columns[1].1 = unsigned(2_048);
    loose.columns[4].1 = run(2_048, 64);
    loose.columns.push((0x71, run(131_072, 0)));
    loose.columns.push((0x73, run(131_072, 1)));
    assert_eq!(read(&loose.bytes()), Err(ChangeFault::PredecessorOutOfRange));
}
