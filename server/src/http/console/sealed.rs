//! `POST /console/records/{id}/sealed`: a national id or an exact point in full, once and for a reason, on a page of its own.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::problem::Problem;
use usra_sync_protocol::sealed::field;

use super::form::Form;
use super::id::Id;
use super::page::{Page, Room, show_as};
use super::visitor::{Decider, Visitor};
use super::{families, family};
use crate::http::App;
use crate::http::detached::detached;
use crate::http::origin::OwnOrigin;
use crate::http::problem::Refusal;
use crate::registry::family::Family;
use crate::registry::sealed::{self, NotShown};
use crate::storage::sealed_value::SealedRow;
use crate::words::Lang;

/// The address.
pub const PATH: &str = "/console/records/{id}/sealed";

/// A sealed value of a list: what it is called, what of it may be seen, where and as what it is asked for.
#[derive(Debug)]
pub(super) struct Value {
    pub(super) label: String,
    pub(super) shown: String,
    pub(super) href: String,
    pub(super) key: Option<String>,
}

#[derive(Template)]
#[template(path = "console/sealed.html")]
struct Shown {
    page: Page,
    lang: Lang,
    label: String,
    value: Option<String>,
    family: String,
    here: String,
    key: Option<String>,
    reason: String,
    fault: Option<String>,
}

/// The newest value of each place of a family.
pub(super) fn values(lang: Lang, found: &Family) -> Vec<Value> {
    let kind = |record| found.sheets.iter().find(|sheet| sheet.record == record).map(|sheet| sheet.kind);
    let newest = found.sealed.chunk_by(|one, next| one.record_id == next.record_id && one.key == next.key);
    let value = |row: &SealedRow| Value {
        label: label(lang, kind(RecordId(row.record_id)), &row.key),
        shown: row.shown.as_deref().map(|last| format!("…{last}")).unwrap_or_default(),
        href: format!("/console/records/{}/sealed", row.record_id),
        key: Some(row.key.clone()),
    };
    newest.filter_map(|rows| rows.first()).map(value).collect()
}

fn label(lang: Lang, kind: Option<Kind>, key: &str) -> String {
    let known = kind.and_then(|kind| field(kind, key));
    known.map_or(key, |field| lang.pick(field.label_ar, field.label_en)).to_owned()
}

/// Shows the value, once the reason is kept.
///
/// # Errors
/// `not_found`, `origin_foreign`, and those of the body and of storage; a missing reason is told on the page.
pub async fn post(
    State(app): State<App>,
    _: OwnOrigin,
    Decider(visitor): Decider,
    Id(id): Id<RecordId>,
    form: Form,
) -> Result<Response, Refusal> {
    let (key, reason) = (form.text("key").to_owned(), form.text("reason").to_owned());
    let (desk, scope) = (family::reading(&app, &visitor)?, visitor.scope.clone());
    let (asked, why) = (key.clone(), reason.clone());
    let work = async move {
        match sealed::show(&desk, Some(&scope), (id, &asked), &why).await {
            Ok((value, row)) => Ok(Some((value, row.family_id))),
            Err(NotShown::Reason) => Ok(None),
            Err(NotShown::Unknown) => Err(Problem::NotFound.into()),
            Err(NotShown::Storage(error)) => Err(Refusal::from(error)),
            Err(other) => Err(Refusal::because(Problem::Internal, other)),
        }
    };
    let found = detached(work).await?;
    let status = if found.is_some() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    show_as(status, &shown(&visitor, (id, key), found, reason))
}

fn shown(
    visitor: &Visitor,
    (id, key): (RecordId, String),
    found: Option<(String, uuid::Uuid)>,
    reason: String,
) -> Shown {
    let lang = visitor.lang;
    let label = Kind::ALL.into_iter().find_map(|kind| field(kind, &key));
    let (value, family) = found.unzip();
    let family = family.map(|family| format!("{}/{family}", families::PATH));
    Shown {
        page: Page::of(visitor, Room::Families).at(family.clone().unwrap_or_else(|| families::PATH.to_owned())),
        lang,
        label: label.map_or_else(|| key.clone(), |field| lang.pick(field.label_ar, field.label_en).to_owned()),
        fault: value.is_none().then(|| lang.say("reason-wrong").into_owned()),
        value,
        family: family.unwrap_or_default(),
        here: format!("/console/records/{id}/sealed"),
        key: Some(key),
        reason,
    }
}
