//! Makes a published count again from the histories of the records that it counted: from as many changes of each as there were then.

use std::collections::BTreeSet;

use sqlx::{Acquire, PgConnection};
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

use super::{Parts, Published, rows};
use crate::registry::overview::Part;
use crate::registry::past::{self, Then};
use crate::storage::listed_family::{Filter, FoundRow};
use crate::storage::published_count::{self, PublishedFamily};
use crate::storage::{connection, history, record};

/// A count that was made again.
#[derive(Clone, Debug)]
pub struct Reproduced {
    /// What came of it.
    pub outcome: Outcome,
    /// The hash of the rows as they were made again.
    pub hash: Vec<u8>,
    /// How many of its families were erased since: they cannot be made again, and the hash is another one for that alone.
    pub erased: i64,
    /// Families that come out otherwise than they were counted, or whose history lacks changes.
    pub differing: Vec<Uuid>,
}

/// What came of making a count again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The same rows.
    Same,
    /// The same rows but for families that were erased since.
    SameButErased,
    /// Others.
    Different,
}

impl Outcome {
    /// Its word in messages and answers.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::SameButErased => "erased",
            Self::Different => "different",
        }
    }
}

/// Makes the count again.
///
/// # Errors
/// The database is away.
pub async fn reproduce(
    conn: &mut PgConnection,
    region: RegionId,
    published: &Published,
) -> Result<Reproduced, sqlx::Error> {
    let mut transaction = conn.begin().await?;
    connection::snapshot(&mut transaction).await?;
    let kept = published_count::families(&mut transaction, region, published.id).await?;
    let made = made(&mut transaction, region, &kept).await?;
    transaction.commit().await?;
    Ok(compared(published, &kept, made))
}

/// The families that the count counted, as they were, as far as they were not erased since, are in the areas now, and the filter means them.
///
/// # Errors
/// The database is away.
pub async fn reproduced_families(
    conn: &mut PgConnection,
    region: RegionId,
    (count, areas): (Uuid, &[i32]),
    filter: &Filter,
) -> Result<Vec<Then>, sqlx::Error> {
    let mut transaction = conn.begin().await?;
    connection::snapshot(&mut transaction).await?;
    let mut kept = published_count::families(&mut transaction, region, count).await?;
    let ids: Vec<Uuid> = kept.iter().map(|family| family.family_id).collect();
    let near: BTreeSet<Uuid> =
        record::look::among(&mut transaction, region, (&ids, areas)).await?.into_iter().collect();
    kept.retain(|family| near.contains(&family.family_id));
    let mut made = made(&mut transaction, region, &kept).await?;
    transaction.commit().await?;
    made.retain(|family| past::means(filter, &family.found));
    Ok(made)
}

async fn made(conn: &mut PgConnection, region: RegionId, kept: &[PublishedFamily]) -> Result<Vec<Then>, sqlx::Error> {
    let mut made = Vec::new();
    for some in kept.chunks(past::AT_A_TIME) {
        let ids: Vec<Uuid> = some.iter().map(|family| family.family_id).collect();
        let counts: Vec<i32> = some.iter().map(|family| family.change_count).collect();
        made.extend(past::of_rows(&history::first(conn, region, (&ids, &counts)).await?));
    }
    Ok(made)
}

fn compared(published: &Published, kept: &[PublishedFamily], made: Vec<Then>) -> Reproduced {
    let erased = published.total.families - i64::try_from(kept.len()).unwrap_or(i64::MAX);
    let differing = differing(kept, &made);
    let found: Vec<FoundRow> = made.into_iter().map(|family| family.found).collect();
    let hash = rows::hash(&found).to_vec();
    let fits = fit(&Parts::of(&found), &published.parts);
    let outcome = match (differing.is_empty() && fits, erased == 0, hash == published.hash) {
        (true, true, true) => Outcome::Same,
        (true, false, _) => Outcome::SameButErased,
        (true, true, false) | (false, _, _) => Outcome::Different,
    };
    Reproduced { outcome, hash, erased, differing }
}

/// The families that do not come out as they were counted.
fn differing(kept: &[PublishedFamily], made: &[Then]) -> Vec<Uuid> {
    let same = |family: &&PublishedFamily| {
        let at = made.binary_search_by_key(&family.family_id, |made| made.found.record_id);
        let made = at.ok().and_then(|at| made.get(at));
        made.is_some_and(|made| made.change_count == family.change_count && made.found.standing == family.standing)
    };
    kept.iter().filter(|family| !same(family)).map(|family| family.family_id).collect()
}

/// Whether no part became larger than it was. Those of erased families became smaller.
fn fit(made: &Parts, published: &Parts) -> bool {
    let within = |made: &[Part], published: &[Part]| {
        let holds = |part: &Part| {
            let was = published.iter().find(|was| was.code == part.code);
            was.is_some_and(|was| {
                part.tally.families <= was.tally.families && part.tally.verified <= was.tally.verified
            })
        };
        made.iter().all(holds)
    };
    within(&made.by_governorate, &published.by_governorate)
        && within(&made.by_sector, &published.by_sector)
        && within(&made.by_activity, &published.by_activity)
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use super::*;
    use crate::registry::counts::{NotKnownYet, Tally};

    fn then(id: u128, governorate: &str, standing: &str) -> Then {
        let found = FoundRow {
            record_id: Uuid::from_u128(id),
            governorate: Some(governorate.to_owned()),
            activity: None,
            status: String::new(),
            standing: standing.to_owned(),
            created_at: OffsetDateTime::UNIX_EPOCH,
            changed_at: OffsetDateTime::UNIX_EPOCH,
        };
        Then { found, name_ar: None, name_en: None, change_count: 3 }
    }

    fn kept(made: &[Then]) -> Vec<PublishedFamily> {
        let family = |family: &Then| PublishedFamily {
            family_id: family.found.record_id,
            change_count: family.change_count,
            standing: family.found.standing.clone(),
        };
        made.iter().map(family).collect()
    }

    fn published(made: &[Then]) -> Published {
        let found: Vec<FoundRow> = made.iter().map(|family| family.found.clone()).collect();
        Published {
            id: Uuid::nil(),
            at: OffsetDateTime::UNIX_EPOCH,
            by: None,
            areas: Vec::new(),
            filter: String::new(),
            version: 1,
            total: Tally::of(&found),
            parts: Parts::of(&found),
            not_known: NotKnownYet::default(),
            hash: rows::hash(&found).to_vec(),
        }
    }

    #[test]
    fn a_count_is_the_same_the_same_but_for_the_erased_or_another() {
        let made = [then(1, "JED", "verified"), then(2, "JED", "provisional"), then(3, "TAI", "provisional")];
        let (count, kept) = (published(&made), kept(&made));
        let outcome = |kept: &[PublishedFamily], made: &[Then]| {
            let made = compared(&count, kept, made.to_vec());
            (made.outcome, made.erased, made.differing.len())
        };
        assert_eq!(outcome(&kept, &made), (Outcome::Same, 0, 0));
        assert_eq!(outcome(&kept[..2], &made[..2]), (Outcome::SameButErased, 1, 0));
        // A history that lacks a change, one that lacks all, and a place that moved.
        let short = Then { change_count: 2, ..made[0].clone() };
        assert_eq!(outcome(&kept, &[short, made[1].clone(), made[2].clone()]), (Outcome::Different, 0, 1));
        assert_eq!(outcome(&kept, &made[..2]), (Outcome::Different, 0, 1));
        let elsewhere = [then(1, "JED", "verified"), then(2, "JED", "provisional"), then(3, "RAB", "provisional")];
        assert_eq!(outcome(&kept, &elsewhere), (Outcome::Different, 0, 0));
        assert_eq!(outcome(&kept[1..], &elsewhere[1..]), (Outcome::Different, 1, 0));
    }
}
