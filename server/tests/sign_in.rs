//! Promises of signing in, on a real server with a real PostgreSQL and a real gateway that takes the texts.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on says where")]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use time::OffsetDateTime;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tracing_subscriber::layer::SubscriberExt;
use usra_server::clock::Clock;
use usra_server::config::Config;
use usra_server::sms::Sms;
use usra_server::sms::webhook::Webhook;
use usra_server::testing::TestServer;
use usra_server::testing::key::TestKey;
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::sign_in::{CODE_PATH, PATH};
use usra_sync_protocol::signing::Nonce;

const NOON: i64 = 1_800_000_000;
const SECRET: &[u8] = b"a secret of the two";

/// A gateway that keeps what it gets, and refuses as often as it is told to.
#[derive(Clone, Default)]
struct Gateway {
    got: Arc<Mutex<Vec<(HeaderMap, String)>>>,
    refuse: Arc<AtomicU64>,
    news: Arc<Notify>,
}

impl Gateway {
    async fn start(self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/send", listener.local_addr().unwrap());
        let router = Router::new().route("/send", post(take)).with_state(self);
        tokio::spawn(async move { axum::serve(listener, router).await });
        url
    }

    /// Waits until it got `count` texts and gives them.
    async fn texts(&self, count: usize) -> Vec<Value> {
        loop {
            let heard = self.news.notified();
            let got: Vec<Value> =
                self.got.lock().unwrap().iter().map(|(_, body)| serde_json::from_str(body).unwrap()).collect();
            if got.len() >= count {
                return got;
            }
            heard.await;
        }
    }
}

async fn take(State(gateway): State<Gateway>, headers: HeaderMap, body: String) -> StatusCode {
    gateway.got.lock().unwrap().push((headers, body));
    gateway.news.notify_one();
    let refuses = gateway.refuse.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
    if refuses { StatusCode::BAD_GATEWAY } else { StatusCode::NO_CONTENT }
}

/// A server at noon with a gateway, and the families that its tables show.
struct Bench {
    server: TestServer,
    gateway: Gateway,
    seconds: Arc<AtomicI64>,
    nonces: AtomicU64,
    client: reqwest::Client,
}

impl Bench {
    async fn set() -> Self {
        Self::with(2_000).await
    }

    async fn with(texts_a_day: u32) -> Self {
        let (seconds, gateway) = (Arc::new(AtomicI64::new(NOON)), Gateway::default());
        let told = Arc::clone(&seconds);
        let clock = Clock::from_fn(move || OffsetDateTime::from_unix_timestamp(told.load(Ordering::SeqCst)).unwrap());
        let sms = Sms::Webhook(Webhook::new(&gateway.clone().start().await, SECRET).unwrap());
        let server = TestServer::start(Config { sms, texts_a_day, ..Config::default() }, clock).await.unwrap();
        Self { server, gateway, seconds, nonces: AtomicU64::new(0), client: reqwest::Client::new() }
    }

    /// A family in Jeddah that shows this number.
    async fn family(&self, n: u8, mobile: &str) -> RecordId {
        let id = RecordId::new(1_000, [n; 10]);
        let zeros = "decode(repeat('00', 8), 'hex')";
        let sql = format!(
            "insert into record (region_id, record_id, kind, family_id, area_id, created_by, created_at, changed_at,
                 change_count, conflict_count, heads, digest)
             values (2, '{0}', 1, '{0}', 200, '{0}', now(), now(), 0, 0, '', {zeros});
             insert into family (region_id, record_id, family_id, name_ar, mobile)
             values (2, '{0}', '{0}', 'أسرة {n}', '{mobile}')",
            id.0
        );
        self.sql(sql).await;
        id
    }

    async fn sql(&self, sql: impl Into<String>) {
        sqlx::raw_sql(AssertSqlSafe(sql.into())).execute(&self.server.database.pool).await.unwrap();
    }

    async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.server.database.pool).await.unwrap()
    }

    fn step(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Asks for a code; the status, the headers and the body, the request's id left out.
    async fn ask(&self, mobile: &str) -> (u16, BTreeMap<String, String>, Value) {
        let body = json!({ "mobile": mobile }).to_string().into_bytes();
        self.post(CODE_PATH, body, None).await
    }

    /// Asks for a code and reads it from the text.
    async fn code(&self, mobile: &str) -> String {
        let before = self.gateway.got.lock().unwrap().len();
        assert_eq!(self.ask(mobile).await.0, 202);
        let texts = self.gateway.texts(before + 1).await;
        digits(&texts[before]["text_en"])
    }

    /// Shows a code with the key of phone `n`.
    async fn show(&self, n: u8, mobile: &str, code: &str, family: Option<RecordId>) -> (u16, Value) {
        let (status, _, answer) = self.show_whole(n, mobile, code, family).await;
        (status, answer)
    }

    async fn show_whole(
        &self,
        n: u8,
        mobile: &str,
        code: &str,
        family: Option<RecordId>,
    ) -> (u16, BTreeMap<String, String>, Value) {
        let key = TestKey::new(n);
        let (public_key, nonce) = (key.public(), self.nonces.fetch_add(1, Ordering::SeqCst));
        let mut body = json!({ "mobile": mobile, "code": code, "protocol_version": 1, "public_key": public_key });
        if let Some(family) = family {
            body["family"] = json!(family);
        }
        let body = body.to_string().into_bytes();
        let header = key.sign(PATH, "", &body, Nonce(u128::from(nonce).to_be_bytes()));
        self.post(PATH, body, Some(header)).await
    }

    async fn post(
        &self,
        path: &str,
        body: Vec<u8>,
        signature: Option<String>,
    ) -> (u16, BTreeMap<String, String>, Value) {
        let post = self.client.post(format!("{}{path}", self.server.url));
        let mut post = post.header("content-type", "application/json").header("x-request-id", "the-same-id");
        if let Some(signature) = signature {
            post = post.header("usra-signature", signature);
        }
        let answer = post.body(body).send().await.unwrap();
        let status = answer.status().as_u16();
        let named = |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
            // The second of the machine's clock, which may pass between two answers.
            (name != "date").then(|| (name.to_string(), value.to_str().unwrap().to_owned()))
        };
        let headers = answer.headers().iter().filter_map(named).collect();
        (status, headers, serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default())
    }
}

fn digits(text: &Value) -> String {
    let digits: String = text.as_str().unwrap().chars().filter(char::is_ascii_digit).collect();
    assert_eq!(digits.len(), 6);
    digits
}

fn other_than(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

fn problem((status, answer): &(u16, Value)) -> (u16, &str) {
    (*status, answer["code"].as_str().unwrap_or_default())
}

const WRONG: (u16, &str) = (403, "sign_in_code_wrong");
const ONE: &str = "+966500000001";
const NOBODY: &str = "+966500000002";

#[tokio::test]
async fn the_code_that_a_family_is_sent_signs_its_phone_in_once_in_the_area_where_it_lives() {
    let bench = Bench::set().await;
    let family = bench.family(1, ONE).await;
    let code = bench.code("٠٥٠ ٠٠٠ ٠٠٠١").await;
    let (status, answer) = bench.show(1, "0500000001", &code, None).await;
    let enrolled = &answer["enrolled"];
    assert_eq!((status, &enrolled["role"], &enrolled["family"]), (200, &json!("family"), &json!(family)));
    assert_eq!(enrolled["assigned"], json!([200]));
    assert!(enrolled["token"].is_string() && enrolled["refresh_token"].is_string());
    assert_eq!(bench.count("select count(*) from assignment").await, 0);
    assert_eq!(bench.count("select count(*) from audit where action = 'sign_in' and install_id is not null").await, 1);
    assert_eq!(problem(&bench.show(2, ONE, &code, None).await), WRONG);
    let kept: String = sqlx::query_scalar("select row_to_json(c)::text from sign_in_code c")
        .fetch_one(&bench.server.database.pool)
        .await
        .unwrap();
    assert!(!kept.contains("500000001") && !kept.contains(&code), "{kept}");
}

#[tokio::test]
async fn a_text_goes_to_the_number_in_both_languages_signed_and_again_under_the_same_id() {
    let bench = Bench::set().await;
    bench.family(1, ONE).await;
    bench.gateway.refuse.store(1, Ordering::SeqCst);
    bench.ask(ONE).await;
    let texts = bench.gateway.texts(2).await;
    assert_eq!(texts[0], texts[1]);
    assert_eq!(texts[0]["to"], ONE);
    assert_eq!(digits(&texts[0]["text_ar"]), digits(&texts[0]["text_en"]));
    assert!(!texts[0].to_string().contains("أسرة 1"));
    let got = bench.gateway.got.lock().unwrap().clone();
    for (headers, body) in got {
        let timestamp = headers["usra-sms-timestamp"].to_str().unwrap().to_owned();
        assert_eq!(timestamp, NOON.to_string());
        let expected = usra_server::sms::webhook::signature(SECRET, &timestamp, body.as_bytes()).unwrap();
        assert_eq!(headers["usra-sms-signature"], expected);
    }
}

#[tokio::test]
async fn known_and_unknown_numbers_get_the_same_bytes_and_headers_at_every_step() {
    let bench = Bench::set().await;
    bench.family(1, ONE).await;
    // The second asking is over the number's limit.
    for _ in 0..2 {
        let known = bench.ask(ONE).await;
        assert_eq!(known, bench.ask(NOBODY).await);
        assert_eq!((known.0, known.2), (202, json!({ "code_life_s": 300, "again_after_s": 60 })));
    }
    let code = digits(&bench.gateway.texts(1).await[0]["text_ar"]);
    let known = bench.show_whole(1, ONE, &other_than(&code), None).await;
    assert_eq!(known, bench.show_whole(1, NOBODY, &other_than(&code), None).await);
    assert_eq!(known, bench.show_whole(1, NOBODY, "", None).await);
    assert_eq!(known, bench.show_whole(1, "+966500000009", "123456", None).await);
    assert_eq!((known.0, &known.2["code"]), (403, &json!("sign_in_code_wrong")));
    assert_eq!(bench.gateway.got.lock().unwrap().len(), 1);
    for malformed in ["", "123", "0112345678", "+33612345678", "05000000010"] {
        assert_eq!(bench.ask(malformed).await.2["code"], "mobile_invalid", "{malformed}");
    }
}

#[tokio::test]
async fn five_wrong_codes_end_a_code_and_five_minutes_do_too() {
    let bench = Bench::set().await;
    bench.family(1, ONE).await;
    let code = bench.code(ONE).await;
    for _ in 0..5 {
        assert_eq!(problem(&bench.show(1, ONE, &other_than(&code), None).await), WRONG);
    }
    assert_eq!(problem(&bench.show(1, ONE, &code, None).await), WRONG);
    bench.step(60);
    let code = bench.code(ONE).await;
    for _ in 0..4 {
        bench.show(1, ONE, &other_than(&code), None).await;
    }
    bench.step(299);
    assert_eq!(bench.show(1, ONE, &code, None).await.0, 200);
    let code = bench.code(ONE).await;
    bench.step(300);
    assert_eq!(problem(&bench.show(1, ONE, &code, None).await), WRONG);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_guesses_at_the_same_moment_five_are_compared() {
    let bench = Arc::new(Bench::set().await);
    bench.family(1, ONE).await;
    let code = bench.code(ONE).await;
    let guesses = (0..16).map(|_| {
        let (bench, wrong) = (Arc::clone(&bench), other_than(&code));
        tokio::spawn(async move { bench.show(1, ONE, &wrong, None).await.0 })
    });
    for guess in guesses.collect::<Vec<_>>() {
        assert_eq!(guess.await.unwrap(), 403);
    }
    assert_eq!(bench.count("select tries::bigint from sign_in_code").await, 5);
    assert_eq!(problem(&bench.show(1, ONE, &code, None).await), WRONG);
}

#[tokio::test]
async fn of_ten_thousand_guesses_five_are_compared_and_all_but_a_few_are_turned_away_at_the_door() {
    let bench = Bench::set().await;
    bench.family(1, ONE).await;
    let code = bench.code(ONE).await;
    let mut answers: BTreeMap<String, u32> = BTreeMap::new();
    let guesses = (0..10_000).map(|guess| format!("{guess:06}")).filter(|guess| *guess != code);
    for guess in guesses {
        let answer = bench.show(1, ONE, &guess, None).await;
        *answers.entry(problem(&answer).1.to_owned()).or_default() += 1;
    }
    assert_eq!(answers["sign_in_code_wrong"], 20);
    assert!(answers["too_many_tries"] >= 9_979);
    assert_eq!(bench.count("select tries::bigint from sign_in_code").await, 5);
    assert_eq!(bench.count("select count(*) from install").await, 0);
    bench.step(10);
    assert_eq!(problem(&bench.show(1, ONE, &code, None).await), WRONG);
}

#[tokio::test]
async fn a_number_gets_one_code_a_minute_and_the_first_stays_good() {
    let bench = Bench::set().await;
    bench.family(1, ONE).await;
    let code = bench.code(ONE).await;
    bench.step(59);
    bench.ask(ONE).await;
    assert_eq!(bench.show(1, ONE, &code, None).await.0, 200);
    bench.step(1);
    bench.code(ONE).await;
    assert_eq!(bench.gateway.texts(2).await.len(), 2);
    bench.step(24 * 3600 + 1);
    bench.ask(NOBODY).await;
    assert_eq!(bench.count("select count(*) from sign_in_code").await, 1);
}

#[tokio::test]
async fn when_the_days_texts_are_used_up_nothing_is_sent_until_midnight_and_the_answer_stays_the_same() {
    let bench = Bench::with(2).await;
    for n in 1..=4 {
        bench.family(n, &format!("+96650000001{n}")).await;
    }
    let asked = async |n: u8| bench.ask(&format!("+96650000001{n}")).await;
    let first = asked(1).await;
    for n in 2..=4 {
        assert_eq!(asked(n).await, first);
    }
    assert_eq!(asked(9).await, first);
    let (sent, stopped) = ("select sent::bigint from sms_day", "select stopped::bigint from sms_day");
    assert_eq!((bench.count(sent).await, bench.count(stopped).await), (2, 2));
    assert_eq!(bench.gateway.texts(2).await.len(), 2);
    assert_eq!(bench.count("select count(*) from audit where action = 'sms.stopped'").await, 1);
    // 1,800,000,000 is 11:00 in Riyadh.
    bench.step(13 * 3600);
    asked(4).await;
    assert_eq!(bench.gateway.texts(3).await[2]["to"], "+966500000014");
}

#[tokio::test]
async fn several_families_on_a_number_are_listed_after_the_right_code_only_and_one_is_chosen_with_it() {
    let bench = Bench::set().await;
    let (one, two) = (bench.family(1, ONE).await, bench.family(2, ONE).await);
    let closed = bench.family(3, ONE).await;
    let other = bench.family(4, "+966500000004").await;
    bench.sql(format!("update family set status = 'closed' where record_id = '{}'", closed.0)).await;
    let code = bench.code(ONE).await;
    assert_eq!(problem(&bench.show(1, ONE, &other_than(&code), Some(one)).await), WRONG);
    let (status, answer) = bench.show(1, ONE, &code, None).await;
    let listed = json!({ "choose": [{ "family": one, "name": "أسرة 1" }, { "family": two, "name": "أسرة 2" }] });
    assert_eq!((status, answer), (200, listed));
    for foreign in [closed, other] {
        assert_eq!(problem(&bench.show(1, ONE, &code, Some(foreign)).await), WRONG);
    }
    let (status, answer) = bench.show(1, ONE, &code, Some(two)).await;
    assert_eq!((status, &answer["enrolled"]["family"]), (200, &json!(two)));
}

#[tokio::test]
async fn a_phone_that_does_not_prove_its_key_uses_up_no_try() {
    let bench = Bench::set().await;
    bench.family(1, ONE).await;
    let code = bench.code(ONE).await;
    let body = json!({ "mobile": ONE, "code": code, "protocol_version": 1, "public_key": TestKey::new(1).public() });
    let body = body.to_string().into_bytes();
    let foreign = TestKey::new(2).sign(PATH, "", &body, Nonce([1; 16]));
    for (header, code) in [(Some(foreign), "signature_wrong"), (None, "signature_missing")] {
        assert_eq!(bench.post(PATH, body.clone(), header).await.2["code"], code);
    }
    assert_eq!(bench.count("select tries::bigint from sign_in_code").await, 0);
    assert_eq!(bench.show(1, ONE, &code, None).await.0, 200);
}

#[tokio::test]
async fn a_server_without_texts_says_so_and_an_address_that_asks_too_much_waits() {
    let bench = Bench::set().await;
    for n in 0..30 {
        assert_eq!(bench.ask(&format!("+9665000001{n:02}")).await.0, 202);
    }
    let (status, headers, answer) = bench.ask(ONE).await;
    assert_eq!((status, &answer["code"], headers["retry-after"].as_str()), (429, &json!("sms_limit"), "20"));
    let clock = Clock::from_fn(|| OffsetDateTime::from_unix_timestamp(NOON).unwrap());
    let server = TestServer::start(Config::default(), clock).await.unwrap();
    let off = Bench {
        server,
        gateway: Gateway::default(),
        seconds: Arc::default(),
        nonces: AtomicU64::new(0),
        client: reqwest::Client::new(),
    };
    for mobile in [ONE, NOBODY] {
        let (status, _, answer) = off.ask(mobile).await;
        assert_eq!((status, &answer["code"]), (503, &json!("sms_unavailable")));
    }
}

/// Every statement that the process sends to the database, in order.
#[derive(Clone, Default)]
struct Statements(Arc<Mutex<Vec<String>>>);

/// The statement that a log event of sqlx tells.
#[derive(Default)]
struct Summary(Option<String>);

impl tracing::field::Visit for Summary {
    fn record_str(&mut self, field: &tracing::field::Field, value: &str) {
        if field.name() == "summary" {
            self.0 = Some(value.to_owned());
        }
    }

    fn record_debug(&mut self, _: &tracing::field::Field, _: &dyn std::fmt::Debug) {}
}

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Statements {
    fn on_event(&self, event: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
        let mut summary = Summary::default();
        event.record(&mut summary);
        if event.metadata().target() == "sqlx::query" {
            self.0.lock().unwrap().extend(summary.0);
        }
    }
}

#[tokio::test]
async fn known_and_unknown_numbers_take_the_same_statements_in_the_same_order() {
    let statements = Statements::default();
    let subscriber = tracing_subscriber::registry().with(statements.clone());
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let bench = Bench::set().await;
    bench.family(1, ONE).await;
    let taken = || std::mem::take(&mut *statements.0.lock().unwrap());
    let mut asked = Vec::new();
    // Twice each: the first code, and one over the number's limit.
    for mobile in [ONE, NOBODY, ONE, NOBODY] {
        taken();
        bench.ask(mobile).await;
        asked.push(taken());
    }
    assert!(asked[0].len() >= 6, "{asked:?}");
    assert!(asked.iter().all(|statements| *statements == asked[0]), "{asked:#?}");
    let code = digits(&bench.gateway.texts(1).await[0]["text_en"]);
    let mut shown = Vec::new();
    for mobile in [ONE, NOBODY, "+966500000009"] {
        taken();
        bench.show(1, mobile, &other_than(&code), None).await;
        shown.push(taken());
    }
    assert!(shown[0].len() >= 3, "{shown:?}");
    assert!(shown.iter().all(|statements| *statements == shown[0]), "{shown:#?}");
}
