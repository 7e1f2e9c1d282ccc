//! Whatever a phone and a server might say, made by dice.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};
use usra_sync_protocol::digest::{BUCKETS, Digest};
use usra_sync_protocol::id::{AreaId, ChangeHash, Epoch, InstallId, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::sealed::SealedCommand;
use usra_sync_protocol::sync::{
    BucketRecord, Cursor, Decision, Delivery, Leave, Outcome, Push, Reason, RepairAnswer, SyncRequest, SyncResponse,
    Told, Verdict,
};

pub(crate) fn record() -> impl Strategy<Value = RecordId> {
    (0..4_u64, any::<[u8; 10]>()).prop_map(|(ms, random)| RecordId::new(ms, random))
}

pub(crate) fn cursor() -> impl Strategy<Value = Cursor> {
    (any::<u32>(), btree_map(any::<u32>().prop_map(AreaId), any::<u64>(), 0..20))
        .prop_map(|(epoch, areas)| Cursor { epoch: Epoch(epoch), areas })
}

pub(crate) fn changes() -> impl Strategy<Value = Vec<Vec<u8>>> {
    vec((any::<bool>(), vec(any::<u8>(), 0..60)), 0..4).prop_map(|made| {
        let mut changes: Vec<Vec<u8>> = Vec::new();
        for (follows, bytes) in made {
            let change = changes.last().filter(|_| follows).and_then(|before| following(before, &bytes));
            changes.push(change.unwrap_or(bytes));
        }
        changes
    })
}

/// The head of a change chunk with one dep, the hash of the chunk before it, and then any bytes.
pub(crate) fn following(before: &[u8], tail: &[u8]) -> Option<Vec<u8>> {
    let hash = Sha256::digest(before.get(8..)?);
    let length = u8::try_from(tail.len() + 33).ok()?;
    Some([&[0x85, 0x6f, 0x4a, 0x83, 9, 9, 9, 9, 1, length, 1], hash.as_slice(), tail].concat())
}

pub(crate) fn push() -> impl Strategy<Value = Push> {
    (record(), any::<u8>(), any::<u32>(), record(), any::<bool>(), changes()).prop_map(
        |(record, kind, area, family, own, changes)| Push {
            record,
            kind,
            area: AreaId(area),
            family: if own { record } else { family },
            changes,
        },
    )
}

pub(crate) fn digest() -> impl Strategy<Value = Digest> {
    any::<[u8; 8]>().prop_map(Digest)
}

pub(crate) fn sealed() -> impl Strategy<Value = SealedCommand> {
    (record(), any::<[u8; 16]>(), "[a-z/_0-9]{1,40}", vec(any::<u8>(), 0..90))
        .prop_map(|(record, by, key, sealed)| SealedCommand { record, key, sealed_by: InstallId::new(by), sealed })
}

pub(crate) fn request() -> impl Strategy<Value = SyncRequest> {
    let digest = proptest::option::of(digest().prop_map(|one| Box::new([one; BUCKETS])));
    (
        any::<u32>(),
        any::<u32>(),
        proptest::option::of(cursor()),
        vec(push(), 0..6),
        digest,
        vec(record(), 0..4),
        any::<u64>(),
        vec(sealed(), 0..4),
        proptest::option::of(("[0-9.]{0,12}", any::<u64>()).prop_map(|(version, unsent)| Told { version, unsent })),
    )
        .prop_map(|(schema_version, want_bytes, cursor, pushes, digest, wanted, heard, sealed, told)| {
            SyncRequest { schema_version, want_bytes, cursor, pushes, digest, wanted, sealed, heard, told }
        })
}

pub(crate) fn verdict() -> impl Strategy<Value = Verdict> {
    let reason = || proptest::sample::select(Reason::ALL);
    prop_oneof![
        Just(Verdict::Accepted),
        Just(Verdict::Duplicate),
        reason().prop_map(Verdict::Waiting),
        reason().prop_map(Verdict::Refused),
        (reason(), vec("[a-z/]{0,12}", 0..3)).prop_map(|(reason, fields)| Verdict::Held { reason, fields }),
    ]
}

pub(crate) fn delivery() -> impl Strategy<Value = Delivery> {
    (record(), proptest::sample::select(&Kind::ALL[..]), any::<u32>(), record(), changes()).prop_map(
        |(record, kind, area, family, changes)| Delivery { record, kind, area: AreaId(area), family, changes },
    )
}

pub(crate) fn repair() -> impl Strategy<Value = RepairAnswer> {
    let entry = (record(), digest()).prop_map(|(record, digest)| BucketRecord { record, digest });
    (any::<u32>(), btree_map(any::<u8>(), vec(entry, 0..4), 0..4), any::<bool>(), cursor())
        .prop_map(|(epoch, buckets, compared, cursor)| RepairAnswer { epoch: Epoch(epoch), buckets, compared, cursor })
}

pub(crate) fn decision() -> impl Strategy<Value = Decision> {
    let outcome = proptest::sample::select(&Outcome::ALL[..]);
    (any::<u64>(), record(), any::<[u8; 32]>(), outcome, "\\PC{0,20}").prop_map(
        |(number, record, change, outcome, note)| Decision {
            number,
            record,
            change: ChangeHash(change),
            outcome,
            note,
        },
    )
}

pub(crate) fn response() -> impl Strategy<Value = SyncResponse> {
    let leave = prop_oneof![record().prop_map(Leave::Record), any::<u32>().prop_map(|area| Leave::Area(AreaId(area)))];
    (
        vec(verdict(), 0..12),
        vec(delivery(), 0..5),
        vec(leave, 0..4),
        proptest::option::of(cursor()),
        any::<bool>(),
        proptest::option::of(repair()),
        vec(verdict(), 0..4),
        vec(decision(), 0..3),
    )
        .prop_map(|(verdicts, deliveries, leaves, cursor, more, repair, sealed, decisions)| SyncResponse {
            verdicts,
            deliveries,
            leaves,
            cursor,
            more,
            repair,
            sealed,
            decisions,
        })
}
