//! `/console/devices/{id}/areas`: where a phone of the field works. For those in whose areas all of it lies, before and after.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use usra_sync_protocol::area::Area;
use usra_sync_protocol::id::{AreaId, InstallId};
use usra_sync_protocol::policy::Scope;
use usra_sync_protocol::problem::Problem;

use super::areas::{self, Group};
use super::devices;
use super::form::Form;
use super::id::Id;
use super::page::{self, Page, Room, show_as};
use super::visitor::{Decider, Visitor};
use crate::http::App;
use crate::http::detached::detached;
use crate::http::origin::OwnOrigin;
use crate::http::problem::Refusal;
use crate::registry::audit::By;
use crate::registry::device::{self, Seen};
use crate::storage::area;
use crate::words::Lang;

/// The address.
pub const PATH: &str = "/console/devices/{id}/areas";

#[derive(Template)]
#[template(path = "console/reassign.html")]
struct Shown {
    page: Page,
    lang: Lang,
    id: InstallId,
    name: String,
    role: &'static str,
    later: String,
    groups: Vec<Group>,
    fault: bool,
}

/// A phone with the areas that there are.
struct Found {
    phone: Seen,
    areas: Vec<Area>,
}

/// Shows the areas of the phone.
///
/// # Errors
/// `not_found`, and those of storage.
pub async fn get(
    State(app): State<App>,
    Decider(visitor): Decider,
    Id(id): Id<InstallId>,
) -> Result<Response, Refusal> {
    let found = find(&app, &visitor, id).await?;
    let chosen = assigned(&found);
    show_as(StatusCode::OK, &shown(&visitor, &found, &chosen, false))
}

/// Assigns the phone to the areas that were chosen, and to no other.
///
/// # Errors
/// `not_found`, `origin_foreign`, and those of the body and of storage; that none was chosen is told on the form.
pub async fn post(
    State(app): State<App>,
    _: OwnOrigin,
    Decider(visitor): Decider,
    Id(id): Id<InstallId>,
    form: Form,
) -> Result<Response, Refusal> {
    let found = find(&app, &visitor, id).await?;
    let wanted = areas::typed(&found.areas, &visitor.scope, &form).ok_or(Problem::NotFound)?;
    if wanted.is_empty() {
        return show_as(StatusCode::UNPROCESSABLE_ENTITY, &shown(&visitor, &found, &wanted, true));
    }
    let (scope, by, now) = (visitor.scope.clone(), By::Staff(visitor.who.staff_id), app.clock.now());
    let done = async move {
        let mut conn = app.pool.acquire().await?;
        device::reassign(&mut conn, app.region, (id, &scope), &wanted, (by, now)).await.map_err(Refusal::from)
    };
    detached(done).await?;
    Ok(Redirect::to(&format!("{}?said=reassigned", devices::PATH)).into_response())
}

/// The phone, if it can be assigned and lies in the visitor's areas with all of its own.
async fn find(app: &App, visitor: &Visitor, id: InstallId) -> Result<Found, Refusal> {
    let (pool, region, scope, now) = (app.pool.clone(), app.region, visitor.scope.clone(), app.clock.now());
    let work = async move {
        let mut conn = pool.acquire().await?;
        let phones = device::seen(&mut conn, region, &scope, now).await?;
        Ok::<_, sqlx::Error>((phones, area::list(&mut conn, region).await?))
    };
    let (phones, areas) = detached(work).await?;
    let found = phones.into_iter().find(|phone| phone.row.install_id == id.0).map(|phone| Found { phone, areas });
    found.filter(|found| may_be_assigned(found, &visitor.scope)).ok_or_else(|| Problem::NotFound.into())
}

fn may_be_assigned(found: &Found, scope: &Scope) -> bool {
    let row = &found.phone.row;
    row.revoked_at.is_none() && row.family_id.is_none() && assigned(found).iter().all(|area| scope.areas.contains(area))
}

fn assigned(found: &Found) -> BTreeSet<AreaId> {
    let codes = &found.phone.row.areas;
    found.areas.iter().filter(|area| codes.contains(&area.code)).map(|area| area.id).collect()
}

fn shown(visitor: &Visitor, found: &Found, chosen: &BTreeSet<AreaId>, fault: bool) -> Shown {
    let (lang, row) = (visitor.lang, &found.phone.row);
    let id = InstallId(row.install_id);
    Shown {
        page: Page::of(visitor, Room::Devices).at(format!("{}/{id}/areas", devices::PATH)),
        lang,
        id,
        name: row.name.clone(),
        role: row.role.parse().map(page::role).unwrap_or_default(),
        later: areas::names(lang, &found.areas, &row.areas_later),
        groups: areas::groups(lang, &found.areas, &visitor.scope, chosen),
        fault,
    }
}
