//! Tables `need` and `service`, as they are set against each other: how many of some families have an open need of each
//! category, and how many got a service of each type.

use sqlx::PgConnection;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

/// How many of the families have an open need, by its category; most first.
///
/// # Errors
/// The database is away.
pub async fn open(
    conn: &mut PgConnection,
    region: RegionId,
    families: &[Uuid],
) -> Result<Vec<(String, i64)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select n.category as "code!", count(distinct n.family_id) as "families!"
         from need n
         join unnest($2::uuid[]) as u(family_id)
             on u.family_id = n.family_id
         where n.region_id = $1
             and n.category is not null
             and coalesce(n.status, 'open') in ('open', 'verified', 'referred', 'in_progress')
         group by n.category
         order by 2 desc, 1"#,
        region.0,
        families,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.code, row.families)).collect())
}

/// How many of the families got a service, by its type; most first.
///
/// # Errors
/// The database is away.
pub async fn served(
    conn: &mut PgConnection,
    region: RegionId,
    families: &[Uuid],
) -> Result<Vec<(String, i64)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select s.type as "code!", count(distinct s.family_id) as "families!"
         from service s
         join unnest($2::uuid[]) as u(family_id)
             on u.family_id = s.family_id
         where s.region_id = $1
             and s.type is not null
         group by s.type
         order by 2 desc, 1"#,
        region.0,
        families,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.code, row.families)).collect())
}

/// A need as a list shows it, without what was said of it and without its amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeedRow {
    /// The family.
    pub family_id: Uuid,
    /// The need's id in the household's record.
    pub need_id: String,
    /// The code of its category.
    pub category: Option<String>,
    /// From 1, which is urgent, to 4.
    pub priority: Option<i32>,
    /// Its status' code: `open` where nothing was written.
    pub status: String,
    /// The code of the agency that it is assigned to.
    pub agency: Option<String>,
    /// The providers of the services that refer to it.
    pub served_by: Vec<String>,
    /// Whether a service on a known day refers to it or its status says that it was met.
    pub met: bool,
}

/// The needs of the families, the urgent ones first. A row of which nothing but the agency is left is none.
///
/// # Errors
/// The database is away.
pub async fn of_families(
    conn: &mut PgConnection,
    region: RegionId,
    families: &[Uuid],
) -> Result<Vec<NeedRow>, sqlx::Error> {
    sqlx::query_as!(
        NeedRow,
        r#"select n.family_id, n.need_id, n.category, n.priority, coalesce(n.status, 'open') as "status!", n.agency,
             array_remove(array_agg(distinct s.provider), null) as "served_by!",
             (coalesce(n.status = 'met', false) or count(s.date) > 0) as "met!"
         from need n
         join unnest($2::uuid[]) as u(family_id)
             on u.family_id = n.family_id
         left join service s
             on s.region_id = n.region_id
             and s.record_id = n.record_id
             and s.need = n.need_id
         where n.region_id = $1
             and num_nonnulls(n.category, n.detail, n.priority, n.amount, n.status) > 0
         group by n.region_id, n.record_id, n.need_id
         order by n.priority, n.family_id, n.need_id"#,
        region.0,
        families,
    )
    .fetch_all(conn)
    .await
}

/// How long needs took until they were met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeRow {
    /// Whether it is of a category; else it is of an agency.
    pub of_category: bool,
    /// The code of the category or the agency; `None` for needs without one.
    pub code: Option<String>,
    /// The median, in tenths of a day.
    pub median_tenths: i64,
    /// Of how many needs.
    pub needs: i64,
}

/// The median time from the day (in Makkah) on which the centre first heard of a need to the day of the first service that refers to it, or
/// on which it heard that the need was met, whichever was first: of the families' needs by category, and by the agency they are assigned to.
/// When a need was first heard of is told by the oldest of its values that still stand.
///
/// # Errors
/// The database is away.
pub async fn times(conn: &mut PgConnection, region: RegionId, families: &[Uuid]) -> Result<Vec<TimeRow>, sqlx::Error> {
    sqlx::query_as!(
        TimeRow,
        r#"with met as (
             select n.record_id, n.need_id, n.category, n.agency, n.status, min(s.date) as served_on
             from need n
             join unnest($2::uuid[]) as u(family_id)
                 on u.family_id = n.family_id
             left join service s
                 on s.region_id = n.region_id
                 and s.record_id = n.record_id
                 and s.need = n.need_id
             where n.region_id = $1
                 and num_nonnulls(n.category, n.detail, n.priority, n.amount, n.status) > 0
             group by n.region_id, n.record_id, n.need_id
             having n.status = 'met' or min(s.date) is not null
         ), written as (
             select m.record_id, m.need_id, min(c.received_at) as first_at,
                 max(c.received_at) filter (where f.key = 'need/' || m.need_id || '/status' and m.status = 'met') as met_at
             from met m
             join open_values v
                 on v.region_id = $1
                 and v.record_id = m.record_id
             cross join json_each(v.fields) as f(key, puts)
             cross join json_array_elements(f.puts) as put
             join change c
                 on c.region_id = $1
                 and c.record_id = m.record_id
                 and c.n = (put ->> 0)::int
             where starts_with(f.key, 'need/' || m.need_id || '/')
                 and f.key <> 'need/' || m.need_id || '/agency'
             group by m.record_id, m.need_id
         ), taken as (
             select m.category, m.agency, greatest(
                 least(m.served_on, (w.met_at at time zone interval '3 hours')::date)
                     - (w.first_at at time zone interval '3 hours')::date, 0) as days
             from met m
             join written w
                 on w.record_id = m.record_id
                 and w.need_id = m.need_id
         )
         select grouping(category) = 0 as "of_category!",
             case grouping(category) when 0 then category else agency end as code,
             (percentile_cont(0.5) within group (order by days) * 10)::bigint as "median_tenths!", count(*) as "needs!"
         from taken
         group by grouping sets ((category), (agency))
         order by 1 desc, 4 desc, 2"#,
        region.0,
        families,
    )
    .fetch_all(conn)
    .await
}

/// How many of the families got a service, by its provider; most first.
///
/// # Errors
/// The database is away.
pub async fn provided(
    conn: &mut PgConnection,
    region: RegionId,
    families: &[Uuid],
) -> Result<Vec<(String, i64)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select s.provider as "code!", count(distinct s.family_id) as "families!"
         from service s
         join unnest($2::uuid[]) as u(family_id)
             on u.family_id = s.family_id
         where s.region_id = $1
             and s.provider is not null
         group by s.provider
         order by 2 desc, 1"#,
        region.0,
        families,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.code, row.families)).collect())
}
