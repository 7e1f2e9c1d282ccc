//! A phone gets new tokens by itself, whatever its clock says, and loses nothing when it cannot.

use std::sync::Mutex;

use usra_client_sdk::store::MemoryStore;
use usra_client_sdk::sync::{Surroundings, SyncReport, sync_once};
use usra_client_sdk::{Failure, Outgoing, Phone, Transport};
use usra_sync_protocol::id::InstallId;
use usra_sync_protocol::problem::Problem;
use usra_sync_protocol::token::{self, TokenAnswer};

use crate::link::family;
use crate::model::Server;

/// A server that takes one token, and gives another one or fails.
struct Door {
    server: Mutex<Server>,
    good: &'static str,
    refusal: Option<Failure>,
    asked: Mutex<Vec<&'static str>>,
}

impl Transport for Door {
    async fn exchange(&self, request: Outgoing) -> Result<Vec<u8>, Failure> {
        self.asked.lock().unwrap().push(request.path);
        if request.path == token::PATH {
            let (token, refresh_token) = ("second".to_owned(), "r2".to_owned());
            let answer = TokenAnswer { token, token_life_s: 900, refresh_token, hold_life_s: 0, sealing: None };
            return self.refusal.map_or_else(|| Ok(serde_json::to_vec(&answer).unwrap()), Err);
        }
        if request.token != self.good {
            return Err(problem(Problem::TokenExpired));
        }
        self.server.lock().unwrap().answer(InstallId::new([1; 16]), &request.body)
    }
}

struct At(u64);

impl Surroundings for At {
    fn now_ms(&self) -> u64 {
        self.0
    }

    fn jitter(&self) -> u32 {
        1
    }

    fn nonce(&self) -> [u8; 16] {
        [1; 16]
    }
}

fn problem(problem: Problem) -> Failure {
    Failure::Problem { problem, retry_after_ms: None }
}

/// A phone enrolled at the given time with the token `first`, with one family to send.
fn set(enrolled_ms: u64, good: &'static str, refusal: Option<Failure>) -> (Phone<MemoryStore>, Door) {
    let mut server = Server::new();
    let mut answer = server.enrol(1, &[101]);
    (answer.token, answer.refresh_token) = ("first".to_owned(), "r1".to_owned());
    let mut phone = Phone::open(MemoryStore::default()).unwrap();
    phone.enrolled(answer, "http://model", enrolled_ms).unwrap();
    family(&mut phone, 1, "خبز");
    (phone, Door { server: Mutex::new(server), good, refusal, asked: Mutex::default() })
}

fn sync(phone: &mut Phone<MemoryStore>, door: &Door, now_ms: u64) -> SyncReport {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(sync_once(phone, door, &At(now_ms), |_| ())).unwrap()
}

#[test]
fn a_phone_whose_token_the_server_calls_expired_gets_another_and_sends_what_it_had_to_send() {
    let (mut phone, door) = set(5_000, "second", None);
    let report = sync(&mut phone, &door, 6_000);
    assert_eq!((report.failure, report.total.accepted), (None, 1));
    assert_eq!(*door.asked.lock().unwrap().first_chunk::<3>().unwrap(), ["/v1/sync", "/v1/token", "/v1/sync"]);
    let reopened = Phone::open(phone.into_store()).unwrap();
    assert_eq!(reopened.identity().unwrap().refresh_token.as_deref(), Some("r2"));
}

#[test]
fn a_phone_that_had_its_token_for_long_or_whose_clock_went_back_asks_first() {
    for (enrolled_ms, now_ms) in [(5_000, 5_000 + 810_000), (1_000_000_000_000, 0)] {
        let (mut phone, door) = set(enrolled_ms, "second", None);
        assert_eq!(sync(&mut phone, &door, now_ms).failure, None);
        assert_eq!(*door.asked.lock().unwrap().first_chunk::<2>().unwrap(), ["/v1/token", "/v1/sync"]);
    }
}

#[test]
fn a_refresh_that_the_network_loses_is_tried_again_and_one_that_is_refused_asks_for_an_enrolment() {
    for (failure, over) in [
        (Failure::Timeout, false),
        (problem(Problem::Overloaded), false),
        (problem(Problem::TokenUnknown), true),
        (problem(Problem::TokenReused), true),
        (problem(Problem::RefreshExpired), true),
        (problem(Problem::InstallRevoked), true),
    ] {
        let (mut phone, door) = set(5_000, "second", Some(failure));
        assert_eq!(sync(&mut phone, &door, 6_000).failure, Some(failure));
        let status = phone.status(6_000).unwrap();
        assert_eq!((status.needs_enrolment, status.pending_changes), (over, 1), "{failure:?}");
        let healed = Door { refusal: None, ..door };
        phone.retry_now();
        let again = sync(&mut phone, &healed, 7_000).failure.is_none();
        assert_eq!(again, failure != problem(Problem::TokenUnknown), "{failure:?}");
    }
}
