//! Tables `need` and `service`, as they are set against each other: how many of some families have an open need of each
//! category, and how many got a service of each type.

use sqlx::PgConnection;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

/// How many of the families have an open need, by its category; most first.
///
/// # Errors
/// The database is away.
pub async fn open(
    conn: &mut PgConnection,
    region: RegionId,
    families: &[Uuid],
) -> Result<Vec<(String, i64)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select n.category as "code!", count(distinct n.family_id) as "families!"
         from need n
         join unnest($2::uuid[]) as u(family_id)
             on u.family_id = n.family_id
         where n.region_id = $1
             and n.category is not null
             and coalesce(n.status, 'open') in ('open', 'verified', 'referred', 'in_progress')
         group by n.category
         order by 2 desc, 1"#,
        region.0,
        families,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.code, row.families)).collect())
}

/// How many of the families got a service, by its type; most first.
///
/// # Errors
/// The database is away.
pub async fn served(
    conn: &mut PgConnection,
    region: RegionId,
    families: &[Uuid],
) -> Result<Vec<(String, i64)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select s.type as "code!", count(distinct s.family_id) as "families!"
         from service s
         join unnest($2::uuid[]) as u(family_id)
             on u.family_id = s.family_id
         where s.region_id = $1
             and s.type is not null
         group by s.type
         order by 2 desc, 1"#,
        region.0,
        families,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.code, row.families)).collect())
}
