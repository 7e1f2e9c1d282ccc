//! Who is signed in to the console, by the cookie. Read from the database at every request, so that shutting an account takes hold
//! at once.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use axum::http::request::Parts;
use cookie::{Cookie, SameSite};
use time::{Duration, OffsetDateTime};
use usra_sync_protocol::problem::Problem;

use crate::http::App;
use crate::http::detached::detached;
use crate::http::problem::Refusal;
use crate::registry::staff::session::{self, Who};

/// The cookie. Browsers take one of this name only over TLS, for this host alone and for every path of it.
pub const NAME: &str = "__Host-usra-session";

/// A person who is signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Who it is.
    pub who: Who,
    /// When the session ends, used or not.
    pub expires_at: OffsetDateTime,
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let token = token(&parts.headers).ok_or(Problem::SessionEnded)?;
        let (pool, region, now) = (app.pool.clone(), app.region, app.clock.now());
        let found =
            detached(async move { session::of_token(&mut *pool.acquire().await?, region, &token, now).await }).await?;
        let (who, expires_at) = found.ok_or(Problem::SessionEnded)?;
        Ok(Self { who, expires_at })
    }
}

/// The token that a request's cookie carries.
#[must_use]
pub fn token(headers: &HeaderMap) -> Option<String> {
    cookie_of(headers, NAME)
}

/// The value of a request's cookie of that name.
#[must_use]
pub fn cookie_of(headers: &HeaderMap, name: &str) -> Option<String> {
    let written = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let cookies = written.flat_map(|text| Cookie::split_parse(text.to_owned())).filter_map(Result::ok);
    cookies.into_iter().find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
}

/// The cookie that carries a token; it ends with the browser, or earlier with its session.
#[must_use]
pub fn cookie(token: &str) -> String {
    made(token).to_string()
}

/// The cookie that takes it back.
#[must_use]
pub fn no_cookie() -> String {
    let mut cookie = made("");
    cookie.set_max_age(Duration::ZERO);
    cookie.to_string()
}

fn made(token: &str) -> Cookie<'_> {
    Cookie::build((NAME, token)).secure(true).http_only(true).same_site(SameSite::Strict).path("/").build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_out_of_reach_of_scripts_other_sites_and_plain_http() {
        assert_eq!(cookie("abc"), "__Host-usra-session=abc; HttpOnly; SameSite=Strict; Secure; Path=/");
        assert_eq!(no_cookie(), "__Host-usra-session=; HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age=0");
    }

    #[test]
    fn the_token_is_found_among_other_cookies() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, axum::http::HeaderValue::from_static("lang=ar; __Host-usra-session=abc"));
        assert_eq!(token(&headers).as_deref(), Some("abc"));
        assert_eq!(token(&HeaderMap::new()), None);
    }
}
