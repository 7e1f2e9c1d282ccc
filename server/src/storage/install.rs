//! Table `install`: phones that were enrolled. Tokens are known here by their SHA-256 alone.

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::{AreaId, InstallId, RecordId, RegionId};
use usra_sync_protocol::role::Role;

/// A phone to be enrolled.
#[derive(Clone, Debug)]
pub struct NewInstall {
    /// The id it gets.
    pub install: InstallId,
    /// What its person may do.
    pub role: Role,
    /// Whose phone it is, as the supervisor wrote it.
    pub name: String,
    /// The family it belongs to, for the role `family`.
    pub family: Option<RecordId>,
    /// The Ed25519 key it made for itself.
    pub public_key: Option<[u8; 32]>,
    /// SHA-256 of its token.
    pub token_hash: [u8; 32],
    /// When the token ends.
    pub token_expires_at: OffsetDateTime,
}

/// What a token leads to.
#[derive(Clone, Debug)]
pub struct Bearer {
    /// The install it was given to.
    pub install: InstallId,
    /// Its role's word.
    pub role: String,
    /// The family it belongs to.
    pub family: Option<RecordId>,
    /// Its key; `None` from before keys.
    pub public_key: Option<Vec<u8>>,
    /// When the token ends.
    pub token_expires_at: OffsetDateTime,
    /// When the install was revoked.
    pub revoked_at: Option<OffsetDateTime>,
    /// Until when it may still deliver unsent work although it was revoked; `None` when it has not begun to.
    pub last_word_until: Option<OffsetDateTime>,
    /// When it last asked for anything.
    pub last_seen_at: Option<OffsetDateTime>,
    /// When a sync of it last came to its end.
    pub synced_at: Option<OffsetDateTime>,
    /// How many unsent changes it last told of.
    pub told_unsent: Option<i64>,
    /// How many decisions there are about its held work.
    pub decision_count: i64,
    /// Its assignments of now, and those that ended lately without its knowing, in ascending order of their areas; for a family's
    /// phone the area where its family lives now.
    pub terms: Vec<Term>,
}

/// An assignment of an install to an area and all below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// The area.
    pub area: AreaId,
    /// Since when.
    pub from: OffsetDateTime,
    /// Whether it is over.
    pub over: bool,
}

/// Adds the install.
///
/// # Errors
/// The database is away.
pub async fn add(
    conn: &mut PgConnection,
    region: RegionId,
    new: &NewInstall,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into install
             (region_id, install_id, role, name, family_id, token_hash, token_expires_at, enrolled_at, last_seen_at,
              public_key)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)",
        region.0,
        new.install.0,
        new.role.word(),
        new.name,
        new.family.map(|family| family.0),
        &new.token_hash,
        new.token_expires_at,
        now,
        new.public_key.as_ref().map(<[u8; 32]>::as_slice),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Finds who bears the token with this hash, expired and revoked ones included. `since` is how long ago an assignment may have
/// ended that it still hears of.
///
/// # Errors
/// The database is away.
pub async fn by_token(
    conn: &mut PgConnection,
    region: RegionId,
    token_hash: &[u8; 32],
    (now, since): (OffsetDateTime, OffsetDateTime),
) -> Result<Option<Bearer>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select i.install_id, i.role, i.family_id, i.public_key, i.token_expires_at, i.revoked_at,
             i.last_word_until, i.last_seen_at, i.synced_at, i.told_unsent, i.decision_count,
             t.areas as "areas!: Vec<i32>", t.froms as "froms!: Vec<OffsetDateTime>", t.overs as "overs!: Vec<bool>"
         from install i
         cross join lateral (
             select coalesce(array_agg(p.area_id order by p.area_id, p.from_at), '{}') as areas,
                 coalesce(array_agg(p.from_at order by p.area_id, p.from_at), '{}') as froms,
                 coalesce(array_agg(p.is_over order by p.area_id, p.from_at), '{}') as overs
             from (
                 select s.area_id, s.from_at, coalesce(s.to_at <= $3, false) as is_over
                 from assignment s
                 where s.region_id = i.region_id
                     and s.install_id = i.install_id
                     and i.family_id is null
                     and s.from_at <= $3
                     and (s.to_at is null or s.to_at > $3 or (s.to_at > $4 and s.known_at is null and s.to_at > s.from_at))
                 union all
                 select r.area_id, r.created_at, false
                 from record r
                 where r.region_id = i.region_id
                     and r.record_id = i.family_id
             ) p
         ) t
         where i.region_id = $1
             and i.token_hash = $2"#,
        region.0,
        token_hash,
        now,
        since,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Bearer {
        install: InstallId(row.install_id),
        role: row.role,
        family: row.family_id.map(RecordId),
        public_key: row.public_key,
        token_expires_at: row.token_expires_at,
        revoked_at: row.revoked_at,
        last_word_until: row.last_word_until,
        last_seen_at: row.last_seen_at,
        synced_at: row.synced_at,
        told_unsent: row.told_unsent,
        decision_count: row.decision_count,
        terms: terms(&row.areas, &row.froms, &row.overs),
    }))
}

fn terms(areas: &[i32], froms: &[OffsetDateTime], overs: &[bool]) -> Vec<Term> {
    let term = |((area, from), over): ((&i32, &OffsetDateTime), &bool)| Term {
        area: AreaId(area.cast_unsigned()),
        from: *from,
        over: *over,
    };
    areas.iter().zip(froms).zip(overs).map(term).collect()
}

/// What an install told of itself at a sync that came to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The version of its program, where it says so.
    pub version: Option<String>,
    /// The version of the schema that it speaks.
    pub schema: i64,
    /// How many changes it had not sent yet, where it says so.
    pub unsent: Option<i64>,
}

/// Notes that the install asked for something, and what it told of itself where that was a sync that came to its end.
///
/// # Errors
/// The database is away.
pub async fn seen(
    conn: &mut PgConnection,
    region: RegionId,
    install: InstallId,
    (told, now): (Option<&Told>, OffsetDateTime),
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update install
         set last_seen_at = $3,
             synced_at = case when $4 then $3 else synced_at end,
             told_version = case when $4 then $5 else told_version end,
             told_schema = case when $4 then $6 else told_schema end,
             told_unsent = case when $4 then $7 else told_unsent end
         where region_id = $1
             and install_id = $2",
        region.0,
        install.0,
        now,
        told.is_some(),
        told.and_then(|told| told.version.as_deref()),
        told.map(|told| told.schema),
        told.and_then(|told| told.unsent),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives the install another access token; the one before is unknown from now on.
///
/// # Errors
/// The database is away.
pub async fn renew_token(
    conn: &mut PgConnection,
    region: RegionId,
    install: InstallId,
    (token_hash, expires_at): (&[u8; 32], OffsetDateTime),
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update install
         set token_hash = $3, token_expires_at = $4
         where region_id = $1
             and install_id = $2",
        region.0,
        install.0,
        token_hash,
        expires_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends the install's access token now.
///
/// # Errors
/// The database is away.
pub async fn end_token(
    conn: &mut PgConnection,
    region: RegionId,
    install: InstallId,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update install
         set token_expires_at = $3
         where region_id = $1
             and install_id = $2",
        region.0,
        install.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// An install with its role and the areas it is assigned to now.
#[derive(Clone, Debug)]
pub struct Assigned {
    /// Its id.
    pub install: InstallId,
    /// Its role's word.
    pub role: String,
    /// The family it belongs to.
    pub family: Option<RecordId>,
    /// Whether it was revoked.
    pub revoked: bool,
    /// The areas it is assigned to now; for a family's phone the area where its family lives now.
    pub areas: Vec<AreaId>,
}

/// Those of the installs that exist.
///
/// # Errors
/// The database is away.
pub async fn by_ids(
    conn: &mut PgConnection,
    region: RegionId,
    installs: &[uuid::Uuid],
    now: OffsetDateTime,
) -> Result<Vec<Assigned>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select i.install_id, i.role, i.family_id, i.revoked_at is not null as "revoked!",
             array(
                 select s.area_id
                 from assignment s
                 where s.region_id = i.region_id
                     and s.install_id = i.install_id
                     and s.from_at <= $3
                     and (s.to_at is null or s.to_at > $3)
                     and i.family_id is null
                 union all
                 select r.area_id
                 from record r
                 where r.region_id = i.region_id
                     and r.record_id = i.family_id
                 order by 1
             ) as "areas!"
         from install i
         where i.region_id = $1
             and i.install_id = any($2)
         order by i.install_id"#,
        region.0,
        installs,
        now,
    )
    .fetch_all(conn)
    .await?;
    let assigned = rows.into_iter().map(|row| Assigned {
        install: InstallId(row.install_id),
        role: row.role,
        family: row.family_id.map(RecordId),
        revoked: row.revoked,
        areas: row.areas.into_iter().map(|id| AreaId(id.cast_unsigned())).collect(),
    });
    Ok(assigned.collect())
}
