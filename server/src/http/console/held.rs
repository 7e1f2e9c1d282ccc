//! `/console/held`: work that the rules did not let in: what it would write, why it was kept, and the decision on it.

use std::str::FromStr as _;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use usra_sync_protocol::id::{ChangeHash, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::problem::Problem;
use usra_sync_protocol::schema;
use usra_sync_protocol::sync::Reason;

use super::form::Form;
use super::id::Id;
use super::page::{Page, Room, show, show_as};
use super::query::first;
use super::value::Sight;
use super::visitor::{Decider, Visitor};
use super::{families, value};
use crate::http::App;
use crate::http::detached::detached;
use crate::http::origin::OwnOrigin;
use crate::http::problem::Refusal;
use crate::registry::author::Author;
use crate::registry::kept::{self, Kept, Wish};
use crate::storage::held::HeldRow;
use crate::sync::held::{Choice, Decided, HeldError, adopt, is_open, reject, release};
use crate::words::Lang;

/// The address of the list.
pub const PATH: &str = "/console/held";
/// The address of one.
pub const ONE: &str = "/console/held/{record}/{change}";
/// The states that the list can be narrowed to.
const STATES: [&str; 3] = ["held", "waiting", "refused"];

/// A kept change of the list.
#[derive(Debug)]
struct Row {
    href: String,
    state: String,
    state_kind: &'static str,
    reason: String,
    by: String,
    at: String,
    fields: String,
}

#[derive(Template)]
#[template(path = "console/held.html")]
struct List {
    page: Page,
    lang: Lang,
    state: &'static str,
    states: Vec<(&'static str, String)>,
    total: i64,
    rows: Vec<Row>,
}

/// What it would write into one field.
#[derive(Debug)]
struct Line {
    label: String,
    value: Option<String>,
    now: Option<String>,
}

#[derive(Template)]
#[template(path = "console/held_one.html")]
struct One {
    page: Page,
    lang: Lang,
    row: Row,
    family: String,
    lines: Vec<Line>,
    /// Whether it waits for a decision.
    open: bool,
    note: String,
    /// What is wrong with the decision, and what was chosen and typed.
    fault: Option<String>,
    decision: String,
    typed: String,
}

/// What was chosen and typed, when it was not carried out.
#[derive(Debug, Default)]
struct Typed {
    decision: String,
    reason: String,
    fault: Option<String>,
}

/// Shows the list.
///
/// # Errors
/// Those of storage.
pub async fn get(
    State(app): State<App>,
    Decider(visitor): Decider,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let asked = query.and_then(|query| first(&query, "state"));
    let state = STATES.into_iter().find(|state| asked.as_deref() == Some(*state)).unwrap_or("held");
    let scope = visitor.scope.clone();
    let work = async move { kept::list(&mut *app.pool.acquire().await?, app.region, (Some(state), &scope)).await };
    let found = detached(work).await?;
    let lang = visitor.lang;
    show(&List {
        page: Page::of(&visitor, Room::Held),
        lang,
        state,
        states: STATES.map(|state| (state, lang.say(&format!("unknown-{state}")).into_owned())).into(),
        total: i64::try_from(found.len()).unwrap_or(i64::MAX),
        rows: found.iter().map(|(row, by)| listed(lang, row, by)).collect(),
    })
}

fn listed(lang: Lang, row: &HeldRow, by: &Author) -> Row {
    let reason = Reason::from_code(&row.reason);
    let kind = u8::try_from(row.kind).ok().and_then(Kind::from_number);
    let label = |key: &str| match kind.and_then(|kind| schema::field(kind, key)) {
        Some((field, parts)) => value::label(lang, field, parts.part),
        None => key.to_owned(),
    };
    let keys = row.fields.as_array().into_iter().flatten().filter_map(|field| field.as_str());
    let fields: Vec<String> = keys.map(label).collect();
    let hash = ChangeHash::from_bytes(&row.hash).map(|hash| hash.to_string()).unwrap_or_default();
    Row {
        href: format!("{PATH}/{}/{hash}", row.record_id),
        state: lang.say(&format!("state-{}", row.state)).into_owned(),
        state_kind: if row.state == "held" { "warn" } else { "quiet" },
        reason: lang.say(&format!("reason-{}", reason.code())).into_owned(),
        by: value::who(lang, by),
        at: lang.moment(row.received_at),
        fields: fields.join(lang.pick("، ", ", ")),
    }
}

/// The name of a kept change in an address.
type Name = (RecordId, String);

/// Shows one.
///
/// # Errors
/// `not_found`, and those of storage.
pub async fn one(State(app): State<App>, Decider(visitor): Decider, Id(name): Id<Name>) -> Result<Response, Refusal> {
    page(app, &visitor, name, Typed::default()).await
}

/// Decides on one.
///
/// # Errors
/// `not_found`, `origin_foreign`, and those of the body and of storage; why a decision could not be carried out is told on the page.
pub async fn post(
    State(app): State<App>,
    _: OwnOrigin,
    decider: Decider,
    Id(name): Id<Name>,
    form: Form,
) -> Result<Response, Refusal> {
    let (record, hash) = (name.0, read_hash(&name.1)?);
    let (desk, now) = (decider.desk(&app), app.clock.now());
    let (decision, reason) = (form.text("decision").to_owned(), form.text("reason").to_owned());
    let choice = Choice { change: Some(hash), record: Some(record) };
    let (typed, taken) = (reason.clone(), decision.clone());
    let work = detached(async move {
        let carried_out = match decision.as_str() {
            "release" => release::release(&desk, choice, now).await,
            "adopt" => adopt::adopt(&desk, choice, now).await,
            "reject" => reject::reject(&desk, choice, &reason, now).await,
            _ => return Err(Refusal::from(Problem::BodyMalformed)),
        };
        match carried_out {
            Err(HeldError::Storage(error)) => Err(error.into()),
            told => Ok(told),
        }
    });
    let lang = decider.0.lang;
    let fault = match work.await? {
        Ok(Decided { record: None, .. }) => lang.say("held-gone").into_owned(),
        Ok(Decided { left, .. }) => match left.first() {
            None => return Ok(Redirect::to(&format!("{PATH}?said={}", said(&taken))).into_response()),
            Some((_, reason)) => {
                format!("{} {}", lang.say("held-left"), lang.say(&format!("reason-{}", reason.code())))
            }
        },
        Err(_text) => lang.say("reason-wrong").into_owned(),
    };
    page(app, &decider.0, name, Typed { decision: taken, reason: typed, fault: Some(fault) }).await
}

fn said(decision: &str) -> &'static str {
    match decision {
        "release" => "released",
        "adopt" => "adopted",
        _ => "rejected",
    }
}

async fn page(app: App, visitor: &Visitor, (record, hash): Name, typed: Typed) -> Result<Response, Refusal> {
    let (hash, scope) = (read_hash(&hash)?, visitor.scope.clone());
    let work = async move { kept::kept(&mut *app.pool.acquire().await?, app.region, (record, hash), &scope).await };
    let found = detached(work).await?.ok_or(Problem::NotFound)?;
    let status = if typed.fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    show_as(status, &shown(visitor, &found, typed))
}

fn shown(visitor: &Visitor, found: &Kept, typed: Typed) -> One {
    let lang = visitor.lang;
    let line = |wish: &Wish| match wish.field {
        Some(field) => Line {
            label: value::label(lang, field, wish.part.as_deref()),
            value: value::written(lang, field, &wish.value, Sight::Masked),
            now: value::written(lang, field, &wish.now, Sight::Masked),
        },
        // Of a field that nobody knows, nobody knows whether it is sensitive.
        None => Line { label: wish.key.clone(), value: None, now: None },
    };
    One {
        page: Page::of(visitor, Room::Held),
        lang,
        row: listed(lang, &found.row, &found.by),
        family: format!("{}/{}", families::PATH, found.row.family_id),
        lines: found.puts.iter().map(line).collect(),
        open: is_open(&found.row.state, &found.row.reason),
        note: found.row.note.clone().unwrap_or_default(),
        fault: typed.fault,
        decision: typed.decision,
        typed: typed.reason,
    }
}

fn read_hash(text: &str) -> Result<ChangeHash, Refusal> {
    ChangeHash::from_str(text).or(Err(Problem::NotFound.into()))
}
