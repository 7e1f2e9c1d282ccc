//! Enrolment: a supervisor makes a single-use code; the phone that shows it first becomes an install.

use serde_json::{Value, json};
use sqlx::{Acquire, PgConnection, PgPool};
use time::{Duration, OffsetDateTime};
use usra_sync_protocol::enrol::EnrolAnswer;
use usra_sync_protocol::id::{AreaId, InstallId, RecordId, RegionId};
use usra_sync_protocol::role::Role;
use usra_sync_protocol::signing;

use crate::config::HoldLife;
use crate::keys::Keys;
use crate::registry::audit::{self, Action, By, Event};
use crate::registry::code;
use crate::registry::proof::{Proof, Unproven};
use crate::registry::token::Tokens;
use crate::storage::enrolment_code::{self, EnrolmentCode};
use crate::storage::install::NewInstall;
use crate::storage::{area, assignment, install, record, region, token_family};

/// What an enrolment needs from outside: randomness and time.
#[derive(Clone, Debug)]
pub struct Fresh {
    /// For the install's id.
    pub install: [u8; 16],
    /// For its access token.
    pub access: [u8; 32],
    /// For the family of its refresh tokens.
    pub family: [u8; 32],
    /// For the first of them.
    pub refresh: [u8; 32],
    /// The time now.
    pub now: OffsetDateTime,
    /// How long its token is good for.
    pub token_life: Duration,
    /// How long it may hold records without word from here.
    pub hold_life: HoldLife,
    /// Whether test people are taken.
    pub demo: bool,
}

/// What a phone shows.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The code as it was typed or scanned.
    pub code: String,
    /// The key that the phone made for itself.
    pub public_key: [u8; 32],
    /// That it has the key.
    pub proof: Proof,
    /// The fingerprint in the phone's link, where it says so.
    pub server: Option<String>,
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
    /// The areas to assign; each means all below it. None for a family: its phone is where it lives.
    pub areas: Vec<AreaId>,
    /// When the code ends.
    pub expires_at: OffsetDateTime,
}

/// Why a phone was not enrolled.
#[derive(Debug, thiserror::Error)]
pub enum NotEnrolled {
    /// No such code.
    #[error("the enrolment code is unknown")]
    CodeUnknown,
    /// Used before. Only who holds the whole code learns this: it has 120 random bits.
    #[error("the enrolment code was used")]
    CodeUsed,
    /// The phone did not show that the key is its own.
    #[error("the key was not proven")]
    Unproven(#[from] Unproven),
    /// The link names another server's key.
    #[error("the link names another server")]
    ServerOther,
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
    (by, now): (By, OffsetDateTime),
) -> Result<String, sqlx::Error> {
    let written = code::enrolment(random);
    let kept = EnrolmentCode {
        role: invitation.role.word().to_owned(),
        name: invitation.name.clone(),
        family: invitation.family,
        areas: invitation.areas.clone(),
        expires_at: invitation.expires_at,
    };
    let mut transaction = conn.begin().await?;
    let hash = code::hash(&written);
    enrolment_code::add(&mut transaction, region, &hash, &kept, now).await?;
    let made = Event {
        by,
        action: Action::EnrolCode,
        records: invitation.family.into_iter().collect(),
        install: None,
        detail: detail(&hash, invitation.role, &invitation.areas),
    };
    audit::note(&mut transaction, region, &made, now).await?;
    transaction.commit().await?;
    Ok(written)
}

/// Uses the code up and makes the install, or neither.
///
/// # Errors
/// The link names another server, the code is unknown, used or expired, the key not proven, or the database away.
pub async fn enrol(
    pool: &PgPool,
    region: RegionId,
    shown: &Shown,
    fresh: Fresh,
    keys: &Keys,
) -> Result<EnrolAnswer, NotEnrolled> {
    let stamp = shown.proof.by(&shown.public_key)?;
    // Before the code is touched: the phone would refuse the answer, and the code would be gone.
    if shown.server.as_ref().is_some_and(|named| *named != keys.fingerprint()) {
        return Err(NotEnrolled::ServerOther);
    }
    let mut conn = pool.acquire().await?;
    let mut transaction = conn.begin().await?;
    let (id, hash) = (InstallId::new(fresh.install), code::hash(&code::normalise(&shown.code)));
    let Some(code) = enrolment_code::consume(&mut transaction, region, &hash, id, fresh.now).await? else {
        let used = enrolment_code::is_used(&mut transaction, region, &hash).await?;
        return Err(if used { NotEnrolled::CodeUsed } else { NotEnrolled::CodeUnknown });
    };
    if code.expires_at <= fresh.now {
        return Err(NotEnrolled::CodeExpired);
    }
    let answer = settle(&mut transaction, region, (code, shown.public_key), &fresh).await?;
    let enrolled = Event {
        by: By::Install(id),
        action: Action::Enrol,
        records: answer.family.into_iter().collect(),
        install: Some(id),
        detail: detail(&hash, answer.role, &answer.assigned),
    };
    audit::note(&mut transaction, region, &enrolled, fresh.now).await?;
    transaction.commit().await?;
    let proof = keys.prove(&answer, fresh.demo, (&shown.public_key, stamp.nonce));
    Ok(EnrolAnswer { server: Some(proof), ..answer })
}

/// The beginning of the code's hash tells who made the code that a phone came in with.
fn detail(code_hash: &[u8; 32], role: Role, areas: &[AreaId]) -> Value {
    let code = code_hash.first_chunk::<8>().map(|beginning| signing::text(beginning));
    json!({ "code": code, "role": role.word(), "areas": areas })
}

/// Makes the install that `code` describes.
///
/// # Errors
/// The database is away.
pub(super) async fn settle(
    conn: &mut PgConnection,
    region: RegionId,
    (code, public_key): (EnrolmentCode, [u8; 32]),
    fresh: &Fresh,
) -> Result<EnrolAnswer, NotEnrolled> {
    let family = code::token(fresh.family);
    let tokens = Tokens::new(&family, fresh.access, fresh.refresh);
    let token_expires_at = fresh.now + fresh.token_life;
    let new = NewInstall {
        install: InstallId::new(fresh.install),
        // The table's check admits only words of ours; one of a newer server is not ours to hand out.
        role: code.role.parse().or(Err(NotEnrolled::CodeUnknown))?,
        name: code.name,
        family: code.family,
        public_key: Some(public_key),
        token_hash: code::hash(&tokens.access),
        token_expires_at,
    };
    install::add(conn, region, &new, fresh.now).await?;
    let hashes = (new.install, &code::hash(&family), &code::hash(&tokens.refresh));
    let epoch = region::epoch(conn, region).await?;
    token_family::add(conn, region, hashes, epoch, fresh.now).await?;
    let assigned = assign(conn, region, &new, code.areas, fresh.now).await?;
    Ok(EnrolAnswer {
        install_id: new.install,
        token: tokens.access,
        token_expires_at: token_expires_at.unix_timestamp(),
        token_life_s: u32::try_from(fresh.token_life.whole_seconds()).unwrap_or(u32::MAX),
        refresh_token: tokens.refresh,
        hold_life_s: fresh.hold_life.seconds(new.role),
        role: new.role,
        assigned,
        family: new.family,
        areas: area::list(conn, region).await?,
        server: None,
    })
}

/// A family's phone has no areas of its own: it is where its family lives, looked up at every request.
async fn assign(
    conn: &mut PgConnection,
    region: RegionId,
    new: &NewInstall,
    areas: Vec<AreaId>,
    now: OffsetDateTime,
) -> Result<Vec<AreaId>, sqlx::Error> {
    if let Some(family) = new.family {
        let home = record::home(conn, region, family.0).await?;
        return Ok(home.into_iter().map(|area| AreaId(area.cast_unsigned())).collect());
    }
    assignment::add(conn, region, new.install, &areas, now).await?;
    Ok(areas)
}
