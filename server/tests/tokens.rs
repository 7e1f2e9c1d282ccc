//! Promises of tokens and signatures, on a real server with a real PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use serde_json::{Value, json};
use time::OffsetDateTime;
use usra_server::clock::Clock;
use usra_server::config::Config;
use usra_server::registry::audit::By;
use usra_server::registry::enrol::{Invitation, invite};
use usra_server::storage::device;
use usra_server::testing::TestServer;
use usra_server::testing::key::TestKey;
use usra_sync_protocol::id::AreaId;
use usra_sync_protocol::role::Role;
use usra_sync_protocol::signing::Nonce;
use usra_sync_protocol::sync::{self, MEDIA_TYPE, SyncRequest, Told, encode_request, seal};
use usra_sync_protocol::{enrol, token};

const NOON: i64 = 1_800_000_000;

/// A server at noon and one phone that it enrolled.
struct Bench {
    server: TestServer,
    seconds: Arc<AtomicI64>,
    key: TestKey,
    nonces: AtomicU64,
    access: String,
    refresh: String,
}

impl Bench {
    async fn set() -> Self {
        let seconds = Arc::new(AtomicI64::new(NOON));
        let told = Arc::clone(&seconds);
        let clock = Clock::from_fn(move || OffsetDateTime::from_unix_timestamp(told.load(Ordering::SeqCst)).unwrap());
        let server = TestServer::start(Config::default(), clock).await.unwrap();
        let (access, refresh) = (String::new(), String::new());
        let mut bench = Self { server, seconds, key: TestKey::new(1), nonces: AtomicU64::new(0), access, refresh };
        let (status, answer) = bench.enrol(&bench.code(7).await).await;
        assert_eq!((status, answer.get("token_life_s")), (200, Some(&json!(900))));
        assert_eq!(answer.get("hold_life_s"), Some(&json!(72 * 3_600)));
        (bench.access, bench.refresh) = (said(&answer, "token"), said(&answer, "refresh_token"));
        bench
    }

    async fn code(&self, seed: u8) -> String {
        let now = OffsetDateTime::from_unix_timestamp(NOON).unwrap();
        let config = Config::default();
        let (name, areas, expires_at) = ("Test".to_owned(), vec![AreaId(200)], now + config.code_life);
        let invitation = Invitation { role: Role::Surveyor, name, family: None, areas, expires_at };
        let mut conn = self.server.database.pool.acquire().await.unwrap();
        invite(&mut conn, config.region, &invitation, [seed; 15], (By::Server, now)).await.unwrap()
    }

    fn nonce(&self) -> Nonce {
        Nonce(u128::from(self.nonces.fetch_add(1, Ordering::SeqCst)).to_be_bytes())
    }

    async fn enrol(&self, code: &str) -> (u16, Value) {
        let (body, header) = self.key.enrolment(code, self.nonce()).unwrap();
        self.post(enrol::PATH, "", body, Some(header)).await
    }

    async fn refresh(&self, shown: &str) -> (u16, Value) {
        let body = json!({ "refresh_token": shown }).to_string().into_bytes();
        let header = self.key.sign(token::PATH, "", &body, self.nonce());
        self.post(token::PATH, "", body, Some(header)).await
    }

    async fn sync(&self, access: &str) -> (u16, Value) {
        let header = self.key.sign(sync::PATH, access, &nothing(), self.nonce());
        self.post(sync::PATH, access, nothing(), Some(header)).await
    }

    async fn post(&self, path: &str, access: &str, body: Vec<u8>, header: Option<String>) -> (u16, Value) {
        let kind = if path == sync::PATH { MEDIA_TYPE } else { "application/json" };
        let mut post = reqwest::Client::new().post(format!("{}{path}", self.server.url)).header("content-type", kind);
        if !access.is_empty() {
            post = post.bearer_auth(access);
        }
        if let Some(header) = header {
            post = post.header("usra-signature", header);
        }
        let answer = post.body(body).send().await.unwrap();
        let status = answer.status().as_u16();
        (status, serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default())
    }

    async fn sql(&self, sql: &'static str) {
        sqlx::raw_sql(sql).execute(&self.server.database.pool).await.unwrap();
    }
}

fn nothing() -> Vec<u8> {
    seal(&encode_request(&SyncRequest { schema_version: 1, want_bytes: 10_000, ..SyncRequest::default() }))
}

fn said(answer: &Value, name: &str) -> String {
    answer[name].as_str().unwrap_or_default().to_owned()
}

fn code((status, answer): &(u16, Value)) -> (u16, &str) {
    (*status, answer["code"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn an_access_token_ends_after_fifteen_minutes_and_a_refresh_brings_the_next() {
    let bench = Bench::set().await;
    assert_eq!(bench.sync(&bench.access).await.0, 200);
    bench.seconds.fetch_add(900, Ordering::SeqCst);
    assert_eq!(code(&bench.sync(&bench.access).await), (401, "token_expired"));
    let (status, answer) = bench.refresh(&bench.refresh).await;
    assert_eq!((status, &answer["token_life_s"]), (200, &json!(900)));
    assert_eq!(answer["hold_life_s"], json!(72 * 3_600));
    assert_eq!(bench.sync(&said(&answer, "token")).await.0, 200);
    assert_eq!(code(&bench.sync(&bench.access).await), (401, "token_unknown"));
}

#[tokio::test]
async fn a_refresh_whose_answer_was_lost_may_be_asked_for_once_more() {
    let bench = Bench::set().await;
    let (_, lost) = bench.refresh(&bench.refresh).await;
    let (status, kept) = bench.refresh(&bench.refresh).await;
    assert_eq!(status, 200);
    assert_eq!(code(&bench.sync(&said(&lost, "token")).await), (401, "token_unknown"));
    assert_eq!(bench.sync(&said(&kept, "token")).await.0, 200);
    assert_eq!(bench.refresh(&said(&kept, "refresh_token")).await.0, 200);
}

#[tokio::test]
async fn an_old_refresh_token_ends_all_tokens_of_the_install() {
    for shows_an_old_one in ["a third time", "after the next was used", "the lost one"] {
        let bench = Bench::set().await;
        let (_, second) = bench.refresh(&bench.refresh).await;
        let old = match shows_an_old_one {
            "a third time" => {
                bench.refresh(&bench.refresh).await;
                bench.refresh.clone()
            }
            "after the next was used" => {
                bench.refresh(&said(&second, "refresh_token")).await;
                bench.refresh.clone()
            }
            _ => {
                bench.refresh(&bench.refresh).await;
                said(&second, "refresh_token")
            }
        };
        assert_eq!(code(&bench.refresh(&old).await), (401, "token_reused"), "{shows_an_old_one}");
        for token in [&bench.refresh, &said(&second, "refresh_token")] {
            assert_eq!(code(&bench.refresh(token).await), (401, "token_reused"), "{shows_an_old_one}");
        }
        let open = "select count(*) from install where token_expires_at > to_timestamp(1800000000)";
        let open: i64 = sqlx::query_scalar(open).fetch_one(&bench.server.database.pool).await.unwrap();
        assert_eq!(open, 0, "{shows_an_old_one}");
    }
}

#[tokio::test]
async fn after_a_restore_the_tokens_that_the_server_forgot_are_good_once_more() {
    let bench = Bench::set().await;
    let (_, second) = bench.refresh(&bench.refresh).await;
    let (_, third) = bench.refresh(&said(&second, "refresh_token")).await;
    bench.sql("update token_family set current_hash = sha256('a'), previous_hash = null").await;
    bench.sql("update region set epoch = epoch + 1").await;
    let (status, next) = bench.refresh(&said(&third, "refresh_token")).await;
    assert_eq!(status, 200);
    assert_eq!(bench.sync(&said(&next, "token")).await.0, 200);
    assert_eq!(code(&bench.refresh(&said(&second, "refresh_token")).await), (401, "token_reused"));
}

#[tokio::test]
async fn only_the_installs_own_key_is_listened_to_and_a_sending_only_once() {
    let bench = Bench::set().await;
    let post = async |header| bench.post(sync::PATH, &bench.access, nothing(), header).await;
    assert_eq!(code(&post(None).await), (401, "signature_missing"));
    let foreign = TestKey::new(2).sign(sync::PATH, &bench.access, &nothing(), bench.nonce());
    let elsewhere = bench.key.sign(token::PATH, &bench.access, &nothing(), bench.nonce());
    let other_token = bench.key.sign(sync::PATH, "other", &nothing(), bench.nonce());
    let other_body = bench.key.sign(sync::PATH, &bench.access, b"other", bench.nonce());
    for header in [foreign, elsewhere, other_token, other_body, "noise".to_owned()] {
        assert_eq!(code(&post(Some(header)).await), (401, "signature_wrong"));
    }
    let header = bench.key.sign(sync::PATH, &bench.access, &nothing(), bench.nonce());
    assert_eq!(post(Some(header.clone())).await.0, 200);
    assert_eq!(code(&post(Some(header)).await), (409, "nonce_used"));
    assert_eq!(bench.sync(&bench.access).await.0, 200);
}

#[tokio::test]
async fn a_refresh_that_is_not_signed_by_the_installs_key_changes_nothing() {
    let bench = Bench::set().await;
    let body = json!({ "refresh_token": bench.refresh }).to_string().into_bytes();
    let foreign = TestKey::new(2).sign(token::PATH, "", &body, bench.nonce());
    for _ in 0..3 {
        let answer = bench.post(token::PATH, "", body.clone(), Some(foreign.clone())).await;
        assert_eq!(code(&answer), (401, "signature_wrong"));
        assert_eq!(code(&bench.post(token::PATH, "", body.clone(), None).await), (401, "signature_missing"));
    }
    assert_eq!(code(&bench.refresh("nobody.nothing").await), (401, "token_unknown"));
    assert_eq!(code(&bench.refresh("nothing").await), (401, "token_unknown"));
    assert_eq!(bench.refresh(&bench.refresh).await.0, 200);
}

#[tokio::test]
async fn a_phone_that_cannot_prove_its_key_is_not_enrolled_and_its_code_stays_good() {
    let bench = Bench::set().await;
    let fresh = bench.code(8).await;
    let (body, _) = bench.key.enrolment(&fresh, bench.nonce()).unwrap();
    let foreign = TestKey::new(2).sign(enrol::PATH, "", &body, bench.nonce());
    assert_eq!(code(&bench.post(enrol::PATH, "", body.clone(), Some(foreign)).await), (401, "signature_wrong"));
    assert_eq!(code(&bench.post(enrol::PATH, "", body, None).await), (401, "signature_missing"));
    assert_eq!(bench.enrol(&fresh).await.0, 200);
    assert_eq!(code(&bench.enrol(&fresh).await), (403, "code_used"));
}

#[tokio::test]
async fn a_revoked_install_gets_no_tokens_and_a_long_silent_one_is_told_to_enrol() {
    let bench = Bench::set().await;
    bench.sql("update install set revoked_at = enrolled_at").await;
    assert_eq!(code(&bench.refresh(&bench.refresh).await), (403, "install_revoked"));
    bench.sql("update install set revoked_at = null").await;
    bench.seconds.fetch_add(180 * 24 * 3600, Ordering::SeqCst);
    assert_eq!(code(&bench.refresh(&bench.refresh).await), (401, "refresh_expired"));
}

#[tokio::test]
async fn an_install_from_before_keys_is_still_served_without_a_signature() {
    let bench = Bench::set().await;
    bench.sql("update install set public_key = null").await;
    assert_eq!(bench.post(sync::PATH, &bench.access, nothing(), None).await.0, 200);
}

#[tokio::test]
async fn after_twenty_wrong_codes_an_address_is_told_to_wait_and_then_a_good_code_is_taken() {
    let bench = Bench::set().await;
    let fresh = bench.code(8).await;
    for _ in 0..20 {
        assert_eq!(code(&bench.enrol("wrong").await), (403, "code_unknown"));
    }
    for shown in ["wrong", &fresh] {
        assert_eq!(code(&bench.enrol(shown).await), (429, "too_many_tries"));
    }
    bench.seconds.fetch_add(10, Ordering::SeqCst);
    assert_eq!(bench.enrol(&fresh).await.0, 200);
}

#[tokio::test]
async fn what_a_phone_tells_of_itself_is_noted_at_its_first_sync_once_a_minute_and_when_nothing_is_left_to_send() {
    let bench = Bench::set().await;
    let told = async || {
        let mut conn = bench.server.database.pool.acquire().await.unwrap();
        let now = OffsetDateTime::from_unix_timestamp(NOON).unwrap();
        let row = device::list(&mut conn, Config::default().region, now).await.unwrap().remove(0);
        (row.told_version, row.told_unsent, row.synced_at.map(|at| at.unix_timestamp() - NOON))
    };
    let says = async |unsent| {
        let told = Some(Told { version: "1.2.3".to_owned(), unsent });
        let request = SyncRequest { schema_version: 1, want_bytes: 10_000, told, ..SyncRequest::default() };
        let body = seal(&encode_request(&request));
        let header = bench.key.sign(sync::PATH, &bench.access, &body, bench.nonce());
        assert_eq!(bench.post(sync::PATH, &bench.access, body, Some(header)).await.0, 200);
    };
    assert_eq!(told().await, (None, None, None));
    let version = || Some("1.2.3".to_owned());
    says(9).await;
    assert_eq!(told().await, (version(), Some(9), Some(0)));
    bench.seconds.fetch_add(20, Ordering::SeqCst);
    says(5).await;
    assert_eq!(told().await, (version(), Some(9), Some(0)), "not again within a minute");
    says(0).await;
    assert_eq!(told().await, (version(), Some(0), Some(20)));
    bench.seconds.fetch_add(61, Ordering::SeqCst);
    assert_eq!(bench.sync(&bench.access).await.0, 200);
    assert_eq!(told().await, (None, None, Some(81)), "a phone of before says nothing of itself");
}
