//! `POST /console/language`: which language a person reads. A plain cookie keeps it for a year; the page they were on stays.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect};
use cookie::{Cookie, SameSite};
use time::Duration;

use super::form::Form;
use super::page::own_path;
use crate::http::App;
use crate::http::origin::OwnOrigin;
use crate::http::session::cookie_of;
use crate::words::Lang;

/// The address.
pub const PATH: &str = "/console/language";
/// The cookie: nothing secret.
const NAME: &str = "usra-lang";

/// The language that the request's cookie names; Arabic without one.
pub(super) fn of(headers: &HeaderMap) -> Lang {
    cookie_of(headers, NAME).and_then(|code| Lang::of_code(&code)).unwrap_or_default()
}

/// Takes another language.
pub async fn post(State(_): State<App>, _: OwnOrigin, form: Form) -> impl IntoResponse {
    let lang = form.get("to").and_then(Lang::of_code).unwrap_or_default();
    let cookie = Cookie::build((NAME, lang.code()))
        .http_only(true)
        .same_site(SameSite::Lax)
        .path("/console")
        .max_age(Duration::days(365))
        .build();
    ([(SET_COOKIE, cookie.to_string())], Redirect::to(own_path(form.get("back"))))
}
