//! What is counted: families by place and activity, and what is not known yet beside them. Read in one statement each, so
//! that a number and its parts are of one moment.

use sqlx::PgConnection;
use usra_sync_protocol::id::RegionId;

/// Families of one governorate and activity.
#[derive(Clone, Debug)]
pub struct FamilyCount {
    /// The governorate's code, if given.
    pub governorate: Option<String>,
    /// The code of the main activity, if given.
    pub activity: Option<String>,
    /// Families that count.
    pub families: i64,
    /// Those of them that the centre verified.
    pub verified: i64,
}

/// What the numbers do not know yet.
#[derive(Clone, Copy, Debug)]
pub struct Unknowns {
    /// Changes that wait for something to arrive.
    pub waiting: i64,
    /// Changes held for a person.
    pub held: i64,
    /// Changes refused.
    pub refused: i64,
    /// Changes that came in late and were accepted.
    pub late: i64,
    /// Fields with values that a person must choose between.
    pub conflicts: i64,
}

/// Families that count: not a duplicate, not refused or closed.
///
/// # Errors
/// The database is away.
pub async fn families(conn: &mut PgConnection, region: RegionId) -> Result<Vec<FamilyCount>, sqlx::Error> {
    sqlx::query_as!(
        FamilyCount,
        "select f.governorate, f.primary_activity as activity, count(*) as \"families!\",
             count(*) filter (where f.status in ('verified', 'active')) as \"verified!\"
         from family f
         where f.region_id = $1
             and f.duplicate_of is null
             and coalesce(f.status, 'provisional') not in ('duplicate', 'closed', 'refused')
         group by f.governorate, f.primary_activity
         order by f.governorate nulls last, f.primary_activity nulls last",
        region.0,
    )
    .fetch_all(conn)
    .await
}

/// What is not known yet.
///
/// # Errors
/// The database is away.
pub async fn unknowns(conn: &mut PgConnection, region: RegionId) -> Result<Unknowns, sqlx::Error> {
    sqlx::query_as!(
        Unknowns,
        "select
             (select count(*) from kept_change k where k.region_id = $1 and k.state = 'waiting') as \"waiting!\",
             (select count(*) from kept_change k where k.region_id = $1 and k.state = 'held') as \"held!\",
             (select count(*) from kept_change k where k.region_id = $1 and k.state = 'refused') as \"refused!\",
             (select count(*) from late_change l where l.region_id = $1) as \"late!\",
             (select coalesce(sum(r.conflict_count), 0) from record r where r.region_id = $1) as \"conflicts!\"",
        region.0,
    )
    .fetch_one(conn)
    .await
}
