//! The story of a record: every value that was ever written, when it came, from whom, and what it took the place of. The newest first.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{Acquire, PgConnection};
use time::OffsetDateTime;
use usra_sync_protocol::change::{self, Change, OpId};
use usra_sync_protocol::id::{AreaId, RecordId, RegionId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::policy::{self, Scope};
use usra_sync_protocol::role::Role;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::schema::{self, Field};
use uuid::Uuid;

use super::author::{Author, Authors};
use super::family::kind_of;
use crate::storage::change::HistoryRow;
use crate::storage::{change as changes, connection, record};

/// The story.
#[derive(Clone, Debug)]
pub struct Story {
    /// The record.
    pub record: RecordId,
    /// Its family.
    pub family: RecordId,
    /// What it is about.
    pub kind: Kind,
    /// What was written, the newest first.
    pub writings: Vec<Writing>,
}

/// One value that was written.
#[derive(Clone, Debug)]
pub struct Writing {
    /// When its change came.
    pub at: OffsetDateTime,
    /// Who wrote it.
    pub by: Author,
    /// The field's key.
    pub key: String,
    /// The field.
    pub field: &'static Field,
    /// What fills the slot of the field's pattern.
    pub part: Option<String>,
    /// What was written.
    pub value: Scalar,
    /// The values that it took the place of.
    pub replaced: Vec<Scalar>,
    /// Names it.
    pub op: OpId,
    /// Whether no later one took its place.
    pub open: bool,
}

/// The story of the record, or of one of its fields, as somebody of `role` may read it; `None` when there is none in their scope.
///
/// # Errors
/// The database is away.
pub async fn story(
    conn: &mut PgConnection,
    region: RegionId,
    (id, key): (RecordId, Option<&str>),
    (role, scope): (Role, &Scope),
) -> Result<Option<Story>, sqlx::Error> {
    let mut transaction = conn.begin().await?;
    connection::snapshot(&mut transaction).await?;
    let Some(row) = record::look::find(&mut transaction, region, id.0).await? else { return Ok(None) };
    let (area, family) = (AreaId(row.area_id.cast_unsigned()), RecordId(row.family_id));
    let Some(kind) = kind_of(&row).filter(|kind| policy::may_read(role, *kind) && scope.holds(area, family)) else {
        return Ok(None);
    };
    let history = changes::history(&mut transaction, region, id.0).await?;
    let installs: Vec<Uuid> = history.iter().map(|row| row.install_id).collect();
    let authors = Authors::of(&mut transaction, region, (&[id], &installs)).await?;
    transaction.commit().await?;
    let mut writings = told(kind, &history, &authors);
    writings.retain(|writing| key.is_none_or(|key| key == writing.key));
    Ok(Some(Story { record: id, family, kind, writings }))
}

fn told(kind: Kind, history: &[HistoryRow], authors: &Authors) -> Vec<Writing> {
    let mut values: BTreeMap<OpId, Scalar> = BTreeMap::new();
    let mut closed: BTreeSet<OpId> = BTreeSet::new();
    let mut writings: Vec<Writing> = Vec::new();
    for row in history {
        let Ok(change) = change::read(&row.bytes) else { continue };
        closed.extend(change.ops().flat_map(|(_, put)| &put.replaces));
        writings.extend(of_change(kind, row, &change, (&values, authors)));
        values.extend(change.ops().map(|(op, put)| (op, put.value.clone())));
    }
    for writing in &mut writings {
        writing.open = !closed.contains(&writing.op);
    }
    writings.reverse();
    writings
}

fn of_change(
    kind: Kind,
    row: &HistoryRow,
    change: &Change,
    (values, authors): (&BTreeMap<OpId, Scalar>, &Authors),
) -> Vec<Writing> {
    let by = authors.who(row.install_id, Some(change.hash()));
    let writing = |(op, put): (OpId, &change::Put)| {
        let (field, parts) = schema::field(kind, &put.key)?;
        Some(Writing {
            at: row.received_at,
            by: by.clone(),
            key: put.key.clone(),
            field,
            part: parts.part.map(str::to_owned),
            value: put.value.clone(),
            replaced: put.replaces.iter().filter_map(|op| values.get(op).cloned()).collect(),
            op,
            open: true,
        })
    };
    change.ops().filter_map(writing).collect()
}
