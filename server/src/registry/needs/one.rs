//! One need of a family. That it is shown is noted first.

use sqlx::{Acquire, PgConnection};
use time::OffsetDateTime;
use usra_sync_protocol::id::{AreaId, RecordId, RegionId};
use usra_sync_protocol::policy::Scope;

use super::note;
use crate::registry::audit::By;
use crate::storage::listed_family::{self, ListedRow};
use crate::storage::need::{self, NeedRow};
use crate::storage::{connection, record};

/// A need.
#[derive(Clone, Debug)]
pub struct Need {
    /// The family.
    pub family: ListedRow,
    /// The need.
    pub row: NeedRow,
}

/// The need of a family; `None` when there is none in the scope.
///
/// # Errors
/// The database is away, or could not note it.
pub async fn one(
    conn: &mut PgConnection,
    region: RegionId,
    (family, need): (RecordId, &str),
    (scope, by, now): (&Scope, By, OffsetDateTime),
) -> Result<Option<Need>, sqlx::Error> {
    let mut transaction = conn.begin().await?;
    connection::snapshot(&mut transaction).await?;
    let home = record::look::find(&mut transaction, region, family.0).await?;
    if !home.is_some_and(|home| scope.holds(AreaId(home.area_id.cast_unsigned()), family)) {
        return Ok(None);
    }
    let listed = listed_family::rows(&mut transaction, region, &[family.0]).await?.into_iter().next();
    let rows = need::of_families(&mut transaction, region, &[family.0]).await?;
    let row = rows.into_iter().find(|row| row.need_id == need);
    transaction.commit().await?;
    let Some((family, row)) = listed.zip(row) else { return Ok(None) };
    note(conn, region, (&[family.record_id], 1), (by, now)).await?;
    Ok(Some(Need { family, row }))
}
