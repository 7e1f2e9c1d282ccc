//! What a settled batch writes, as rows. Pure, so that the simulation keeps the same rows; `write` hands them to the database.

use serde_json::json;
use sha2::{Digest as _, Sha256};
use usra_sync_protocol::digest;
use usra_sync_protocol::id::{ChangeHash, InstallId, RecordId};
use usra_sync_protocol::sync::{Reason, Verdict};
use uuid::Uuid;

use super::late::Cause;
use super::project;
use super::settle::Case;
use super::world::{Accepted, RecordState, World};
use crate::storage::change::{ChangeRow, ChangeWrite};
use crate::storage::feed::{Entry, FeedWrite};
use crate::storage::kept_change::KeptRow;
use crate::storage::late_change::LateWrite;
use crate::storage::open_values::OpenValuesWrite;
use crate::storage::record::{RecordRow, RecordWrite};

/// A record with what a batch made of it.
pub type Touched<'a> = (RecordId, &'a RecordState);

/// Rows of records that a batch added changes to.
#[derive(Debug)]
pub struct Rows<'a> {
    /// Records that begin.
    pub new: Vec<RecordWrite>,
    /// Records that go on.
    pub old: Vec<RecordWrite>,
    /// The accepted changes.
    pub changes: Vec<ChangeWrite>,
    /// Those that are late.
    pub late: Vec<LateWrite>,
    /// The open values of the records that begin.
    pub new_values: Vec<OpenValuesWrite<'a>>,
    /// Those of the records that go on, as they are now.
    pub old_values: Vec<OpenValuesWrite<'a>>,
    /// What the areas' feeds say of it.
    pub feed: Vec<FeedWrite>,
}

impl<'a> Rows<'a> {
    /// The rows of these records.
    #[must_use]
    pub fn of(touched: &[Touched<'a>]) -> Self {
        let (new, old): (Vec<_>, Vec<_>) = touched.iter().copied().partition(|(_, state)| state.is_new());
        Self {
            new: record_rows(&new),
            old: record_rows(&old),
            changes: change_rows(touched),
            late: late_rows(touched),
            new_values: values_rows(&new),
            old_values: values_rows(&old),
            feed: feed_rows(touched),
        }
    }
}

/// The records that the batch added changes to.
#[must_use]
pub fn touched(world: &World) -> Vec<Touched<'_>> {
    let touched = world.records.iter().filter(|(_, state)| !state.news.changes.is_empty());
    touched.map(|(id, state)| (*id, state)).collect()
}

/// What becomes of the changes that are kept apart.
#[derive(Debug, Default)]
pub struct Apart {
    /// Those to keep, in order.
    pub put: Vec<KeptRow>,
    /// Those that were kept and are accepted now.
    pub gone: Vec<(Uuid, Vec<u8>)>,
}

impl Apart {
    /// What becomes of these cases.
    #[must_use]
    pub fn of(cases: &[Case<'_>]) -> Self {
        let mut apart = Self::default();
        for case in cases {
            match (&case.verdict, case.hash) {
                (Some(Verdict::Accepted), Some(hash)) => apart.gone.push((case.offer.record.0, hash.0.to_vec())),
                // Of an erased family nothing is kept, its refused changes included.
                (None | Some(Verdict::Refused(Reason::Erased)), _) => {}
                (Some(verdict), _) => apart.put.extend(kept_row(case, verdict)),
            }
        }
        apart
    }
}

fn kept_row(case: &Case<'_>, verdict: &Verdict) -> Option<KeptRow> {
    let (state, reason, fields) = match verdict {
        Verdict::Accepted | Verdict::Duplicate => return None,
        Verdict::Waiting(reason) => ("waiting", reason, json!([])),
        Verdict::Held { reason, fields } => ("held", reason, json!(fields)),
        Verdict::Refused(reason) => ("refused", reason, json!([])),
    };
    let offer = case.offer;
    let hash = case.hash.unwrap_or_else(|| ChangeHash(Sha256::digest(&offer.bytes).into()));
    Some(KeptRow {
        record_id: offer.record.0,
        hash: hash.0.to_vec(),
        state: state.to_owned(),
        reason: reason.code().to_owned(),
        fields,
        kind: offer.kind.into(),
        area_id: offer.area.0.cast_signed(),
        family_id: offer.family.0,
        install_id: offer.author.install.0,
        admitted_area_id: case.admitted.map(|area| area.0.cast_signed()),
        bytes: offer.bytes.clone(),
    })
}

fn record_rows(touched: &[Touched<'_>]) -> Vec<RecordWrite> {
    touched.iter().map(|(id, state)| record_row(*id, state)).collect()
}

fn record_row(id: RecordId, state: &RecordState) -> RecordWrite {
    let heads = state.history.heads();
    let created_by = state.news.changes.first().map_or(InstallId::SERVER, |first| first.install);
    RecordWrite {
        row: RecordRow {
            record_id: id.0,
            kind: state.kind.number().into(),
            family_id: state.family.0,
            area_id: state.area.0.cast_signed(),
            change_count: state.change_count().cast_signed(),
        },
        created_by: created_by.0,
        conflict_count: i32::try_from(project::conflicts(state)).unwrap_or(i32::MAX),
        digest: digest::of_record(id, &heads).0.to_vec(),
        heads: heads.iter().flat_map(|head| head.0).collect(),
    }
}

fn change_rows(touched: &[Touched<'_>]) -> Vec<ChangeWrite> {
    touched.iter().flat_map(|(id, state)| state.news.changes.iter().map(|accepted| change_row(*id, accepted))).collect()
}

fn change_row(id: RecordId, accepted: &Accepted) -> ChangeWrite {
    let draft = accepted.change.draft();
    ChangeWrite {
        row: ChangeRow {
            record_id: id.0,
            n: accepted.n.cast_signed(),
            hash: accepted.change.hash().0.to_vec(),
            actor: draft.actor.as_bytes().to_vec(),
            seq: draft.seq.cast_signed(),
            start_op: draft.start_op.cast_signed(),
            op_count: i32::try_from(draft.puts.len()).unwrap_or(i32::MAX),
            deps: draft.deps.iter().flat_map(|dep| dep.0).collect(),
            size_bytes: i32::try_from(accepted.bytes.len()).unwrap_or(i32::MAX),
        },
        install_id: accepted.install.0,
        bytes: accepted.bytes.clone(),
    }
}

fn late_rows(touched: &[Touched<'_>]) -> Vec<LateWrite> {
    let rows_of = |(id, state): &Touched<'_>| {
        let late = state.news.changes.iter().filter_map(|accepted| Some((accepted, accepted.late?)));
        let row = |(accepted, cause): (&Accepted, Cause)| LateWrite {
            record_id: id.0,
            n: accepted.n.cast_signed(),
            install_id: accepted.install.0,
            cause: cause.word(),
            area_id: state.area.0.cast_signed(),
        };
        late.map(row).collect::<Vec<_>>()
    };
    touched.iter().flat_map(rows_of).collect()
}

fn values_rows<'a>(touched: &[Touched<'a>]) -> Vec<OpenValuesWrite<'a>> {
    touched.iter().map(|(id, state)| OpenValuesWrite { record_id: id.0, values: &state.values }).collect()
}

/// One row for each run of changes of one install, so that nobody is sent what they made themselves.
fn feed_rows(touched: &[Touched<'_>]) -> Vec<FeedWrite> {
    let rows_of = |(id, state): &Touched<'_>| {
        let runs = state.news.changes.chunk_by(|a, b| sender(a) == sender(b));
        runs.filter_map(|run| feed_row(*id, state, run)).collect::<Vec<_>>()
    };
    touched.iter().flat_map(rows_of).collect()
}

fn feed_row(id: RecordId, state: &RecordState, run: &[Accepted]) -> Option<FeedWrite> {
    let size: usize = run.iter().map(|accepted| accepted.bytes.len()).sum();
    Some(FeedWrite {
        area_id: state.area.0.cast_signed(),
        record_id: id.0,
        entry: Entry::Change,
        first_n: run.first()?.n.cast_signed(),
        last_n: run.last()?.n.cast_signed(),
        size_bytes: i32::try_from(size).unwrap_or(i32::MAX),
        install_id: sender(run.first()?).0,
    })
}

/// Who is not sent it back.
fn sender(accepted: &Accepted) -> InstallId {
    if accepted.for_all { InstallId::SERVER } else { accepted.install }
}
