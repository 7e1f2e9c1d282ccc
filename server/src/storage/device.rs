//! Table `install`, as people see it who look after the phones.

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::{InstallId, RegionId};
use uuid::Uuid;

/// A phone with what is known of it.
#[derive(Clone, Debug)]
pub struct DeviceRow {
    /// Its install id.
    pub install_id: Uuid,
    /// Its role's word.
    pub role: String,
    /// Whose phone it is, as the supervisor wrote it.
    pub name: String,
    /// The codes of the areas it is assigned to now, or of the one where its family lives.
    pub areas: Vec<String>,
    /// The codes of the areas it will be assigned to later.
    pub areas_later: Vec<String>,
    /// When it was enrolled.
    pub enrolled_at: OffsetDateTime,
    /// When it last asked for anything, to the minute.
    pub last_seen_at: Option<OffsetDateTime>,
    /// When a sync of it last came to its end.
    pub synced_at: Option<OffsetDateTime>,
    /// The version of its program, as last told.
    pub told_version: Option<String>,
    /// The version of the schema that it speaks, as last told.
    pub told_schema: Option<i64>,
    /// How many changes it had not sent yet, as last told.
    pub told_unsent: Option<i64>,
    /// The family whose own phone it is.
    pub family_id: Option<Uuid>,
    /// When it was revoked.
    pub revoked_at: Option<OffsetDateTime>,
    /// How many of its changes are held.
    pub held: i64,
    /// How many of its changes wait.
    pub waiting: i64,
}

/// Every phone, oldest enrolment first.
///
/// # Errors
/// The database is away.
pub async fn list(
    conn: &mut PgConnection,
    region: RegionId,
    now: OffsetDateTime,
) -> Result<Vec<DeviceRow>, sqlx::Error> {
    sqlx::query_as!(
        DeviceRow,
        r#"select i.install_id, i.role, i.name, i.enrolled_at, i.last_seen_at, i.revoked_at, i.synced_at,
             i.told_version, i.told_schema, i.told_unsent, i.family_id,
             array(
                 select a.code
                 from assignment s
                 join area a
                     on a.region_id = s.region_id
                     and a.area_id = s.area_id
                 where s.region_id = i.region_id
                     and s.install_id = i.install_id
                     and s.from_at <= $2
                     and (s.to_at is null or s.to_at > $2)
                     and i.family_id is null
                 union all
                 select a.code
                 from record r
                 join area a
                     on a.region_id = r.region_id
                     and a.area_id = r.area_id
                 where r.region_id = i.region_id
                     and r.record_id = i.family_id
                 order by 1
             ) as "areas!",
             array(
                 select a.code
                 from assignment s
                 join area a
                     on a.region_id = s.region_id
                     and a.area_id = s.area_id
                 where s.region_id = i.region_id
                     and s.install_id = i.install_id
                     and s.from_at > $2
                     and (s.to_at is null or s.to_at > s.from_at)
                 order by a.code
             ) as "areas_later!",
             coalesce(k.held, 0) as "held!",
             coalesce(k.waiting, 0) as "waiting!"
         from install i
         left join (
             select region_id, install_id,
                 count(*) filter (where state = 'held') as held,
                 count(*) filter (where state = 'waiting') as waiting
             from kept_change
             where region_id = $1
             group by region_id, install_id
         ) k
             on k.region_id = i.region_id
             and k.install_id = i.install_id
         where i.region_id = $1
         order by i.enrolled_at, i.install_id"#,
        region.0,
        now,
    )
    .fetch_all(conn)
    .await
}

/// Locks the install and tells when it was revoked; `None` when there is no such install.
///
/// # Errors
/// The database is away.
pub async fn lock(
    conn: &mut PgConnection,
    region: RegionId,
    install: InstallId,
) -> Result<Option<Option<OffsetDateTime>>, sqlx::Error> {
    sqlx::query_scalar!(
        "select revoked_at
         from install
         where region_id = $1
             and install_id = $2
         for update",
        region.0,
        install.0,
    )
    .fetch_optional(conn)
    .await
}

/// Whether the install is a family's own phone.
///
/// # Errors
/// The database is away.
pub async fn is_of_family(conn: &mut PgConnection, region: RegionId, install: InstallId) -> Result<bool, sqlx::Error> {
    let found = sqlx::query_scalar!(
        r#"select family_id is not null as "of_family!"
         from install
         where region_id = $1
             and install_id = $2"#,
        region.0,
        install.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(found.unwrap_or_default())
}

/// Revokes the install; one that is revoked already keeps its time.
///
/// # Errors
/// The database is away.
pub async fn revoke(
    conn: &mut PgConnection,
    region: RegionId,
    install: InstallId,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update install
         set revoked_at = $3
         where region_id = $1
             and install_id = $2
             and revoked_at is null",
        region.0,
        install.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Every install that was revoked, and when.
///
/// # Errors
/// The database is away.
pub async fn revoked(
    conn: &mut PgConnection,
    region: RegionId,
) -> Result<Vec<(InstallId, OffsetDateTime)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select install_id, revoked_at as "revoked_at!"
         from install
         where region_id = $1
             and revoked_at is not null
         order by install_id"#,
        region.0,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (InstallId(row.install_id), row.revoked_at)).collect())
}

/// Sets until when a revoked install may still deliver what it had not sent; an earlier word stands.
///
/// # Errors
/// The database is away.
pub async fn set_last_word(
    conn: &mut PgConnection,
    region: RegionId,
    install: InstallId,
    until: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update install
         set last_word_until = $3
         where region_id = $1
             and install_id = $2
             and (last_word_until is null or last_word_until > $3)",
        region.0,
        install.0,
        until,
    )
    .execute(conn)
    .await?;
    Ok(())
}
