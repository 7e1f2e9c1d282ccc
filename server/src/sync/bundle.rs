//! Bundles in a page: what many phones of an area ask for is packed once (`bundler`) and stands in front of the page as it is. Only for who
//! may read every kind and has made none of it; everyone else, and whoever stands inside a bundle, gets the feed's rows.

use std::collections::BTreeMap;

use sqlx::PgConnection;
use usra_sync_protocol::id::{AreaId, RecordId, RegionId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::limits::PAGE_BYTES_MIN;
use uuid::Uuid;

use super::author::Author;
use super::ingest::IngestError;
use super::page::Plan;
use super::reading::Shown;
use crate::storage::bundle::{self, BundleRow};
use crate::storage::record;

/// A phone that is fewer feed rows behind gets the rows: looking for bundles would cost more.
pub(super) const FAR_BEHIND: u64 = 64;

/// Bundles for one page.
#[derive(Debug, Default)]
pub struct Ready {
    /// Their packed frames.
    pub frames: Vec<Vec<u8>>,
    /// Sensitive records that they show.
    pub shown: Shown,
}

impl Ready {
    /// These bundles.
    #[must_use]
    pub fn of(bundles: Vec<BundleRow>) -> Self {
        let shown = bundles.iter().map(shown).fold(Shown::default(), Shown::and);
        Self { frames: bundles.into_iter().map(|row| row.frames).collect(), shown }
    }

    /// Whether the page is full of it, or so much follows that it is more bundles: then no rows come behind it.
    #[must_use]
    pub fn is_most(&self, plan: &Plan<'_>, heads: &BTreeMap<AreaId, u64>, far_behind: u64) -> bool {
        !self.frames.is_empty() && (plan.room() < PAGE_BYTES_MIN || plan.behind(heads) >= far_behind)
    }
}

/// Takes bundles into an empty page, as many as it holds.
///
/// # Errors
/// The database is away.
pub async fn take(
    conn: &mut PgConnection,
    region: RegionId,
    author: &Author,
    plan: &mut Plan<'_>,
    heads: &BTreeMap<AreaId, u64>,
) -> Result<Ready, IngestError> {
    if !may_take(author) || plan.behind(heads) < FAR_BEHIND {
        return Ok(Ready::default());
    }
    let (areas, seqs): (Vec<i32>, Vec<i64>) = plan.positions().into_iter().unzip();
    let room = i64::try_from(plan.room()).unwrap_or(i64::MAX);
    let taken = chained(bundle::after(conn, region, (&areas, &seqs), room).await?, author, plan);
    let departed: Vec<Uuid> = taken.iter().flat_map(|row| row.departed.iter().copied()).collect();
    if !departed.is_empty() {
        for row in record::whole(conn, region, &departed).await? {
            plan.leave(row.record_id, (row.kind, row.area_id, row.family_id));
        }
    }
    Ok(Ready::of(taken))
}

/// Whether the author may read every kind of record, of whole areas.
#[must_use]
pub fn may_take(author: &Author) -> bool {
    author.scope.family.is_none() && author.kinds().len() == Kind::ALL.len()
}

/// Those that follow one another from where the phone stands and hold nothing of its own; the plan stands behind them then.
pub fn chained(found: Vec<BundleRow>, author: &Author, plan: &mut Plan<'_>) -> Vec<BundleRow> {
    let follows = |row: &BundleRow| {
        let own = row.installs.contains(&author.install.0);
        !own && plan.skip(row.area_id, (row.after_seq, row.last_seq), row.size_bytes)
    };
    found.into_iter().filter(follows).collect()
}

fn shown(row: &BundleRow) -> Shown {
    let kinds = serde_json::from_value(row.shown_kinds.clone()).unwrap_or_default();
    Shown { records: row.shown.iter().copied().map(RecordId).collect(), kinds }
}
