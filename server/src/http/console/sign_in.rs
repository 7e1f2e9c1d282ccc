//! `/console/sign-in`: the door. What was typed stays but for the password and the code; what was wrong is not told.

use askama::Template;
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use usra_sync_protocol::problem::Problem;
use zeroize::Zeroizing;

use super::form::Form;
use super::language;
use super::page::{Page, own_path, show_as};
use super::query::first;
use super::{SIGN_IN, visitor};
use crate::http::App;
use crate::http::origin::OwnOrigin;
use crate::http::problem::Refusal;
use crate::http::tries::Peer;
use crate::http::{session, staff};
use crate::registry::staff::password::Password;
use crate::registry::staff::sign_in::Shown;
use crate::words::Lang;

/// Where a person signs out.
pub const OUT: &str = "/console/sign-out";

#[derive(Template)]
#[template(path = "console/sign_in.html")]
struct Door<'a> {
    page: Page,
    lang: Lang,
    next: &'a str,
    login: &'a str,
    /// What is wrong.
    fault: Option<&'a str>,
}

/// Shows the door.
///
/// # Errors
/// None of its own.
pub async fn get(headers: HeaderMap, RawQuery(query): RawQuery) -> Result<Response, Refusal> {
    let next = query.and_then(|query| first(&query, "next"));
    door(StatusCode::OK, language::of(&headers), (own_path(next.as_deref()), "", None))
}

/// Signs in and leads on.
///
/// # Errors
/// `origin_foreign`, and those of the body and of storage; whatever is wrong with what was typed is told on the page.
pub async fn post(
    State(app): State<App>,
    _: OwnOrigin,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Refusal> {
    let (lang, next, login) = (language::of(&headers), own_path(form.get("next")), form.text("login"));
    let wrong = |problem: Problem| {
        let fault = lang.pick(problem.sentence_ar(), problem.sentence_en());
        let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::UNAUTHORIZED);
        door(status, lang, (next, login, Some(fault)))
    };
    let typed = Zeroizing::new(form.text("password").to_owned());
    let Ok(password) = Password::typed(&typed) else { return wrong(Problem::SignInWrong) };
    let shown = Shown { login: login.to_owned(), password, code: form.text("totp").to_owned() };
    match staff::open(app, peer, shown).await {
        Ok(session) if session.who.is_some() => {
            let cookie = [(SET_COOKIE, session::cookie(&session.token))];
            Ok((cookie, Redirect::to(next)).into_response())
        }
        Ok(_of_a_newer_server) => wrong(Problem::SignInWrong),
        Err(refusal) if is_told(refusal.problem) => wrong(refusal.problem),
        Err(refusal) => Err(refusal),
    }
}

/// Signs out, whoever it was.
///
/// # Errors
/// `origin_foreign`, and those of storage.
pub async fn out(State(app): State<App>, _: OwnOrigin, headers: HeaderMap) -> Result<Response, Refusal> {
    staff::close(app, &headers).await?;
    Ok(([(SET_COOKIE, session::no_cookie())], Redirect::to(SIGN_IN)).into_response())
}

fn is_told(problem: Problem) -> bool {
    [Problem::SignInWrong, Problem::SignInLocked, Problem::TooManyTries].contains(&problem)
}

fn door(status: StatusCode, lang: Lang, (next, login, fault): (&str, &str, Option<&str>)) -> Result<Response, Refusal> {
    let here = visitor::door(next);
    show_as(status, &Door { page: Page::door(&here), lang, next, login, fault })
}
