//! The phones of a run, each with its role and its line.

use std::sync::{Arc, Mutex};

use anyhow::{Context, Result, ensure};
use usra_client_sdk::store::MemoryStore;
use usra_client_sdk::sync::{Surroundings, sync_once};
use usra_client_sdk::{Enrolment, KeyPair, Outgoing, Phone, enrolment};
use usra_server::clock::Clock;
use usra_server::registry::audit::By;
use usra_server::registry::enrol::{Invitation, invite};
use usra_server::testing::TestServer;
use usra_sync_protocol::area::below;
use usra_sync_protocol::enrol::{EnrolAnswer, PATH};
use usra_sync_protocol::id::{AreaId, InstallId, RecordId, RegionId};
use usra_sync_protocol::place;
use usra_sync_protocol::policy::Scope;
use usra_sync_protocol::role::Role;
use usra_sync_protocol::signing::Nonce;
use usra_sync_protocol::sync::SyncRequest;

use super::ledger::{Eyes, Ledger};
use super::tap::{Tap, lock};
use crate::clock::Here;
use crate::dice::Dice;

/// The region that a test's database holds.
pub(super) const REGION: RegionId = RegionId(2);

/// One phone.
pub(super) struct Player {
    pub(super) number: usize,
    pub(super) role: Role,
    pub(super) install: InstallId,
    pub(super) assigned: Vec<AreaId>,
    pub(super) phone: Phone<MemoryStore>,
    pub(super) tap: Tap,
    pub(super) revoked: bool,
}

/// Who a phone is enrolled for.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) role: Role,
    pub(super) areas: Vec<AreaId>,
    pub(super) family: Option<RecordId>,
}

/// What the phone of these areas may see. A family's own phone follows it wherever it moves.
pub(super) fn eyes(part: &Part) -> Eyes {
    let all = place::areas();
    let roots = if part.role == Role::Family { vec![AreaId(1)] } else { part.areas.clone() };
    let areas = roots.into_iter().flat_map(|root| below(&all, root)).collect();
    Eyes { role: part.role, scope: Scope { areas, family: part.family } }
}

impl Player {
    /// Enrols a phone over HTTP.
    pub(super) async fn enrol(
        server: &TestServer,
        ledger: &Arc<Mutex<Ledger>>,
        part: Part,
        (mut dice, percent): (Dice, u32),
    ) -> Result<Self> {
        let number = {
            let mut ledger = lock(ledger);
            ledger.eyes.push(Some(eyes(&part)));
            ledger.counts.phones += 1;
            ledger.eyes.len() - 1
        };
        let now = Clock::system().now();
        let Part { role, areas, family } = part;
        let expires_at = now + time::Duration::minutes(10);
        let invitation = Invitation { role, name: "canary".to_owned(), family, areas: areas.clone(), expires_at };
        let mut conn = server.database.pool.acquire().await?;
        let code = invite(&mut conn, REGION, &invitation, dice.bytes(), (By::Server, now)).await?;
        let tap = Tap::new(Arc::clone(ledger), number, (dice, percent));
        let keys = KeyPair::from_random(Here.secret());
        let named = server.keys.fingerprint().parse()?;
        let (body, stamp) = enrolment::request(&code, named, &keys, Nonce(Here.nonce()))?;
        let request = Outgoing {
            server_url: server.url.clone(),
            path: PATH,
            media_type: "application/json",
            token: String::new(),
            signature: Some(stamp.to_string()),
            body,
        };
        let (status, body) = tap.send(request).await?;
        ensure!(status == 200, "enrolment was answered {status}");
        let answer: EnrolAnswer = serde_json::from_slice(&body).context("an enrolment's answer")?;
        let install = answer.install_id;
        let mut phone = Phone::open(MemoryStore::default())?;
        phone.enrolled(Enrolment { answer, keys: Some(keys) }, &server.url, Here.now_ms())?;
        Ok(Self { number, role, install, assigned: areas, phone, tap, revoked: false })
    }

    /// Syncs once, whatever comes of it.
    pub(super) async fn sync(&mut self) -> Result<()> {
        self.phone.retry_now();
        sync_once(&mut self.phone, &self.tap, &Here, |_report| ()).await?;
        Ok(())
    }

    /// Sends a request of no phone's making, signed as this one's.
    pub(super) async fn ask(&self, request: &SyncRequest) -> Result<Vec<u8>> {
        let body = usra_sync_protocol::sync::seal(&usra_sync_protocol::sync::encode_request(request));
        self.ask_bytes(body).await
    }

    /// Sends any bytes, signed as this one's.
    pub(super) async fn ask_bytes(&self, body: Vec<u8>) -> Result<Vec<u8>> {
        let outgoing = self.phone.addressed(body, Nonce(Here.nonce()))?;
        Ok(self.tap.send(outgoing).await?.1)
    }
}
