//! `/console/licences/{family}/{licence}`: a licence of a family, what was decided about it, and the decision on it.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use time::Date;
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::problem::Problem;
use uuid::Uuid;

use super::form::Form;
use super::id::Id;
use super::page::{Page, Room, show_as};
use super::visitor::{Decider, Visitor};
use super::{families, licences, record, resolve, value};
use crate::http::App;
use crate::http::detached::detached;
use crate::http::origin::OwnOrigin;
use crate::http::problem::Refusal;
use crate::registry::author::Author;
use crate::registry::licences::one::{self, Licence};
use crate::storage::licence_decision::DecisionRow;
use crate::sync::licence::{KITCHEN, LicenceDecision, LicenceError, POINTS, decide};
use crate::sync::put::PutError;
use crate::words::Lang;

/// The address.
pub const PATH: &str = "/console/licences/{family}/{licence}";

/// The address of one. The licence's id is what a phone chose: letters and digits.
pub(super) fn address(family: Uuid, licence: &str) -> String {
    format!("{}/{family}/{licence}", licences::PATH)
}

/// A decision.
#[derive(Debug)]
struct Told {
    state: String,
    state_kind: &'static str,
    agency: String,
    reason: String,
    points: Vec<String>,
    by: String,
    at: String,
}

/// A point of the kitchen's check list.
#[derive(Debug)]
struct Point {
    code: String,
    word: String,
    ticked: bool,
}

#[derive(Template)]
#[template(path = "console/licence.html")]
struct Shown {
    page: Page,
    lang: Lang,
    here: String,
    family: String,
    name: String,
    kind: String,
    facts: Vec<(&'static str, String)>,
    masked: bool,
    state: String,
    state_kind: &'static str,
    story: String,
    told: Vec<Told>,
    /// How many decisions the form was made after.
    after: usize,
    states: Vec<(String, String)>,
    agencies: Vec<(String, String)>,
    points: Vec<Point>,
    typed: Typed,
}

/// What was typed, and what is wrong with it.
#[derive(Debug, Default)]
struct Typed {
    state: String,
    agency: String,
    reason: String,
    points: Vec<String>,
    fault: Option<String>,
}

/// Shows the licence.
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

/// Decides on it.
///
/// # Errors
/// `not_found`, `origin_foreign`, and those of the body and of storage; what is wrong with the decision is told beside it.
pub async fn post(
    State(app): State<App>,
    _: OwnOrigin,
    decider: Decider,
    Id((family, licence)): Id<(RecordId, String)>,
    form: Form,
) -> Result<Response, Refusal> {
    let (desk, now) = (decider.desk(&app), app.clock.now());
    let decision = LicenceDecision {
        licence: licence.clone(),
        state: form.text("state").to_owned(),
        reason: form.text("reason").to_owned(),
        agency: form.text("agency").to_owned(),
        points: form.all("point").map(str::to_owned).collect(),
        // Who does not say saw none.
        seen: form.text("after").parse().unwrap_or_default(),
    };
    let typed = decision.clone();
    let done = async move {
        match decide(&desk, family, decision, now).await {
            Ok(_) => Ok(None),
            Err(LicenceError::Put(error @ (PutError::Unknown | PutError::Field(_) | PutError::Storage(_)))) => {
                Err(resolve::refusal(error))
            }
            Err(error) => Ok(Some(error)),
        }
    };
    let Some(error) = detached(done).await? else {
        let to = format!("{}?said=licence", address(family.0, &licence));
        return Ok(Redirect::to(&to).into_response());
    };
    let LicenceDecision { state, agency, reason, points, .. } = typed;
    let typed = Typed { state, agency, reason, points, fault: Some(fault(decider.0.lang, &error)) };
    page(app, &decider.0, (family, licence), typed).await
}

fn fault(lang: Lang, error: &LicenceError) -> String {
    let message = match error {
        LicenceError::State => "licence-state-wrong",
        LicenceError::Agency => "agency-wrong",
        LicenceError::Reason => "reason-wrong",
        LicenceError::Open(points) => {
            let words: Vec<String> = points.iter().map(|code| value::word(lang, POINTS, code)).collect();
            return lang.say_what("licence-points-open", &words.join(lang.pick("؛ ", "; "))).into_owned();
        }
        LicenceError::Put(PutError::Same) => "licence-same",
        LicenceError::Put(PutError::Outdated) => "licence-outdated",
        LicenceError::Put(_) => "licence-full",
    };
    lang.say(message).into_owned()
}

async fn page(
    app: App,
    visitor: &Visitor,
    (family, licence): (RecordId, String),
    typed: Typed,
) -> Result<Response, Refusal> {
    let scope = visitor.scope.clone();
    let work = async move {
        let mut conn = app.pool.acquire().await?;
        one::one(&mut conn, app.region, (family, &licence), &scope).await
    };
    let found = detached(work).await?.ok_or(Problem::NotFound)?;
    let status = if typed.fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    show_as(status, &shown(visitor, &found, typed))
}

fn shown(visitor: &Visitor, found: &Licence, typed: Typed) -> Shown {
    let (lang, row) = (visitor.lang, &found.row);
    let here = address(row.family_id, &row.licence_id);
    let kind = row.kind.as_ref().map(|code| value::word(lang, "licence_type", code));
    let key = format!("official/licence/{}/state", row.licence_id);
    Shown {
        page: Page::of(visitor, Room::Licences).at(here.clone()),
        lang,
        here,
        family: format!("{}/{}", families::PATH, row.family_id),
        name: families::name(lang, &found.family),
        kind: kind.unwrap_or_else(|| lang.say("not-given").into_owned()),
        facts: facts(lang, found),
        masked: row.numbered,
        state: licences::state_word(lang, row.state.as_deref()),
        state_kind: licences::state_kind(row.state.as_deref()),
        story: record::story_of(RecordId(row.family_id), Some(&key)),
        told: found.decisions.iter().map(|decision| told(lang, decision)).collect(),
        after: found.decisions.len(),
        states: value::options(lang, "licence_status"),
        agencies: value::options(lang, "provider"),
        points: points(lang, found, &typed.points),
        typed,
    }
}

fn facts(lang: Lang, found: &Licence) -> Vec<(&'static str, String)> {
    let day = |day: Option<Date>| day.map(|day| lang.both(day));
    let row = &found.row;
    let facts = [
        ("licence-issuer", row.issuer.as_ref().map(|code| value::word(lang, "provider", code))),
        ("licence-issued", day(row.issued_on)),
        ("licence-expires", day(row.expires_on)),
    ];
    facts.into_iter().filter_map(|(label, fact)| Some((label, fact?))).collect()
}

/// The points of a kitchen at home, ticked as they were when a decision was not taken. Each decision looks at all of them anew.
fn points(lang: Lang, found: &Licence, ticked: &[String]) -> Vec<Point> {
    if found.row.kind.as_deref() != Some(KITCHEN) {
        return Vec::new();
    }
    let point = |(code, word): (String, String)| Point { ticked: ticked.contains(&code), code, word };
    value::options(lang, POINTS).into_iter().map(point).collect()
}

fn told(lang: Lang, (row, by): &(DecisionRow, Author)) -> Told {
    Told {
        state: licences::state_word(lang, Some(&row.state)),
        state_kind: licences::state_kind(Some(&row.state)),
        agency: value::word(lang, "provider", &row.agency),
        reason: row.reason.clone(),
        points: row.points.iter().map(|code| value::word(lang, POINTS, code)).collect(),
        by: value::who(lang, by),
        at: lang.moment(row.decided_at),
    }
}
