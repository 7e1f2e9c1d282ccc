//! A form as a browser sends it: names and values, each once.

use std::collections::BTreeMap;

use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use usra_sync_protocol::problem::Problem;

use crate::http::App;
use crate::http::body::Payload;
use crate::http::problem::Refusal;

/// The media type of forms.
pub const MEDIA_TYPE: &str = "application/x-www-form-urlencoded";

/// What was filled in.
#[derive(Clone, Debug, Default)]
pub struct Form(BTreeMap<String, Vec<String>>);

impl Form {
    /// The value of a field, if it was sent.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(|values| values.first()).map(String::as_str)
    }

    /// The value of a field; empty without one.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// The fields whose names begin so, each with the rest of its name and its value.
    pub fn beginning<'f>(&'f self, prefix: &'f str) -> impl Iterator<Item = (&'f str, &'f str)> {
        let of = move |(name, values): (&'f String, &'f Vec<String>)| {
            Some((name.strip_prefix(prefix)?, values.first()?.as_str()))
        };
        self.0.iter().filter_map(of)
    }

    /// The fields, each with its first value.
    #[must_use]
    pub fn pairs(&self) -> Vec<(String, String)> {
        let first = |(name, values): (&String, &Vec<String>)| Some((name.clone(), values.first()?.clone()));
        self.0.iter().filter_map(first).collect()
    }

    /// Every value of a field that may be sent several times.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.get(name).into_iter().flatten().map(String::as_str)
    }
}

impl FromRequest<App> for Form {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Result<Self, Refusal> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if kind.split(';').next().map(str::trim) != Some(MEDIA_TYPE) {
            return Err(Problem::MediaTypeUnknown.into());
        }
        let Payload(body) = Payload::from_request(request, app).await?;
        let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(&body) {
            fields.entry(name.into_owned()).or_default().push(value.into_owned());
        }
        Ok(Self(fields))
    }
}
