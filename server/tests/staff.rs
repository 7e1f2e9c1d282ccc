//! Promises of the console's accounts: signing in, guessing, locks, sessions; on a real PostgreSQL, with a clock that is stepped.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Value, json};
use sqlx::PgPool;
use time::{Duration, OffsetDateTime};
use usra_server::clock::Clock;
use usra_server::config::Config;
use usra_server::keys::Keys;
use usra_server::registry::audit::By;
use usra_server::registry::staff::password::{Password, Passwords};
use usra_server::registry::staff::session::{Session, of_token, sign_out};
use usra_server::registry::staff::sign_in::{Desk, Fresh, NotSignedIn, Shown, sign_in};
use usra_server::registry::staff::totp::Secret;
use usra_server::registry::staff::{self, Login, NewStaff, StaffError};
use usra_server::storage::staff::Proofs;
use usra_server::testing::{TestDatabase, TestServer};
use usra_sync_protocol::id::{AreaId, RegionId};
use usra_sync_protocol::role::Role;
use uuid::Uuid;

const REGION: RegionId = RegionId(2);
const PASSWORD: &str = "a long enough password";
const NOON: i64 = 1_800_000_000;

fn noon() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(NOON).unwrap()
}

fn by() -> By {
    By::Operator("test".to_owned())
}

fn login(text: &str) -> Login {
    Login::parse(text).unwrap()
}

/// The secret of every account's one-time codes here.
fn secret() -> Secret {
    Secret::new([9; 20])
}

fn proofs(keys: &Keys, id: Uuid, password: &str) -> Proofs {
    let password_hash = Password::chosen(password).unwrap().hash([7; 16]).unwrap();
    Proofs { password_hash, totp_secret: secret().seal(keys, (REGION, id), [4; 24]).unwrap() }
}

async fn add(pool: &PgPool, keys: &Keys, name: &str) -> Result<Uuid, StaffError> {
    let id = Uuid::from_u128(u128::from(name.bytes().map(u32::from).sum::<u32>()));
    let new = NewStaff { login: login(name), name: "Test".to_owned(), role: Role::Staff, areas: vec![AreaId(200)] };
    let mut conn = pool.acquire().await?;
    staff::add(&mut conn, REGION, &new, (id, &proofs(keys, id, PASSWORD)), (by(), noon())).await.map(|()| id)
}

/// A centre with the account `huda`.
struct Centre {
    database: TestDatabase,
    keys: Arc<Keys>,
}

impl Centre {
    async fn start() -> Self {
        let centre =
            Self { database: TestDatabase::start().await.unwrap(), keys: Arc::new(Keys::unkept([3; Keys::RANDOM])) };
        add(&centre.database.pool, &centre.keys, "huda").await.unwrap();
        centre
    }

    /// What one more server process would have.
    fn server(&self) -> Desk {
        Desk { passwords: Passwords::new(4), keys: Arc::clone(&self.keys) }
    }

    async fn try_in(&self, desk: &Desk, (name, password, code): (&str, &str, &str), now: OffsetDateTime) -> Told {
        let shown =
            Shown { login: name.to_owned(), password: Password::typed(password).unwrap(), code: code.to_owned() };
        let token = u8::try_from(now.unix_timestamp() % 251).unwrap();
        let told = sign_in(&self.database.pool, REGION, desk, shown, Fresh { token: [token; 32], now }).await;
        told.map_err(|error| match error {
            NotSignedIn::Wrong => "wrong",
            NotSignedIn::Locked(_) => "locked",
            NotSignedIn::Storage(_) => "away",
        })
    }

    async fn sign_in(&self, desk: &Desk, now: OffsetDateTime) -> Told {
        self.try_in(desk, ("huda", PASSWORD, &secret().code(now).unwrap()), now).await
    }

    async fn is_in(&self, session: &Session, now: OffsetDateTime) -> bool {
        let mut conn = self.database.pool.acquire().await.unwrap();
        of_token(&mut conn, REGION, &session.token, now).await.unwrap().is_some()
    }

    async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.database.pool).await.unwrap()
    }
}

type Told = Result<Session, &'static str>;

#[tokio::test]
async fn password_and_code_together_sign_in_and_anything_else_gets_one_answer_at_the_same_cost() {
    let (centre, mut now) = (Centre::start().await, noon());
    let desk = centre.server();
    let code = |now| secret().code(now).unwrap();
    let wrong_code = "000000";
    assert_ne!(code(now), wrong_code);
    for (name, password, typed) in [
        ("nobody", PASSWORD, code(now)),
        ("huda", "not the password", code(now)),
        ("huda", PASSWORD, wrong_code.to_owned()),
        ("huda", PASSWORD, String::new()),
        ("هدى", "", String::new()),
    ] {
        let before = desk.passwords.verified();
        assert_eq!(centre.try_in(&desk, (name, password, &typed), now).await.err(), Some("wrong"), "{name}");
        assert_eq!(desk.passwords.verified(), before + 1, "{name}");
    }
    let session = centre.try_in(&desk, (" HUDA ", PASSWORD, &code(now)), now).await.unwrap();
    let who = session.who.clone().unwrap();
    assert_eq!((who.login.as_str(), who.role, who.areas.as_slice()), ("huda", Role::Staff, [AreaId(200)].as_slice()));
    // Seen over a shoulder: the same code opens nothing a second time, the next one does.
    assert_eq!(centre.sign_in(&desk, now).await.err(), Some("wrong"));
    now += Duration::seconds(30);
    assert!(centre.sign_in(&desk, now).await.is_ok());
    assert_eq!(
        centre.count("select count(*) from audit where action = 'staff.sign_in' and by_kind = 'staff'").await,
        2
    );
}

/// Guesses 1,250 codes; how often it was locked out.
async fn guess(centre: Arc<Centre>, desk: Desk, name: &'static str, first: u32) -> usize {
    let mut locked = 0;
    for code in first..first + 1_250 {
        let told = centre.try_in(&desk, (name, PASSWORD, &format!("{code:06}")), noon()).await;
        locked += usize::from(told.err() == Some("locked"));
    }
    locked
}

#[tokio::test(flavor = "multi_thread")]
async fn of_ten_thousand_guesses_at_one_account_over_two_servers_five_are_looked_at() {
    for name in ["huda", "nobody"] {
        let centre = Arc::new(Centre::start().await);
        let servers = [centre.server(), centre.server()];
        let mut guesses = tokio::task::JoinSet::new();
        for worker in 0..8_u32 {
            guesses.spawn(guess(Arc::clone(&centre), servers[worker as usize % 2].clone(), name, worker * 1_250));
        }
        let locked: usize = guesses.join_all().await.into_iter().sum();
        let looked_at: u64 = servers.iter().map(|desk| desk.passwords.verified()).sum();
        assert_eq!((locked, looked_at), (9_995, 5), "{name}");
        assert_eq!(centre.count("select count(*) from audit where action = 'staff.locked'").await, 1, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_guesses_at_many_accounts_a_thousand_an_hour_are_looked_at_over_two_servers() {
    let centre = Arc::new(Centre::start().await);
    // All but the last few of the hour were used; what counts is what the database lets through from there.
    let mut conn = centre.database.pool.acquire().await.unwrap();
    let used = "insert into staff_try (region_id, login_hash, failed_count, tried_at)
        select 2, decode(repeat('00', 32), 'hex'), 980, to_timestamp($1::double precision)
        on conflict on constraint staff_try_pkey do update set failed_count = 980, tried_at = excluded.tried_at";
    sqlx::query(used).bind(1_800_000_000_f64).execute(&mut *conn).await.unwrap();
    let servers = [centre.server(), centre.server()];
    let mut heard = 0;
    for guess in 0..400_usize {
        let name = format!("account-{guess}");
        let told = centre.try_in(&servers[guess % 2], (&name, PASSWORD, "123456"), noon()).await;
        heard += usize::from(told.err() == Some("wrong"));
    }
    assert_eq!(heard, 20);
    assert_eq!(servers.iter().map(|desk| desk.passwords.verified()).sum::<u64>(), 20);
    assert!(centre.sign_in(&servers[0], noon() + Duration::HOUR).await.is_ok());
}

#[tokio::test]
async fn a_lock_ends_after_a_quarter_of_an_hour_and_a_right_sign_in_or_a_reset_forgets_what_failed() {
    let (centre, mut now) = (Centre::start().await, noon());
    let desk = centre.server();
    let fail = async |times: usize, now| {
        for _ in 0..times {
            assert_eq!(centre.try_in(&desk, ("huda", "wrong password", "1"), now).await.err(), Some("wrong"));
        }
    };
    fail(5, now).await;
    assert_eq!(centre.sign_in(&desk, now).await.err(), Some("locked"));
    now += Duration::minutes(15) - Duration::SECOND;
    assert_eq!(centre.sign_in(&desk, now).await.err(), Some("locked"));
    now += Duration::SECOND;
    assert!(centre.sign_in(&desk, now).await.is_ok());
    fail(4, now).await;
    now += Duration::seconds(30);
    assert!(centre.sign_in(&desk, now).await.is_ok());
    fail(5, now).await;
    let mut conn = centre.database.pool.acquire().await.unwrap();
    let id = staff::find(&mut conn, REGION, &login("huda")).await.unwrap().staff_id;
    let other = proofs(&centre.keys, id, "another long password");
    staff::reset(&mut conn, REGION, &login("huda"), &other, (by(), now)).await.unwrap();
    assert_eq!(centre.sign_in(&desk, now).await.err(), Some("wrong"));
    let code = secret().code(now).unwrap();
    assert!(centre.try_in(&desk, ("huda", "another long password", &code), now).await.is_ok());
}

#[tokio::test]
async fn a_session_ends_unused_after_half_an_hour_used_after_twelve_hours_and_when_signed_out() {
    let (centre, desk) = (Centre::start().await, Centre::server);
    let desk = desk(&centre);
    let session = centre.sign_in(&desk, noon()).await.unwrap();
    let unused = noon() + Duration::minutes(30);
    assert!(!centre.is_in(&session, unused).await);
    let mut now = noon();
    while now + Duration::minutes(29) < noon() + Duration::hours(12) {
        now += Duration::minutes(29);
        assert!(centre.is_in(&session, now).await, "{now}");
    }
    assert!(!centre.is_in(&session, noon() + Duration::hours(12)).await);
    let second = centre.sign_in(&desk, now).await.unwrap();
    let mut conn = centre.database.pool.acquire().await.unwrap();
    sign_out(&mut conn, REGION, &second.token).await.unwrap();
    assert!(!centre.is_in(&second, now).await);
}

#[tokio::test]
async fn a_shut_account_is_out_at_its_next_request_and_stays_out() {
    let centre = Centre::start().await;
    let (desk, now) = (centre.server(), noon());
    let session = centre.sign_in(&desk, now).await.unwrap();
    let mut conn = centre.database.pool.acquire().await.unwrap();
    assert!(staff::disable(&mut conn, REGION, &login("huda"), (by(), now)).await.unwrap());
    assert!(!staff::disable(&mut conn, REGION, &login("huda"), (by(), now)).await.unwrap());
    assert!(!centre.is_in(&session, now).await);
    assert_eq!(centre.sign_in(&desk, now + Duration::minutes(1)).await.err(), Some("wrong"));
    assert!(matches!(add(&centre.database.pool, &centre.keys, "huda").await, Err(StaffError::Taken)));
    assert!(matches!(staff::find(&mut conn, REGION, &login("nobody")).await, Err(StaffError::Unknown)));
}

/// A server at noon with the account `huda`.
async fn server() -> (TestServer, Arc<AtomicI64>) {
    let seconds = Arc::new(AtomicI64::new(NOON));
    let told = Arc::clone(&seconds);
    let clock = Clock::from_fn(move || OffsetDateTime::from_unix_timestamp(told.load(Ordering::SeqCst)).unwrap());
    let server = TestServer::start(Config::default(), clock).await.unwrap();
    add(&server.database.pool, &server.keys, "huda").await.unwrap();
    (server, seconds)
}

async fn said(answer: reqwest::Response) -> (u16, Option<String>, Value) {
    let (status, cookie) = (answer.status().as_u16(), answer.headers().get("set-cookie").cloned());
    let cookie = cookie.map(|cookie| cookie.to_str().unwrap().to_owned());
    (status, cookie, serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default())
}

#[tokio::test]
async fn the_address_of_the_session_signs_in_tells_who_it_is_and_signs_out_and_hears_no_other_site() {
    let (server, seconds) = server().await;
    let (client, url) = (reqwest::Client::new(), format!("{}/v1/staff/session", server.url));
    let post = |password: &str, from: Option<&'static str>| {
        let code = secret().code(OffsetDateTime::from_unix_timestamp(seconds.load(Ordering::SeqCst)).unwrap()).unwrap();
        let body = json!({ "login": "huda", "password": password, "totp": code }).to_string();
        let request = client.post(&url).header("content-type", "application/json").body(body);
        from.map_or(request.try_clone().unwrap(), |from| request.header("sec-fetch-site", from))
    };
    let (status, cookie, wrong) = said(post("wrong", None).send().await.unwrap()).await;
    assert_eq!((status, cookie, &wrong["code"]), (401, None, &json!("sign_in_wrong")));
    let (status, _, foreign) = said(post(PASSWORD, Some("cross-site")).send().await.unwrap()).await;
    assert_eq!((status, &foreign["code"]), (403, &json!("origin_foreign")));
    let (status, cookie, answer) = said(post(PASSWORD, Some("same-origin")).send().await.unwrap()).await;
    let cookie = cookie.unwrap();
    assert_eq!((status, &answer["role"], &answer["areas"]), (200, &json!("staff"), &json!([200])));
    assert!(cookie.ends_with("; HttpOnly; SameSite=Strict; Secure; Path=/"), "{cookie}");
    let pair = cookie.split(';').next().unwrap().to_owned();
    let who = said(client.get(&url).header("cookie", &pair).send().await.unwrap()).await;
    assert_eq!((who.0, &who.2["login"]), (200, &json!("huda")));
    assert_eq!(said(client.get(&url).send().await.unwrap()).await.2["code"], "session_ended");
    let foreign = client.delete(&url).header("cookie", &pair).header("origin", "https://evil.example");
    assert_eq!(foreign.send().await.unwrap().status().as_u16(), 403);
    let (status, cookie, _) = said(client.delete(&url).header("cookie", &pair).send().await.unwrap()).await;
    assert_eq!(status, 204);
    assert!(cookie.unwrap().contains("Max-Age=0"));
    let gone = said(client.get(&url).header("cookie", &pair).send().await.unwrap()).await;
    assert_eq!((gone.0, &gone.2["code"]), (401, &json!("session_ended")));
}

#[tokio::test]
async fn one_address_that_guesses_is_slowed_before_anything_is_looked_at() {
    let (server, _) = server().await;
    let url = format!("{}/v1/staff/session", server.url);
    let mut codes = std::collections::BTreeMap::<String, usize>::new();
    for guess in 0..60 {
        let body = json!({ "login": format!("account-{guess}"), "password": "x", "totp": "1" }).to_string();
        let request = reqwest::Client::new().post(&url).header("content-type", "application/json").body(body);
        let (_, _, answer) = said(request.send().await.unwrap()).await;
        *codes.entry(answer["code"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    assert_eq!(codes, [("sign_in_wrong".to_owned(), 20), ("too_many_tries".to_owned(), 40)].into());
}
