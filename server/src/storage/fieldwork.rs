//! Tables `family` and `visit`, as those read them who plan visits: which block a family lies in, whose it is to visit, and when it was
//! last met.

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

/// What is planned of a family.
#[derive(Clone, Debug)]
pub struct PlanRow {
    /// The area where its record lies.
    pub area_id: i32,
    /// Its survey block.
    pub block: Option<String>,
    /// The install of whoever is to visit it.
    pub assigned_to: Option<String>,
    /// When a visit last met it: one that was complete, or partly so.
    pub met_at: Option<OffsetDateTime>,
}

/// What is planned of these families.
///
/// # Errors
/// The database is away.
pub async fn plans(conn: &mut PgConnection, region: RegionId, families: &[Uuid]) -> Result<Vec<PlanRow>, sqlx::Error> {
    sqlx::query_as!(
        PlanRow,
        r#"select r.area_id, f.block, f.assigned_to,
             (
                 select max(v.started_at)
                 from visit v
                 where v.region_id = r.region_id
                     and v.family_id = r.record_id
                     and v.outcome in ('DONE', 'PART')
             ) as met_at
         from unnest($2::uuid[]) as u(record_id)
         join record r
             on r.region_id = $1
             and r.record_id = u.record_id
         join family f
             on f.region_id = r.region_id
             and f.record_id = r.record_id"#,
        region.0,
        families,
    )
    .fetch_all(conn)
    .await
}
