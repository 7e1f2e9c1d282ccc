//! Enrolment: a supervisor makes a single-use code; the phone that shows it first becomes an install.

use sqlx::{Connection, PgConnection, PgPool};
use time::OffsetDateTime;
use usra_sync_protocol::enrol::EnrolAnswer;
use usra_sync_protocol::id::{AreaId, InstallId, RecordId, RegionId};
use usra_sync_protocol::role::Role;

use crate::registry::code;
use crate::storage::enrolment_code::{self, EnrolmentCode};
use crate::storage::install::NewInstall;
use crate::storage::{area, assignment, install};

/// What an enrolment needs from outside: randomness and time.
#[derive(Clone, Debug)]
pub struct Fresh {
    /// For the install's id.
    pub install: [u8; 16],
    /// For its token.
    pub token: [u8; 32],
    /// The time now.
    pub now: OffsetDateTime,
    /// When its token ends.
    pub token_expires_at: OffsetDateTime,
}

/// For whom a code is made.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// What the person may do.
    pub role: Role,
    /// Who it is, as the supervisor writes it.
    pub name: String,
    /// The family, for the role `family`.
    pub family: Option<RecordId>,
    /// The areas to assign; each means all below it.
    pub areas: Vec<AreaId>,
    /// When the code ends.
    pub expires_at: OffsetDateTime,
}

/// Why a phone was not enrolled.
#[derive(Debug, thiserror::Error)]
pub enum NotEnrolled {
    /// No such code, or used before: the two are told alike, so that guessing learns nothing.
    #[error("the enrolment code is unknown or was used")]
    CodeUnknown,
    /// The code's time is over.
    #[error("the enrolment code has expired")]
    CodeExpired,
    /// The database is away.
    #[error("the enrolment was not stored")]
    Storage(#[from] sqlx::Error),
}

/// Makes a code for `invitation` and returns its written form, the only time it is seen.
///
/// # Errors
/// The database is away.
pub async fn invite(
    conn: &mut PgConnection,
    region: RegionId,
    invitation: &Invitation,
    random: [u8; 15],
    now: OffsetDateTime,
) -> Result<String, sqlx::Error> {
    let written = code::enrolment(random);
    let kept = EnrolmentCode {
        role: invitation.role.word().to_owned(),
        name: invitation.name.clone(),
        family: invitation.family,
        areas: invitation.areas.clone(),
        expires_at: invitation.expires_at,
    };
    enrolment_code::add(conn, region, &code::hash(&written), &kept, now).await?;
    Ok(written)
}

/// Uses the code up and makes the install, or neither.
///
/// # Errors
/// The code is unknown, used or expired, or the database away.
pub async fn enrol(pool: &PgPool, region: RegionId, shown: &str, fresh: Fresh) -> Result<EnrolAnswer, NotEnrolled> {
    let mut conn = pool.acquire().await?;
    let mut transaction = conn.begin().await?;
    let (id, hash) = (InstallId::new(fresh.install), code::hash(&code::normalise(shown)));
    let used = enrolment_code::consume(&mut transaction, region, &hash, id, fresh.now).await?;
    let code = used.ok_or(NotEnrolled::CodeUnknown)?;
    if code.expires_at <= fresh.now {
        return Err(NotEnrolled::CodeExpired);
    }
    let answer = settle(&mut transaction, region, code, &fresh).await?;
    transaction.commit().await?;
    Ok(answer)
}

async fn settle(
    conn: &mut PgConnection,
    region: RegionId,
    code: EnrolmentCode,
    fresh: &Fresh,
) -> Result<EnrolAnswer, NotEnrolled> {
    let token = code::token(fresh.token);
    let new = NewInstall {
        install: InstallId::new(fresh.install),
        // The table's check admits only words of ours; one of a newer server is not ours to hand out.
        role: code.role.parse().or(Err(NotEnrolled::CodeUnknown))?,
        name: code.name,
        family: code.family,
        token_hash: code::hash(&token),
        token_expires_at: fresh.token_expires_at,
    };
    install::add(conn, region, &new, fresh.now).await?;
    assignment::add(conn, region, new.install, &code.areas, fresh.now).await?;
    Ok(EnrolAnswer {
        install_id: new.install,
        token,
        token_expires_at: fresh.token_expires_at.unix_timestamp(),
        role: new.role,
        assigned: code.areas,
        family: new.family,
        areas: area::list(conn, region).await?,
    })
}
