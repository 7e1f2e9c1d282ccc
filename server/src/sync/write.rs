//! Writes what a batch decided: a few set-based statements, the feed last because it takes the areas' locks.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::digest;
use usra_sync_protocol::id::{ChangeHash, InstallId, RecordId, RegionId};
use usra_sync_protocol::sync::Verdict;
use uuid::Uuid;

use super::ingest::IngestError;
use super::late::{self, Cause};
use super::project;
use super::settle::{Case, Settling};
use super::world::{Accepted, RecordState};
use crate::registry::audit;
use crate::storage::change::{ChangeRow, ChangeWrite};
use crate::storage::feed::{Entry, FeedWrite};
use crate::storage::kept_change::KeptRow;
use crate::storage::late_change::LateWrite;
use crate::storage::open_value::OpenValueRow;
use crate::storage::record::{RecordRow, RecordWrite};
use crate::storage::{change, feed, kept_change, late_change, open_value, record};

/// Writes a settled batch. The caller commits.
///
/// # Errors
/// The database is away or full, or another server was faster (then the whole batch is tried again).
pub async fn write(
    conn: &mut PgConnection,
    region: RegionId,
    settled: &Settling<'_>,
    now: OffsetDateTime,
) -> Result<(), IngestError> {
    keep(conn, region, settled.cases(), now).await?;
    let touched: Vec<(RecordId, &RecordState)> = settled
        .world
        .records
        .iter()
        .filter(|(_, state)| !state.news.changes.is_empty())
        .map(|(id, s)| (*id, s))
        .collect();
    if touched.is_empty() {
        return Ok(());
    }
    let (new, old): (Vec<_>, Vec<_>) = touched.iter().copied().partition(|(_, state)| state.is_new());
    record::insert(conn, region, &record_rows(&new), now).await?;
    record::update(conn, region, &record_rows(&old), now).await?;
    change::insert(conn, region, change_rows(&touched), now).await?;
    let late = late_rows(&touched);
    if !late.is_empty() {
        late_change::insert(conn, region, &late, now).await?;
    }
    open_value::delete(conn, region, closed_rows(&touched)).await?;
    open_value::insert(conn, region, opened_rows(&touched)?).await?;
    project::project(conn, region, &touched).await?;
    feed::append(conn, region, &feed_rows(&touched)).await?;
    if !late.is_empty() {
        audit::note_all(conn, region, late::events(&late, now)).await?;
    }
    Ok(())
}

/// Keeps what was not accepted, and forgets what was kept before and is accepted now.
///
/// # Errors
/// The database is away.
pub(super) async fn keep(
    conn: &mut PgConnection,
    region: RegionId,
    cases: &[Case<'_>],
    now: OffsetDateTime,
) -> Result<(), IngestError> {
    let mut released = Vec::new();
    for case in cases {
        match (&case.verdict, case.hash) {
            (Some(Verdict::Accepted), Some(hash)) => released.push((case.offer.record.0, hash.0.to_vec())),
            (Some(verdict), _) => keep_one(conn, region, case, verdict, now).await?,
            (None, _) => {}
        }
    }
    if !released.is_empty() {
        kept_change::delete(conn, region, &released).await?;
    }
    Ok(())
}

async fn keep_one(
    conn: &mut PgConnection,
    region: RegionId,
    case: &Case<'_>,
    verdict: &Verdict,
    now: OffsetDateTime,
) -> Result<(), IngestError> {
    let (state, reason, fields) = match verdict {
        Verdict::Accepted | Verdict::Duplicate => return Ok(()),
        Verdict::Waiting(reason) => ("waiting", reason, json!([])),
        Verdict::Held { reason, fields } => ("held", reason, json!(fields)),
        Verdict::Refused(reason) => ("refused", reason, json!([])),
    };
    let offer = case.offer;
    let hash = case.hash.unwrap_or_else(|| ChangeHash(Sha256::digest(&offer.bytes).into()));
    let row = KeptRow {
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
    };
    Ok(kept_change::put(conn, region, &row, now).await?)
}

type Touched<'a> = (RecordId, &'a RecordState);

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

fn closed_rows(touched: &[Touched<'_>]) -> Vec<(Uuid, String, i32)> {
    let rows_of = |(id, state): &Touched<'_>| {
        let id = id.0;
        state.news.closed.iter().map(move |(key, n)| (id, key.clone(), n.cast_signed())).collect::<Vec<_>>()
    };
    touched.iter().flat_map(rows_of).collect()
}

fn opened_rows(touched: &[Touched<'_>]) -> Result<Vec<OpenValueRow>, IngestError> {
    let mut rows = Vec::new();
    for (id, state) in touched {
        for ((key, n), (counter, value)) in &state.news.opened {
            let value: Value = serde_json::to_value(value).map_err(|_json| IngestError::Stored("a value"))?;
            let counter = counter.cast_signed();
            rows.push(OpenValueRow { record_id: id.0, key: key.clone(), n: n.cast_signed(), counter, value });
        }
    }
    Ok(rows)
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

/// Who is not sent it back. A released change goes to its author too, whose phone had taken it out of the record.
fn sender(accepted: &Accepted) -> InstallId {
    if accepted.released { InstallId::SERVER } else { accepted.install }
}
