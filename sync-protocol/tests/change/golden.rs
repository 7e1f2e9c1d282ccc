//! One change written down byte for byte: others depend on these bytes never changing.

use usra_sync_protocol::change::{Change, Draft, OpId, Put, read, write};
use usra_sync_protocol::id::{Actor, ChangeHash, InstallId};
use usra_sync_protocol::scalar::Scalar;

/// A change of three puts that follows two others and replaces values of itself and of another actor.
pub(crate) fn draft() -> Draft {
    let (author, other) = (Actor::new(InstallId::new([7; 16]), 1), Actor::new(InstallId::new([3; 16]), 0));
    let put = |key: &str, value: Scalar, replaces: Vec<OpId>| Put { key: key.to_owned(), value, replaces };
    let replaces = vec![OpId { counter: 2, actor: other }, OpId { counter: 2, actor: author }];
    Draft {
        actor: author,
        seq: 2,
        start_op: 5,
        time: 1_764_000_000,
        deps: vec![ChangeHash([0x11; 32]), ChangeHash([0x22; 32])],
        puts: vec![
            put("name_ar", Scalar::from("أسرة"), replaces),
            put("workers_family", Scalar::Int(-3), vec![OpId { counter: 4, actor: author }]),
            put("activity/FOOD-BAKE", Scalar::Bool(true), Vec::new()),
        ],
    }
}

pub(crate) fn written(draft: Draft) -> (Change, Vec<u8>) {
    write(draft).unwrap()
}

const GOLDEN: &str = "\
856f4a835a8e31d301cd0102111111111111111111111111111111111111111111111111111111111111111122222222\
222222222222222222222222222222222222222222222222222222221407070707070747078707070707070707000000\
010205808292c906000114030303030303430383030303030303030000000008152b3401420256055709700471047304\
7d076e616d655f61720e776f726b6572735f66616d696c791261637469766974792f464f4f442d42414b450303017d86\
011402d8a3d8b3d8b1d8a97d7d0201007f0102007d020002";

#[test]
fn the_bytes_of_a_change_never_change() {
    let (change, bytes) = written(draft());
    let hex = |bytes: &[u8]| bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    assert_eq!(hex(&bytes), GOLDEN);
    assert_eq!(read(&bytes), Ok(change));
}

#[test]
fn automerge_reads_the_golden_change_as_we_wrote_it() {
    let (change, bytes) = written(draft());
    let theirs = automerge::Change::from_bytes(bytes).unwrap();
    assert_eq!(theirs.hash().0, change.hash().0);
    assert_eq!((theirs.seq(), theirs.start_op().get(), theirs.max_op()), (2, 5, change.max_op()));
    assert_eq!(theirs.timestamp(), 1_764_000_000);
    assert_eq!(theirs.actor_id().to_bytes(), change.draft().actor.as_bytes());
}
