//! `/console/records/{id}`: the story of a record or of one of its fields, with what resolving the field takes.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::policy;
use usra_sync_protocol::problem::Problem;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::schema::{Concurrent, Privacy, ValueType};

use super::form::Form;
use super::id::Id;
use super::op;
use super::page::{Page, Room, show_as};
use super::query::first;
use super::value::Sight;
use super::visitor::{Decider, Visitor};
use super::{families, family, value};
use crate::http::App;
use crate::http::detached::detached;
use crate::http::origin::OwnOrigin;
use crate::http::problem::Refusal;
use crate::registry::story::{self, Story, Writing};
use crate::words::Lang;

/// The address of a record's story.
pub const STORY: &str = "/console/records/{id}";
/// Where its sensitive values are revealed.
pub const REVEAL: &str = "/console/records/{id}/reveal";
/// The address of the story of a record, or of one of its fields.
#[must_use]
pub fn story_of(record: RecordId, key: Option<&str>) -> String {
    let key = key.map(|key| form_urlencoded::byte_serialize(key.as_bytes()).collect::<String>());
    key.map_or_else(|| format!("/console/records/{record}"), |key| format!("/console/records/{record}?key={key}"))
}

/// A value that was written.
#[derive(Debug)]
struct Told {
    label: String,
    story: String,
    text: Option<String>,
    replaced: Vec<Option<String>>,
    by: String,
    at: String,
    open: bool,
    op: String,
}

/// What resolving the field takes.
#[derive(Debug)]
struct Choice {
    key: String,
    /// The open values, as the form sends back that they were seen.
    seen: Vec<String>,
    options: Vec<(String, String)>,
    /// What was typed, and what is wrong with it.
    typed: String,
    fault: Option<String>,
}

#[derive(Template)]
#[template(path = "console/story.html")]
struct Shown {
    page: Page,
    lang: Lang,
    record: RecordId,
    family: String,
    title: String,
    told: Vec<Told>,
    /// How many of the values are open.
    open: usize,
    /// The field, when it is one field's story.
    key: Option<String>,
    /// Whether there is something masked that may be revealed.
    revealable: bool,
    reveal_at: String,
    revealed: bool,
    reason: String,
    reason_fault: Option<String>,
    choice: Option<Choice>,
}

/// What was typed into the forms, when it was not taken.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub(super) value: String,
    pub(super) fault: Option<String>,
    /// Whether sensitive values are shown, and what is wrong with the reason for it.
    pub(super) revealed: bool,
    pub(super) reason: String,
    pub(super) reason_fault: Option<String>,
}

/// Tells the story.
///
/// # Errors
/// `not_found`, and those of storage.
pub async fn get(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<RecordId>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let key = query.and_then(|query| first(&query, "key"));
    page(app, &visitor, (id, key), Typed::default()).await
}

/// Tells it with its sensitive values, once the reason is kept.
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
    let key = form.get("key").map(str::to_owned);
    let family = find(app.clone(), &visitor, (id, key.clone())).await?.family;
    let reason = form.text("reason").to_owned();
    let revealed = family::note(&app, &visitor, family, reason.clone()).await?;
    let reason_fault = (!revealed).then(|| visitor.lang.say("reason-wrong").into_owned());
    page(app, &visitor, (id, key), Typed { revealed, reason, reason_fault, ..Typed::default() }).await
}

pub(super) async fn find(app: App, visitor: &Visitor, (id, key): (RecordId, Option<String>)) -> Result<Story, Refusal> {
    let (role, scope) = (visitor.who.role, visitor.scope.clone());
    let work = async move {
        let mut conn = app.pool.acquire().await?;
        story::story(&mut conn, app.region, (id, key.as_deref()), (role, &scope)).await
    };
    detached(work).await?.filter(|story| !story.writings.is_empty()).ok_or_else(|| Problem::NotFound.into())
}

pub(super) async fn page(
    app: App,
    visitor: &Visitor,
    (id, key): (RecordId, Option<String>),
    typed: Typed,
) -> Result<Response, Refusal> {
    let one = key.is_some();
    let found = find(app, visitor, (id, key)).await?;
    let status = if typed.fault.is_some() || typed.reason_fault.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    show_as(status, &shown(visitor, &found, one, typed))
}

fn shown(visitor: &Visitor, story: &Story, one: bool, typed: Typed) -> Shown {
    let lang = visitor.lang;
    let last = story.writings.first();
    let label = |writing: &Writing| value::label(lang, writing.field, writing.part.as_deref());
    let title = match last.filter(|_| one) {
        Some(writing) => lang.say_what("story-of", &label(writing)).into_owned(),
        None => lang.say("story-of-record").into_owned(),
    };
    let here = story_of(story.record, last.filter(|_| one).map(|last| last.key.as_str()));
    Shown {
        page: Page::of(visitor, Room::Families).at(here),
        lang,
        record: story.record,
        family: format!("{}/{}", families::PATH, story.family),
        title,
        told: story
            .writings
            .iter()
            .map(|writing| told(lang, (story.record, writing), visitor.sight(typed.revealed)))
            .collect(),
        open: story.writings.iter().filter(|writing| writing.open).count(),
        key: if one { last.map(|last| last.key.clone()) } else { None },
        revealable: visitor.decides() && !typed.revealed && story.writings.iter().any(is_sensitive),
        reveal_at: format!("{}/reveal", story_of(story.record, None)),
        revealed: typed.revealed,
        reason: typed.reason.clone(),
        reason_fault: typed.reason_fault.clone(),
        choice: last.filter(|_| one && visitor.decides()).and_then(|last| choice(visitor, story, last, typed)),
    }
}

fn is_sensitive(writing: &Writing) -> bool {
    writing.field.privacy == Privacy::Sensitive
}

fn told(lang: Lang, (record, writing): (RecordId, &Writing), sight: Sight) -> Told {
    let text = |scalar: &Scalar| value::written(lang, writing.field, scalar, sight);
    Told {
        label: value::label(lang, writing.field, writing.part.as_deref()),
        story: story_of(record, Some(&writing.key)),
        text: text(&writing.value),
        replaced: writing.replaced.iter().map(text).collect(),
        by: value::who(lang, &writing.by),
        at: lang.moment(writing.at),
        open: writing.open,
        op: op::write(&writing.op),
    }
}

/// The form that resolves the field, for those who may write it.
fn choice(visitor: &Visitor, story: &Story, last: &Writing, typed: Typed) -> Option<Choice> {
    let field = last.field;
    if !policy::may_write(visitor.who.role, field) || field.concurrent == Concurrent::Log {
        return None;
    }
    let word = |(code, word): (&str, &str)| (code.to_owned(), visitor.lang.say(word).into_owned());
    let options = if let ValueType::Code(codes) = field.value {
        value::options(visitor.lang, codes)
    } else if field.value == ValueType::Bool {
        [("true", "yes"), ("false", "no")].map(word).into()
    } else {
        Vec::new()
    };
    let seen = story.writings.iter().filter(|writing| writing.open).map(|writing| op::write(&writing.op)).collect();
    Some(Choice { key: last.key.clone(), seen, options, typed: typed.value, fault: typed.fault })
}
