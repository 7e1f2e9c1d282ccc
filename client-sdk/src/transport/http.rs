//! HTTP with reqwest and rustls: the requests of a conversation, `POST /v1/enrol` and those of signing in. Every wait has a limit, every body a bound; an answer that
//! is not this server's (a captive portal, a proxy) is told apart from a problem of the server's own.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::{Client, RequestBuilder, Response};
use usra_sync_protocol::enrol::{self, EnrolAnswer};
use usra_sync_protocol::fingerprint::Fingerprint;
use usra_sync_protocol::limits::MESSAGE_BYTES;
use usra_sync_protocol::problem::{Problem, ProblemBody};
use usra_sync_protocol::sign_in::{CODE_PATH, CodeAnswer, PATH as SIGN_IN_PATH, SignInAnswer};
use usra_sync_protocol::signing::{self, Nonce};

use super::{Failure, Outgoing, Transport};
use crate::enrolment::{self, Enrolment};
use crate::fail_point::FailPoint;
use crate::key::KeyPair;
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

/// An enrolment link taken apart: the server's address, the code, and the fingerprint of the server's key.
#[derive(Clone, PartialEq, Eq)]
pub struct EnrolLink {
    /// The server's address without a path.
    pub server_url: String,
    /// The single-use code.
    pub code: String,
    /// How the phone knows the server from any other.
    pub fingerprint: Fingerprint,
}

/// Why a text is no enrolment link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkFault {
    /// It has another form.
    #[error("this is no enrolment link")]
    Unreadable,
    /// It does not say by which fingerprint the server is known. Who left it out may stand in between, so it is refused.
    #[error("the link does not carry the server's fingerprint")]
    NoFingerprint,
}

impl std::fmt::Display for EnrolLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/enrol/{}#{}", self.server_url, self.code, self.fingerprint)
    }
}

impl std::fmt::Debug for EnrolLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EnrolLink").field("server_url", &self.server_url).finish_non_exhaustive()
    }
}

impl EnrolLink {
    /// Reads `https://server/enrol/CODE#FINGERPRINT`, scanned or typed.
    ///
    /// # Errors
    /// A [`LinkFault`].
    pub fn parse(link: &str) -> Result<Self, LinkFault> {
        let (address, fingerprint) = link.trim().split_once('#').map_or((link.trim(), None), |(a, f)| (a, Some(f)));
        let split = address.trim_end_matches('/').rsplit_once("/enrol/");
        let (server_url, code) = split.ok_or(LinkFault::Unreadable)?;
        let name = server_url.strip_prefix("https://").or_else(|| server_url.strip_prefix("http://"));
        let sound = name.is_some_and(|name| !name.is_empty()) && !code.is_empty() && !code.contains(['/', '?', ' ']);
        if !sound {
            return Err(LinkFault::Unreadable);
        }
        let fingerprint = fingerprint.filter(|text| !text.is_empty()).ok_or(LinkFault::NoFingerprint)?;
        let fingerprint = fingerprint.parse().or(Err(LinkFault::Unreadable))?;
        Ok(Self { server_url: server_url.to_owned(), code: code.to_owned(), fingerprint })
    }
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

    #[test]
    fn a_link_gives_server_code_and_fingerprint_and_anything_else_gives_nothing() {
        let golden = "https://usra.example:8443/enrol/AB-12#N1GGS1MDRTK486HQBQZ4807Y";
        let link = EnrolLink::parse(&format!(" {golden} ")).unwrap();
        assert_eq!((link.server_url.as_str(), link.code.as_str()), ("https://usra.example:8443", "AB-12"));
        assert_eq!((link.to_string().as_str(), link.fingerprint), (golden, Fingerprint::of(&[7; 32])));
        let typed = "https://usra.example:8443/enrol/AB-12/#n1gg-s1md-rtk4-86hq-bqz4-8o7y";
        assert_eq!(EnrolLink::parse(typed).as_ref(), Ok(&link));
        let without = EnrolLink::parse("https://usra.example/enrol/AB-12");
        assert_eq!(without, Err(LinkFault::NoFingerprint));
        for wrong in ["AB-12", "ftp://x/enrol/A", "https:///enrol/A", "https://x/enrol/", "https://x/enrol/a?b"] {
            let (alone, with) =
                (EnrolLink::parse(wrong), EnrolLink::parse(&format!("{wrong}#N1GGS1MDRTK486HQBQZ4807Y")));
            assert_eq!((alone, with), (Err(LinkFault::Unreadable), Err(LinkFault::Unreadable)), "{wrong}");
        }
        assert_eq!(EnrolLink::parse("https://x/enrol/A#KJPP"), Err(LinkFault::Unreadable));
    }
}
