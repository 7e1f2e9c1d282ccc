//! `/console/take-out`: the list as it is on screen, every page of it, as a file that is made in the background; how far it is, and the file,
//! which expires. What phones wrote stays text: no cell of it becomes a formula.

mod columns;
mod csv;
mod figures;
mod geojson;
mod page;
mod parquet;
mod workbook;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use time::OffsetDateTime;
use usra_sync_protocol::problem::Problem;
use uuid::Uuid;

use super::families::{self, Wish};
use super::family;
use super::form::Form as Typed;
use super::id::Id;
use super::query::Query;
use super::visitor::Visitor;
use crate::clock::RIYADH;
use crate::dice;
use crate::http::App;
use crate::http::detached::{background, detached};
use crate::http::origin::OwnOrigin;
use crate::http::problem::Refusal;
use crate::registry::take_out::{self, Form, NotBegun, NotMade, Order, State as Stands, TakeOut};
use crate::storage::taken_family::TakenRow;
use crate::words::Lang;
use columns::{Sheet, columns};

/// Where a list is asked for.
pub const PATH: &str = "/console/take-out";
/// Where it is told how far one is.
pub const ONE: &str = "/console/take-out/{job}";
/// Where its file is.
pub const FILE: &str = "/console/take-out/{job}/file";

/// Begins a list and leads on to where it is told how far it is.
///
/// # Errors
/// `not_found` for an earlier day and for personal columns where the visitor may not have them, `origin_foreign`, and those of the body and of storage; what is
/// wrong with what was typed is told on the page.
pub async fn post(State(app): State<App>, _: OwnOrigin, visitor: Visitor, typed: Typed) -> Result<Response, Refusal> {
    let query = Query::parse(typed.text("query"));
    // A list of an earlier day is not this one.
    if query.as_of().is_some() {
        return Err(Problem::NotFound.into());
    }
    let mut wish = Wish {
        form: typed.text("as").to_owned(),
        personal: typed.get("personal").is_some(),
        reason: typed.text("reason").to_owned(),
        ..Wish::default()
    };
    if wish.personal && !visitor.decides() {
        return Err(Problem::NotFound.into());
    }
    let Some(form) = Form::of_word(&wish.form) else {
        wish.fault = Some(visitor.lang.say("take-out-form-wrong").into_owned());
        return families::page(app, &visitor, query, (wish, StatusCode::UNPROCESSABLE_ENTITY)).await;
    };
    let order = order(&app, &visitor, &query, (form, &wish))?;
    let (begun, now) = (order.clone(), app.clock.now());
    let (pool, region) = (app.pool.clone(), app.region);
    let work = async move { Ok::<_, Refusal>(take_out::begin(&mut *pool.acquire().await?, region, &begun, now).await) };
    match detached(work).await? {
        Ok(()) => {
            let path = format!("{PATH}/{}", order.id);
            make(app, order, (visitor.lang, visitor.reads_households()));
            Ok(Redirect::to(&path).into_response())
        }
        Err(fault) => turned_down(app, &visitor, query, (wish, fault)).await,
    }
}

fn order(app: &App, visitor: &Visitor, query: &Query, (form, wish): (Form, &Wish)) -> Result<Order, Refusal> {
    let personal = wish.personal.then(|| family::reading(app, visitor).map(|desk| (desk, wish.reason.clone())));
    Ok(Order {
        id: uuid::Builder::from_random_bytes(dice::roll()?).into_uuid(),
        staff: visitor.who.staff_id,
        areas: visitor.areas(),
        asked: visitor.asked(query, app.clock.now()),
        query: query.clone().narrowing().text(),
        form,
        personal: personal.transpose()?,
    })
}

/// Tells on the page of the list why it is not begun; what was typed stays.
async fn turned_down(
    app: App,
    visitor: &Visitor,
    query: Query,
    (mut wish, fault): (Wish, NotBegun),
) -> Result<Response, Refusal> {
    let (status, message) = match fault {
        NotBegun::Reason => (StatusCode::UNPROCESSABLE_ENTITY, "reason-wrong"),
        NotBegun::Crowded => (StatusCode::TOO_MANY_REQUESTS, "take-out-crowded"),
        NotBegun::Busy(own) => {
            let nth =
                |(n, id): (i64, Uuid)| (format!("{PATH}/{id}"), visitor.lang.say_n("take-out-nth", n).into_owned());
            wish.busy = (1..).zip(own).map(nth).collect();
            (StatusCode::TOO_MANY_REQUESTS, "take-out-busy")
        }
        NotBegun::Storage(away) => return Err(away.into()),
    };
    wish.fault = Some(visitor.lang.say(message).into_owned());
    families::page(app, visitor, query, (wish, status)).await
}

/// Makes the file while nobody waits for it.
fn make(app: App, order: Order, (lang, households): (Lang, bool)) {
    let (form, columns) = (order.form, columns(households, order.personal.is_some()));
    let write = move |rows: Vec<TakenRow>| {
        let sheet = Sheet { lang, columns, rows };
        match form {
            Form::Csv => csv::write(&sheet),
            Form::Xlsx => workbook::write(&sheet),
            Form::GeoJson => geojson::write(&sheet),
            Form::Parquet => parquet::write(&sheet),
        }
    };
    background(async move { take_out::run(&app.pool, app.region, &order, &app.clock, write).await });
}

impl From<NotMade> for Refusal {
    fn from(fault: NotMade) -> Self {
        match fault {
            NotMade::Storage(away) => away.into(),
            NotMade::File(cause) => Self::because(Problem::Internal, cause),
        }
    }
}

/// Tells how far it is. While it is being made the page looks again by itself.
///
/// # Errors
/// `not_found` for whoever did not ask for it, and those of storage.
pub async fn get(State(app): State<App>, visitor: Visitor, Id(id): Id<Uuid>) -> Result<Response, Refusal> {
    let found = find(&app, &visitor, id).await?;
    page::show(&visitor, &found)
}

/// Gives its file out; leads back to where it is told how far it is where there is none.
///
/// # Errors
/// `not_found` for whoever did not ask for it, and those of storage.
pub async fn file(State(app): State<App>, visitor: Visitor, Id(id): Id<Uuid>) -> Result<Response, Refusal> {
    let found = find(&app, &visitor, id).await?;
    let (pool, region) = (app.pool.clone(), app.region);
    let ready = matches!(found.state, Stands::Ready(_));
    let work = async move { take_out::file(&mut *pool.acquire().await?, region, id).await };
    let bytes = if ready { detached(work).await? } else { None };
    let Some(bytes) = bytes else { return Ok(Redirect::to(&format!("{PATH}/{id}")).into_response()) };
    let name = format!("attachment; filename=\"{}\"", name(found.form, found.asked_at));
    Ok(([(CONTENT_TYPE, media_type(found.form).to_owned()), (CONTENT_DISPOSITION, name)], bytes).into_response())
}

async fn find(app: &App, visitor: &Visitor, id: Uuid) -> Result<TakeOut, Refusal> {
    let (pool, region, now) = (app.pool.clone(), app.region, app.clock.now());
    let (whose, areas) = ((visitor.who.staff_id, id), visitor.areas());
    let work = async move { take_out::look(&mut *pool.acquire().await?, region, whose, &areas, now).await };
    let found = detached(work).await?.ok_or(Problem::NotFound)?;
    if found.personal && !visitor.decides() { Err(Problem::NotFound.into()) } else { Ok(found) }
}

fn name(form: Form, asked_at: OffsetDateTime) -> String {
    format!("families-{}.{}", asked_at.to_offset(RIYADH).date(), form.word())
}

fn media_type(form: Form) -> &'static str {
    match form {
        Form::Csv => "text/csv; charset=utf-8",
        Form::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Form::GeoJson => "application/geo+json",
        Form::Parquet => "application/vnd.apache.parquet",
    }
}
