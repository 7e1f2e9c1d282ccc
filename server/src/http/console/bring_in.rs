//! `/console/bring-in`: a list of families from elsewhere is sent, looked at as it would be read, confirmed, and written in the background; what
//! was left out is told with its reason.

mod page;
mod rejects;
mod upload;

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use usra_sync_protocol::problem::Problem;
use uuid::Uuid;

use super::form::Form;
use super::id::Id;
use super::visitor::Decider;
use crate::dice;
use crate::http::App;
use crate::http::detached::{background, detached};
use crate::http::origin::OwnOrigin;
use crate::http::problem::Refusal;
use crate::registry::bring_in::columns::{self, Means};
use crate::registry::bring_in::list::{List, Unreadable};
use crate::registry::bring_in::reading::{Reading, Reject};
use crate::registry::bring_in::{self, BringIn, NotBrought, NotTaken, State as Stands};
use crate::words::Lang;
use page::Preview;
use upload::Upload;

/// Where a list is sent.
pub const PATH: &str = "/console/bring-in";
/// Where it is looked at and confirmed, and where it is told how far it is.
pub const ONE: &str = "/console/bring-in/{job}";
/// Where it is told what was left out.
pub const REJECTS: &str = "/console/bring-in/{job}/rejects";

/// Shows where a list is sent.
///
/// # Errors
/// None of its own.
pub async fn get(Decider(visitor): Decider) -> Result<Response, Refusal> {
    page::send(&visitor, ("", None), StatusCode::OK)
}

/// Keeps a list and leads on to where it is looked at.
///
/// # Errors
/// `origin_foreign`, and those of the body and of storage; what is wrong with the list is told on the page.
pub async fn post(
    State(app): State<App>,
    _: OwnOrigin,
    Decider(visitor): Decider,
    upload: Upload,
) -> Result<Response, Refusal> {
    let id = uuid::Builder::from_random_bytes(dice::roll()?).into_uuid();
    let (whose, source, now) = ((visitor.who.staff_id, id), upload.source.clone(), app.clock.now());
    let work = async move {
        let mut conn = app.pool.acquire().await?;
        Ok::<_, Refusal>(bring_in::keep(&mut conn, app.region, whose, (&source, upload.file), now).await)
    };
    let message = match detached(work).await? {
        Ok(()) => return Ok(Redirect::to(&format!("{PATH}/{id}")).into_response()),
        Err(NotTaken::Storage(away)) => return Err(away.into()),
        Err(fault) => told(&fault),
    };
    page::send(&visitor, (&upload.source, Some(message)), StatusCode::UNPROCESSABLE_ENTITY)
}

/// The message that says why a list is not taken.
fn told(fault: &NotTaken) -> &'static str {
    match fault {
        NotTaken::Source => "bring-in-source-wrong",
        NotTaken::Unreadable(Unreadable::Form) => "bring-in-form-wrong",
        NotTaken::Unreadable(Unreadable::Empty) => "bring-in-empty",
        NotTaken::Unreadable(Unreadable::Rows | Unreadable::Columns) => "bring-in-too-large",
        NotTaken::Columns => "bring-in-columns-wrong",
        NotTaken::Busy => "bring-in-busy",
        NotTaken::Over | NotTaken::Storage(_) => "bring-in-over",
    }
}

/// Shows how a list would be read, or how far it is.
///
/// # Errors
/// `not_found` for whoever did not bring it, and those of storage.
pub async fn one(
    State(app): State<App>,
    Decider(visitor): Decider,
    Id(id): Id<Uuid>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let found = find(&app, visitor.who.staff_id, id).await?;
    if found.state != Stands::Waiting {
        return page::told(&visitor, &found);
    }
    let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect();
    let preview = preview(found, visitor.scope.clone(), pairs).await?;
    page::look(&visitor, &preview, (None, StatusCode::OK))
}

/// Begins to write a list, and leads to where it is told how far it is.
///
/// # Errors
/// `not_found` for whoever did not bring it, `origin_foreign`, and those of the body and of storage; what is wrong is told on the page.
pub async fn confirm(
    State(app): State<App>,
    _: OwnOrigin,
    decider: Decider,
    Id(id): Id<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let visitor = &decider.0;
    let found = find(&app, visitor.who.staff_id, id).await?;
    if found.state != Stands::Waiting {
        return Ok(Redirect::to(&format!("{PATH}/{id}")).into_response());
    }
    let preview = preview(found, visitor.scope.clone(), form.pairs()).await?;
    let (pool, region, now, chosen) = (app.pool.clone(), app.region, app.clock.now(), preview.columns.clone());
    let work = async move {
        Ok::<_, Refusal>(bring_in::confirm(&mut *pool.acquire().await?, region, (id, &chosen), now).await)
    };
    match detached(work).await? {
        Ok(()) => write(app, &decider, preview),
        Err(NotTaken::Over) => {}
        Err(NotTaken::Storage(away)) => return Err(away.into()),
        Err(fault) => return page::look(visitor, &preview, (Some(told(&fault)), StatusCode::UNPROCESSABLE_ENTITY)),
    }
    Ok(Redirect::to(&format!("{PATH}/{id}")).into_response())
}

/// Writes it while nobody waits for it.
fn write(app: App, decider: &Decider, preview: Preview) {
    let (desk, lang) = (decider.desk(&app), decider.0.lang);
    let tell = move |rejected: &[Reject]| rejects::write(lang, rejected);
    let work = async move { bring_in::run(&desk, &app.clock, (preview.list, preview.columns), tell).await };
    background(work);
}

impl From<NotBrought> for Refusal {
    fn from(fault: NotBrought) -> Self {
        match fault {
            NotBrought::Storage(away) => away.into(),
            NotBrought::File(cause) => Self::because(Problem::Internal, cause),
        }
    }
}

/// Gives out what was left out; leads back to where it is told of the list where that is gone.
///
/// # Errors
/// `not_found` for whoever did not bring it, and those of storage.
pub async fn rejected(
    State(app): State<App>,
    Decider(visitor): Decider,
    Id(id): Id<Uuid>,
) -> Result<Response, Refusal> {
    find(&app, visitor.who.staff_id, id).await?;
    let work = async move { bring_in::rejects(&app.pool, app.region, id).await };
    let Some(bytes) = detached(work).await? else {
        return Ok(Redirect::to(&format!("{PATH}/{id}")).into_response());
    };
    let name = "attachment; filename=\"rejects.csv\"";
    Ok(([(CONTENT_TYPE, "text/csv; charset=utf-8"), (CONTENT_DISPOSITION, name)], bytes).into_response())
}

async fn find(app: &App, staff: Uuid, id: Uuid) -> Result<BringIn, Refusal> {
    let (pool, region, now) = (app.pool.clone(), app.region, app.clock.now());
    let work = async move { bring_in::look(&mut *pool.acquire().await?, region, (staff, id), now).await };
    Ok(detached(work).await?.ok_or(Problem::NotFound)?)
}

/// The list as it would be read; what each column is stands in the address, or is told by its head.
async fn preview(
    list: BringIn,
    scope: usra_sync_protocol::policy::Scope,
    pairs: Vec<(String, String)>,
) -> Result<Preview, Refusal> {
    let work = move || {
        let found = bring_in::of_file(&list)?;
        let columns = chosen(&found, &pairs);
        let reading: Reading = bring_in::understood(&list, &columns, &scope)?;
        Ok::<_, Unreadable>(Preview { list, found, columns, reading })
    };
    // A large list keeps a processor busy for a while.
    let read = tokio::task::spawn_blocking(work).await.map_err(|fault| Refusal::because(Problem::Internal, fault))?;
    read.map_err(|fault| Refusal::because(Problem::Internal, fault))
}

fn chosen(list: &List, pairs: &[(String, String)]) -> Vec<Means> {
    let named = |place: usize| {
        let name = format!("c{place}");
        pairs.iter().find(|(known, _)| *known == name).map(|(_, word)| Means::of_word(word))
    };
    let guessed = columns::guess(&list.heads);
    if (0..guessed.len()).all(|place| named(place).is_none()) {
        return guessed;
    }
    (0..guessed.len()).map(|place| named(place).unwrap_or(Means::Nothing)).collect()
}

/// What a column is called that means this.
fn label(lang: Lang, means: Means) -> String {
    match means {
        Means::Nothing => lang.say("bring-in-nothing").into_owned(),
        Means::Key => lang.say("bring-in-key").into_owned(),
        Means::Field(field) => lang.pick(field.label_ar, field.label_en).to_owned(),
    }
}
