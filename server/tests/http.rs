//! Promises of the door, on a real server with a real PostgreSQL.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on says where")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::routing::{MethodRouter, get};
use serde_json::{Value, json};
use time::OffsetDateTime;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use usra_server::clock::Clock;
use usra_server::config::Config;
use usra_server::registry::audit::By;
use usra_server::registry::enrol::{Invitation, invite};
use usra_server::testing::TestServer;
use usra_server::testing::key::TestKey;
use usra_sync_protocol::id::{AreaId, RecordId};
use usra_sync_protocol::role::Role;
use usra_sync_protocol::signing::Nonce;
use usra_sync_protocol::sync::{MEDIA_TYPE, Push, SyncRequest, encode_request, seal};

const NOON: i64 = 1_800_000_000;

struct Stepped(Arc<AtomicI64>);

impl Stepped {
    fn clock(&self) -> Clock {
        let seconds = Arc::clone(&self.0);
        Clock::from_fn(move || OffsetDateTime::from_unix_timestamp(seconds.load(Ordering::SeqCst)).unwrap())
    }

    fn step(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

async fn server() -> (TestServer, Stepped) {
    let time = Stepped(Arc::new(AtomicI64::new(NOON)));
    (TestServer::start(Config::default(), time.clock()).await.unwrap(), time)
}

async fn code(server: &TestServer) -> String {
    let config = Config::default();
    let now = OffsetDateTime::from_unix_timestamp(NOON).unwrap();
    let invitation = Invitation {
        role: Role::Surveyor,
        name: "Test".to_owned(),
        family: None,
        areas: vec![AreaId(200)],
        expires_at: now + config.code_life,
    };
    let mut conn = server.database.pool.acquire().await.unwrap();
    invite(&mut conn, config.region, &invitation, [7; 15], (By::Server, now)).await.unwrap()
}

async fn enrol(server: &TestServer, code: &str) -> (u16, Value) {
    let (body, signature) = TestKey::new(1).enrolment(code, Nonce([1; 16])).unwrap();
    let request = reqwest::Client::new().post(format!("{}/v1/enrol", server.url)).header("usra-signature", signature);
    let answer = request.header("content-type", "application/json").body(body).send().await.unwrap();
    (answer.status().as_u16(), serde_json::from_str(&answer.text().await.unwrap()).unwrap())
}

async fn sync(server: &TestServer, token: &str) -> (u16, Value) {
    let request = reqwest::Client::new().post(format!("{}/v1/sync", server.url)).bearer_auth(token);
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), serde_json::from_str(&answer.text().await.unwrap()).unwrap())
}

#[tokio::test]
async fn a_code_enrols_one_phone_and_no_second() {
    let (server, _) = server().await;
    let code = code(&server).await;
    let (status, answer) = enrol(&server, &code.to_lowercase()).await;
    assert_eq!((status, &answer["role"], &answer["assigned"]), (200, &json!("surveyor"), &json!([200])));
    let (status, answer) = enrol(&server, &code).await;
    assert_eq!((status, &answer["code"]), (403, &json!("code_used")));
}

#[tokio::test]
async fn of_eight_phones_that_show_one_code_at_once_one_is_enrolled() {
    let (server, _) = server().await;
    let code = code(&server).await;
    let server = Arc::new(server);
    let tries: Vec<_> = (0..8)
        .map(|_| {
            let (server, code) = (Arc::clone(&server), code.clone());
            tokio::spawn(async move { enrol(&server, &code).await.0 })
        })
        .collect();
    let mut enrolled = 0;
    for one in tries {
        enrolled += usize::from(one.await.unwrap() == 200);
    }
    assert_eq!(enrolled, 1);
}

#[tokio::test]
async fn a_code_ends_after_ten_minutes_and_says_so() {
    let (server, time) = server().await;
    let code = code(&server).await;
    time.step(600);
    let (status, answer) = enrol(&server, &code).await;
    assert_eq!((status, &answer["code"]), (403, &json!("code_expired")));
    time.step(-1);
    assert_eq!(enrol(&server, &code).await.0, 200);
}

#[tokio::test]
async fn a_token_opens_until_it_expires_or_its_install_is_revoked() {
    let (server, time) = server().await;
    let (_, answer) = enrol(&server, &code(&server).await).await;
    let token = answer["token"].as_str().unwrap().to_owned();
    assert_eq!(sync(&server, "made-up").await.1["code"], "token_unknown");
    assert_eq!(sync(&server, &token).await.1["code"], "media_type_unknown");
    sqlx::raw_sql("update install set revoked_at = enrolled_at").execute(&server.database.pool).await.unwrap();
    assert_eq!(sync(&server, &token).await.1["code"], "install_revoked");
    sqlx::raw_sql("update install set revoked_at = null").execute(&server.database.pool).await.unwrap();
    time.step(900);
    assert_eq!(sync(&server, &token).await.1["code"], "token_expired");
}

#[tokio::test]
async fn a_revoked_phone_delivers_its_unsent_work_for_an_hour_and_is_a_stranger_otherwise() {
    let (server, time) = server().await;
    let (_, answer) = enrol(&server, &code(&server).await).await;
    let token = answer["token"].as_str().unwrap().to_owned();
    sqlx::raw_sql("update install set revoked_at = enrolled_at").execute(&server.database.pool).await.unwrap();
    let record = RecordId::new(1, [1; 10]);
    let push = Push { record, kind: 1, area: AreaId(200), family: record, changes: vec![b"no change".to_vec()] };
    let work = SyncRequest { pushes: vec![push], want_bytes: 1 << 20, ..SyncRequest::default() };
    let ask = async |request: &SyncRequest, nonce: u8| {
        let body = seal(&encode_request(request));
        let signature = TestKey::new(1).sign("/v1/sync", &token, &body, Nonce([nonce; 16]));
        let post = reqwest::Client::new().post(format!("{}/v1/sync", server.url)).bearer_auth(&token);
        let post = post.header("content-type", MEDIA_TYPE).header("usra-signature", signature).body(body);
        post.send().await.unwrap().status().as_u16()
    };
    assert_eq!(ask(&SyncRequest::default(), 11).await, 403);
    assert_eq!(ask(&work, 12).await, 200);
    time.step(3599);
    assert_eq!(ask(&work, 13).await, 200);
    time.step(1);
    assert_eq!(ask(&work, 14).await, 403);
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_method_are_problems_with_the_requests_name() {
    let (server, _) = server().await;
    let client = reqwest::Client::new();
    let named = client.get(format!("{}/nope", server.url)).header("x-request-id", "phone-1234");
    let answer = named.send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    assert_eq!(answer.headers()["x-request-id"], "phone-1234");
    let body: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    assert_eq!((&body["code"], &body["request_id"]), (&json!("not_found"), &json!("phone-1234")));
    let answer = client.get(format!("{}/v1/enrol", server.url)).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 405);
    assert!(answer.text().await.unwrap().contains("method_not_allowed"));
}

#[tokio::test]
async fn a_body_that_is_too_large_or_not_json_is_refused_with_its_own_code() {
    let (server, _) = server().await;
    let post = |body: Vec<u8>, kind: &'static str| {
        let request = reqwest::Client::new().post(format!("{}/v1/enrol", server.url));
        async move { request.header("content-type", kind).body(body).send().await.unwrap().text().await.unwrap() }
    };
    assert!(post(vec![b' '; 4 * 1024 * 1024 + 1], "application/json").await.contains("body_too_large"));
    assert!(post(b"{".to_vec(), "application/json").await.contains("body_malformed"));
    assert!(post(b"{}".to_vec(), "text/plain").await.contains("media_type_unknown"));
}

/// What the server does with a client that sends `bytes` and then nothing: everything it answers until it hangs up.
async fn hang_up_on(bytes: &[u8]) -> String {
    let config = Config {
        header_timeout: Duration::from_millis(300),
        body_pause: Duration::from_millis(300),
        ..Config::default()
    };
    let server = TestServer::start(config, Clock::system()).await.unwrap();
    let mut stream = TcpStream::connect(server.url.trim_start_matches("http://")).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = String::new();
    let read = tokio::time::timeout(Duration::from_secs(10), stream.read_to_string(&mut answer)).await;
    let _reset = read.expect("the server holds the connection");
    answer
}

#[tokio::test]
async fn a_client_that_sends_nothing_or_half_a_head_is_cut() {
    for bytes in ["", "P", "PRI * HTTP/2.0\r\n", "POST /v1/enrol HTTP/1.1\r\nhost: usra.example\r\n"] {
        assert!(!hang_up_on(bytes.as_bytes()).await.contains("200 OK"), "{bytes:?}");
    }
}

#[tokio::test]
async fn a_client_that_stalls_inside_a_body_is_told_that_it_took_too_long() {
    let head = "POST /v1/enrol HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{";
    assert!(hang_up_on(head.as_bytes()).await.contains("request_timeout"));
}

fn answer_later(begun: Arc<Notify>, go: Arc<Notify>) -> MethodRouter<()> {
    get(async move || {
        begun.notify_one();
        go.notified().await;
        "done"
    })
}

#[tokio::test]
async fn a_stop_finishes_the_request_in_flight_and_takes_no_further_one() {
    let (begun, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let slow = answer_later(Arc::clone(&begun), Arc::clone(&go));
    let routes = async |_| axum::Router::new().route("/slow", slow);
    let mut server = TestServer::start_with(Config::default(), Clock::system(), routes).await.unwrap();
    let url = format!("{}/slow", server.url);
    let request = tokio::spawn(async move { reqwest::get(url).await.unwrap().text().await.unwrap() });
    begun.notified().await;
    server.tell_to_stop();
    let address = server.url.trim_start_matches("http://").to_owned();
    while TcpStream::connect(&address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    go.notify_one();
    assert_eq!(request.await.unwrap(), "done");
    server.stop().await;
}

#[tokio::test]
async fn a_full_house_asks_phones_to_come_back_but_still_says_it_is_alive() {
    let config = Config { max_requests: 0, ..Config::default() };
    let server = TestServer::start(config, Clock::system()).await.unwrap();
    let answer = reqwest::Client::new().post(format!("{}/v1/enrol", server.url)).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["retry-after"].to_str().unwrap()), (503, "5"));
    assert!(answer.text().await.unwrap().contains("overloaded"));
    assert_eq!(reqwest::get(format!("{}/readyz", server.url)).await.unwrap().status().as_u16(), 200);
}

/// Opens so many connections that begin a request and never end it.
async fn begin(server: &TestServer, count: usize, beginning: &str) -> Vec<TcpStream> {
    let mut open = Vec::new();
    for _ in 0..count {
        let mut stream = TcpStream::connect(server.url.trim_start_matches("http://")).await.unwrap();
        stream.write_all(beginning.as_bytes()).await.unwrap();
        open.push(stream);
    }
    open
}

#[tokio::test]
async fn bodies_on_their_way_hold_no_seat() {
    let config = Config { max_requests: 1, ..Config::default() };
    let server = TestServer::start(config, Clock::system()).await.unwrap();
    let head =
        "POST /v1/enrol HTTP/1.1\r\nhost: usra\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{";
    let _slow = begin(&server, 20, head).await;
    // Each has the one seat until it is seen that its body is on its way; it is never given back if that were not so.
    for _ in 0..500 {
        if enrol(&server, "WRONG").await.1["code"] != "overloaded" {
            return;
        }
    }
    panic!("slow bodies hold the seat");
}

#[tokio::test]
async fn connections_that_never_send_their_request_make_room_for_those_who_do() {
    let config = Config { max_connections: 4, ..Config::default() };
    let server = TestServer::start(config, Clock::system()).await.unwrap();
    let _slow = begin(&server, 300, "POST /v1/enrol HTTP/1.1\r\nhost: usra\r\n").await;
    let answer = tokio::time::timeout(Duration::from_secs(5), enrol(&server, "WRONG")).await;
    assert_eq!(answer.expect("no answer while others send nothing").0, 403);
}
