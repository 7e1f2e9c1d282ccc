//! Table `staff`: the accounts of the console.

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

/// What stays of an account for a reader.
#[derive(Clone, Debug)]
pub struct StaffRow {
    /// Its id.
    pub staff_id: Uuid,
    /// What the person types.
    pub login: String,
    /// Who it is.
    pub name: String,
    /// The role's word.
    pub role: String,
    /// The areas it sees, each with all below it.
    pub area_ids: Vec<i32>,
    /// When it was made.
    pub added_at: OffsetDateTime,
    /// When it last signed in.
    pub signed_in_at: Option<OffsetDateTime>,
    /// Since when it is shut.
    pub disabled_at: Option<OffsetDateTime>,
}

/// What proves who signs in.
#[derive(Clone)]
pub struct Proofs {
    /// The argon2id hash, with its parameters.
    pub password_hash: String,
    /// The secret of the one-time codes, encrypted.
    pub totp_secret: Vec<u8>,
}

impl std::fmt::Debug for Proofs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Proofs")
    }
}

/// Adds an account; whether its login was free.
///
/// # Errors
/// The database is away.
pub async fn add(
    conn: &mut PgConnection,
    region: RegionId,
    row: &StaffRow,
    proofs: &Proofs,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "insert into staff (region_id, staff_id, login, name, role, area_ids, password_hash, totp_secret, totp_step,
             added_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9)
         on conflict on constraint staff_login_key do nothing",
        region.0,
        row.staff_id,
        row.login,
        row.name,
        row.role,
        &row.area_ids,
        proofs.password_hash,
        proofs.totp_secret,
        row.added_at,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Every account, by login.
///
/// # Errors
/// The database is away.
pub async fn list(conn: &mut PgConnection, region: RegionId) -> Result<Vec<StaffRow>, sqlx::Error> {
    sqlx::query_as!(
        StaffRow,
        "select staff_id, login, name, role, area_ids, added_at, signed_in_at, disabled_at
         from staff
         where region_id = $1
         order by login",
        region.0,
    )
    .fetch_all(conn)
    .await
}

/// The account of a login, with what proves who signs in.
///
/// # Errors
/// The database is away.
pub async fn by_login(
    conn: &mut PgConnection,
    region: RegionId,
    login: &str,
) -> Result<Option<(StaffRow, Proofs)>, sqlx::Error> {
    let row = sqlx::query!(
        "select staff_id, login, name, role, area_ids, added_at, signed_in_at, disabled_at, password_hash, totp_secret
         from staff
         where region_id = $1
             and login = $2",
        region.0,
        login,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| {
        let staff = StaffRow {
            staff_id: row.staff_id,
            login: row.login,
            name: row.name,
            role: row.role,
            area_ids: row.area_ids,
            added_at: row.added_at,
            signed_in_at: row.signed_in_at,
            disabled_at: row.disabled_at,
        };
        (staff, Proofs { password_hash: row.password_hash, totp_secret: row.totp_secret })
    }))
}

/// Gives the account other proofs and opens it again.
///
/// # Errors
/// The database is away.
pub async fn reset(conn: &mut PgConnection, region: RegionId, staff: Uuid, proofs: &Proofs) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update staff
         set password_hash = $3, totp_secret = $4, totp_step = 0, disabled_at = null
         where region_id = $1
             and staff_id = $2",
        region.0,
        staff,
        proofs.password_hash,
        proofs.totp_secret,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Shuts the account; whether it was open.
///
/// # Errors
/// The database is away.
pub async fn disable(
    conn: &mut PgConnection,
    region: RegionId,
    staff: Uuid,
    now: OffsetDateTime,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update staff
         set disabled_at = $3
         where region_id = $1
             and staff_id = $2
             and disabled_at is null",
        region.0,
        staff,
        now,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Uses up the one-time code of a step; whether no code of that step or a later one was taken before, and the account is open and
/// has still the password that was proven.
///
/// # Errors
/// The database is away.
pub async fn use_step(
    conn: &mut PgConnection,
    region: RegionId,
    (staff, password_hash): (Uuid, &str),
    step: i64,
    now: OffsetDateTime,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update staff
         set totp_step = $4, signed_in_at = $5
         where region_id = $1
             and staff_id = $2
             and password_hash = $3
             and totp_step < $4
             and disabled_at is null",
        region.0,
        staff,
        password_hash,
        step,
        now,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}
