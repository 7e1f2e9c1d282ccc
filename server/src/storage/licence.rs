//! Table `licence`, by the day on which licences end.

use sqlx::PgConnection;
use time::Date;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

/// How many of the families have a licence that ends between each day of `days` and the next, the later day left out.
///
/// # Errors
/// The database is away.
pub async fn ending(
    conn: &mut PgConnection,
    region: RegionId,
    families: &[Uuid],
    days: [Date; 5],
) -> Result<[i64; 4], sqlx::Error> {
    let row = sqlx::query!(
        r#"select
             count(distinct l.family_id) filter (where l.expires_on >= $3 and l.expires_on < $4) as "first!",
             count(distinct l.family_id) filter (where l.expires_on >= $4 and l.expires_on < $5) as "second!",
             count(distinct l.family_id) filter (where l.expires_on >= $5 and l.expires_on < $6) as "third!",
             count(distinct l.family_id) filter (where l.expires_on >= $6 and l.expires_on < $7) as "fourth!"
         from licence l
         join unnest($2::uuid[]) as u(family_id)
             on u.family_id = l.family_id
         where l.region_id = $1"#,
        region.0,
        families,
        days[0],
        days[1],
        days[2],
        days[3],
        days[4],
    )
    .fetch_one(conn)
    .await?;
    Ok([row.first, row.second, row.third, row.fourth])
}
