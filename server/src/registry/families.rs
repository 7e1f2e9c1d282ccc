//! Finding families: by what they are (the filter) and by what people remember of them (the search). A search folds Arabic as phones do,
//! and forgives a slip of the finger.

mod search;

use std::collections::BTreeMap;

use sqlx::{Acquire, PgConnection};
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

use crate::storage::connection;
use crate::storage::listed_family::{self, Filter, FoundRow, ListedRow};

/// Which families somebody asks for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// What they are.
    pub filter: Filter,
    /// What is remembered of them.
    pub search: Option<String>,
    /// Whether a mobile number finds its family: it would tell whose it is.
    pub by_mobile: bool,
}

/// A page of the families that were found.
#[derive(Clone, Debug)]
pub struct Listed {
    /// How many were found.
    pub total: usize,
    /// Which page it is, from 0: the last one where one behind it was asked for.
    pub page: usize,
    /// Those of the page.
    pub rows: Vec<ListedRow>,
}

/// A page of the families in the areas that the filter means and the search, if there is one, names: the best matches first, else those
/// that changed last. `page` counts from 0.
///
/// # Errors
/// The database is away.
pub async fn list(
    conn: &mut PgConnection,
    region: RegionId,
    areas: &[i32],
    asked: &Asked,
    (page, size): (usize, usize),
) -> Result<Listed, sqlx::Error> {
    let mut transaction = conn.begin().await?;
    connection::snapshot(&mut transaction).await?;
    let listed = list_within(&mut transaction, region, areas, asked, (page, size)).await?;
    transaction.commit().await?;
    Ok(listed)
}

/// The same inside a transaction that is one snapshot.
///
/// # Errors
/// The database is away.
pub async fn list_within(
    conn: &mut PgConnection,
    region: RegionId,
    areas: &[i32],
    asked: &Asked,
    (page, size): (usize, usize),
) -> Result<Listed, sqlx::Error> {
    let found = find(conn, region, areas, asked).await?;
    let page = page.min(found.len().saturating_sub(1) / size.max(1));
    let ids = found.get(page.saturating_mul(size)..).unwrap_or_default();
    let ids = ids.get(..size).unwrap_or(ids);
    Ok(Listed { total: found.len(), page, rows: listed_family::rows(conn, region, ids).await? })
}

/// All of them, in the same order.
///
/// # Errors
/// The database is away.
pub(super) async fn find(
    conn: &mut PgConnection,
    region: RegionId,
    areas: &[i32],
    asked: &Asked,
) -> Result<Vec<Uuid>, sqlx::Error> {
    let mut found = listed_family::find(conn, region, areas, &asked.filter).await?;
    if let Some(text) = &asked.search {
        let mut names = listed_family::names(conn, region, areas).await?;
        for family in names.iter_mut().filter(|_| !asked.by_mobile) {
            family.mobile = None;
        }
        found = ranked(found, &search::matches(text, &names));
    }
    Ok(found.into_iter().map(|family| family.record_id).collect())
}

/// Those of the families that matched, best first, otherwise in the order they were in.
fn ranked(found: Vec<FoundRow>, marks: &BTreeMap<Uuid, u32>) -> Vec<FoundRow> {
    let mut marked: Vec<(u32, FoundRow)> =
        found.into_iter().filter_map(|family| Some((*marks.get(&family.record_id)?, family))).collect();
    marked.sort_by_key(|(mark, _)| std::cmp::Reverse(*mark));
    marked.into_iter().map(|(_, family)| family).collect()
}
