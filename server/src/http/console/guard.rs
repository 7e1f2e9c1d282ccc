//! What stands around every page of the console: headers that let a browser run and show nothing but our own, and refusals told as pages in
//! the reader's language.

use askama::Template;
use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use usra_sync_protocol::problem::Problem;

use super::page::{Page, show_as};
use super::{ROOT, language};
use crate::http::problem::Refusal;
use crate::http::request_id::RequestId;
use crate::words::Lang;

/// Nothing but the console's own files, no script inside a page, no frame around it, forms to itself alone.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

#[derive(Template)]
#[template(path = "console/refused.html")]
struct Refused<'a> {
    page: Page,
    lang: Lang,
    sentence: &'a str,
    code: &'a str,
    request: &'a str,
    sign_in: bool,
}

/// The layer.
pub async fn guard(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path != ROOT && !path.starts_with("/console/") {
        return next.run(request).await;
    }
    let lang = language::of(request.headers());
    let here = path.to_owned();
    let id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let answer = next.run(request).await;
    let mut answer = match answer.extensions().get::<Refusal>().cloned() {
        Some(refusal) => told(&refusal, (lang, &here), &id),
        None => answer,
    };
    protect(answer.headers_mut());
    answer
}

fn protect(headers: &mut HeaderMap) {
    let fixed: [(HeaderName, &'static str); 3] =
        [(CONTENT_SECURITY_POLICY, POLICY), (X_CONTENT_TYPE_OPTIONS, "nosniff"), (REFERRER_POLICY, "same-origin")];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

/// The refusal as a page. It stays with the answer, for the log.
fn told(refusal: &Refusal, (lang, here): (Lang, &str), id: &str) -> Response {
    let problem = refusal.problem;
    let page = Refused {
        page: Page::door(here),
        lang,
        sentence: lang.pick(problem.sentence_ar(), problem.sentence_en()),
        code: problem.code(),
        request: id,
        sign_in: problem == Problem::SessionEnded,
    };
    let plain = refusal.clone().into_response();
    let Ok(mut answer) = show_as(plain.status(), &page) else { return plain };
    answer.extensions_mut().insert(refusal.clone());
    debug_assert!(answer.headers().contains_key(CONTENT_TYPE), "a page has a media type, so that it is left as it is");
    answer
}
