//! Reads a request's body with a bound on its size, on each pause and on the whole time. Every handler that takes a body
//! takes it through here, so no client can hold memory or a connection by sending slowly or much.

use std::pin::pin;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use tokio::time::timeout;
use usra_sync_protocol::limits::REQUEST_BYTES;
use usra_sync_protocol::problem::Problem;

use crate::http::App;
use crate::http::crowd::Guest;
use crate::http::problem::Refusal;
use crate::http::seat::Seat;

/// How much of a body that is too large is read all the same, without being kept: who is cut off while sending does not see the answer
/// that says why. What announces still more is refused at once.
const READ_BYTES_MAX: usize = 2 * REQUEST_BYTES;

/// A whole body, at most [`REQUEST_BYTES`] long.
#[derive(Clone, Debug)]
pub struct Payload(pub Bytes);

impl FromRequest<App> for Payload {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Result<Self, Refusal> {
        let declared = declared_length(&request);
        if declared.is_some_and(|length| length > READ_BYTES_MAX) {
            return Err(Problem::BodyTooLarge.into());
        }
        let (guest, seat) = (request.extensions().get().cloned(), request.extensions().get().cloned());
        let mut whole = pin!(collect(request.into_body(), app));
        tokio::select! {
            biased;
            here = &mut whole => here.map(Self),
            () = std::future::ready(()) => {
                let size = declared.unwrap_or(REQUEST_BYTES).min(REQUEST_BYTES);
                wait_for(whole, (guest, seat), size, app).await.map(Self)
            }
        }
    }
}

/// Waits for a body that did not come with its head. Meanwhile the request has no seat, and its connection may lose its place.
async fn wait_for(
    whole: impl Future<Output = Result<Bytes, Refusal>>,
    (guest, seat): (Option<Arc<Guest>>, Option<Seat>),
    size_bytes: usize,
    app: &App,
) -> Result<Bytes, Refusal> {
    let owing = guest.as_ref().map(Guest::owing);
    let room = seat.as_ref().map(|seat| seat.leave(size_bytes).ok_or(Problem::Overloaded)).transpose()?;
    let body = timeout(app.config.body_timeout, whole).await.unwrap_or(Err(Problem::RequestTimeout.into()))?;
    drop(owing);
    if let Some(seat) = seat
        && !seat.come_back(app.config.acquire_timeout).await
    {
        return Err(Problem::Overloaded.into());
    }
    drop(room);
    Ok(body)
}

/// Demands the media type of JSON.
///
/// # Errors
/// `media_type_unknown`.
pub fn demand_json(headers: &HeaderMap) -> Result<(), Refusal> {
    let header = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_json =
        header.is_some_and(|value| value.split(';').next().is_some_and(|kind| kind.trim() == "application/json"));
    if is_json { Ok(()) } else { Err(Problem::MediaTypeUnknown.into()) }
}

/// Reads a JSON body strictly: unknown fields are the type's own business.
///
/// # Errors
/// `body_malformed`.
pub fn read_json<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    // serde's message can quote what was sent, so it is not kept as the cause.
    serde_json::from_slice(body).or(Err(Problem::BodyMalformed.into()))
}

async fn collect(mut body: Body, app: &App) -> Result<Bytes, Refusal> {
    let (mut bytes, mut read) = (BytesMut::new(), 0);
    while read <= READ_BYTES_MAX {
        let Ok(next) = timeout(app.config.body_pause, body.frame()).await else {
            return Err(Problem::RequestTimeout.into());
        };
        let Some(frame) = next else { break };
        let frame = frame.map_err(|error| Refusal::because(Problem::BodyTruncated, error))?;
        let Some(data) = frame.data_ref() else { continue };
        read += data.len();
        if read <= REQUEST_BYTES {
            bytes.extend_from_slice(data);
        } else {
            bytes = BytesMut::new();
        }
    }
    if read > REQUEST_BYTES { Err(Problem::BodyTooLarge.into()) } else { Ok(bytes.freeze()) }
}

fn declared_length(request: &Request) -> Option<usize> {
    request.headers().get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
