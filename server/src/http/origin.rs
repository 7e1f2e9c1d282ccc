//! Refuses what a page of another site makes a browser send with the console's cookie. The rule is that of Go's
//! `http.CrossOriginProtection`: `Sec-Fetch-Site` where there is one, else `Origin` against the host; a request with neither comes
//! from no browser of today, and carries no cookie that it was not given by its own hand.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};
use axum::http::request::Parts;
use usra_sync_protocol::problem::Problem;

use crate::http::problem::Refusal;

/// That the request comes from the centre's own pages, or from no page.
#[derive(Clone, Copy, Debug)]
pub struct OwnOrigin(());

impl<S: Send + Sync> FromRequestParts<S> for OwnOrigin {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        // HTTP/2 names the host in the address.
        let authority = parts.uri.authority().map(axum::http::uri::Authority::as_str);
        if is_own(&parts.headers, authority) { Ok(Self(())) } else { Err(Problem::OriginForeign.into()) }
    }
}

fn is_own(headers: &HeaderMap, authority: Option<&str>) -> bool {
    let word = |value: &axum::http::HeaderValue| value.to_str().unwrap_or("?").to_owned();
    if let Some(site) = headers.get("sec-fetch-site").map(word) {
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = headers.get(ORIGIN).map(word) else { return true };
    let host = authority.map(str::to_owned).or_else(|| headers.get(HOST).map(word));
    origin.split_once("://").is_some_and(|(_, named)| host.is_some_and(|host| host.eq_ignore_ascii_case(named)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pairs: &[(&'static str, &'static str)]) -> bool {
        let headers = pairs.iter().map(|(name, value)| {
            (axum::http::HeaderName::from_static(name), axum::http::HeaderValue::from_static(value))
        });
        is_own(&headers.collect(), None)
    }

    #[test]
    fn only_the_centres_own_pages_and_programs_that_are_no_browser_are_heard() {
        for (headers, own) in [
            (vec![("sec-fetch-site", "same-origin")], true),
            (vec![("sec-fetch-site", "none")], true),
            (vec![("sec-fetch-site", "same-site")], false),
            (vec![("sec-fetch-site", "cross-site"), ("host", "usra.sa"), ("origin", "https://usra.sa")], false),
            (vec![("host", "usra.sa"), ("origin", "https://usra.sa")], true),
            (vec![("host", "usra.sa"), ("origin", "https://usra.sa.evil.example")], false),
            (vec![("host", "usra.sa"), ("origin", "null")], false),
            (vec![("origin", "https://usra.sa")], false),
            (vec![("host", "usra.sa")], true),
        ] {
            assert_eq!(asked(&headers), own, "{headers:?}");
        }
    }
}
