//! How a request reaches the server and its answer comes back. HTTP on devices, a lossy fake in tests and the demo.

use std::future::Future;

use usra_sync_protocol::problem::Problem;

#[cfg(feature = "http")]
pub mod http;
pub mod lossy;

/// One request on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// The server's address without a path.
    pub server_url: String,
    /// The address's path.
    pub path: &'static str,
    /// The media type of the body and of its answer.
    pub media_type: &'static str,
    /// The access token; empty where none is asked for.
    pub token: String,
    /// The signature of exactly this sending, for a phone that has a key.
    pub signature: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// Why no answer came that could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// No connection, or it was cut.
    #[error("the server cannot be reached")]
    Unreachable,
    /// No answer in time.
    #[error("the server did not answer in time")]
    Timeout,
    /// The server answered with a problem.
    #[error("the server answered with the problem {}", problem.code())]
    Problem {
        /// Which.
        problem: Problem,
        /// How long the server asks to wait, milliseconds.
        retry_after_ms: Option<u64>,
    },
    /// An answer came that is not one of this server's: a captive portal, a proxy, a cut body.
    #[error("the answer cannot be read")]
    Garbled,
    /// The server did not prove that it is the one which the enrolment link names.
    #[error("the server did not prove itself")]
    Unproven,
}

impl Failure {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Timeout => "timeout",
            Self::Problem { problem, .. } => problem.code(),
            Self::Garbled => "answer_garbled",
            Self::Unproven => "server_unproven",
        }
    }

    /// Whether the phone was not able to speak with the server at all, so that nothing but patience is needed.
    #[must_use]
    pub fn not_reachable(self) -> bool {
        matches!(self, Self::Unreachable | Self::Timeout)
    }
}

/// Carries one request to the server.
pub trait Transport {
    /// Sends `request` and waits, within the transport's own limits, for the sealed answer.
    ///
    /// # Errors
    /// A [`Failure`]; the request may or may not have reached the server.
    fn exchange(&self, request: Outgoing) -> impl Future<Output = Result<Vec<u8>, Failure>> + Send;
}
