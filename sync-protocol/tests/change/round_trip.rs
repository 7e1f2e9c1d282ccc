//! What automerge writes we read and write alike; what is cut or continued is refused.

use automerge::ROOT;
use automerge::transaction::Transactable;
use usra_sync_protocol::change::{ChangeFault, read, write};
use usra_sync_protocol::scalar::Scalar;

use crate::dice::Dice;
use crate::phones::{self, commit, history, phone};

#[test]
fn changes_of_automerge_are_read_as_put_and_written_alike() {
    for seed in 0..40 {
        let mut dice = Dice::new(seed);
        let count = 1 + dice.below(5);
        for made in history(&mut dice, count, 25) {
            let change = read(&made.bytes).unwrap();
            let puts: Vec<_> = change.draft().puts.iter().map(|put| (put.key.clone(), put.value.clone())).collect();
            assert_eq!(puts, made.puts, "seed {seed}");
            assert_eq!(write(change.draft().clone()), Ok((change, made.bytes)), "seed {seed}");
        }
    }
}

#[test]
fn several_open_values_are_replaced_by_one_put() {
    let mut phones: Vec<_> = (0..5).map(|n| phone(phones::actor(n))).collect();
    for (place, doc) in phones.iter_mut().enumerate() {
        commit(doc, vec![("name_ar".to_owned(), Scalar::Int(i64::try_from(place).unwrap()))], 0).unwrap();
    }
    let mut last = phones.pop().unwrap();
    for other in &mut phones {
        last.merge(other).unwrap();
    }
    let made = commit(&mut last, vec![("name_ar".to_owned(), Scalar::Null)], 0).unwrap();
    let change = read(&made.bytes).unwrap();
    assert_eq!(change.draft().puts[0].replaces.len(), 5);
    assert_eq!(change.draft().deps.len(), 5);
}

#[test]
fn the_largest_form_is_read_and_written_alike() {
    let mut dice = Dice::new(1);
    let mut doc = phone(phones::actor(1));
    for round in 0..3 {
        let value = |dice: &mut Dice| Scalar::Int(i64::try_from(dice.below(3)).unwrap() + round * 10);
        let puts = (0..1_800).map(|n| (format!("member/{n}/x"), value(&mut dice))).collect();
        let made = commit(&mut doc, puts, 0).unwrap();
        let change = read(&made.bytes).unwrap();
        assert_eq!(change.draft().puts.len(), 1_800);
        assert_eq!(write(change.draft().clone()), Ok((change, made.bytes)));
    }
}

#[test]
fn a_change_cut_at_any_byte_is_refused() {
    for made in history(&mut Dice::new(3), 3, 8) {
        for end in 0..made.bytes.len() {
            assert_eq!(read(&made.bytes[..end]), Err(ChangeFault::Truncated), "cut at {end}");
        }
    }
}

#[test]
fn a_change_with_anything_behind_it_is_refused() {
    let made = history(&mut Dice::new(4), 2, 2);
    for tail in [[0].as_slice(), &made[1].bytes] {
        assert_eq!(read(&[&made[0].bytes, tail].concat()), Err(ChangeFault::TrailingBytes));
    }
}

#[test]
fn settling_a_conflict_by_automerges_own_put_of_the_shown_value_is_a_delete_and_refused() {
    let (mut one, mut two) = (phone(phones::actor(1)), phone(phones::actor(2)));
    commit(&mut one, vec![("mobile".to_owned(), Scalar::from("a"))], 0).unwrap();
    commit(&mut two, vec![("mobile".to_owned(), Scalar::from("a"))], 0).unwrap();
    one.merge(&mut two).unwrap();
    one.put(ROOT, "mobile", "a").unwrap();
    one.commit();
    let bytes = one.get_last_local_change().unwrap().raw_bytes().to_vec();
    assert_eq!(read(&bytes), Err(ChangeFault::ActionNotPut));
}
