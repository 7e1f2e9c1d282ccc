//! What families are compared by: the typed rows of some, and which others share a mobile number, a name or a national id with them.

use sqlx::PgConnection;
use time::Date;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

/// What a family's own record says.
#[derive(Clone, Debug)]
pub struct FamilyFacts {
    /// The family.
    pub record_id: Uuid,
    /// Its trade name.
    pub name_ar: Option<String>,
    /// Its mobile number (E.164).
    pub mobile: Option<String>,
    /// Its governorate's code.
    pub governorate: Option<String>,
    /// Its centre's code.
    pub centre: Option<String>,
    /// Its district.
    pub district: Option<String>,
    /// Whether it counts.
    pub counts: bool,
}

/// What its household says of one who lives there.
#[derive(Clone, Debug)]
pub struct MemberFacts {
    /// The family.
    pub family_id: Uuid,
    /// The name.
    pub name: String,
    /// The gender's code.
    pub gender: Option<String>,
    /// The day of birth.
    pub birth_date: Option<Date>,
    /// How exactly it is known.
    pub birth_precision: Option<String>,
}

/// What the records of these families say.
///
/// # Errors
/// The database is away.
pub async fn families(
    conn: &mut PgConnection,
    region: RegionId,
    families: &[Uuid],
) -> Result<Vec<FamilyFacts>, sqlx::Error> {
    sqlx::query_as!(
        FamilyFacts,
        r#"select record_id as "record_id!", name_ar, mobile, governorate, centre, district,
             standing <> 'uncounted' as "counts!"
         from listed_family
         where region_id = $1
             and record_id = any($2)"#,
        region.0,
        families,
    )
    .fetch_all(conn)
    .await
}

/// Who lives in the households of these families.
///
/// # Errors
/// The database is away.
pub async fn members(
    conn: &mut PgConnection,
    region: RegionId,
    families: &[Uuid],
) -> Result<Vec<MemberFacts>, sqlx::Error> {
    sqlx::query_as!(
        MemberFacts,
        r#"select family_id, name as "name!", gender, birth_date, birth_precision
         from household_member
         where region_id = $1
             and family_id = any($2)
             and name is not null
             and left_on is null
         order by family_id, record_id, member_id"#,
        region.0,
        families,
    )
    .fetch_all(conn)
    .await
}

/// The blind indices of the national ids in these families.
///
/// # Errors
/// The database is away.
pub async fn ids(
    conn: &mut PgConnection,
    region: RegionId,
    families: &[Uuid],
) -> Result<Vec<(Uuid, Vec<u8>)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select family_id, blind_index as "blind_index!"
         from sealed_value
         where region_id = $1
             and family_id = any($2)
             and blind_index is not null"#,
        region.0,
        families,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.family_id, row.blind_index)).collect())
}

/// Families that share a mobile number, a name or a national id with one of these; the one of these first.
///
/// # Errors
/// The database is away.
pub async fn alike(
    conn: &mut PgConnection,
    region: RegionId,
    families: &[Uuid],
) -> Result<Vec<(Uuid, Uuid)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select f.record_id as "one!", o.record_id as "other!"
         from family f
         join family o
             on o.region_id = f.region_id
             and o.mobile = f.mobile
             and o.record_id <> f.record_id
         where f.region_id = $1
             and f.record_id = any($2)
         union
         select k.family_id, o.family_id
         from name_key k
         join name_key o
             on o.region_id = k.region_id
             and o.key = k.key
             and o.family_id <> k.family_id
         where k.region_id = $1
             and k.family_id = any($2)
         union
         select s.family_id, o.family_id
         from sealed_value s
         join sealed_value o
             on o.region_id = s.region_id
             and o.blind_index = s.blind_index
             and o.family_id <> s.family_id
         where s.region_id = $1
             and s.family_id = any($2)"#,
        region.0,
        families,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.one, row.other)).collect())
}
