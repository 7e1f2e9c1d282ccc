//! An answer of the model centre: what the server notes of the phone's knowledge, then a repair or a page, by the server's own rules.

use std::collections::BTreeMap;

use time::OffsetDateTime;
use usra_server::storage::record::WholeRow;
use usra_server::sync::author::Author;
use usra_server::sync::bundle::{self, Ready};
use usra_server::sync::course::{Asked, Pages};
use usra_server::sync::page::{self, Plan, Wanted};
use usra_server::sync::{pull, repair};
use usra_sync_protocol::digest::Digest;
use usra_sync_protocol::id::{AreaId, InstallId, RecordId};
use usra_sync_protocol::sync::{Cursor, DECISIONS_MAX, Decision, Delivery, RepairAnswer, SyncResponse};

use super::tables::Tables;
use super::violation::{Holds, Violation};

/// From how many feed rows on a phone gets bundles: the model's feeds are short.
const FAR_BEHIND: u64 = 3;

/// Packed frames of bundles, then everything but the verdicts. `rows` bounds the feed rows of a page.
pub(super) fn answer(
    tables: &mut Tables,
    author: &Author,
    (asked, heard): (Asked, u64),
    rows: usize,
    now: OffsetDateTime,
) -> Holds<(Vec<Vec<u8>>, SyncResponse)> {
    note_ends(tables, author, now);
    let heads: BTreeMap<AreaId, u64> = author.scope.areas.iter().map(|area| (*area, tables.head(*area))).collect();
    let course = asked.course(tables.epoch, &heads);
    if let Some(claim) = author.grace.claim.as_ref().filter(|_claim| !course.must_repair) {
        note_departures(tables, author, &asked.cursor, claim.since);
    }
    let repair = course.repairs.then(|| {
        let empty = repair::ask(tables.epoch, heads.clone());
        match &asked.digest {
            Some(theirs) => {
                RepairAnswer { buckets: repair::differing(&digests(tables, author), theirs), compared: true, ..empty }
            }
            None => empty,
        }
    });
    let (ready, page) = match course.pages {
        Pages::Whole => (Vec::new(), whole(tables, author, &asked)?),
        Pages::New => next(tables, author, &asked, &heads, rows)?,
        Pages::None => (Vec::new(), SyncResponse::default()),
    };
    let decisions = decisions(tables, author.install, heard);
    let untold = decisions.last().is_some_and(|last| last.number < author.decision_count);
    let more = page.more || untold;
    Ok((ready, SyncResponse { repair, decisions, more, ..page }))
}

fn note_ends(tables: &mut Tables, author: &Author, now: OffsetDateTime) {
    let known = author.grace.known_ends();
    let of_install = tables.assignments.iter_mut().filter(|one| one.install == author.install);
    for one in of_install.filter(|one| known.contains(&one.area) && one.to.is_some_and(|to| to <= now)) {
        one.known = true;
    }
}

fn note_departures(tables: &mut Tables, author: &Author, cursor: &Cursor, since: OffsetDateTime) {
    let seen = scope_heads(tables, author);
    for (area, seq) in &cursor.areas {
        if seen.get(area).is_none_or(|left| *left <= since) {
            continue;
        }
        let in_area = tables.departures.iter().filter(|row| row.area_id.cast_unsigned() == area.0);
        let last = in_area.map(|row| row.seq.cast_unsigned()).filter(|one| one <= seq).max();
        if let Some(last) = last {
            let known = tables.taken.entry((author.install, *area)).or_default();
            *known = last.max(*known);
        }
    }
}

/// When a record last left each area of the author's, those included that were lately taken from it.
fn scope_heads(tables: &Tables, author: &Author) -> BTreeMap<AreaId, OffsetDateTime> {
    let known = |area: &AreaId| author.scope.areas.contains(area) || author.grace.lapsed.contains(area);
    let of_scope = tables.last_leave.iter().filter(|(area, _)| known(area));
    of_scope.map(|(area, at)| (*area, *at)).collect()
}

fn digests(tables: &Tables, author: &Author) -> Vec<(RecordId, Digest)> {
    let kinds = author.kinds();
    let mine = tables.records.iter().filter(|(_, kept)| match author.scope.family {
        Some(family) => kept.row.family_id == family.0,
        None => author.scope.areas.contains(&AreaId(kept.row.area_id.cast_unsigned())),
    });
    let of_kinds = mine.filter(|(_, kept)| kinds.contains(&kept.row.kind));
    of_kinds.filter_map(|(id, kept)| Some((*id, Digest(kept.digest.as_slice().try_into().ok()?)))).collect()
}

fn decisions(tables: &Tables, install: InstallId, heard: u64) -> Vec<Decision> {
    let all = tables.decisions.get(&install).into_iter().flatten();
    all.filter(|decision| decision.number > heard).take(DECISIONS_MAX).cloned().collect()
}

fn whole(tables: &Tables, author: &Author, asked: &Asked) -> Holds<SyncResponse> {
    let mut ids = asked.wanted.clone();
    ids.sort_unstable();
    ids.dedup();
    let rows: Vec<WholeRow> = ids.iter().filter_map(|id| tables.whole(*id)).collect();
    let (wanted, more) = page::whole(author, &rows, asked.want_bytes);
    Ok(SyncResponse { deliveries: deliver(tables, wanted)?, more, ..SyncResponse::default() })
}

fn next(
    tables: &Tables,
    author: &Author,
    asked: &Asked,
    heads: &BTreeMap<AreaId, u64>,
    limit: usize,
) -> Holds<(Vec<Vec<u8>>, SyncResponse)> {
    let mut plan = Plan::new(author, &asked.cursor, asked.want_bytes);
    let ready = bundles(tables, author, &mut plan, heads);
    if ready.is_most(&plan, heads, FAR_BEHIND) {
        plan.more = plan.behind(heads) > 0;
    } else {
        let rows = tables.after(&plan.positions(), author.scope.family, limit);
        plan.fill(&rows, limit);
    }
    let cursor = (plan.areas != asked.cursor.areas).then_some(Cursor { epoch: asked.cursor.epoch, areas: plan.areas });
    let (leaves, more) = (plan.leaves, plan.more);
    let deliveries = deliver(tables, plan.runs.wanted)?;
    Ok((ready.frames, SyncResponse { deliveries, leaves, cursor, more, ..SyncResponse::default() }))
}

/// As `bundle::take`.
fn bundles(tables: &Tables, author: &Author, plan: &mut Plan<'_>, heads: &BTreeMap<AreaId, u64>) -> Ready {
    if !bundle::may_take(author) || plan.behind(heads) < FAR_BEHIND {
        return Ready::default();
    }
    let taken = bundle::chained(tables.bundles_after(&plan.positions(), plan.room()), author, plan);
    let departed = taken.iter().flat_map(|row| &row.departed);
    for row in departed.filter_map(|id| tables.whole(RecordId(*id))) {
        plan.leave(row.record_id, (row.kind, row.area_id, row.family_id));
    }
    Ready::of(taken)
}

pub(super) fn deliver(tables: &Tables, wanted: Vec<Wanted>) -> Holds<Vec<Delivery>> {
    let one = |wanted: Wanted| {
        let changes = tables.records.get(&RecordId(wanted.record)).into_iter().flat_map(|kept| &kept.changes);
        let run = changes.filter(|change| (wanted.first..=wanted.last).contains(&change.row.n));
        pull::delivery(wanted, run.map(|change| change.bytes.clone()).collect()).map_err(Violation::broken)
    };
    wanted.into_iter().map(one).collect()
}

impl Tables {
    /// A record with the size of its history.
    pub(super) fn whole(&self, id: RecordId) -> Option<WholeRow> {
        let kept = self.records.get(&id)?;
        let size: usize = kept.changes.iter().map(|change| change.bytes.len()).sum();
        Some(WholeRow {
            record_id: id.0,
            kind: kept.row.kind,
            family_id: kept.row.family_id,
            area_id: kept.row.area_id,
            change_count: kept.row.change_count,
            size_bytes: i64::try_from(size).unwrap_or(i64::MAX),
        })
    }
}
