//! Who looks at a page: a person who is signed in, how far they see, and in which language they read. Whoever is not signed in is led to the
//! door and back.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use time::OffsetDateTime;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::policy::{self, Scope};
use usra_sync_protocol::problem::Problem;
use usra_sync_protocol::role::Role;

use super::query::Query;
use super::value::Sight;
use super::{ROOT, SIGN_IN, language};
use crate::http::App;
use crate::http::problem::Refusal;
use crate::http::session::SignedIn;
use crate::registry::audit::By;
use crate::registry::families::Asked;
use crate::registry::staff::session::Who;
use crate::sync::desk::Desk;
use crate::words::Lang;

/// A person at the console.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// Who it is.
    pub who: Who,
    /// How far they see.
    pub scope: Scope,
    /// The language they read.
    pub lang: Lang,
    /// The address that was asked for, with its query.
    pub here: String,
}

/// One who may decide: central staff and admins. A partner looks.
#[derive(Clone, Debug)]
pub struct Decider(pub Visitor);

/// Why there is no page.
#[derive(Debug)]
pub enum Turned {
    /// Nobody is signed in.
    ToTheDoor(String),
    /// Something else.
    Refused(Refusal),
}

impl IntoResponse for Turned {
    fn into_response(self) -> Response {
        match self {
            Self::ToTheDoor(next) => Redirect::to(&door(&next)).into_response(),
            Self::Refused(refusal) => refusal.into_response(),
        }
    }
}

/// The door's address, that leads on to `next`.
pub(super) fn door(next: &str) -> String {
    let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    format!("{SIGN_IN}?next={next}")
}

impl Visitor {
    /// The home areas of the records that they see, as rows carry them.
    #[must_use]
    pub fn areas(&self) -> Vec<i32> {
        self.scope.areas.iter().map(|area| area.0.cast_signed()).collect()
    }

    /// How much of a record they are shown, where the sensitive was revealed or not.
    pub(super) fn sight(&self, revealed: bool) -> Sight {
        match (self.decides(), revealed) {
            (false, _) => Sight::Partner,
            (true, false) => Sight::Masked,
            (true, true) => Sight::Revealed,
        }
    }

    /// Whether they see households, and so what families need and got.
    #[must_use]
    pub fn reads_households(&self) -> bool {
        policy::may_read(self.who.role, Kind::Household)
    }

    /// The families that an address asks for. What it asks of households is not heard from those who do not see them.
    pub(super) fn asked(&self, query: &Query, now: OffsetDateTime) -> Asked {
        let (reads, mut filter) = (self.reads_households(), query.filter(now));
        if !reads {
            (filter.need, filter.service, filter.provider) = (None, None, None);
            // Nor of visits: what the centre's own people noted.
            (filter.visited, filter.surveyor, filter.block) = (None, None, None);
        }
        Asked { filter, search: query.get("q").map(str::to_owned), by_mobile: reads }
    }

    /// Whether they may decide, and see what only those may who do.
    #[must_use]
    pub fn decides(&self) -> bool {
        matches!(self.who.role, Role::Staff | Role::Admin)
    }
}

impl Decider {
    /// Where they decide.
    #[must_use]
    pub fn desk(&self, app: &App) -> Desk {
        Desk {
            pool: app.pool.clone(),
            region: app.region,
            areas: Arc::clone(app.sync.areas()),
            by: By::Staff(self.0.who.staff_id),
            scope: Some(self.0.scope.clone()),
        }
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Turned;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Turned> {
        let here = parts.uri.path_and_query().map_or(ROOT, |asked| asked.as_str()).to_owned();
        let lang = language::of(&parts.headers);
        match SignedIn::from_request_parts(parts, app).await {
            Ok(SignedIn { who, .. }) => {
                let scope = app.sync.areas().scope(&who.areas, None);
                Ok(Self { who, scope, lang, here })
            }
            Err(refusal) if refusal.problem == Problem::SessionEnded => {
                // What was about to be done is not done by coming back: only a page can be come back to.
                let next = if parts.method == axum::http::Method::GET { here } else { ROOT.to_owned() };
                Err(Turned::ToTheDoor(next))
            }
            Err(refusal) => Err(Turned::Refused(refusal)),
        }
    }
}

impl FromRequestParts<App> for Decider {
    type Rejection = Turned;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Turned> {
        let visitor = Visitor::from_request_parts(parts, app).await?;
        if visitor.decides() { Ok(Self(visitor)) } else { Err(Turned::Refused(Problem::NotFound.into())) }
    }
}
