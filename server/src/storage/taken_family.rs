//! Families as a list that is taken out tells of them: what view `listed_family` says, with more of their own row, and how many products and
//! open needs each has.

use sqlx::PgConnection;
use time::{Date, OffsetDateTime};
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

/// A family of the list. What is a code is told as its code.
#[derive(Clone, Debug)]
pub struct TakenRow {
    /// Its record.
    pub record_id: Uuid,
    /// Its file number.
    pub file_no: Option<String>,
    /// Its trade name.
    pub name_ar: Option<String>,
    /// Its trade name in English.
    pub name_en: Option<String>,
    /// Its governorate.
    pub governorate: Option<String>,
    /// Its centre.
    pub centre: Option<String>,
    /// Its district.
    pub district: Option<String>,
    /// The sector of its main activity.
    pub sector: Option<String>,
    /// Its main activity.
    pub activity: Option<String>,
    /// Its status.
    pub status: String,
    /// `verified`, `provisional` or `uncounted`.
    pub standing: String,
    /// When it was verified.
    pub verified_on: Option<Date>,
    /// When it was registered.
    pub created_at: OffsetDateTime,
    /// When its record last changed.
    pub changed_at: OffsetDateTime,
    /// The year its activity began.
    pub started_year: Option<i32>,
    /// Where it works.
    pub place_of_work: Option<String>,
    /// How many of the family work in it.
    pub workers_family: Option<i32>,
    /// How many work in it for wages.
    pub workers_hired: Option<i32>,
    /// How long an order takes, in days.
    pub lead_time_days: Option<i32>,
    /// How many products it has.
    pub products: i64,
    /// How many of its needs are open.
    pub needs: i64,
    /// Its mobile number.
    pub mobile: Option<String>,
    /// Its address.
    pub address: Option<String>,
    /// Its short national address.
    pub short_address: Option<String>,
}

/// These families, in the order of `ids`.
///
/// # Errors
/// The database is away.
pub async fn rows(conn: &mut PgConnection, region: RegionId, ids: &[Uuid]) -> Result<Vec<TakenRow>, sqlx::Error> {
    sqlx::query_as!(
        TakenRow,
        r#"select l.record_id as "record_id!", l.file_no, l.name_ar, l.name_en, l.governorate, l.centre, l.district,
             l.sector, l.primary_activity as activity, l.status as "status!", l.standing as "standing!", l.verified_on,
             l.created_at as "created_at!", l.changed_at as "changed_at!", f.started_year, f.place_of_work,
             f.workers_family, f.workers_hired, f.lead_time_days,
             (
                 select count(*)
                 from product p
                 where p.region_id = f.region_id
                     and p.family_id = f.record_id
             ) as "products!",
             (
                 select count(*)
                 from need n
                 where n.region_id = f.region_id
                     and n.family_id = f.record_id
                     and n.category is not null
                     and coalesce(n.status, 'open') in ('open', 'verified', 'referred', 'in_progress')
             ) as "needs!",
             f.mobile, f.address, f.short_address
         from unnest($2::uuid[]) with ordinality as u(record_id, place)
         join listed_family l
             on l.region_id = $1
             and l.record_id = u.record_id
         join family f
             on f.region_id = $1
             and f.record_id = u.record_id
         order by u.place"#,
        region.0,
        ids,
    )
    .fetch_all(conn)
    .await
}
