//! Every address of the server as a row of one table: the router serves it, and the test of who may do what reads it, so an
//! address without an answer for each role cannot be added.

use axum::handler::Handler;
use axum::routing::{MethodRouter, delete, get, post};

use crate::http::{App, enrol, health, refresh, sign_in, staff, sync};

/// One address.
#[derive(Debug)]
pub struct Endpoint {
    /// `GET`, `POST` or `DELETE`.
    pub method: &'static str,
    /// The path, with its parameters in braces.
    pub path: &'static str,
    /// Whether it is answered when the server is full: those who watch must hear from it when it is busy.
    pub watched: bool,
    handler: MethodRouter<App>,
}

impl Endpoint {
    /// The address of something that is read.
    pub fn get<H: Handler<T, App>, T: 'static>(path: &'static str, handler: H) -> Self {
        Self { method: "GET", path, watched: false, handler: get(handler) }
    }

    /// The address of something that is done.
    pub fn post<H: Handler<T, App>, T: 'static>(path: &'static str, handler: H) -> Self {
        Self { method: "POST", path, watched: false, handler: post(handler) }
    }

    /// The address of something that is ended.
    pub fn delete<H: Handler<T, App>, T: 'static>(path: &'static str, handler: H) -> Self {
        Self { method: "DELETE", path, watched: false, handler: delete(handler) }
    }

    /// The same, answered outside the room that bounds how much is worked on at once.
    #[must_use]
    pub fn watched(self) -> Self {
        Self { watched: true, ..self }
    }

    /// Its path and what serves it.
    pub fn route(self) -> (&'static str, MethodRouter<App>) {
        (self.path, self.handler)
    }
}

/// Every address.
#[must_use]
pub fn all() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/healthz", health::healthz).watched(),
        Endpoint::get("/readyz", health::readyz).watched(),
        Endpoint::post("/v1/enrol", enrol::post),
        Endpoint::post("/v1/sign-in", sign_in::post),
        Endpoint::post("/v1/sign-in/code", sign_in::ask),
        Endpoint::post("/v1/token", refresh::post),
        Endpoint::post("/v1/sync", sync::post),
        Endpoint::post(staff::PATH, staff::post),
        Endpoint::get(staff::PATH, staff::get),
        Endpoint::delete(staff::PATH, staff::delete),
    ]
}
