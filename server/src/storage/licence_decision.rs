//! Table `licence_decision`: what people of the centre decided about licences, and why. Rows are only ever added.

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

/// A decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionRow {
    /// Its number among those of the licence, from 1.
    pub n: i32,
    /// The state's code.
    pub state: String,
    /// Why.
    pub reason: String,
    /// The code of the agency that decided.
    pub agency: String,
    /// The codes of the points that were ticked.
    pub points: Vec<String>,
    /// The staff account of who wrote it down.
    pub by_id: Option<Uuid>,
    /// The name of the operator who did, at the server's command line.
    pub by_name: Option<String>,
    /// When.
    pub decided_at: OffsetDateTime,
}

/// Writes a decision down. Call it under the lock of the family's record.
///
/// # Errors
/// The database is away, or the licence has a decision of this number.
pub async fn add(
    conn: &mut PgConnection,
    region: RegionId,
    (family, licence): (Uuid, &str),
    row: &DecisionRow,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into licence_decision
             (region_id, family_id, licence_id, n, state, reason, agency, points, by_id, by_name, decided_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        region.0,
        family,
        licence,
        row.n,
        row.state,
        row.reason,
        row.agency,
        &row.points,
        row.by_id,
        row.by_name,
        row.decided_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The decisions about a licence, the newest first.
///
/// # Errors
/// The database is away.
pub async fn of_licence(
    conn: &mut PgConnection,
    region: RegionId,
    (family, licence): (Uuid, &str),
) -> Result<Vec<DecisionRow>, sqlx::Error> {
    sqlx::query_as!(
        DecisionRow,
        "select n, state, reason, agency, points, by_id, by_name, decided_at
         from licence_decision
         where region_id = $1
             and family_id = $2
             and licence_id = $3
         order by n desc",
        region.0,
        family,
        licence,
    )
    .fetch_all(conn)
    .await
}

/// The number of the last decision about a licence; 0 before the first.
///
/// # Errors
/// The database is away.
pub async fn last(
    conn: &mut PgConnection,
    region: RegionId,
    (family, licence): (Uuid, &str),
) -> Result<i32, sqlx::Error> {
    let row = sqlx::query!(
        r#"select coalesce(max(n), 0) as "n!"
         from licence_decision
         where region_id = $1
             and family_id = $2
             and licence_id = $3"#,
        region.0,
        family,
        licence,
    )
    .fetch_one(conn)
    .await?;
    Ok(row.n)
}

/// The decisions about a family's licences, each with its licence's id, in order.
///
/// # Errors
/// The database is away.
pub async fn of_family(
    conn: &mut PgConnection,
    region: RegionId,
    family: Uuid,
) -> Result<Vec<(String, DecisionRow)>, sqlx::Error> {
    let rows = sqlx::query!(
        "select distinct licence_id
         from licence_decision
         where region_id = $1
             and family_id = $2
         order by licence_id",
        region.0,
        family,
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut decisions = Vec::new();
    for row in rows {
        let of_one = of_licence(conn, region, (family, &row.licence_id)).await?;
        decisions.extend(of_one.into_iter().rev().map(|decision| (row.licence_id.clone(), decision)));
    }
    Ok(decisions)
}
