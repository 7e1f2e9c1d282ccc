//! Table `family` by the mobile number that it shows, for those who sign in with it.

use sqlx::PgConnection;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

/// A family that shows the number.
#[derive(Clone, Debug)]
pub struct Holder {
    /// The family.
    pub family_id: Uuid,
    /// Its trade name.
    pub name: String,
}

/// The families that show this number (E.164) and count: not a duplicate, not refused or closed. At most fifty, oldest first.
///
/// # Errors
/// The database is away.
pub async fn holders(conn: &mut PgConnection, region: RegionId, mobile: &str) -> Result<Vec<Holder>, sqlx::Error> {
    sqlx::query_as!(
        Holder,
        r#"select f.family_id, coalesce(f.name_ar, f.name_en, '') as "name!"
         from family f
         where f.region_id = $1
             and f.mobile = $2
             and f.duplicate_of is null
             and coalesce(f.status, 'provisional') not in ('duplicate', 'closed', 'refused')
         order by f.family_id
         limit 50"#,
        region.0,
        mobile,
    )
    .fetch_all(conn)
    .await
}
