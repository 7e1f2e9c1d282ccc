//! Table `licence`, by the day on which licences end.

use sqlx::PgConnection;
use time::Date;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

/// How many of the families have a licence that ends on a day from `from` on and before `until`.
///
/// # Errors
/// The database is away.
pub async fn ending(
    conn: &mut PgConnection,
    region: RegionId,
    families: &[Uuid],
    (from, until): (Date, Date),
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(distinct l.family_id) as "families!"
         from licence l
         join unnest($2::uuid[]) as u(family_id)
             on u.family_id = l.family_id
         where l.region_id = $1
             and l.expires_on >= $3
             and l.expires_on < $4"#,
        region.0,
        families,
        from,
        until,
    )
    .fetch_one(conn)
    .await
}
