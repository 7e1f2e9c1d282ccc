//! Table `visit`: when surveyors came to families, and what came of it. Never where exactly: that is sealed and in no row.

use sqlx::PgConnection;
use time::{Date, OffsetDateTime};
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

/// Which visits are meant; what is `None` narrows nothing. A visit is of the moment it began, or came in where it does not say so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The areas where they lie.
    pub areas: Vec<i32>,
    /// Only those of the person whose phone this is, with any phone.
    pub surveyor: Option<Uuid>,
    /// The code of what came of them; empty for those that do not say.
    pub outcome: Option<String>,
    /// Only those from this moment on.
    pub from: Option<OffsetDateTime>,
    /// Only those before this moment.
    pub until: Option<OffsetDateTime>,
}

/// How many visits there were on a day with the same outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayRow {
    /// The day in Makkah.
    pub day: Date,
    /// The code of the outcome; empty where none is given.
    pub outcome: String,
    /// How many.
    pub visits: i64,
}

/// A visit in a list.
#[derive(Clone, Debug)]
pub struct VisitRow {
    /// Its family.
    pub family_id: Uuid,
    /// The family's trade name.
    pub name_ar: Option<String>,
    /// The family's trade name in English.
    pub name_en: Option<String>,
    /// The code of its kind.
    pub kind: Option<String>,
    /// The code of what came of it.
    pub outcome: Option<String>,
    /// When it began.
    pub at: OffsetDateTime,
    /// When it ended.
    pub ended_at: Option<OffsetDateTime>,
    /// When the next one is due.
    pub next_visit_on: Option<Date>,
    /// Whose phone wrote it.
    pub by: Option<String>,
}

/// How many visits there were, by day and outcome; the last day first.
///
/// # Errors
/// The database is away.
pub async fn by_day(conn: &mut PgConnection, region: RegionId, filter: &Filter) -> Result<Vec<DayRow>, sqlx::Error> {
    sqlx::query_as!(
        DayRow,
        r#"select (coalesce(v.started_at, r.created_at) at time zone 'Asia/Riyadh')::date as "day!",
             coalesce(v.outcome, '') as "outcome!", count(*) as "visits!"
         from visit v
         join record r
             on r.region_id = v.region_id
             and r.record_id = v.record_id
         where v.region_id = $1
             and r.area_id = any($2)
             and ($3::uuid is null or r.created_by in (
                 select every.install_id
                 from install one
                 join install every
                     on every.region_id = one.region_id
                     and every.name = one.name
                     and every.role = one.role
                 where one.region_id = $1 and one.install_id = $3
             ))
             and ($4::text is null or coalesce(v.outcome, '') = $4)
             and ($5::timestamptz is null or coalesce(v.started_at, r.created_at) >= $5)
             and ($6::timestamptz is null or coalesce(v.started_at, r.created_at) < $6)
         group by 1, 2
         order by 1 desc, 2"#,
        region.0,
        &filter.areas,
        filter.surveyor,
        filter.outcome.as_deref(),
        filter.from,
        filter.until,
    )
    .fetch_all(conn)
    .await
}

/// Some of the same visits, the last first: `size` of them after `skip`.
///
/// # Errors
/// The database is away.
pub async fn list(
    conn: &mut PgConnection,
    region: RegionId,
    filter: &Filter,
    (skip, size): (i64, i64),
) -> Result<Vec<VisitRow>, sqlx::Error> {
    sqlx::query_as!(
        VisitRow,
        r#"select v.family_id, f.name_ar as "name_ar?", f.name_en as "name_en?", v.type as kind, v.outcome,
             coalesce(v.started_at, r.created_at) as "at!", v.ended_at, v.next_visit_on, i.name as "by?"
         from visit v
         join record r
             on r.region_id = v.region_id
             and r.record_id = v.record_id
         left join family f
             on f.region_id = v.region_id
             and f.record_id = v.family_id
         left join install i
             on i.region_id = r.region_id
             and i.install_id = r.created_by
         where v.region_id = $1
             and r.area_id = any($2)
             and ($3::uuid is null or r.created_by in (
                 select every.install_id
                 from install one
                 join install every
                     on every.region_id = one.region_id
                     and every.name = one.name
                     and every.role = one.role
                 where one.region_id = $1 and one.install_id = $3
             ))
             and ($4::text is null or coalesce(v.outcome, '') = $4)
             and ($5::timestamptz is null or coalesce(v.started_at, r.created_at) >= $5)
             and ($6::timestamptz is null or coalesce(v.started_at, r.created_at) < $6)
         order by 6 desc, v.record_id
         offset $7
         limit $8"#,
        region.0,
        &filter.areas,
        filter.surveyor,
        filter.outcome.as_deref(),
        filter.from,
        filter.until,
        skip,
        size,
    )
    .fetch_all(conn)
    .await
}

/// How many visits each install wrote in the areas since a moment.
///
/// # Errors
/// The database is away.
pub async fn by_install(
    conn: &mut PgConnection,
    region: RegionId,
    areas: &[i32],
    since: OffsetDateTime,
) -> Result<Vec<(Uuid, i64)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select r.created_by, count(*) as "visits!"
         from visit v
         join record r
             on r.region_id = v.region_id
             and r.record_id = v.record_id
         where v.region_id = $1
             and r.area_id = any($2)
             and coalesce(v.started_at, r.created_at) >= $3
         group by r.created_by
         order by r.created_by"#,
        region.0,
        areas,
        since,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.created_by, row.visits)).collect())
}
