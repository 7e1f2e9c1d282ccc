//! `GET /console/review`: every field that people disagree about, its values side by side with who wrote each and when, and the choice between them.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use uuid::Uuid;

use super::op;
use super::page::{Page, Room, show};
use super::query::first;
use super::record::story_of;
use super::value::Sight;
use super::visitor::{Decider, Visitor};
use super::{families, value};
use crate::http::App;
use crate::http::detached::detached;
use crate::http::problem::Refusal;
use crate::registry::conflicts::{self, Conflict, Version};
use crate::words::Lang;

/// The address.
pub const PATH: &str = "/console/review";

/// A disagreement.
#[derive(Debug)]
struct Row {
    label: String,
    name: String,
    family: String,
    story: String,
    resolve: String,
    key: String,
    seen: Vec<String>,
    versions: Vec<Value>,
    /// Whether a value is masked: nobody chooses between what they cannot see.
    masked: bool,
}

/// One of its values.
#[derive(Debug)]
struct Value {
    text: Option<String>,
    by: String,
    at: String,
    op: String,
    shown: bool,
}

#[derive(Template)]
#[template(path = "console/review.html")]
struct Shown {
    page: Page,
    lang: Lang,
    /// Whether those of one family are shown.
    narrowed: bool,
    total: i64,
    rows: Vec<Row>,
}

/// The conflicts of a family.
pub(super) fn of_family(family: Uuid) -> String {
    format!("{PATH}?family={family}")
}

/// Shows what waits, of all families or of one.
///
/// # Errors
/// Those of storage.
pub async fn get(
    State(app): State<App>,
    Decider(visitor): Decider,
    RawQuery(text): RawQuery,
) -> Result<Response, Refusal> {
    let family = first(&text.unwrap_or_default(), "family");
    let areas = visitor.areas();
    let work = async move { conflicts::list(&mut *app.pool.acquire().await?, app.region, &areas).await };
    let mut found = detached(work).await?;
    found.retain(|conflict| family.as_ref().is_none_or(|family| conflict.family.to_string() == *family));
    show(&shown(&visitor, &found, family.is_some()))
}

fn shown(visitor: &Visitor, found: &[Conflict], narrowed: bool) -> Shown {
    let lang = visitor.lang;
    Shown {
        page: Page::of(visitor, Room::Review),
        lang,
        narrowed,
        total: i64::try_from(found.len()).unwrap_or(i64::MAX),
        rows: found.iter().map(|conflict| row(lang, conflict)).collect(),
    }
}

fn row(lang: Lang, conflict: &Conflict) -> Row {
    let part = usra_sync_protocol::schema::field(conflict.kind, &conflict.key).and_then(|(_, parts)| parts.part);
    let last = conflict.versions.len().saturating_sub(1);
    let version = |(place, version): (usize, &Version)| Value {
        text: value::written(lang, conflict.field, &version.value, Sight::Masked),
        by: value::who(lang, &version.by),
        at: version.at.map(|at| lang.moment(at)).unwrap_or_default(),
        op: op::write(&version.op),
        shown: place == last,
    };
    let versions: Vec<Value> = conflict.versions.iter().enumerate().map(version).collect();
    Row {
        name: conflict.name.clone(),
        masked: versions.iter().any(|version| version.text.is_none()),
        label: value::label(lang, conflict.field, part),
        family: format!("{}/{}", families::PATH, conflict.family),
        story: story_of(conflict.record, Some(&conflict.key)),
        resolve: format!("/console/records/{}/resolve", conflict.record),
        key: conflict.key.clone(),
        seen: conflict.versions.iter().map(|version| op::write(&version.op)).collect(),
        versions,
    }
}
