//! `GET /console/tiles/{z}/{x}/{y}`: a picture that lies under the map of the overview.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use usra_sync_protocol::problem::Problem;

use super::id::Id;
use super::visitor::Visitor;
use crate::http::App;
use crate::http::problem::Refusal;
use crate::tiles::frame::Tile;

/// The address of one: zoom, column, row.
pub const PATH: &str = "/console/tiles/{z}/{x}/{y}";

/// Where one is.
pub(super) fn at(Tile { zoom, column, row }: Tile) -> String {
    format!("/console/tiles/{zoom}/{column}/{row}")
}

/// Gives one out.
///
/// # Errors
/// `not_found` where the archive has none, or there is no archive; `internal` when the file cannot be read any more.
pub async fn get(
    State(app): State<App>,
    _: Visitor,
    Id((zoom, column, row)): Id<(u8, u32, u32)>,
) -> Result<impl IntoResponse, Refusal> {
    let tiles = app.config.tiles.as_ref().ok_or(Problem::NotFound)?;
    let found = tiles.tile(Tile { zoom, column, row }).await;
    let bytes = found.map_err(|fault| Refusal::because(Problem::Internal, fault))?.ok_or(Problem::NotFound)?;
    Ok(([(CONTENT_TYPE, tiles.media_type()), (CACHE_CONTROL, "private, max-age=86400")], bytes))
}
