//! Changes of about a hundred bytes that claim millions of operations.

use crate::loose::{Loose, signed, unsigned};
use crate::phones;

/// A change whose columns claim `count` inserts into the root object.
pub(crate) fn bomb(count: i64) -> Vec<u8> {
    let run = |value: u64| [signed(count), unsigned(value)].concat();
    let columns = vec![
        (0x15, [signed(count), unsigned(1), b"k".to_vec()].concat()),
        (0x34, [unsigned(0), unsigned(count.unsigned_abs())].concat()),
        (0x42, run(1)),
        (0x56, run(0)),
        (0x70, run(0)),
    ];
    let actor = phones::actor(1).as_bytes().to_vec();
    let (message, extra) = (Vec::new(), Vec::new());
    let loose =
        Loose { deps: Vec::new(), actor, seq: 1, start_op: 1, time: 0, message, others: Vec::new(), columns, extra };
    loose.bytes()
}
