//! Tables `install` and `staff`, for the names of those who wrote or decided something.

use std::collections::BTreeMap;

use sqlx::PgConnection;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

/// A name with what its bearer may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// As it was written down by who let them in.
    pub name: String,
    /// The role's word.
    pub role: String,
}

/// The people of these installs and staff accounts, by their ids.
///
/// # Errors
/// The database is away.
pub async fn of_ids(
    conn: &mut PgConnection,
    region: RegionId,
    ids: &[Uuid],
) -> Result<BTreeMap<Uuid, Person>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select i.install_id as "id!", i.name as "name!", i.role as "role!"
         from install i
         where i.region_id = $1
             and i.install_id = any($2)
         union all
         select s.staff_id, s.name, s.role
         from staff s
         where s.region_id = $1
             and s.staff_id = any($2)"#,
        region.0,
        ids,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, Person { name: row.name, role: row.role })).collect())
}
