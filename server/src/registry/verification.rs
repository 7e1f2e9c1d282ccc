//! The families that wait to be verified: those that count provisionally, the longest-waiting first, each with what a person decides by.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{Acquire, PgConnection};
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

use super::author::{Author, Authors};
use super::standing::Standing;
use crate::storage::listed_family::{self, Filter, ListedRow};
use crate::storage::waiting_family::{self, WaitingRow};
use crate::storage::{connection, duplicate_pair};

/// A page of those who wait.
#[derive(Clone, Debug)]
pub struct Queue {
    /// How many wait.
    pub total: usize,
    /// Which page it is, from 0: the last one where one behind it was asked for.
    pub page: usize,
    /// Those of the page.
    pub families: Vec<Waiting>,
}

/// A family that waits.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The family as lists show it.
    pub listed: ListedRow,
    /// How much of it there is, and how the last visit ended.
    pub known: WaitingRow,
    /// Who registered it.
    pub by: Author,
    /// The families that it may be.
    pub alike: Vec<ListedRow>,
}

/// A page of the families in the areas that the filter means and that count provisionally, those first that were registered first. `page`
/// counts from 0.
///
/// # Errors
/// The database is away.
pub async fn list(
    conn: &mut PgConnection,
    region: RegionId,
    (areas, filter): (&[i32], &Filter),
    (page, size): (usize, usize),
) -> Result<Queue, sqlx::Error> {
    let mut transaction = conn.begin().await?;
    connection::snapshot(&mut transaction).await?;
    let filter = Filter { standing: Some(Standing::Provisional.word().to_owned()), ..filter.clone() };
    let mut found = listed_family::find(&mut transaction, region, areas, &filter).await?;
    found.sort_by_key(|family| (family.created_at, family.record_id));
    let page = page.min(found.len().saturating_sub(1) / size.max(1));
    let rows = found.iter().skip(page.saturating_mul(size)).take(size);
    let ids: Vec<Uuid> = rows.map(|family| family.record_id).collect();
    let families = waiting(&mut transaction, region, (areas, &ids)).await?;
    transaction.commit().await?;
    Ok(Queue { total: found.len(), page, families })
}

async fn waiting(
    conn: &mut PgConnection,
    region: RegionId,
    (areas, ids): (&[i32], &[Uuid]),
) -> Result<Vec<Waiting>, sqlx::Error> {
    let known = waiting_family::rows(conn, region, ids).await?;
    let pairs = duplicate_pair::open_of(conn, region, (areas, ids)).await?;
    let all: BTreeSet<Uuid> = ids.iter().copied().chain(pairs.iter().flat_map(|(one, other)| [*one, *other])).collect();
    let listed = listed_family::rows(conn, region, &all.into_iter().collect::<Vec<_>>()).await?;
    let listed: BTreeMap<Uuid, ListedRow> = listed.into_iter().map(|row| (row.record_id, row)).collect();
    let installs: Vec<Uuid> = known.iter().map(|row| row.created_by).collect();
    let authors = Authors::of(conn, region, (&[], &installs)).await?;
    let of = |known: WaitingRow| {
        let others = others(&pairs, known.record_id);
        Some(Waiting {
            listed: listed.get(&known.record_id)?.clone(),
            by: authors.who(known.created_by, None),
            alike: others.filter_map(|other| listed.get(&other).cloned()).collect(),
            known,
        })
    };
    Ok(known.into_iter().filter_map(of).collect())
}

/// The other families of the pairs that a family is in.
fn others(pairs: &[(Uuid, Uuid)], family: Uuid) -> impl Iterator<Item = Uuid> {
    pairs.iter().filter_map(move |(one, other)| match (*one == family, *other == family) {
        (true, _) => Some(*other),
        (false, true) => Some(*one),
        (false, false) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_may_be_any_that_it_is_in_a_pair_with() {
        let [one, two, three] = [1, 2, 3].map(Uuid::from_u128);
        let pairs = [(one, two), (two, three)];
        assert_eq!(others(&pairs, two).collect::<Vec<_>>(), [one, three]);
        assert_eq!(others(&pairs, three).collect::<Vec<_>>(), [two]);
        assert_eq!(others(&[], one).count(), 0);
    }
}
