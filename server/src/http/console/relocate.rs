//! `/console/families/{id}/move`: where a family lives for the phones, whose it is to visit, and its survey block. For those in whose areas
//! both places lie.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use usra_sync_protocol::area::Area;
use usra_sync_protocol::id::{InstallId, RecordId};
use usra_sync_protocol::problem::Problem;

use super::areas::{self, Group};
use super::form::Form;
use super::id::Id;
use super::page::{Page, Room, show_as};
use super::visitor::{Decider, Visitor};
use super::{families, resolve};
use crate::http::App;
use crate::http::detached::detached;
use crate::http::origin::OwnOrigin;
use crate::http::problem::Refusal;
use crate::registry::audit::By;
use crate::registry::fieldwork::plan::{self, Plan};
use crate::registry::relocate::{self, RelocateError};
use crate::sync::assign::{self, Task};
use crate::sync::put::PutError;
use crate::words::Lang;

/// Where a family is moved.
pub const PATH: &str = "/console/families/{id}/move";
/// Where it is given to somebody to visit.
pub const ASSIGN: &str = "/console/families/{id}/assign";

/// What is wrong with what was filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// The area is none of the list, or the family lives there.
    Area,
    /// Whoever was chosen is none of the list.
    Surveyor,
    /// The block is no text of one line, or too long.
    Block,
}

impl Fault {
    fn word(self) -> &'static str {
        match self {
            Self::Area => "move-fault-area",
            Self::Surveyor => "assign-fault-surveyor",
            Self::Block => "assign-fault-block",
        }
    }
}

#[derive(Template)]
#[template(path = "console/relocate.html")]
struct Shown {
    page: Page,
    lang: Lang,
    id: RecordId,
    name: String,
    home: String,
    groups: Vec<Group>,
    people: Vec<(String, String, bool)>,
    /// Whoever it is given to, where that is nobody who could visit it.
    other: Option<String>,
    nobody: bool,
    block: String,
    fault: Option<Fault>,
}

/// Shows the forms.
///
/// # Errors
/// `not_found`, and those of storage.
pub async fn get(State(app): State<App>, Decider(visitor): Decider, Id(id): Id<RecordId>) -> Result<Response, Refusal> {
    let plan = find(&app, &visitor, id).await?;
    show_as(StatusCode::OK, &shown(&visitor, (id, &plan), typed_of(&plan), None))
}

/// Moves the family.
///
/// # Errors
/// `not_found`, `origin_foreign`, and those of the body and of storage; what is wrong with the area is told on the form.
pub async fn post(
    State(app): State<App>,
    _: OwnOrigin,
    Decider(visitor): Decider,
    Id(id): Id<RecordId>,
    form: Form,
) -> Result<Response, Refusal> {
    let plan = find(&app, &visitor, id).await?;
    let to = plan.areas.iter().find(|area| area.code == form.text("area") && area.id != plan.home);
    let Some(to) = to.map(|area| area.id) else {
        let page = shown(&visitor, (id, &plan), typed_of(&plan), Some(Fault::Area));
        return show_as(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let (scope, by, now) = (visitor.scope.clone(), By::Staff(visitor.who.staff_id), app.clock.now());
    let done = async move {
        let mut conn = app.pool.acquire().await?;
        let moved = relocate::relocate_within(&mut conn, app.region, (id, Some(&scope)), to, (by, now)).await;
        moved.map_err(|error| match error {
            RelocateError::Storage(away) => Refusal::from(away),
            RelocateError::RecordUnknown(_) | RelocateError::NotAFamily { .. } => Problem::NotFound.into(),
        })
    };
    detached(done).await?;
    Ok(Redirect::to(&format!("{}/{id}?said=moved", families::PATH)).into_response())
}

/// Gives the family to somebody to visit, and puts it into a block.
///
/// # Errors
/// `not_found`, `origin_foreign`, and those of the body and of storage; what is wrong with what was filled in is told on the form.
pub async fn assign(
    State(app): State<App>,
    _: OwnOrigin,
    decider: Decider,
    Id(id): Id<RecordId>,
    form: Form,
) -> Result<Response, Refusal> {
    let plan = find(&app, &decider.0, id).await?;
    let task = Task { assigned_to: form.text("surveyor").to_owned(), block: form.text("block").trim().to_owned() };
    if let Some(fault) = fault_of(&plan, &task) {
        let page = shown(&decider.0, (id, &plan), task, Some(fault));
        return show_as(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let (desk, now) = (decider.desk(&app), app.clock.now());
    let done = async move {
        match assign::assign(&desk, id, task, now).await {
            // Who sends the same again has what they wanted.
            Ok(_) | Err(PutError::Same) => Ok(()),
            Err(error) => Err(resolve::refusal(error)),
        }
    };
    detached(done).await?;
    Ok(Redirect::to(&format!("{}/{id}?said=planned", families::PATH)).into_response())
}

async fn find(app: &App, visitor: &Visitor, id: RecordId) -> Result<Plan, Refusal> {
    let (pool, region, scope, now) = (app.pool.clone(), app.region, visitor.scope.clone(), app.clock.now());
    let work = async move { plan::plan(&mut *pool.acquire().await?, region, &scope, id, now).await };
    detached(work).await?.ok_or_else(|| Problem::NotFound.into())
}

/// Characters of a block, as the schema has them.
const BLOCK_CHARACTERS: usize = 64;

fn fault_of(plan: &Plan, task: &Task) -> Option<Fault> {
    let same = task.assigned_to.is_empty() || task.assigned_to == plan.assigned_to;
    if !same && !plan.people.iter().any(|person| person.phone.to_string() == task.assigned_to) {
        return Some(Fault::Surveyor);
    }
    let short = task.block.chars().count() <= BLOCK_CHARACTERS && !task.block.chars().any(char::is_control);
    (!short).then_some(Fault::Block)
}

fn typed_of(plan: &Plan) -> Task {
    Task { assigned_to: plan.assigned_to.clone(), block: plan.block.clone() }
}

fn shown(visitor: &Visitor, (id, plan): (RecordId, &Plan), typed: Task, fault: Option<Fault>) -> Shown {
    let lang = visitor.lang;
    let chosen: Option<InstallId> = typed.assigned_to.parse().ok();
    let is_chosen = |phones: &std::collections::BTreeSet<uuid::Uuid>| chosen.is_some_and(|id| phones.contains(&id.0));
    let people: Vec<_> = plan
        .people
        .iter()
        .map(|person| (person.phone.to_string(), person.name.clone(), is_chosen(&person.phones)))
        .collect();
    let known = typed.assigned_to.is_empty() || people.iter().any(|(.., chosen)| *chosen);
    let home = |area: &&Area| area.id == plan.home;
    Shown {
        page: Page::of(visitor, Room::Families).at(format!("{}/{id}/move", families::PATH)),
        lang,
        id,
        name: plan.name.clone(),
        home: plan.areas.iter().find(home).map(|area| areas::name(lang, area)).unwrap_or_default(),
        groups: areas::groups(lang, &plan.areas, &visitor.scope, &[plan.home].into()),
        other: (!known).then(|| typed.assigned_to.clone()),
        nobody: typed.assigned_to.is_empty(),
        people,
        block: typed.block,
        fault,
    }
}
