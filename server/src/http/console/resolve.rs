//! `POST /console/records/{id}/resolve`: choosing one of a field's values, or writing another. What is wrong with it is told on the field's story.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::problem::Problem;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::value as values;

use super::form::Form;
use super::id::Id;
use super::op;
use super::record::{Typed, find, page, story_of};
use super::visitor::Decider;
use crate::http::App;
use crate::http::detached::detached;
use crate::http::origin::OwnOrigin;
use crate::http::problem::Refusal;
use crate::registry::story::Story;
use crate::sync::put::PutError;
use crate::sync::resolve::{Resolution, resolve};
use crate::words::Lang;

/// The address.
pub const PATH: &str = "/console/records/{id}/resolve";

/// Resolves a field.
///
/// # Errors
/// `not_found`, `origin_foreign`, and those of the body and of storage; what is wrong with the value is told beside it.
pub async fn post(
    State(app): State<App>,
    _: OwnOrigin,
    decider: Decider,
    Id(id): Id<RecordId>,
    form: Form,
) -> Result<Response, Refusal> {
    let (key, lang) = (form.text("key").to_owned(), decider.0.lang);
    let found = find(app.clone(), &decider.0, (id, Some(key.clone()))).await?;
    let again = |fault: String| Typed { value: form.text("value").to_owned(), fault: Some(fault), ..Typed::default() };
    let value = match chosen(lang, &found, &form) {
        Ok(value) => value,
        Err(fault) => return page(app, &decider.0, (id, Some(key)), again(fault)).await,
    };
    let seen = form.all("seen").filter_map(op::read).collect();
    let resolution = Resolution { record: id, kind: found.kind, key: key.clone(), value, seen };
    let (desk, role, now) = (decider.desk(&app), decider.0.who.role, app.clock.now());
    let done = async move {
        match resolve(&desk, role, resolution, now).await {
            Ok(_) => Ok(None),
            Err(PutError::Outdated) => Ok(Some("resolve-outdated")),
            Err(PutError::Same) => Ok(Some("resolve-same")),
            Err(PutError::NotAllowed) => Ok(Some("resolve-not-allowed")),
            Err(error) => Err(refusal(error)),
        }
    };
    if let Some(fault) = detached(done).await? {
        return page(app, &decider.0, (id, Some(key)), again(lang.say(fault).into_owned())).await;
    }
    Ok(Redirect::to(&format!("{}&said=resolved", story_of(id, Some(&key)))).into_response())
}

/// The value that was chosen by its operation, or typed.
fn chosen(lang: Lang, story: &Story, form: &Form) -> Result<Scalar, String> {
    if let Some(op) = form.get("op").and_then(op::read) {
        let writing = story.writings.iter().find(|writing| writing.op == op);
        return writing.map(|writing| writing.value.clone()).ok_or_else(|| lang.say("resolve-outdated").into_owned());
    }
    let field = story.writings.first().map(|writing| writing.field).ok_or_else(|| lang.say("resolve-not-allowed"))?;
    let typed = form.text("value");
    if typed.trim().is_empty() {
        return Err(lang.say("value-empty").into_owned());
    }
    values::parse(field, typed).map_err(|fault| lang.pick(&fault.sentence_ar(), &fault.sentence_en()).to_owned())
}

/// What is answered when a decision was not carried out.
pub(super) fn refusal(error: PutError) -> Refusal {
    match error {
        PutError::Unknown | PutError::Field(_) => Problem::NotFound.into(),
        PutError::Storage(error) => error.into(),
        PutError::Outdated | PutError::Same | PutError::NotAllowed | PutError::Full => {
            Refusal::because(Problem::Internal, error)
        }
    }
}
