//! `/console/duplicates/{one}/{other}`: two families side by side, what would remain if they were one, and the decision.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::problem::Problem;
use usra_sync_protocol::scalar::Scalar;

use super::duplicates::{self, level, level_kind, reasons};
use super::family;
use super::form::Form;
use super::id::Id;
use super::page::{Page, Room, show_as};
use super::sheet::{self, Table};
use super::value::Sight;
use super::visitor::{Decider, Visitor};
use super::{families, resolve, value};
use crate::http::App;
use crate::http::detached::detached;
use crate::http::origin::OwnOrigin;
use crate::http::problem::Refusal;
use crate::registry::duplicates::Level;
use crate::registry::duplicates::pairs::{self, Both, Compared};
use crate::registry::family::Family;
use crate::registry::sealed::reason_of;
use crate::sync::merge::{self, MergeError, Merging};
use crate::sync::put::PutError;
use crate::words::Lang;

/// The address of a pair.
pub const PATH: &str = "/console/duplicates/{one}/{other}";
/// Where the two become one.
pub const MERGE: &str = "/console/duplicates/{one}/{other}/merge";
/// Where they are said to be two.
pub const APART: &str = "/console/duplicates/{one}/{other}/apart";
/// Where their sensitive values are revealed.
pub const REVEAL: &str = "/console/duplicates/{one}/{other}/reveal";
/// What stands before a field's key in the name of its choice.
const SIDE: &str = "side ";

/// A family of the two.
#[derive(Debug)]
struct Head {
    href: String,
    name: String,
    status: String,
    status_kind: &'static str,
    /// Its people, as far as they are shown.
    people: Vec<Table>,
    /// Whether it is the one that remains, unless the person says otherwise.
    remains: bool,
}

/// A field of both.
#[derive(Debug)]
struct Line {
    label: String,
    /// The name of its choice; none where there is nothing to choose, or what there is is masked.
    choice: Option<String>,
    values: [Option<String>; 2],
    /// Which of both is chosen, 0 or 1.
    chosen: usize,
    agrees: bool,
}

#[derive(Template)]
#[template(path = "console/merge.html")]
struct Shown {
    page: Page,
    lang: Lang,
    here: String,
    level: Option<(String, &'static str)>,
    reasons: Vec<String>,
    heads: [Head; 2],
    lines: Vec<Line>,
    /// Whether either is another family already.
    merged: bool,
    revealed: bool,
    no_key: Option<String>,
    reveal_at: String,
    reveal_reason: String,
    reveal_fault: Option<String>,
    fault: Option<String>,
    reason: String,
    reason_fault: Option<String>,
}

/// What was typed, when it was not carried out.
#[derive(Debug, Default)]
struct Typed {
    /// What was chosen for a merge.
    form: Form,
    fault: Option<String>,
    reason: String,
    reason_fault: Option<String>,
    revealed: bool,
    reveal_reason: String,
    reveal_fault: Option<String>,
}

/// Two families, as an address names them.
type Two = (RecordId, RecordId);

/// Shows the two.
///
/// # Errors
/// `not_found`, and those of storage.
pub async fn get(State(app): State<App>, Decider(visitor): Decider, Id(two): Id<Two>) -> Result<Response, Refusal> {
    page(app, &visitor, two, Typed::default()).await
}

/// Shows them with their sensitive values, once the reason is kept for both.
///
/// # Errors
/// `not_found`, `origin_foreign`, and those of the body and of storage.
pub async fn reveal(
    State(app): State<App>,
    _: OwnOrigin,
    Decider(visitor): Decider,
    Id(two): Id<Two>,
    form: Form,
) -> Result<Response, Refusal> {
    let reason = form.text("reason").to_owned();
    // Both are there before either is noted.
    find(app.clone(), &visitor, two).await?;
    let revealed = family::note(&app, &visitor, two.0, reason.clone()).await?
        && family::note(&app, &visitor, two.1, reason.clone()).await?;
    let reveal_fault = (!revealed).then(|| visitor.lang.say("reason-wrong").into_owned());
    page(app, &visitor, two, Typed { revealed, reveal_reason: reason, reveal_fault, ..Typed::default() }).await
}

/// Merges them and shows the one that remains.
///
/// # Errors
/// `not_found`, `origin_foreign`, and those of the body and of storage; why they could not become one is told on the page.
pub async fn post(
    State(app): State<App>,
    _: OwnOrigin,
    decider: Decider,
    Id(two): Id<Two>,
    form: Form,
) -> Result<Response, Refusal> {
    let merging = match form.text("remains") {
        "one" => merging(two, "other", &form),
        "other" => merging((two.1, two.0), "one", &form),
        _ => return Err(Problem::BodyMalformed.into()),
    };
    let (desk, now, survivor) = (decider.desk(&app), app.clock.now(), merging.survivor);
    let work = async move {
        match merge::merge(&desk, &merging, now).await {
            Ok(()) => Ok(None),
            Err(MergeError::Merged) => Ok(Some("merge-merged")),
            Err(MergeError::HasOthers) => Ok(Some("merge-has-others")),
            Err(MergeError::NotTwo) => Err(Problem::NotFound.into()),
            Err(MergeError::Put(error)) => Err(resolve::refusal(error)),
        }
    };
    match detached(work).await? {
        None => Ok(Redirect::to(&format!("{}/{survivor}?said=merged", families::PATH)).into_response()),
        Some(fault) => {
            let fault = Some(decider.0.lang.say(fault).into_owned());
            page(app, &decider.0, two, Typed { form, fault, ..Typed::default() }).await
        }
    }
}

/// What the form asks for: the first of the two remains and takes what was chosen of the other.
fn merging((survivor, lost): Two, side: &str, form: &Form) -> Merging {
    let take = form.beginning(SIDE).filter(|(_, chosen)| *chosen == side).map(|(key, _)| key.to_owned());
    Merging { survivor, lost, take: take.collect() }
}

/// Says that they are two, and shows the other pairs.
///
/// # Errors
/// `not_found`, `origin_foreign`, and those of the body and of storage; a missing reason is told on the page.
pub async fn apart(
    State(app): State<App>,
    _: OwnOrigin,
    decider: Decider,
    Id(two): Id<Two>,
    form: Form,
) -> Result<Response, Refusal> {
    let reason = form.text("reason").to_owned();
    let Some(kept) = reason_of(&reason).ok().map(str::to_owned) else {
        let reason_fault = Some(decider.0.lang.say("reason-wrong").into_owned());
        return page(app, &decider.0, two, Typed { reason, reason_fault, ..Typed::default() }).await;
    };
    let (desk, now) = (decider.desk(&app), app.clock.now());
    let work = async move { merge::apart(&desk, two, &kept, now).await.map_err(resolve::refusal) };
    if detached(work).await? {
        Ok(Redirect::to(&format!("{}?said=apart", duplicates::PATH)).into_response())
    } else {
        Err(Problem::NotFound.into())
    }
}

async fn find(app: App, visitor: &Visitor, two: Two) -> Result<Compared, Refusal> {
    let (role, scope) = (visitor.who.role, visitor.scope.clone());
    let work = async move {
        let mut conn = app.pool.acquire().await?;
        pairs::compare(&mut conn, app.region, two, (role, &scope)).await
    };
    let different = |_: &Compared| two.0 != two.1;
    detached(work).await?.filter(different).ok_or_else(|| Problem::NotFound.into())
}

async fn page(app: App, visitor: &Visitor, two: Two, typed: Typed) -> Result<Response, Refusal> {
    let found = find(app, visitor, two).await?;
    let faults = [&typed.fault, &typed.reason_fault, &typed.reveal_fault];
    let status =
        if faults.iter().any(|fault| fault.is_some()) { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    show_as(status, &shown(visitor, &found, typed))
}

fn shown(visitor: &Visitor, found: &Compared, typed: Typed) -> Shown {
    let (lang, sight) = (visitor.lang, visitor.sight(typed.revealed));
    let remains = remains(found, &typed.form);
    let here = format!("{}/{}/{}", duplicates::PATH, found.one.id, found.other.id);
    let pair = found.pair.as_ref().filter(|pair| pair.state == "open");
    let level = pair.map(|pair| Level::of(pair.score)).map(|sure| (level(lang, sure), level_kind(sure)));
    Shown {
        page: Page::of(visitor, Room::Duplicates).at(here.clone()),
        lang,
        level,
        reasons: pair.map(|pair| reasons(lang, &pair.reasons)).unwrap_or_default(),
        heads: [head(lang, &found.one, sight, remains == 0), head(lang, &found.other, sight, remains == 1)],
        lines: found.lines.iter().map(|both| line((lang, sight), both, (remains, &typed.form))).collect(),
        merged: found.one.survivor.is_some() || found.other.survivor.is_some(),
        revealed: typed.revealed,
        no_key: None,
        reveal_at: format!("{here}/reveal"),
        reveal_reason: typed.reveal_reason,
        reveal_fault: typed.reveal_fault,
        fault: typed.fault,
        reason: typed.reason,
        reason_fault: typed.reason_fault,
        here,
    }
}

/// Which of both remains: what was chosen, else the one that is verified, else the one that was registered first.
fn remains(found: &Compared, form: &Form) -> usize {
    let is_verified = |family: &Family| matches!(text(family, "official/status"), "verified" | "active");
    match form.text("remains") {
        "one" => 0,
        "other" => 1,
        _ if is_verified(&found.one) == is_verified(&found.other) => usize::from(found.other.id < found.one.id),
        _ => usize::from(is_verified(&found.other)),
    }
}

fn text<'f>(family: &'f Family, key: &str) -> &'f str {
    family.sheets.first().and_then(|sheet| sheet.text(key)).unwrap_or_default()
}

fn head(lang: Lang, family: &Family, sight: Sight, remains: bool) -> Head {
    let status = Some(text(family, "official/status")).filter(|status| !status.is_empty()).unwrap_or("provisional");
    Head {
        href: format!("{}/{}", families::PATH, family.id),
        name: text(family, "name_ar").to_owned(),
        status: value::word(lang, "family_status", status),
        status_kind: families::status_kind(status),
        people: sheet::people(lang, family, sight),
        remains,
    }
}

fn line((lang, sight): (Lang, Sight), both: &Both, (remains, form): (usize, &Form)) -> Line {
    let empty = [pairs::is_empty(&both.one), pairs::is_empty(&both.other)];
    let written = |value: &Scalar| value::written(lang, both.field, value, sight);
    // Nobody chooses between what they cannot see; what only one has is taken over unseen.
    let blind = sight.hides(both.field) && empty == [false, false];
    let chooses = both.is_taken() && !both.agrees() && !blind;
    let name = format!("{SIDE}{}", both.key);
    let chosen = match form.get(&name) {
        Some("one") => 0,
        Some("other") => 1,
        _ if empty == [true, false] => 1,
        _ if empty == [false, true] => 0,
        _ => remains,
    };
    Line {
        label: value::label(lang, both.field, both.part.as_deref()),
        choice: chooses.then_some(name),
        values: [written(&both.one), written(&both.other)],
        chosen,
        agrees: both.agrees(),
    }
}

/// Takes back that a family is another, and shows it again.
///
/// # Errors
/// `not_found`, `origin_foreign`, and those of storage.
pub async fn unmerge(
    State(app): State<App>,
    _: OwnOrigin,
    decider: Decider,
    Id(id): Id<RecordId>,
) -> Result<Response, Refusal> {
    let (desk, now) = (decider.desk(&app), app.clock.now());
    let done = async move {
        match crate::sync::unmerge::unmerge(&desk, id, now).await {
            // Who presses twice has what they wanted.
            Ok(()) | Err(PutError::Same) => Ok(()),
            Err(error) => Err(resolve::refusal(error)),
        }
    };
    detached(done).await?;
    Ok(Redirect::to(&format!("{}/{id}?said=unmerged", families::PATH)).into_response())
}
