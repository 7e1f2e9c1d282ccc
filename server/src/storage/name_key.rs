//! Table `name_key`: under which names the people of a family could be found a second time.

use sqlx::PgConnection;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

/// Gives the families these keys instead of those they had. Each key comes with its family.
///
/// # Errors
/// The database is away.
pub async fn replace(
    conn: &mut PgConnection,
    region: RegionId,
    families: &[Uuid],
    keys: &[(Uuid, String)],
) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from name_key where region_id = $1 and family_id = any($2)", region.0, families)
        .execute(&mut *conn)
        .await?;
    let of: Vec<Uuid> = keys.iter().map(|(family, _)| *family).collect();
    let keys: Vec<String> = keys.iter().map(|(_, key)| key.clone()).collect();
    sqlx::query!(
        "insert into name_key (region_id, family_id, key)
         select distinct r.region_id, u.family_id, u.key
         from region r
         cross join unnest($2::uuid[], $3::text[]) as u(family_id, key)
         where r.region_id = $1",
        region.0,
        &of,
        &keys,
    )
    .execute(conn)
    .await?;
    Ok(())
}
