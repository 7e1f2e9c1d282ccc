//! The pairs that wait for a person, and two families side by side.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{Acquire, PgConnection};
use time::OffsetDateTime;
use usra_sync_protocol::id::{RecordId, RegionId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::policy::Scope;
use usra_sync_protocol::role::Role;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::schema::{self, Concurrent, Field};
use uuid::Uuid;

use super::evidence::Level;
use crate::registry::family::sheet::Line;
use crate::registry::family::{self, Family};
use crate::storage::duplicate_pair::{self, PairRow};
use crate::storage::listed_family::{self, ListedRow};
use crate::storage::{connection, matched};
use crate::sync::ingest::IngestError;

/// What waits.
#[derive(Clone, Debug)]
pub struct Pairs {
    /// How many pairs there are.
    pub total: usize,
    /// Which page it is, from 0.
    pub page: usize,
    /// Those of the page, the most alike first.
    pub pairs: Vec<Pair>,
    /// How many things arrived that were not compared yet.
    pub behind: i64,
}

/// Two families that may be one.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The one with the smaller id.
    pub one: ListedRow,
    /// The other.
    pub other: ListedRow,
    /// How sure it is.
    pub level: Level,
    /// By what, in words of the program.
    pub reasons: Vec<String>,
    /// When it was found.
    pub found_at: OffsetDateTime,
}

/// A page of the pairs whose families both live in the areas. `page` counts from 0.
///
/// # Errors
/// The database is away.
pub async fn list(
    conn: &mut PgConnection,
    region: RegionId,
    areas: &[i32],
    (page, size): (usize, usize),
) -> Result<Pairs, sqlx::Error> {
    let mut transaction = conn.begin().await?;
    connection::snapshot(&mut transaction).await?;
    let found = duplicate_pair::open(&mut transaction, region, areas).await?;
    let page = page.min(found.len().saturating_sub(1) / size.max(1));
    let rows: Vec<&PairRow> = found.iter().skip(page.saturating_mul(size)).take(size).collect();
    let families: BTreeSet<Uuid> = rows.iter().flat_map(|row| [row.one_id, row.other_id]).collect();
    let families: Vec<Uuid> = families.into_iter().collect();
    let listed = listed_family::rows(&mut transaction, region, &families).await?;
    let listed: BTreeMap<Uuid, ListedRow> = listed.into_iter().map(|row| (row.record_id, row)).collect();
    let behind = matched::behind(&mut transaction, region, areas).await?;
    transaction.commit().await?;
    let pair = |row: &&PairRow| {
        Some(Pair {
            one: listed.get(&row.one_id)?.clone(),
            other: listed.get(&row.other_id)?.clone(),
            level: Level::of(row.score),
            reasons: row.reasons.clone(),
            found_at: row.found_at,
        })
    };
    Ok(Pairs { total: found.len(), page, pairs: rows.iter().filter_map(pair).collect(), behind })
}

/// Two families side by side.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The first that was asked for.
    pub one: Family,
    /// The other.
    pub other: Family,
    /// What is known of them as a pair.
    pub pair: Option<PairRow>,
    /// What their own records say, field by field.
    pub lines: Vec<Both>,
}

/// A field of both.
#[derive(Clone, Debug)]
pub struct Both {
    /// Its key.
    pub key: String,
    /// The field.
    pub field: &'static Field,
    /// What fills the slot of its pattern.
    pub part: Option<String>,
    /// What the one has.
    pub one: Scalar,
    /// What the other has.
    pub other: Scalar,
}

impl Both {
    /// Whether they say the same.
    #[must_use]
    pub fn agrees(&self) -> bool {
        self.one == self.other
    }

    /// Whether a merge may take it from either.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        self.field.concurrent != Concurrent::ServerOrder
    }
}

/// Whether a value says nothing.
#[must_use]
pub fn is_empty(value: &Scalar) -> bool {
    value.is_null() || *value == Scalar::Bool(false)
}

/// The two as somebody of `role` may see them; `None` when one is not in their scope.
///
/// # Errors
/// The database is away, or a stored row is not what only this program writes.
pub async fn compare(
    conn: &mut PgConnection,
    region: RegionId,
    (one, other): (RecordId, RecordId),
    (role, scope): (Role, &Scope),
) -> Result<Option<Compared>, IngestError> {
    let Some(first) = family::family(conn, region, one, (role, scope)).await? else { return Ok(None) };
    let Some(second) = family::family(conn, region, other, (role, scope)).await? else { return Ok(None) };
    let pair = duplicate_pair::find(conn, region, (one.0, other.0)).await?;
    let lines = lines(&first, &second);
    Ok(Some(Compared { one: first, other: second, pair, lines }))
}

/// What stands by itself in either record, in the order of the schema.
fn lines(one: &Family, other: &Family) -> Vec<Both> {
    let (one, other) = (by_key(one), by_key(other));
    let value = |line: Option<&&Line>| line.map_or(Scalar::Null, |line| line.value.clone());
    let keys: BTreeSet<&str> = one.keys().chain(other.keys()).copied().collect();
    let both = |key: &str| {
        let line = one.get(key).or(other.get(key))?;
        let (field, part) = (line.field, line.part.clone());
        Some(Both { key: key.to_owned(), field, part, one: value(one.get(key)), other: value(other.get(key)) })
    };
    let mut lines: Vec<Both> = keys.into_iter().filter_map(both).collect();
    let order = schema::fields(Kind::Family);
    lines.sort_by_key(|both| (order.iter().position(|field| field == both.field), both.part.clone()));
    lines
}

/// The lines of a family's own record.
fn by_key(family: &Family) -> BTreeMap<&str, &Line> {
    let own = family.sheets.first().into_iter().flat_map(|sheet| &sheet.lines);
    own.map(|line| (line.key.as_str(), line)).collect()
}
