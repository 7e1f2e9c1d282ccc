//! Every address of the server as a row of one table ([`all`]): the router serves it, `/openapi.json` describes it, and the test
//! of who may do what reads it, so an address without a description and an answer for each role cannot be added.

mod about;
mod console;
mod table;

use axum::handler::Handler;
use axum::routing::{MethodRouter, delete, get, post};

use crate::http::App;
pub use about::{About, Content, Credential};
pub use table::all;

/// One address.
#[derive(Debug)]
pub struct Endpoint {
    /// `GET`, `POST` or `DELETE`.
    pub method: &'static str,
    /// The path, with its parameters in braces.
    pub path: &'static str,
    /// Whether it is answered when the server is full: those who watch must hear from it when it is busy.
    pub watched: bool,
    /// What it takes and answers.
    pub about: About,
    handler: MethodRouter<App>,
}

impl Endpoint {
    /// The address of something that is read.
    pub fn get<H: Handler<T, App>, T: 'static>(path: &'static str, handler: H, about: About) -> Self {
        Self { method: "GET", path, watched: false, about, handler: get(handler) }
    }

    /// The address of something that is done.
    pub fn post<H: Handler<T, App>, T: 'static>(path: &'static str, handler: H, about: About) -> Self {
        Self { method: "POST", path, watched: false, about, handler: post(handler) }
    }

    /// The address of something that is ended.
    pub fn delete<H: Handler<T, App>, T: 'static>(path: &'static str, handler: H, about: About) -> Self {
        Self { method: "DELETE", path, watched: false, about, handler: delete(handler) }
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
