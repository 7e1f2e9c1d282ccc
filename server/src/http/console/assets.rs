//! The console's own style sheet, scripts and letters, carried by the program: nothing is fetched from elsewhere.

use std::sync::LazyLock;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use sha2::{Digest as _, Sha256};
use usra_sync_protocol::id::hex_of_bytes;
use usra_sync_protocol::problem::Problem;

use super::id::Id;
use crate::http::problem::Refusal;

/// The address of one.
pub const PATH: &str = "/console/assets/{name}";

/// A name, its media type and what it is.
type Asset = (&'static str, &'static str, &'static [u8]);

macro_rules! asset {
    ($name:literal, $kind:literal) => {
        ($name, $kind, include_bytes!(concat!("../../../assets/console/", $name)))
    };
}

static ASSETS: [Asset; 6] = [
    asset!("console.css", "text/css; charset=utf-8"),
    asset!("icon.svg", "image/svg+xml"),
    asset!("plex-arabic-400.woff2", "font/woff2"),
    asset!("plex-arabic-600.woff2", "font/woff2"),
    asset!("plex-latin-400.woff2", "font/woff2"),
    asset!("plex-latin-600.woff2", "font/woff2"),
];

/// The first letters of the style sheet's digest: its address changes when it does.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let digest = hex_of_bytes(&Sha256::digest(ASSETS[0].2));
    digest.chars().take(12).collect()
});

/// What stands behind the style sheet's address, so that a new one is fetched.
pub(super) fn version() -> &'static str {
    &VERSION
}

/// Answers one.
///
/// # Errors
/// `not_found`.
pub async fn get(Id(name): Id<String>) -> Result<impl IntoResponse, Refusal> {
    let (_, kind, bytes) = ASSETS.iter().find(|(known, ..)| *known == name).ok_or(Problem::NotFound)?;
    Ok(([(CONTENT_TYPE, *kind), (CACHE_CONTROL, "public, max-age=86400")], *bytes))
}
