//! How each address is asked. A new address needs its own way here, and then its rows in the table.

use usra_server::http::{console, openapi, staff};
use usra_sync_protocol::enrol;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::role::Role;
use usra_sync_protocol::sign_in::{self, SignInRequest};
use usra_sync_protocol::sync::{self, SyncRequest, SyncResponse, Verdict};
use usra_sync_protocol::token;

use crate::desk;
use crate::page;
use crate::scene::{AREAS, Phone, Scene, Who, code_of, push, record};

/// Whose record the request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    In,
    Out,
    /// It is about no record.
    None,
}

/// In which scopes an address is asked.
pub(crate) fn scopes(path: &str) -> &'static [Scope] {
    if path.starts_with(console::ROOT) {
        page::scopes(path)
    } else if path == sync::PATH {
        &[Scope::In, Scope::Out]
    } else {
        &[Scope::None]
    }
}

/// Asks, and says what happened.
pub(crate) async fn ask(scene: &Scene, address: (&str, &str), who: Who, scope: Scope) -> String {
    match address {
        ("GET", "/healthz" | "/readyz" | openapi::PATH) => get(scene, address.1).await,
        ("POST", enrol::PATH) => enrol(scene, who).await,
        ("POST", sign_in::CODE_PATH) => ask_code(scene, who).await,
        ("POST", sign_in::PATH) => sign_in(scene, who).await,
        ("POST", token::PATH) => refresh(scene, who).await,
        ("POST", sync::PATH) => sync(scene, who, scope).await,
        (method, staff::PATH) if who == Who::Console => desk::ask(scene, method).await,
        (method, staff::PATH) => console(scene, method, who).await,
        (_, path) if path == "/" || path.starts_with(console::ROOT) => page::ask(scene, address, who, scope).await,
        (method, path) => panic!("{method} {path} has no rows in the table of who may do what; write how it is asked"),
    }
}

async fn get(scene: &Scene, path: &str) -> String {
    reqwest::get(format!("{}{path}", scene.server.url)).await.unwrap().status().as_u16().to_string()
}

/// What a problem says, or `done` when it is none.
pub(crate) fn outcome((status, answer): (u16, Vec<u8>), done: &str) -> String {
    if status == 200 { format!("200 {done}") } else { format!("{status} {}", code_of(&answer)) }
}

/// A phone's token is no way into the console, and a made-up login is not either.
async fn console(scene: &Scene, method: &str, who: Who) -> String {
    let token = if who == Who::Nobody { "made-up" } else { &scene.phone(who).token };
    let typed = serde_json::json!({ "login": who.word(), "password": "made-up", "totp": "123456" }).to_string();
    let request =
        reqwest::Client::new().request(method.parse().unwrap(), format!("{}{}", scene.server.url, staff::PATH));
    let request = request.bearer_auth(token).header("content-type", "application/json").body(typed);
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    if status == 204 {
        "204 nobody signed out".to_owned()
    } else {
        outcome((status, answer.bytes().await.unwrap().to_vec()), "")
    }
}

async fn enrol(scene: &Scene, who: Who) -> String {
    let code = match who {
        Who::Role(role) => scene.code(role, AREAS[0]).await,
        Who::Revoked => scene.code(Role::Surveyor, AREAS[0]).await,
        Who::Console | Who::Nobody => "MADE-UP".to_owned(),
    };
    let (body, signature) = scene.phone(who).key.enrolment(&code, scene.nonce()).unwrap();
    outcome(scene.post(enrol::PATH, "", body, &signature).await, "a new install of the code's role")
}

/// Who asks makes no difference: no token is looked at. This server sends no texts.
async fn ask_code(scene: &Scene, who: Who) -> String {
    let body = serde_json::json!({ "mobile": "0500000001" }).to_string().into_bytes();
    let signature = scene.phone(who).key.sign(sign_in::CODE_PATH, "", &body, scene.nonce());
    outcome(scene.post(sign_in::CODE_PATH, "", body, &signature).await, "a code")
}

/// Nor here: only the code of the number counts.
async fn sign_in(scene: &Scene, who: Who) -> String {
    let key = &scene.phone(who).key;
    let (mobile, code, public_key) = ("0500000001".to_owned(), "000000".to_owned(), key.public());
    let request = SignInRequest { mobile, code, public_key, protocol_version: sync::PROTOCOL_VERSION, family: None };
    let body = serde_json::to_vec(&request).unwrap();
    let signature = key.sign(sign_in::PATH, "", &body, scene.nonce());
    outcome(scene.post(sign_in::PATH, "", body, &signature).await, "a new install of the family")
}

async fn refresh(scene: &Scene, who: Who) -> String {
    let phone = scene.phone(who);
    let shown = if matches!(who, Who::Console | Who::Nobody) { "made-up" } else { &phone.refresh };
    let body = serde_json::json!({ "refresh_token": shown }).to_string().into_bytes();
    let signature = phone.key.sign(token::PATH, "", &body, scene.nonce());
    outcome(scene.post(token::PATH, "", body, &signature).await, "new tokens")
}

/// Pushes a licence's type, which every role may write, and wants the family's records of every kind.
async fn sync(scene: &Scene, who: Who, scope: Scope) -> String {
    let place = usize::from(scope == Scope::Out);
    let phone = scene.phone(who);
    let pushes = vec![push(phone.install, (place, Kind::Family), ("licence/a1/type", "PFC"))];
    let wanted = Kind::ALL.map(|kind| record(place, kind)).to_vec();
    let request = SyncRequest { pushes, wanted, want_bytes: 1 << 20, ..SyncRequest::default() };
    let token = if who == Who::Console { scene.cookie.clone() } else { "made-up".to_owned() };
    let stranger = Phone { token, key: phone.key.clone(), refresh: String::new(), ..*phone };
    let phone = if matches!(who, Who::Console | Who::Nobody) { &stranger } else { phone };
    match scene.sync(phone, &request).await {
        (status, Ok(answer)) => format!("{status} writes: {}; reads: {}", verdict(&answer), kinds(&answer)),
        (status, Err(code)) => format!("{status} {code}"),
    }
}

fn verdict(answer: &SyncResponse) -> String {
    match answer.verdicts.as_slice() {
        [Verdict::Accepted] => "accepted".to_owned(),
        [Verdict::Held { reason, .. }] => format!("held {}", reason.code()),
        [Verdict::Refused(reason)] => format!("refused {}", reason.code()),
        other => format!("{other:?}"),
    }
}

fn kinds(answer: &SyncResponse) -> String {
    let mut kinds: Vec<Kind> = answer.deliveries.iter().map(|delivery| delivery.kind).collect();
    kinds.sort_unstable();
    let words: Vec<&str> = kinds.into_iter().map(Kind::word).collect();
    if words.is_empty() { "nothing".to_owned() } else { words.join(" ") }
}
