//! Automerge's word on a history: changes with their lengths, one after the other. What our reader and history accept,
//! automerge must apply, save, reload and show alike.

use usra_sync_protocol::change::Change;

use crate::judge::{Stage, agrees};
use crate::record::Record;
use crate::worker;

/// Changes of one input; more make it slow and say nothing new.
const CHANGES: usize = 24;

/// Takes the changes apart.
pub(crate) fn split(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut changes = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<2>() {
        let length = usize::from(u16::from_be_bytes(*length)).min(rest.len());
        let (change, rest) = rest.split_at(length);
        changes.push(change.to_vec());
        bytes = rest;
    }
    changes.truncate(CHANGES);
    changes
}

/// Undoes [`split`].
pub(crate) fn join(changes: &[Vec<u8>]) -> Vec<u8> {
    let length = |change: &Vec<u8>| u16::try_from(change.len()).unwrap_or(u16::MAX).to_be_bytes();
    changes.iter().flat_map(|change| [&length(change)[..], change].concat()).collect()
}

/// The changes that are accepted, in their order, each as it is when all before it are in.
pub(crate) fn accepted(changes: &[Vec<u8>]) -> Vec<(Change, &Vec<u8>)> {
    let (mut record, mut accepted) = (Record::default(), Vec::new());
    for bytes in changes {
        if let Some(change) = record.fitting(bytes) {
            record.add(&change);
            accepted.push((change, bytes));
        }
    }
    accepted
}

/// What automerge makes of them.
pub(crate) fn judge(changes: &[Vec<u8>]) -> Result<(), String> {
    let mut stage = Stage::default();
    let accepted = accepted(changes);
    let last = accepted.len().saturating_sub(1);
    for (place, (change, bytes)) in accepted.into_iter().enumerate() {
        if place == last {
            agrees(&stage, &change, bytes)?;
        }
        stage.apply(&change, bytes)?;
    }
    Ok(())
}

/// The check of the target `differential`, in this process.
pub(crate) fn check(bytes: &[u8]) {
    assert_eq!(judge(&split(bytes)), Ok(()));
}

/// The same with automerge in a child, so that its aborts and hangs are findings and not ends.
pub(crate) fn fuzz(bytes: &[u8]) {
    let changes = split(bytes);
    let accepted: Vec<Vec<u8>> = accepted(&changes).into_iter().map(|(_, bytes)| bytes.clone()).collect();
    if !accepted.is_empty()
        && let Err(what) = worker::ask(&join(&accepted))
    {
        worker::keep_finding(bytes, &what);
    }
}
