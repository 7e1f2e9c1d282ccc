//! `GET /openapi.json`: every address of the table, described in OpenAPI 3.1. Made from the table and the types that are read and
//! written, so that it cannot tell anything else than what is served.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::Json;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};
use usra_sync_protocol::problem::{Problem, ProblemBody};
use usra_sync_protocol::signing::HEADER;
use usra_sync_protocol::sync::MEDIA_TYPE;

use crate::http::console::form;
use crate::http::endpoint::{self, Content, Credential, Endpoint};
use crate::http::session;

/// Where it is served.
pub const PATH: &str = "/openapi.json";

/// Answers the description.
pub async fn get() -> Json<&'static Value> {
    static DESCRIPTION: LazyLock<Value> = LazyLock::new(description);
    Json(&DESCRIPTION)
}

/// The whole description.
#[must_use]
pub fn description() -> Value {
    let settings =
        SchemaSettings::draft2020_12().with(|settings| settings.definitions_path = "/components/schemas".into());
    let mut schemas = settings.into_generator();
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for one in endpoint::all() {
        paths.entry(one.path).or_default().insert(one.method.to_lowercase(), operation(&one, &mut schemas));
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Usra", "version": env!("CARGO_PKG_VERSION"), "description": "The registry of productive families." },
        "paths": paths,
        "components": { "schemas": schemas.take_definitions(true), "securitySchemes": credentials() },
    })
}

fn operation(one: &Endpoint, schemas: &mut SchemaGenerator) -> Value {
    let about = &one.about;
    let mut responses = Map::new();
    responses.insert(about.status.to_string(), answer(about.answers, schemas));
    for (status, problems) in by_status(about.refusals(one.watched)) {
        responses.insert(status.to_string(), refusal(&problems, schemas));
    }
    let mut told = Map::new();
    told.insert("summary".to_owned(), about.does.into());
    told.insert("responses".to_owned(), responses.into());
    if let Some(takes) = about.takes {
        told.insert("requestBody".to_owned(), json!({ "required": true, "content": content(takes, schemas) }));
    }
    if !about.credentials.is_empty() {
        let all: Map<String, Value> = about.credentials.iter().map(|one| (name(*one).to_owned(), json!([]))).collect();
        told.insert("security".to_owned(), json!([all]));
    }
    told.into()
}

fn answer(content_of: Option<Content>, schemas: &mut SchemaGenerator) -> Value {
    match content_of {
        Some(of) => json!({ "description": "Done.", "content": content(of, schemas) }),
        None => json!({ "description": "Done." }),
    }
}

/// One media type and what is in it.
fn content(of: Content, schemas: &mut SchemaGenerator) -> Value {
    match of {
        Content::Json(schema) => json!({ "application/json": { "schema": schema(schemas) } }),
        Content::AnyJson => json!({ "application/json": { "schema": {} } }),
        Content::Text => json!({ "text/plain": { "schema": { "type": "string" } } }),
        Content::Frames => json!({ MEDIA_TYPE: {} }),
        Content::Page => json!({ "text/html": { "schema": { "type": "string" } } }),
        Content::Form => json!({ form::MEDIA_TYPE: { "schema": { "type": "object" } } }),
        Content::Upload => json!({ "multipart/form-data": { "schema": { "type": "object" } } }),
        Content::File => json!({ "*/*": {} }),
    }
}

fn by_status(problems: Vec<Problem>) -> BTreeMap<u16, Vec<Problem>> {
    let mut found: BTreeMap<u16, Vec<Problem>> = BTreeMap::new();
    for problem in problems {
        found.entry(problem.status()).or_default().push(problem);
    }
    found
}

/// The codes of one status, each with its sentence.
fn refusal(problems: &[Problem], schemas: &mut SchemaGenerator) -> Value {
    let told = |problem: &Problem| format!("`{}`: {}", problem.code(), problem.sentence_en());
    let description = problems.iter().map(told).collect::<Vec<_>>().join("\n\n");
    let schema = schemas.subschema_for::<ProblemBody>();
    json!({ "description": description, "content": { "application/problem+json": { "schema": schema } } })
}

fn name(credential: Credential) -> &'static str {
    match credential {
        Credential::Token => "token",
        Credential::Signature => "signature",
        Credential::Session => "session",
    }
}

fn credentials() -> Value {
    json!({
        "token": { "type": "http", "scheme": "bearer", "description": "The access token of a phone." },
        "signature": { "type": "apiKey", "in": "header", "name": HEADER, "description": "By the phone's key; see docs/protocol.md." },
        "session": { "type": "apiKey", "in": "cookie", "name": session::NAME, "description": "A person at the console." },
    })
}
