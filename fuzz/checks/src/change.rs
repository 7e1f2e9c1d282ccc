//! The change reader: what it accepts it writes again in the same bytes, and the merge takes it.

use usra_sync_protocol::change::{Change, Draft, History, read, write};
use usra_sync_protocol::limits;
use usra_sync_protocol::open_values::OpenValues;

use crate::meter::within_limits;

/// The check of the target `change`.
pub(crate) fn check(bytes: &[u8]) {
    let Ok(change) = within_limits(|| read(bytes)) else { return };
    let (again, written) = write(change.draft().clone()).unwrap();
    assert_eq!((&again, written.as_slice()), (&change, bytes), "what is accepted is canonical");
    keeps_the_limits(change.draft());
    merges(&change);
}

fn keeps_the_limits(draft: &Draft) {
    assert!((1..=limits::CHANGE_PUTS).contains(&draft.puts.len()));
    assert!(draft.deps.len() <= limits::CHANGE_DEPS);
    assert!(draft.puts.iter().all(|put| !put.key.is_empty() && put.key.len() <= limits::KEY_BYTES));
    assert!(draft.puts.iter().all(|put| put.value.as_text().is_none_or(|text| text.len() <= limits::TEXT_BYTES)));
}

fn merges(change: &Change) {
    let (mut history, mut open) = (History::default(), OpenValues::default());
    if history.check(change).is_ok() {
        history.insert(change).unwrap();
        let applied = open.apply(change, &());
        assert_eq!(applied.opened.len(), change.draft().puts.len());
        assert_eq!((history.heads(), history.max_op()), (vec![change.hash()], change.max_op()));
    }
    assert!(change.max_op() < limits::MAX_COUNTER);
}
