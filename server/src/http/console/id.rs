//! What an address names. An address that names nothing that could be is one that there is not.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use usra_sync_protocol::problem::Problem;

use crate::http::problem::Refusal;

/// The parameters of an address.
#[derive(Clone, Copy, Debug)]
pub struct Id<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Id<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        Path::from_request_parts(parts, state).await.map(|Path(id)| Self(id)).or(Err(Problem::NotFound.into()))
    }
}
