//! `/console/devices`: the phones of the field, when each was last heard, what of it waits, and taking one out.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::{InstallId, RegionId};
use usra_sync_protocol::policy::Scope;
use usra_sync_protocol::problem::Problem;

use super::id::Id;
use super::page::{self, Page, Room, show};
use super::query::first;
use super::value;
use super::visitor::{Decider, Visitor};
use crate::http::App;
use crate::http::detached::detached;
use crate::http::origin::OwnOrigin;
use crate::http::problem::Refusal;
use crate::registry::audit::By;
use crate::registry::device::{self, DeviceError, Seen};
use crate::registry::revocations;
use crate::words::Lang;

/// The address.
pub const PATH: &str = "/console/devices";
/// Where one is taken out.
pub const REVOKE: &str = "/console/devices/{id}/revoke";

/// A phone.
#[derive(Debug)]
struct Row {
    id: InstallId,
    name: String,
    role: String,
    areas: String,
    seen: String,
    silent: bool,
    revoked: bool,
    held: i64,
    waiting: i64,
}

#[derive(Template)]
#[template(path = "console/devices.html")]
struct Shown {
    page: Page,
    lang: Lang,
    silent: bool,
    total: i64,
    rows: Vec<Row>,
}

/// Shows the phones.
///
/// # Errors
/// Those of storage.
pub async fn get(
    State(app): State<App>,
    Decider(visitor): Decider,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let silent = query.and_then(|query| first(&query, "silent")).is_some();
    let (scope, now) = (visitor.scope.clone(), app.clock.now());
    let work = async move { device::seen(&mut *app.pool.acquire().await?, app.region, &scope, now).await };
    let mut found = detached(work).await?;
    found.retain(|phone| !silent || phone.silent);
    show(&shown(&visitor, &found, silent))
}

/// Takes a phone out. What it had not sent it may still deliver, into held.
///
/// # Errors
/// `not_found`, `origin_foreign`, and those of storage.
pub async fn revoke(
    State(app): State<App>,
    _: OwnOrigin,
    Decider(visitor): Decider,
    Id(id): Id<InstallId>,
) -> Result<Response, Refusal> {
    let (scope, by, now) = (visitor.scope.clone(), By::Staff(visitor.who.staff_id), app.clock.now());
    let done = async move {
        let mut conn = app.pool.acquire().await?;
        demand(&mut conn, app.region, (id, &scope), now).await?;
        device::revoke(&mut conn, app.region, id, (by, now)).await?;
        // It is out already. Every server writes it down beside its keys too, so a failure here is made good within a minute.
        if let Err(error) = revocations::reconcile(&mut conn, app.region, &app.keys, now).await {
            tracing::warn!(%error, "a revocation is not written down beside the keys yet");
        }
        Ok::<(), Refusal>(())
    };
    detached(done).await?;
    Ok(Redirect::to(&format!("{PATH}?said=revoked")).into_response())
}

/// Demands that the phone works, or a family lives, where the visitor may see it.
async fn demand(
    conn: &mut PgConnection,
    region: RegionId,
    (id, scope): (InstallId, &Scope),
    now: OffsetDateTime,
) -> Result<(), Refusal> {
    let found = device::seen(conn, region, scope, now).await?;
    let there = found.iter().any(|phone| phone.row.install_id == id.0);
    if there { Ok(()) } else { Err(Problem::NotFound.into()) }
}

impl From<DeviceError> for Refusal {
    fn from(error: DeviceError) -> Self {
        match error {
            DeviceError::Storage(away) => away.into(),
            DeviceError::Unknown(_) => Problem::NotFound.into(),
            DeviceError::Revoked(_)
            | DeviceError::OfFamily(_)
            | DeviceError::Backwards
            | DeviceError::Past
            | DeviceError::Overlaps => Self::because(Problem::Internal, error),
        }
    }
}

fn shown(visitor: &Visitor, found: &[Seen], silent: bool) -> Shown {
    let lang = visitor.lang;
    Shown {
        page: Page::of(visitor, Room::Devices),
        lang,
        silent,
        total: i64::try_from(found.len()).unwrap_or(i64::MAX),
        rows: found.iter().map(|phone| row(lang, phone)).collect(),
    }
}

fn row(lang: Lang, phone: &Seen) -> Row {
    let of = &phone.row;
    let role =
        of.role.parse().map(page::role).map_or_else(|_newer| of.role.clone(), |role| lang.say(role).into_owned());
    let area = |code: &String| {
        let governorate = value::word(lang, "governorate", code);
        if governorate == *code { value::word(lang, "centre", code) } else { governorate }
    };
    Row {
        id: InstallId(of.install_id),
        name: of.name.clone(),
        role,
        areas: of.areas.iter().map(area).collect::<Vec<_>>().join(lang.pick("، ", ", ")),
        seen: lang.moment(of.last_seen_at.unwrap_or(of.enrolled_at)),
        silent: phone.silent,
        revoked: of.revoked_at.is_some(),
        held: of.held,
        waiting: of.waiting,
    }
}
