//! Signing in: count the try, look at password and code together, take back the try. Whatever was wrong (the login, the password,
//! the code, a code used before, a shut account) the answer is one and the work is the same.

use std::sync::Arc;

use serde_json::json;
use sqlx::{Acquire, PgConnection, PgPool};
use time::{Duration, OffsetDateTime};
use usra_sync_protocol::id::RegionId;

use super::lockout;
use super::password::{Password, Passwords};
use super::session::{self, Session};
use super::totp::Secret;
use crate::keys::Keys;
use crate::registry::audit::{self, Action, By, Event};
use crate::registry::code;
use crate::storage::staff::{self, Proofs, StaffRow};
use crate::storage::{staff_session, staff_try};

/// The row that counts all logins together.
const EVERYONE: [u8; 32] = [0; 32];

/// What sign-ins are checked with.
#[derive(Clone, Debug)]
pub struct Desk {
    /// Where passwords are verified.
    pub passwords: Passwords,
    /// The centre's keys, which open the secrets of one-time codes.
    pub keys: Arc<Keys>,
}

/// What a person typed.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Who they say they are.
    pub login: String,
    /// The password.
    pub password: Password,
    /// The one-time code.
    pub code: String,
}

/// Randomness and time for a sign-in.
#[derive(Clone, Copy, Debug)]
pub struct Fresh {
    /// For the session's token.
    pub token: [u8; 32],
    /// The time now.
    pub now: OffsetDateTime,
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum NotSignedIn {
    /// Something was wrong; what, is not told.
    #[error("the login, the password or the code is wrong")]
    Wrong,
    /// Too much was wrong before.
    #[error("too many wrong sign-ins; locked for a while")]
    Locked(Duration),
    /// The database is away.
    #[error("the sign-in was not stored")]
    Storage(#[from] sqlx::Error),
}

/// Signs in who shows the password and a code that was not taken before.
///
/// # Errors
/// A [`NotSignedIn`].
pub async fn sign_in(
    pool: &PgPool,
    region: RegionId,
    desk: &Desk,
    shown: Shown,
    fresh: Fresh,
) -> Result<Session, NotSignedIn> {
    let login = shown.login.trim().to_ascii_lowercase();
    let key = code::hash(&login);
    let (found, locks) = {
        let mut conn = pool.acquire().await?;
        let locks = count(&mut conn, region, &key, fresh.now).await?;
        (staff::by_login(&mut conn, region, &login).await?, locks)
    };
    // No connection is held while the password is hashed.
    let proven = prove(desk, region, found, &shown, fresh.now).await;
    let mut conn = pool.acquire().await?;
    let mut transaction = conn.begin().await?;
    if let Some(proven) = proven
        && take(&mut transaction, region, &proven, fresh.now).await?
    {
        let session = settle(&mut transaction, region, (proven, &key), fresh).await?;
        transaction.commit().await?;
        return Ok(session);
    }
    if locks {
        let event = event(Action::StaffLocked, By::Server);
        audit::note(&mut transaction, region, &event, fresh.now).await?;
    }
    transaction.commit().await?;
    Err(NotSignedIn::Wrong)
}

/// Counts the try before anything is looked at; whether it was the one that locks, should it fail.
async fn count(
    conn: &mut PgConnection,
    region: RegionId,
    key: &[u8; 32],
    now: OffsetDateTime,
) -> Result<bool, NotSignedIn> {
    let mut transaction = conn.begin().await?;
    // Everyone's row first, always: two sign-ins never wait for each other in a circle.
    let all = staff_try::lock(&mut transaction, region, &EVERYONE, now).await?;
    let own = staff_try::lock(&mut transaction, region, key, now).await?;
    let next = lockout::one_more(&own, now).map_err(NotSignedIn::Locked)?;
    let of_all = lockout::one_of_all(&all, now).map_err(NotSignedIn::Locked)?;
    staff_try::write(&mut transaction, region, &EVERYONE, &of_all).await?;
    staff_try::write(&mut transaction, region, key, &next).await?;
    transaction.commit().await?;
    Ok(next.locked_until.is_some())
}

/// An account whose password was shown, and the step of the code.
struct Proven {
    staff: StaffRow,
    password_hash: String,
    step: i64,
}

/// Looks at password and code, both of them whatever the first says and whether there is an account.
async fn prove(
    desk: &Desk,
    region: RegionId,
    found: Option<(StaffRow, Proofs)>,
    shown: &Shown,
    now: OffsetDateTime,
) -> Option<Proven> {
    let hash = found.as_ref().map(|(_, proofs)| proofs.password_hash.clone());
    let is_password = desk.passwords.verify(shown.password.clone(), hash).await;
    let opened = found.as_ref().map(|(staff, proofs)| {
        Secret::open(&desk.keys, (region, staff.staff_id), &proofs.totp_secret)
            .inspect_err(|error| tracing::error!(%error, "an account cannot sign in; `usra staff reset` helps"))
    });
    let secret = opened.and_then(Result::ok).unwrap_or_else(Secret::nobodys);
    let step = secret.step_of(shown.code.trim(), now);
    let (staff, proofs) = found?;
    if is_password { Some(Proven { staff, password_hash: proofs.password_hash, step: step? }) } else { None }
}

/// Uses the code up.
async fn take(
    conn: &mut PgConnection,
    region: RegionId,
    proven: &Proven,
    now: OffsetDateTime,
) -> Result<bool, sqlx::Error> {
    staff::use_step(conn, region, (proven.staff.staff_id, &proven.password_hash), proven.step, now).await
}

async fn settle(
    conn: &mut PgConnection,
    region: RegionId,
    (proven, key): (Proven, &[u8; 32]),
    fresh: Fresh,
) -> Result<Session, sqlx::Error> {
    let Fresh { token, now } = fresh;
    let all = staff_try::lock(conn, region, &EVERYONE, now).await?;
    let given_back = staff_try::TryRow { failed_count: (all.failed_count - 1).max(0), ..all };
    staff_try::write(conn, region, &EVERYONE, &given_back).await?;
    staff_try::forget(conn, region, key, now - lockout::FORGIVEN_AFTER).await?;
    let staff = proven.staff;
    staff_session::remove_of(conn, region, staff.staff_id, Some(now)).await?;
    let (token, expires_at) = (code::token(token), now + session::LIFE);
    staff_session::add(conn, region, (&code::hash(&token), staff.staff_id), (now, expires_at)).await?;
    let event = event(Action::StaffSignIn, By::Staff(staff.staff_id));
    audit::note(conn, region, &event, now).await?;
    Ok(Session {
        token,
        who: session::who(&staff.role, staff.staff_id, staff.login, staff.name, &staff.area_ids),
        expires_at,
    })
}

fn event(action: Action, by: By) -> Event {
    Event { by, action, records: Vec::new(), install: None, detail: json!({}) }
}
