//! Sessions of the console: a random token in a cookie, its hash in the database. One ends after half an hour without a request,
//! after twelve hours in any case, and at once when its person signs out, is given new proofs or is shut out.

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use usra_sync_protocol::id::{AreaId, RegionId};
use usra_sync_protocol::role::Role;
use uuid::Uuid;

use crate::registry::code;
use crate::storage::staff_session::{self, SessionRow};

/// How long a session lasts, used or not.
pub const LIFE: Duration = Duration::hours(12);
/// How long one lasts unused.
pub const IDLE: Duration = Duration::minutes(30);
/// How fresh "last used" is kept: a write per request would cost more than it tells.
const SEEN_EVERY: Duration = Duration::minutes(1);

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// The account.
    pub staff_id: Uuid,
    /// What its person types.
    pub login: String,
    /// Who it is.
    pub name: String,
    /// What the person may do.
    pub role: Role,
    /// The areas it sees, each with all below it.
    pub areas: Vec<AreaId>,
}

/// A new session.
#[derive(Clone)]
pub struct Session {
    /// What the cookie carries; nobody else ever sees it.
    pub token: String,
    /// Whose it is; `None` for a role of a newer server.
    pub who: Option<Who>,
    /// When it ends, used or not.
    pub expires_at: OffsetDateTime,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// Who bears the session of `token`, and until when.
///
/// # Errors
/// The database is away.
pub async fn of_token(
    conn: &mut PgConnection,
    region: RegionId,
    token: &str,
    now: OffsetDateTime,
) -> Result<Option<(Who, OffsetDateTime)>, sqlx::Error> {
    let hash = code::hash(token);
    let Some(row) = staff_session::by_token(conn, region, &hash).await? else { return Ok(None) };
    if !is_good(&row, now) {
        return Ok(None);
    }
    if now - row.seen_at >= SEEN_EVERY {
        staff_session::seen(conn, region, &hash, now).await?;
    }
    let expires_at = row.expires_at;
    Ok(who(&row.role, row.staff_id, row.login, row.name, &row.area_ids).map(|who| (who, expires_at)))
}

/// Ends the session of `token`, if there is one.
///
/// # Errors
/// The database is away.
pub async fn sign_out(conn: &mut PgConnection, region: RegionId, token: &str) -> Result<(), sqlx::Error> {
    staff_session::remove(conn, region, &code::hash(token)).await
}

fn is_good(row: &SessionRow, now: OffsetDateTime) -> bool {
    row.disabled_at.is_none() && now < row.expires_at && now - row.seen_at < IDLE
}

/// The person of an account; `None` when its role is a word of a newer server, which opens nothing here.
pub(super) fn who(role: &str, staff_id: Uuid, login: String, name: String, area_ids: &[i32]) -> Option<Who> {
    let role = role.parse().ok()?;
    let areas = area_ids.iter().map(|id| AreaId(id.cast_unsigned())).collect();
    Some(Who { staff_id, login, name, role, areas })
}
