//! Table `licence`: licences by the day on which they end, and as a list shows them.

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

/// A licence as a list shows it. Its number is sensitive, so that it is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LicenceRow {
    /// The family.
    pub family_id: Uuid,
    /// The licence's id in the family's record.
    pub licence_id: String,
    /// The code of its type.
    pub kind: Option<String>,
    /// The code of its issuer.
    pub issuer: Option<String>,
    /// Whether it has a number.
    pub numbered: bool,
    /// From when.
    pub issued_on: Option<Date>,
    /// Its last day.
    pub expires_on: Option<Date>,
    /// The code of its state; `None` before a decision.
    pub state: Option<String>,
}

/// The licences of the families, those that end first first. A row of which nothing but its state is left is none.
///
/// # Errors
/// The database is away.
pub async fn of_families(
    conn: &mut PgConnection,
    region: RegionId,
    families: &[Uuid],
) -> Result<Vec<LicenceRow>, sqlx::Error> {
    sqlx::query_as!(
        LicenceRow,
        r#"select l.family_id, l.licence_id, l.type as kind, l.issuer, l.number is not null as "numbered!",
             l.issued_on, l.expires_on, l.state
         from licence l
         join unnest($2::uuid[]) as u(family_id)
             on u.family_id = l.family_id
         where l.region_id = $1
             and num_nonnulls(l.type, l.number, l.issuer, l.issued_on, l.expires_on) > 0
         order by l.expires_on, l.family_id, l.licence_id"#,
        region.0,
        families,
    )
    .fetch_all(conn)
    .await
}
