//! Who is asking. Read from the database at every request, so a revocation takes hold at once.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use usra_sync_protocol::id::{InstallId, RecordId};
use usra_sync_protocol::problem::Problem;
use usra_sync_protocol::role::Role;

use crate::http::App;
use crate::http::detached::detached;
use crate::http::problem::Refusal;
use crate::http::signature::bearer;
use crate::registry::caller::{self, Known, Notes, Unknown};
use crate::storage::install::{Term, Told};

/// An install with a good token. A revoked one is none, wherever this is asked for.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The install that asks; the author of its changes.
    pub install_id: InstallId,
    /// What its person may do.
    pub role: Role,
    /// The family it belongs to, for the role `family`.
    pub family: Option<RecordId>,
    /// Its assignments of now, and those that ended lately without its knowing; each means all below its area.
    pub terms: Vec<Term>,
    /// The key that signs what it sends; `None` from before keys.
    pub public_key: Option<[u8; 32]>,
    /// How many decisions there are about its held work.
    pub decision_count: u64,
}

impl FromRequestParts<App> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let Sender { caller, revoked, notes } = Sender::from_request_parts(parts, app).await?;
        note(app, (caller.install_id, notes), None).await?;
        if revoked { Err(Problem::InstallRevoked.into()) } else { Ok(caller) }
    }
}

/// An install that may deliver work: one with a good token, also when it was revoked but not heard out yet.
#[derive(Clone, Debug)]
pub struct Sender {
    /// Who it is.
    pub caller: Caller,
    /// Whether it was revoked: then it delivers and gets nothing back.
    pub revoked: bool,
    /// When it is noted again that it was heard: its sync notes it, with what it told.
    pub notes: Notes,
}

/// Notes that an install is heard, and what it told at a sync, where that is due.
///
/// # Errors
/// Those of storage.
pub(super) async fn note(app: &App, (install, notes): (InstallId, Notes), told: Option<Told>) -> Result<(), Refusal> {
    let now = app.clock.now();
    if !notes.are_due(told.as_ref(), now) {
        return Ok(());
    }
    let (pool, region) = (app.pool.clone(), app.region);
    detached(async move {
        let mut conn = pool.acquire().await?;
        caller::note(&mut conn, region, (install, notes), (told.as_ref(), now)).await
    })
    .await
}

impl FromRequestParts<App> for Sender {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let token = bearer(&parts.headers).ok_or(Problem::TokenUnknown)?.to_owned();
        let (pool, region, times) = (app.pool.clone(), app.region, (app.clock.now(), app.config.late_grace));
        let known = detached(async move {
            let mut conn = pool.acquire().await?;
            caller::known(&mut conn, region, &token, times).await
        })
        .await?;
        let Known { install: install_id, role, family, public_key, terms, decision_count, revoked, notes } = known;
        Ok(Self { caller: Caller { install_id, role, family, terms, public_key, decision_count }, revoked, notes })
    }
}

impl From<Unknown> for Refusal {
    fn from(unknown: Unknown) -> Self {
        match unknown {
            Unknown::Token => Problem::TokenUnknown.into(),
            Unknown::Expired => Problem::TokenExpired.into(),
            Unknown::Revoked => Problem::InstallRevoked.into(),
            Unknown::Storage(error) => error.into(),
        }
    }
}
