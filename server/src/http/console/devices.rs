//! `/console/devices`: the phones of the field, when each was last heard, what of it waits, and taking one out.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::{InstallId, RegionId};
use usra_sync_protocol::place;
use usra_sync_protocol::policy::Scope;
use usra_sync_protocol::problem::Problem;

use super::id::Id;
use super::page::{self, Page, Room, show};
use super::query::first;
use super::visitor::{Decider, Visitor};
use super::{areas, families};
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
    /// When a sync last came to its end.
    synced: String,
    /// The versions of its program and of the schema that it speaks, as last told.
    version: String,
    schema: Option<i64>,
    /// How many changes it had not sent yet, as last told.
    unsent: Option<i64>,
    /// The family whose own phone it is.
    family: Option<String>,
    /// Where it is assigned to other areas.
    areas_at: Option<String>,
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
    /// Whether the phones of one person are shown.
    narrowed: bool,
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
    let query = query.unwrap_or_default();
    let (silent, surveyor) = (first(&query, "silent").is_some(), first(&query, "surveyor"));
    let (scope, now) = (visitor.scope.clone(), app.clock.now());
    let work = async move { device::seen(&mut *app.pool.acquire().await?, app.region, &scope, now).await };
    let mut found = detached(work).await?;
    if let Some(id) = &surveyor {
        found = of_person(found, id);
    }
    found.retain(|phone| !silent || phone.silent);
    show(&shown(&visitor, &found, (silent, surveyor.is_some())))
}

/// The phones of the person whose phone this is: those that were enrolled with the same name and role.
fn of_person(found: Vec<Seen>, id: &str) -> Vec<Seen> {
    let one = found.iter().find(|phone| phone.row.install_id.to_string() == id);
    let Some((name, role)) = one.map(|one| (one.row.name.clone(), one.row.role.clone())) else { return Vec::new() };
    found.into_iter().filter(|phone| phone.row.name == name && phone.row.role == role).collect()
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

fn shown(visitor: &Visitor, found: &[Seen], (silent, narrowed): (bool, bool)) -> Shown {
    let lang = visitor.lang;
    Shown {
        page: Page::of(visitor, Room::Devices),
        lang,
        silent,
        narrowed,
        total: i64::try_from(found.len()).unwrap_or(i64::MAX),
        rows: found.iter().map(|phone| row(visitor, phone)).collect(),
    }
}

fn row(visitor: &Visitor, phone: &Seen) -> Row {
    let (lang, of) = (visitor.lang, &phone.row);
    let role =
        of.role.parse().map(page::role).map_or_else(|_newer| of.role.clone(), |role| lang.say(role).into_owned());
    let all = place::areas();
    let reached = |code: &String| all.iter().any(|area| area.code == *code && visitor.scope.areas.contains(&area.id));
    let assignable = of.revoked_at.is_none() && of.family_id.is_none() && of.areas.iter().all(reached);
    Row {
        id: InstallId(of.install_id),
        name: of.name.clone(),
        role,
        areas: areas::names(lang, &all, &of.areas),
        seen: lang.moment(of.last_seen_at.unwrap_or(of.enrolled_at)),
        synced: of.synced_at.map_or("—".to_owned(), |at| lang.moment(at)),
        version: of.told_version.clone().unwrap_or_default(),
        schema: of.told_schema,
        unsent: of.told_unsent,
        family: of.family_id.map(|id| format!("{}/{id}", families::PATH)),
        areas_at: assignable.then(|| format!("{PATH}/{}/areas", InstallId(of.install_id))),
        silent: phone.silent,
        revoked: of.revoked_at.is_some(),
        held: of.held,
        waiting: of.waiting,
    }
}
