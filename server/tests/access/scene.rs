//! A server with one phone of each role in Jeddah, a revoked one, and a family with all kinds of records in Jeddah and in Taif.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value;
use time::{Duration, OffsetDateTime};
use usra_server::clock::Clock;
use usra_server::config::Config;
use usra_server::registry::audit::By;
use usra_server::registry::device;
use usra_server::registry::enrol::{Invitation, invite};
use usra_server::storage::region;
use usra_server::testing::TestServer;
use usra_server::testing::key::TestKey;
use usra_sync_protocol::change::{self, Draft, Put};
use usra_sync_protocol::enrol;
use usra_sync_protocol::id::{Actor, AreaId, InstallId, RecordId, RegionId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::role::Role;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::signing::Nonce;
use usra_sync_protocol::sync::{self, MEDIA_TYPE, Push, SyncRequest, SyncResponse, encode_request, seal};

use crate::desk;

/// Where everybody works, and where nobody does.
pub(crate) const AREAS: [AreaId; 2] = [AreaId(200), AreaId(300)];
const REGION: RegionId = RegionId(2);

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    Role(Role),
    Revoked,
    /// Somebody signed in to the console.
    Console,
    Nobody,
}

/// Everyone.
pub(crate) const WHO: [Who; 9] = [
    Who::Role(Role::Surveyor),
    Who::Role(Role::Supervisor),
    Who::Role(Role::Family),
    Who::Role(Role::Staff),
    Who::Role(Role::Partner),
    Who::Role(Role::Admin),
    Who::Revoked,
    Who::Console,
    Who::Nobody,
];

impl Who {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Role(role) => role.word(),
            Self::Revoked => "revoked",
            Self::Console => "console",
            Self::Nobody => "nobody",
        }
    }

    fn place(self) -> usize {
        WHO.iter().position(|who| *who == self).unwrap()
    }
}

/// A phone that was enrolled over HTTP.
pub(crate) struct Phone {
    pub(crate) key: TestKey,
    pub(crate) install: InstallId,
    pub(crate) token: String,
    pub(crate) refresh: String,
}

/// The scene.
pub(crate) struct Scene {
    pub(crate) server: TestServer,
    phones: Vec<Phone>,
    made: AtomicU64,
    /// The console's cookie of a staff account.
    pub(crate) cookie: String,
}

/// The family of an area, by its place in [`AREAS`].
pub(crate) fn family(place: usize) -> RecordId {
    RecordId::new(1_000, [u8::try_from(place).unwrap() + 1; 10])
}

/// A record of the family of that kind.
pub(crate) fn record(place: usize, kind: Kind) -> RecordId {
    match kind {
        Kind::Family => family(place),
        Kind::Household => RecordId::household_of(family(place)),
        Kind::Product | Kind::Visit => RecordId::new(2_000, [u8::try_from(place).unwrap() * 10 + kind.number(); 10]),
    }
}

/// The time of every test.
pub(crate) fn noon() -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(20_000)
}

/// The first change of `install` in the record: one put.
pub(crate) fn push(install: InstallId, (place, kind): (usize, Kind), (key, value): (&str, &str)) -> Push {
    let put = Put { key: key.to_owned(), value: Scalar::from(value), replaces: Vec::new() };
    let actor = Actor::new(install, 0);
    let draft = Draft { actor, seq: 1, start_op: 1, time: 0, deps: Vec::new(), puts: vec![put] };
    let changes = vec![change::write(draft).unwrap().1];
    Push { record: record(place, kind), kind: kind.number(), area: AREAS[place], family: family(place), changes }
}

impl Scene {
    pub(crate) async fn set() -> Self {
        let server = TestServer::start(Config::default(), Clock::from_fn(noon)).await.unwrap();
        let mut scene = Self { server, phones: Vec::new(), made: AtomicU64::new(0), cookie: String::new() };
        desk::open(&scene.server).await;
        scene.cookie = desk::cookie(&scene, "asks").await;
        for who in WHO {
            let role = if let Who::Role(role) = who { role } else { Role::Surveyor };
            let phone = scene.enrol(who, role, AREAS[0]).await;
            scene.phones.push(phone);
        }
        scene.register().await;
        let mut conn = scene.server.database.pool.acquire().await.unwrap();
        region::set_public_url(&mut conn, REGION, "https://centre.example").await.unwrap();
        let revoked = scene.phone(Who::Revoked).install;
        assert!(device::revoke(&mut conn, REGION, revoked, (By::Server, noon())).await.unwrap());
        scene
    }

    /// Two surveyors of the whole region register both families, the second what they hold and need.
    async fn register(&mut self) {
        let families = vec![
            (Kind::Family, ("name_ar", "خزف")),
            (Kind::Household, ("member/m1/name", "نورة")),
            (Kind::Product, ("name_ar", "كعك")),
            (Kind::Visit, ("note", "زيارة")),
        ];
        let more = vec![(Kind::Family, ("licence/l1/type", "CRF")), (Kind::Household, ("need/n1/category", "TRNG"))];
        for values in [families, more] {
            let clerk = self.enrol(Who::Nobody, Role::Surveyor, AreaId(1)).await;
            let pushes = [0, 1].into_iter().flat_map(|place| {
                let one = |(kind, put): &(Kind, (&str, &str))| push(clerk.install, (place, *kind), *put);
                values.iter().map(one).collect::<Vec<_>>()
            });
            let request = SyncRequest { pushes: pushes.collect(), ..SyncRequest::default() };
            let (status, answer) = self.sync(&clerk, &request).await;
            assert_eq!((status, answer.unwrap().verdicts), (200, vec![sync::Verdict::Accepted; values.len() * 2]));
        }
    }

    pub(crate) fn phone(&self, who: Who) -> &Phone {
        &self.phones[who.place()]
    }

    pub(crate) fn fresh(&self) -> u64 {
        self.made.fetch_add(1, Ordering::SeqCst)
    }

    pub(crate) fn nonce(&self) -> Nonce {
        Nonce(u128::from(self.fresh()).to_be_bytes())
    }

    /// A code for a phone of that role.
    pub(crate) async fn code(&self, role: Role, area: AreaId) -> String {
        let invitation = Invitation {
            role,
            name: "Test".to_owned(),
            family: (role == Role::Family).then(|| family(0)),
            areas: vec![area],
            expires_at: noon() + Duration::MINUTE,
        };
        let mut random = [0; 15];
        random[7..].copy_from_slice(&self.fresh().to_be_bytes());
        let mut conn = self.server.database.pool.acquire().await.unwrap();
        invite(&mut conn, REGION, &invitation, random, (By::Server, noon())).await.unwrap()
    }

    async fn enrol(&self, who: Who, role: Role, area: AreaId) -> Phone {
        let key = TestKey::new(u8::try_from(who.place()).unwrap() + 1);
        let (body, signature) = key.enrolment(&self.code(role, area).await, self.nonce()).unwrap();
        let (status, answer) = self.post(enrol::PATH, "", body, &signature).await;
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        assert_eq!(status, 200);
        let said = |name: &str| answer[name].as_str().unwrap().to_owned();
        let install = said("install_id").parse().unwrap();
        Phone { key, install, token: said("token"), refresh: said("refresh_token") }
    }

    /// Sends a `POST`; a token that is a cookie goes as one.
    pub(crate) async fn post(&self, path: &str, token: &str, body: Vec<u8>, signature: &str) -> (u16, Vec<u8>) {
        let kind = if path == sync::PATH { MEDIA_TYPE } else { "application/json" };
        let mut post = reqwest::Client::new().post(format!("{}{path}", self.server.url)).header("content-type", kind);
        post = match token {
            "" => post,
            token if token == self.cookie => post.header("cookie", token),
            token => post.bearer_auth(token),
        };
        post = if signature.is_empty() { post } else { post.header("usra-signature", signature) };
        let answer = post.body(body).send().await.unwrap();
        (answer.status().as_u16(), answer.bytes().await.unwrap().to_vec())
    }

    /// One sync of the phone; without an answer when it was refused.
    pub(crate) async fn sync(&self, phone: &Phone, request: &SyncRequest) -> (u16, Result<SyncResponse, String>) {
        let body = seal(&encode_request(request));
        let signature = phone.key.sign(sync::PATH, &phone.token, &body, self.nonce());
        let (status, answer) = self.post(sync::PATH, &phone.token, body, &signature).await;
        let read = || sync::decode_response(&sync::open(&answer).ok()?).ok();
        (status, read().ok_or_else(|| code_of(&answer)))
    }
}

/// The code of a problem.
pub(crate) fn code_of(answer: &[u8]) -> String {
    let body: Value = serde_json::from_slice(answer).unwrap_or_default();
    body["code"].as_str().unwrap_or("no code").to_owned()
}
