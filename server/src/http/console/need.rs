//! `/console/needs/{family}/{need}`: a need of a family, and the agency that it is assigned to.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::problem::Problem;
use uuid::Uuid;

use super::form::Form;
use super::id::Id;
use super::page::{Page, Room, show_as};
use super::query::NONE;
use super::visitor::{Decider, Visitor};
use super::{families, needs, record, resolve, value};
use crate::http::App;
use crate::http::detached::detached;
use crate::http::origin::OwnOrigin;
use crate::http::problem::Refusal;
use crate::registry::audit::By;
use crate::registry::needs::one::{self, Need};
use crate::sync::need::{AssignError, assign};
use crate::sync::put::PutError;
use crate::words::Lang;

/// The address.
pub const PATH: &str = "/console/needs/{family}/{need}";

/// The address of one. The need's id is what a phone chose: letters and digits.
pub(super) fn address(family: Uuid, need: &str) -> String {
    format!("{}/{family}/{need}", needs::PATH)
}

#[derive(Template)]
#[template(path = "console/need.html")]
struct Shown {
    page: Page,
    lang: Lang,
    here: String,
    family: String,
    name: String,
    facts: Vec<(&'static str, String)>,
    story: String,
    agencies: Vec<(String, String)>,
    chosen: String,
    fault: Option<String>,
}

/// What was chosen, and what is wrong with it.
#[derive(Debug, Default)]
struct Typed {
    agency: Option<String>,
    fault: Option<String>,
}

/// Shows the need.
///
/// # Errors
/// `not_found`, and those of storage.
pub async fn get(
    State(app): State<App>,
    Decider(visitor): Decider,
    Id(id): Id<(RecordId, String)>,
) -> Result<Response, Refusal> {
    page(app, &visitor, id, Typed::default()).await
}

/// Assigns it.
///
/// # Errors
/// `not_found`, `origin_foreign`, and those of the body and of storage; what is wrong with the agency is told beside it.
pub async fn post(
    State(app): State<App>,
    _: OwnOrigin,
    decider: Decider,
    Id((family, need)): Id<(RecordId, String)>,
    form: Form,
) -> Result<Response, Refusal> {
    let (desk, now, lang) = (decider.desk(&app), app.clock.now(), decider.0.lang);
    let (agency, id) = (form.text("agency").to_owned(), need.clone());
    let chosen = agency.clone();
    let done = async move {
        let agency = Some(agency.as_str()).filter(|code| *code != NONE);
        match assign(&desk, (family, &id), agency, now).await {
            Ok(_) => Ok(None),
            Err(AssignError::Agency) => Ok(Some("agency-wrong")),
            Err(AssignError::Put(PutError::Same)) => Ok(Some("need-same")),
            Err(AssignError::Put(error)) => Err(resolve::refusal(error)),
        }
    };
    let Some(fault) = detached(done).await? else {
        return Ok(Redirect::to(&format!("{}?said=assigned", address(family.0, &need))).into_response());
    };
    let typed = Typed { agency: Some(chosen), fault: Some(lang.say(fault).into_owned()) };
    page(app, &decider.0, (family, need), typed).await
}

async fn page(
    app: App,
    visitor: &Visitor,
    (family, need): (RecordId, String),
    typed: Typed,
) -> Result<Response, Refusal> {
    let (scope, by, now) = (visitor.scope.clone(), By::Staff(visitor.who.staff_id), app.clock.now());
    let work = async move {
        let mut conn = app.pool.acquire().await?;
        one::one(&mut conn, app.region, (family, &need), (&scope, by, now)).await
    };
    let found = detached(work).await?.ok_or(Problem::NotFound)?;
    let status = if typed.fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    show_as(status, &shown(visitor, &found, typed))
}

fn shown(visitor: &Visitor, found: &Need, typed: Typed) -> Shown {
    let (lang, row) = (visitor.lang, &found.row);
    let here = address(row.family_id, &row.need_id);
    let mut agencies = value::options(lang, "provider");
    agencies.insert(0, (NONE.to_owned(), lang.say("agency-none").into_owned()));
    let household = RecordId::household_of(RecordId(row.family_id));
    Shown {
        page: Page::of(visitor, Room::Needs).at(here.clone()),
        lang,
        here,
        family: format!("{}/{}", families::PATH, row.family_id),
        name: families::name(lang, &found.family),
        facts: facts(lang, found),
        story: record::story_of(household, None),
        agencies,
        chosen: typed.agency.or_else(|| row.agency.clone()).unwrap_or_else(|| NONE.to_owned()),
        fault: typed.fault,
    }
}

fn facts(lang: Lang, found: &Need) -> Vec<(&'static str, String)> {
    let row = &found.row;
    let word = |list: &str, code: Option<&str>| code.map(|code| value::word(lang, list, code));
    let priority = row.priority.map(|priority| priority.to_string());
    let served: Vec<String> = row.served_by.iter().map(|code| value::word(lang, "provider", code)).collect();
    let served = (!served.is_empty()).then(|| served.join(lang.pick("، ", ", ")));
    let facts = [
        ("category", word("need_category", row.category.as_deref())),
        ("need-priority", word("need_priority", priority.as_deref())),
        ("status", word("need_status", Some(&row.status))),
        ("need-agency", word("provider", row.agency.as_deref())),
        ("need-served-by", served),
    ];
    facts.into_iter().filter_map(|(label, fact)| Some((label, fact?))).collect()
}
