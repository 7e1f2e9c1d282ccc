//! An operation as a form carries it: its counter, a hyphen, and its actor in hexadecimal digits.

use std::str::FromStr as _;

use usra_sync_protocol::change::OpId;
use usra_sync_protocol::id::{Actor, bytes_of_hex, hex_of_bytes};

/// The operation as text.
pub(super) fn write(op: &OpId) -> String {
    format!("{}-{}", op.counter, hex_of_bytes(op.actor.as_bytes()))
}

/// The operation of a text, if it is one.
pub(super) fn read(text: &str) -> Option<OpId> {
    let (counter, actor) = text.split_once('-')?;
    let actor = Actor::from_bytes(&bytes_of_hex(actor)?)?;
    Some(OpId { counter: u64::from_str(counter).ok()?, actor })
}

#[cfg(test)]
mod tests {
    use usra_sync_protocol::id::InstallId;

    use super::*;

    #[test]
    fn an_operation_comes_back_from_a_form_and_nothing_else_is_one() {
        let op = OpId { counter: 7, actor: Actor::new(InstallId::new([9; 16]), 2) };
        assert_eq!(read(&write(&op)), Some(op));
        for wrong in ["", "7", "7-", "-00", "7-00", "x-0909090909090909090909090909090900000002"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
