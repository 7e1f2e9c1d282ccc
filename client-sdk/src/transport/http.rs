//! HTTP with reqwest and rustls: the requests of a conversation, `POST /v1/enrol` and those of signing in. Every wait has a limit, every body a bound; an answer that
//! is not this server's (a captive portal, a proxy) is told apart from a problem of the server's own.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::{Client, RequestBuilder, Response};
use usra_sync_protocol::enrol::{self, EnrolAnswer};
use usra_sync_protocol::limits::MESSAGE_BYTES;
use usra_sync_protocol::problem::{Problem, ProblemBody};
use usra_sync_protocol::sign_in::{CODE_PATH, CodeAnswer, PATH as SIGN_IN_PATH, SignInAnswer};
use usra_sync_protocol::signing::{self, Nonce};

use super::{Failure, Outgoing, Transport};
use crate::enrolment::{self, Enrolment};
use crate::fail_point::FailPoint;
use crate::key::KeyPair;
pub use crate::link::{EnrolLink, LinkFault};
use crate::sign_in::{self, SignIn, SignedIn};

/// A network that cannot connect in this time is as good as none.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest silence inside an answer.
const READ_TIMEOUT: Duration = Duration::from_secs(30);
/// A whole exchange: 4 MiB up at 20 kB/s with some seconds of work in between.
const TOTAL_TIMEOUT: Duration = Duration::from_mins(5);
/// Longest enrolment answer: all areas of a region and room.
const ENROL_BYTES: usize = 1024 * 1024;
/// Longest problem body that is looked at.
const PROBLEM_BYTES: usize = 64 * 1024;

/// Speaks with a server over HTTP.
#[derive(Clone, Debug)]
pub struct HttpTransport {
    client: Client,
}

impl HttpTransport {
    /// A transport with its limits set. Redirects are not followed: the token goes to the enrolled server only.
    ///
    /// # Errors
    /// [`Failure::Unreachable`] when TLS cannot be set up on this machine.
    pub fn new() -> Result<Self, Failure> {
        let client = Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            .timeout(TOTAL_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("usra-phone/", env!("CARGO_PKG_VERSION")));
        Ok(Self { client: client.build().map_err(|cause| failure(&cause))? })
    }

    /// Turns a link's code into an identity with the key pair `keys`, made for it.
    ///
    /// # Errors
    /// A [`Failure`]; [`Failure::Problem`] for a wrong, used or expired code, [`Failure::Unproven`] for another server than
    /// the link names.
    pub async fn enrol(&self, link: &EnrolLink, keys: KeyPair, nonce: Nonce) -> Result<Enrolment, Failure> {
        let request = enrolment::request(&link.code, link.fingerprint, &keys, nonce);
        let (body, stamp) = request.map_err(|_never| Failure::Garbled)?;
        let post = self.client.post(format!("{}{}", link.server_url, enrol::PATH));
        let post = post.header(CONTENT_TYPE, "application/json").header(signing::HEADER, stamp.to_string());
        let answer = send(post.body(body)).await?;
        let answer: EnrolAnswer =
            serde_json::from_slice(&read(answer, ENROL_BYTES).await?).map_err(|_cause| Failure::Garbled)?;
        enrolment::prove(&answer, link.fingerprint, &keys, nonce).or(Err(Failure::Unproven))?;
        Ok(Enrolment { answer, keys: Some(keys) })
    }

    /// Asks the server for a one-time code. It answers every number alike.
    ///
    /// # Errors
    /// A [`Failure`]; [`Failure::Problem`] when too many were asked for from here, or the server sends none.
    pub async fn ask_code(&self, server_url: &str, mobile: &str) -> Result<CodeAnswer, Failure> {
        let body = sign_in::code_request(mobile).map_err(|_never| Failure::Garbled)?;
        let post = self.client.post(format!("{server_url}{CODE_PATH}")).header(CONTENT_TYPE, "application/json");
        let answer = send(post.body(body)).await?;
        serde_json::from_slice(&read(answer, PROBLEM_BYTES).await?).map_err(|_cause| Failure::Garbled)
    }

    /// Shows the code with the key pair `keys`, made for this.
    ///
    /// # Errors
    /// A [`Failure`]; [`Failure::Problem`] for a code that is not taken, [`Failure::Unproven`] for a server that does not prove
    /// the key that it names.
    pub async fn sign_in(
        &self,
        server_url: &str,
        shown: &SignIn,
        keys: KeyPair,
        nonce: Nonce,
    ) -> Result<SignedIn, Failure> {
        let (body, stamp) = sign_in::request(shown, &keys, nonce).map_err(|_never| Failure::Garbled)?;
        let post = self.client.post(format!("{server_url}{SIGN_IN_PATH}"));
        let post = post.header(CONTENT_TYPE, "application/json").header(signing::HEADER, stamp.to_string());
        let answer = send(post.body(body)).await?;
        let answer = read(answer, ENROL_BYTES).await?;
        let answer: SignInAnswer = serde_json::from_slice(&answer).map_err(|_cause| Failure::Garbled)?;
        SignedIn::of(answer, keys, nonce).or(Err(Failure::Unproven))
    }
}

impl Transport for HttpTransport {
    async fn exchange(&self, request: Outgoing) -> Result<Vec<u8>, Failure> {
        let Outgoing { server_url, path, token, signature, body, .. } = request;
        let mut post = self.client.post(format!("{server_url}{path}")).header(CONTENT_TYPE, request.media_type);
        if !token.is_empty() {
            post = post.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some(signature) = signature {
            post = post.header(signing::HEADER, signature);
        }
        FailPoint::BeforeSend.reach();
        let answer = send(post.body(body)).await?;
        FailPoint::AfterSend.reach();
        if media_type(answer.headers()) != Some(request.media_type) {
            return Err(Failure::Garbled);
        }
        read(answer, MESSAGE_BYTES).await
    }
}

async fn send(request: RequestBuilder) -> Result<Response, Failure> {
    let answer = request.send().await.map_err(|cause| failure(&cause))?;
    if answer.status().is_success() { Ok(answer) } else { Err(problem(answer).await) }
}

/// What the server said was wrong; garbled when it was not our server that said it.
async fn problem(answer: Response) -> Failure {
    let seconds = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse::<u64>().ok());
    let retry_after_ms = seconds.map(|seconds| seconds.saturating_mul(1_000));
    let Ok(body) = read(answer, PROBLEM_BYTES).await else { return Failure::Garbled };
    let found = serde_json::from_slice::<ProblemBody>(&body).ok().and_then(|body| Problem::from_code(&body.code));
    found.map_or(Failure::Garbled, |problem| Failure::Problem { problem, retry_after_ms })
}

async fn read(mut answer: Response, limit_bytes: usize) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|cause| failure(&cause))? {
        if body.len() + chunk.len() > limit_bytes {
            return Err(Failure::Garbled);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn media_type(headers: &HeaderMap) -> Option<&str> {
    headers.get(CONTENT_TYPE)?.to_str().ok()?.split(';').next().map(str::trim)
}

fn failure(cause: &reqwest::Error) -> Failure {
    if cause.is_timeout() { Failure::Timeout } else { Failure::Unreachable }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    use usra_sync_protocol::sync::{self, MEDIA_TYPE};

    use super::*;

    /// Answers one request with `answer`, whatever is asked.
    fn answering(answer: String) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut seen = [0; 4_096];
            let _ = stream.read(&mut seen).unwrap();
            stream.write_all(answer.as_bytes()).unwrap();
        });
        format!("http://{address}")
    }

    fn exchange(server_url: String) -> Result<Vec<u8>, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (path, media_type, token) = (sync::PATH, MEDIA_TYPE, "t".to_owned());
        let request = Outgoing { server_url, path, media_type, token, signature: None, body: vec![1] };
        runtime.block_on(HttpTransport::new().unwrap().exchange(request))
    }

    fn answer(status: &str, media: &str, headers: &str, body: &str) -> String {
        let length = body.len();
        format!(
            "HTTP/1.1 {status}\r\ncontent-type: {media}\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}"
        )
    }

    #[test]
    fn an_answer_of_the_right_kind_comes_back_whole() {
        assert_eq!(exchange(answering(answer("200 OK", MEDIA_TYPE, "", "abc"))), Ok(b"abc".to_vec()));
    }

    #[test]
    fn a_problem_is_told_by_its_code_and_says_how_long_to_wait() {
        let body = serde_json::to_string(&Problem::Overloaded.body(None)).unwrap();
        let server = answering(answer("503 Busy", "application/problem+json", "retry-after: 7\r\n", &body));
        assert_eq!(
            exchange(server),
            Err(Failure::Problem { problem: Problem::Overloaded, retry_after_ms: Some(7_000) })
        );
    }

    #[test]
    fn a_captive_portal_is_not_taken_for_the_server() {
        assert_eq!(exchange(answering(answer("200 OK", "text/html", "", "<html>"))), Err(Failure::Garbled));
        assert_eq!(
            exchange(answering(answer("302 Found", "text/html", "location: http://x/\r\n", ""))),
            Err(Failure::Garbled)
        );
    }

    #[test]
    fn a_closed_port_and_a_cut_answer_are_unreachable() {
        let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        assert_eq!(exchange(format!("http://{gone}")), Err(Failure::Unreachable));
        let cut = answer("200 OK", MEDIA_TYPE, "", "abcdef").replace("abcdef", "ab");
        assert_eq!(exchange(answering(cut)), Err(Failure::Unreachable));
    }
}
