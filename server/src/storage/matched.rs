//! Tables `matched` and `match_due`: how far families were compared, and which are to be compared although no feed says so.

use std::collections::BTreeMap;

use sqlx::PgConnection;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

/// How far the feed of each area was looked through; locked, so that one server compares at a time.
///
/// # Errors
/// The database is away.
pub async fn lock(conn: &mut PgConnection, region: RegionId) -> Result<BTreeMap<i32, i64>, sqlx::Error> {
    sqlx::query!(
        "insert into matched (region_id, area_id, seq)
         select region_id, area_id, 0
         from area
         where region_id = $1
         on conflict do nothing",
        region.0,
    )
    .execute(&mut *conn)
    .await?;
    // A feed that is shorter than it was comes from a backup: then it is looked through from its beginning.
    let rows = sqlx::query!(
        r#"select m.area_id, case when m.seq < a.next_seq then m.seq else 0 end as "seq!"
         from matched m
         join area a
             on a.region_id = m.region_id
             and a.area_id = m.area_id
         where m.region_id = $1
         order by m.area_id
         for update of m"#,
        region.0,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.area_id, row.seq)).collect())
}

/// Notes how far the feeds were looked through now.
///
/// # Errors
/// The database is away.
pub async fn advance(conn: &mut PgConnection, region: RegionId, seqs: &BTreeMap<i32, i64>) -> Result<(), sqlx::Error> {
    let areas: Vec<i32> = seqs.keys().copied().collect();
    let seqs: Vec<i64> = seqs.values().copied().collect();
    sqlx::query!(
        "update matched m
         set seq = u.seq
         from unnest($2::int[], $3::bigint[]) as u(area_id, seq)
         where m.region_id = $1
             and m.area_id = u.area_id",
        region.0,
        &areas,
        &seqs,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// How many rows of the areas' feeds were not looked through yet.
///
/// # Errors
/// The database is away.
pub async fn behind(conn: &mut PgConnection, region: RegionId, areas: &[i32]) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select coalesce(sum(greatest(a.next_seq - 1 - coalesce(m.seq, 0), 0)), 0)::bigint as "behind!"
         from area a
         left join matched m
             on m.region_id = a.region_id
             and m.area_id = a.area_id
         where a.region_id = $1
             and a.area_id = any($2)"#,
        region.0,
        areas,
    )
    .fetch_one(conn)
    .await
}

/// Has the family compared once more.
///
/// # Errors
/// The database is away.
pub async fn put_due(conn: &mut PgConnection, region: RegionId, family: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into match_due (region_id, family_id)
         values ($1, $2)
         on conflict do nothing",
        region.0,
        family,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes the families that are to be compared.
///
/// # Errors
/// The database is away.
pub async fn take_due(conn: &mut PgConnection, region: RegionId) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!("delete from match_due where region_id = $1 returning family_id", region.0)
        .fetch_all(conn)
        .await
}
