//! Table `duplicate_pair`: two families that may be one, and what a person said of them.

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

/// A pair as it was found.
#[derive(Clone, Debug)]
pub struct FoundPair {
    /// The family with the smaller id.
    pub one: Uuid,
    /// The other.
    pub other: Uuid,
    /// How alike they are, 0 to 100.
    pub score: i16,
    /// By what.
    pub reasons: Vec<String>,
}

/// A pair as it stands.
#[derive(Clone, Debug)]
pub struct PairRow {
    /// The family with the smaller id.
    pub one_id: Uuid,
    /// The other.
    pub other_id: Uuid,
    /// How alike they are, 0 to 100.
    pub score: i16,
    /// By what.
    pub reasons: Vec<String>,
    /// `open`, `apart` or `merged`.
    pub state: String,
    /// When it was first found.
    pub found_at: OffsetDateTime,
}

/// Keeps the pairs that were found of these families, and forgets those of theirs that nobody decided on and that were not found again.
/// One that a person found to be two families stays so unless there is another reason now.
///
/// # Errors
/// The database is away.
pub async fn replace(
    conn: &mut PgConnection,
    region: RegionId,
    families: &[Uuid],
    found: &[FoundPair],
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    let ones: Vec<Uuid> = found.iter().map(|pair| pair.one).collect();
    let others: Vec<Uuid> = found.iter().map(|pair| pair.other).collect();
    sqlx::query!(
        "delete from duplicate_pair p
         where p.region_id = $1
             and p.state = 'open'
             and (p.one_id = any($2) or p.other_id = any($2))
             and not exists (
                 select
                 from unnest($3::uuid[], $4::uuid[]) as u(one_id, other_id)
                 where u.one_id = p.one_id
                     and u.other_id = p.other_id
             )",
        region.0,
        families,
        &ones,
        &others,
    )
    .execute(&mut *conn)
    .await?;
    for pair in found {
        put(conn, region, pair, now).await?;
    }
    Ok(())
}

async fn put(
    conn: &mut PgConnection,
    region: RegionId,
    pair: &FoundPair,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into duplicate_pair (region_id, one_id, other_id, score, reasons, state, found_at)
         values ($1, $2, $3, $4, $5, 'open', $6)
         on conflict (region_id, one_id, other_id) do update
         set score = excluded.score, reasons = excluded.reasons, state = 'open'
         where duplicate_pair.state = 'open'
             or duplicate_pair.state = 'apart' and not excluded.reasons <@ duplicate_pair.reasons",
        region.0,
        pair.one,
        pair.other,
        pair.score,
        &pair.reasons,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The pairs nobody decided on whose families both live in the areas, the most alike first.
///
/// # Errors
/// The database is away.
pub async fn open(conn: &mut PgConnection, region: RegionId, areas: &[i32]) -> Result<Vec<PairRow>, sqlx::Error> {
    sqlx::query_as!(
        PairRow,
        "select p.one_id, p.other_id, p.score, p.reasons, p.state, p.found_at
         from duplicate_pair p
         join record a
             on a.region_id = p.region_id
             and a.record_id = p.one_id
         join record b
             on b.region_id = p.region_id
             and b.record_id = p.other_id
         where p.region_id = $1
             and p.state = 'open'
             and a.area_id = any($2)
             and b.area_id = any($2)
         order by p.score desc, p.found_at, p.one_id, p.other_id",
        region.0,
        areas,
    )
    .fetch_all(conn)
    .await
}

/// The pairs nobody decided on that one of these families is in, the most alike first; both of each live in the areas.
///
/// # Errors
/// The database is away.
pub async fn open_of(
    conn: &mut PgConnection,
    region: RegionId,
    (areas, families): (&[i32], &[Uuid]),
) -> Result<Vec<(Uuid, Uuid)>, sqlx::Error> {
    let rows = sqlx::query!(
        "select p.one_id, p.other_id
         from duplicate_pair p
         join record a
             on a.region_id = p.region_id
             and a.record_id = p.one_id
         join record b
             on b.region_id = p.region_id
             and b.record_id = p.other_id
         where p.region_id = $1
             and p.state = 'open'
             and (p.one_id = any($3) or p.other_id = any($3))
             and a.area_id = any($2)
             and b.area_id = any($2)
         order by p.score desc, p.found_at, p.one_id, p.other_id",
        region.0,
        areas,
        families,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.one_id, row.other_id)).collect())
}

/// The pair of these two families, whatever was said of it.
///
/// # Errors
/// The database is away.
pub async fn find(
    conn: &mut PgConnection,
    region: RegionId,
    (one, other): (Uuid, Uuid),
) -> Result<Option<PairRow>, sqlx::Error> {
    sqlx::query_as!(
        PairRow,
        "select one_id, other_id, score, reasons, state, found_at
         from duplicate_pair
         where region_id = $1
             and one_id = $2
             and other_id = $3",
        region.0,
        one.min(other),
        one.max(other),
    )
    .fetch_optional(conn)
    .await
}

/// Says what a person found of the pair, and why; whether there is one.
///
/// # Errors
/// The database is away.
pub async fn decide(
    conn: &mut PgConnection,
    region: RegionId,
    (one, other): (Uuid, Uuid),
    (state, note): (&str, &str),
    now: OffsetDateTime,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update duplicate_pair
         set state = $4, note = $5, decided_at = $6
         where region_id = $1
             and one_id = $2
             and other_id = $3",
        region.0,
        one.min(other),
        one.max(other),
        state,
        note,
        now,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}
