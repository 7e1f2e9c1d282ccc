//! `/console/families/{id}`: a family with everything that is known of it, sensitive values masked; revealing them with a reason; verifying it.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::problem::Problem;
use usra_sync_protocol::scalar::Scalar;

use super::form::Form;
use super::id::Id;
use super::page::{Page, Room, show_as};
use super::sheet::{Part, part};
use super::visitor::{Decider, Visitor};
use super::{families, resolve, sealed, value, verification};
use crate::dice;
use crate::http::App;
use crate::http::detached::detached;
use crate::http::origin::OwnOrigin;
use crate::http::problem::Refusal;
use crate::registry::family::{self, Family};
use crate::registry::reveal;
use crate::registry::sealed::{Desk as Reading, NotShown};
use crate::sync::put::PutError;
use crate::sync::verify;
use crate::words::Lang;

/// The address of a family.
pub const PATH: &str = "/console/families/{id}";
/// Where its sensitive values are revealed.
pub const REVEAL: &str = "/console/families/{id}/reveal";
/// Where it is verified.
pub const VERIFY: &str = "/console/families/{id}/verify";
/// Where it is taken back that it is another.
pub const UNMERGE: &str = "/console/families/{id}/unmerge";

#[derive(Template)]
#[template(path = "console/family.html")]
struct Shown {
    page: Page,
    lang: Lang,
    id: RecordId,
    name: String,
    name_en: String,
    status: String,
    status_kind: &'static str,
    file_no: String,
    parts: Vec<Part>,
    sealed: Vec<sealed::Value>,
    revealed: bool,
    decides: bool,
    verifiable: bool,
    /// The family that it is, when it was merged.
    survivor: Option<String>,
    /// Those that were merged into it, each with its address and name.
    merged: Vec<(String, String)>,
    /// What is wrong with the reason, and what was typed.
    fault: Option<String>,
    reason: String,
    /// The reveal is of all its records.
    no_key: Option<String>,
    no_fault: Option<String>,
    reveal_at: String,
}

/// How much is shown, and what was wrong when more was asked for.
#[derive(Debug, Default)]
struct Asked {
    revealed: bool,
    fault: Option<String>,
    reason: String,
}

/// Shows the family.
///
/// # Errors
/// `not_found`, and those of storage.
pub async fn get(State(app): State<App>, visitor: Visitor, Id(id): Id<RecordId>) -> Result<Response, Refusal> {
    page(app, &visitor, id, Asked::default()).await
}

/// Shows it with its sensitive values, once the reason is kept.
///
/// # Errors
/// `not_found`, `origin_foreign`, and those of the body and of storage.
pub async fn reveal(
    State(app): State<App>,
    _: OwnOrigin,
    Decider(visitor): Decider,
    Id(id): Id<RecordId>,
    form: Form,
) -> Result<Response, Refusal> {
    let reason = form.text("reason").to_owned();
    let asked = if note(&app, &visitor, id, reason.clone()).await? {
        Asked { revealed: true, ..Asked::default() }
    } else {
        Asked { fault: Some(visitor.lang.say("reason-wrong").into_owned()), reason, ..Asked::default() }
    };
    page(app, &visitor, id, asked).await
}

/// Keeps the reason and notes that the family's sensitive values are shown now; whether the reason is one.
pub(super) async fn note(app: &App, visitor: &Visitor, family: RecordId, reason: String) -> Result<bool, Refusal> {
    let (reading, scope) = (reading(app, visitor)?, visitor.scope.clone());
    let kept = async move {
        match reveal::reveal(&reading, &scope, family, &reason).await {
            Ok(()) => Ok(true),
            Err(NotShown::Reason) => Ok(false),
            Err(NotShown::Storage(error)) => Err(Refusal::from(error)),
            Err(NotShown::NoFamily) => Err(Problem::NotFound.into()),
            Err(other) => Err(Refusal::because(Problem::Internal, other)),
        }
    };
    detached(kept).await
}

/// The desk at which the visitor reads what is sealed or sensitive.
pub(super) fn reading(app: &App, visitor: &Visitor) -> Result<Reading, Refusal> {
    Ok(Reading {
        pool: app.pool.clone(),
        region: app.region,
        rings: app.keys.rings(),
        by: crate::registry::audit::By::Staff(visitor.who.staff_id),
        reading: dice::roll()?,
        now: app.clock.now(),
    })
}

/// Verifies it and shows it again, or the queue where the form stood there.
///
/// # Errors
/// `not_found`, `origin_foreign`, and those of the body and of storage.
pub async fn verify(
    State(app): State<App>,
    _: OwnOrigin,
    decider: Decider,
    Id(id): Id<RecordId>,
    form: Form,
) -> Result<Response, Refusal> {
    let (desk, now) = (decider.desk(&app), app.clock.now());
    let done = async move {
        match verify::verify(&desk, id, now).await {
            // Who presses twice has what they wanted.
            Ok(_) | Err(PutError::Same) => Ok(()),
            Err(error) => Err(resolve::refusal(error)),
        }
    };
    detached(done).await?;
    let from_queue = form.text("back") == verification::BACK;
    let to = if from_queue {
        verification::after(form.text("queue"))
    } else {
        format!("{}/{id}?said=verified", families::PATH)
    };
    Ok(Redirect::to(&to).into_response())
}

async fn page(app: App, visitor: &Visitor, id: RecordId, asked: Asked) -> Result<Response, Refusal> {
    let (role, scope) = (visitor.who.role, visitor.scope.clone());
    let work = async move {
        let mut conn = app.pool.acquire().await?;
        family::family(&mut conn, app.region, id, (role, &scope)).await
    };
    let mut found = detached(work).await?.ok_or(Problem::NotFound)?;
    name_assigned(&mut found);
    let status = if asked.fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    show_as(status, &shown(visitor, &found, asked))
}

/// Puts the name of whoever is to visit the family in the place of the phone that its record names.
fn name_assigned(found: &mut Family) {
    let (own, person) = (found.sheets.first_mut(), found.assigned_to.as_ref());
    let (Some(own), Some(person)) = (own, person) else { return };
    for line in own.lines.iter_mut().filter(|line| line.key == "assigned_to") {
        line.value = Scalar::from(person.name.as_str());
    }
}

fn shown(visitor: &Visitor, found: &Family, asked: Asked) -> Shown {
    let lang = visitor.lang;
    let own = found.sheets.first();
    let text = |key: &str| own.and_then(|sheet| sheet.text(key)).unwrap_or_default().to_owned();
    let status = Some(text("official/status")).filter(|status| !status.is_empty()).unwrap_or("provisional".to_owned());
    Shown {
        page: Page::of(visitor, Room::Families).at(format!("{}/{}", families::PATH, found.id)),
        lang,
        id: found.id,
        name: text("name_ar"),
        name_en: text("name_en"),
        status_kind: families::status_kind(&status),
        status: value::word(lang, "family_status", &status),
        file_no: text("official/file_no"),
        parts: found.sheets.iter().map(|sheet| part(lang, (found, sheet), visitor.sight(asked.revealed))).collect(),
        sealed: sealed::values(lang, found),
        revealed: asked.revealed,
        decides: visitor.decides(),
        verifiable: visitor.decides() && found.survivor.is_none() && status != "verified" && status != "active",
        survivor: found.survivor.map(|survivor| format!("{}/{survivor}", families::PATH)),
        merged: found.merged.iter().map(|lost| (format!("{}/{lost}", families::PATH), named(found, *lost))).collect(),
        fault: asked.fault,
        reason: asked.reason,
        no_key: None,
        no_fault: None,
        reveal_at: format!("{}/{}/reveal", families::PATH, found.id),
    }
}

/// The trade name in one of the family's records.
fn named(family: &Family, record: RecordId) -> String {
    let sheet = family.sheets.iter().find(|sheet| sheet.record == record);
    sheet.and_then(|sheet| sheet.text("name_ar")).unwrap_or("—").to_owned()
}
