//! A phone that was silent for too long holds nothing but its unsent work; the next sync with the real server brings back
//! everything, this phone's own work included.

#![expect(clippy::unwrap_used, reason = "what cannot be set up fails the test")]

use std::collections::BTreeMap;

use usra_client_sdk::sync::{Surroundings, SyncReport, sync_once};
use usra_client_sdk::transport::http::HttpTransport;
use usra_client_sdk::{PhoneError, Query};
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::scalar::Scalar;
use usra_tests::clock::Here;
use usra_tests::harness::{Handset, Scene, someone};

const HOUR_MS: u64 = 3_600_000;
/// What `usra serve` says by default.
const LIFE_MS: u64 = 72 * HOUR_MS;

/// A phone's clock that stands at a moment.
struct At(u64);

impl Surroundings for At {
    fn now_ms(&self) -> u64 {
        self.0
    }

    fn jitter(&self) -> u32 {
        Here.jitter()
    }

    fn nonce(&self) -> [u8; 16] {
        Here.nonce()
    }
}

async fn sync_at(handset: &mut Handset, at_ms: u64) -> SyncReport {
    handset.phone.retry_now();
    sync_once(&mut handset.phone, &HttpTransport::new().unwrap(), &At(at_ms), |_| ()).await.unwrap()
}

fn shown(handset: &Handset) -> BTreeMap<RecordId, BTreeMap<String, Scalar>> {
    let all = handset.phone.list(&Query { limit: 9_999, ..Query::default() }).unwrap();
    all.into_iter().map(|line| (line.id, handset.phone.record(line.id).unwrap().unwrap().fields)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_phone_forgets_what_it_held_and_gets_it_back_with_its_unsent_work_delivered() {
    let mut scene = Scene::set(73).await.unwrap();
    for seed in 0..20 {
        let met = someone(seed);
        let phone = if seed % 2 == 0 { &mut scene.one } else { &mut scene.two };
        let family = phone.create(Kind::Family, None, met.family).unwrap();
        phone.create(Kind::Household, Some(family), met.household).unwrap();
    }
    scene.settle().await.unwrap();
    let now = Here.now_ms();
    scene.one.put(scene.family, "address", "شارع ١").unwrap();
    scene.two.put(scene.family, "district", "حي النور").unwrap();
    scene.two.sync_through().await.unwrap();
    let phone = &mut scene.one.phone;
    phone.tick(now + LIFE_MS - HOUR_MS).unwrap();
    assert!(phone.record(scene.family).unwrap().is_some());
    phone.tick(now + LIFE_MS + HOUR_MS).unwrap();
    assert!(matches!(phone.record(scene.family), Err(PhoneError::Expired)));
    let status = phone.status(now + LIFE_MS + HOUR_MS).unwrap();
    assert_eq!((status.expired, status.records, status.pending_changes), (true, 1, 1));

    let report = sync_at(&mut scene.one, now + LIFE_MS + HOUR_MS).await;
    assert_eq!((report.failure, report.total.accepted, report.total.unreadable), (None, 1, 0));
    assert!(report.round_trips <= 5, "{} round trips", report.round_trips);
    scene.two.sync_through().await.unwrap();
    assert_eq!(shown(&scene.one).len(), 41);
    assert_eq!(shown(&scene.one), shown(&scene.two));
    let again = sync_at(&mut scene.one, now + LIFE_MS + HOUR_MS).await;
    assert_eq!((again.round_trips, again.total.received), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_phone_delivers_its_last_work_and_is_left_with_nothing() {
    let mut scene = Scene::set(74).await.unwrap();
    let install = scene.one.phone.identity().unwrap().install_id.to_string();
    scene.one.put(scene.family, "address", "شارع ١").unwrap();
    scene.one.phone.tick(Here.now_ms() + 2 * LIFE_MS).unwrap();
    scene.centre.run(&["device", "revoke", &install, "--json"]).unwrap();
    let report = sync_at(&mut scene.one, Here.now_ms() + 2 * LIFE_MS).await;
    assert_eq!(report.total.held, 1);
    sync_at(&mut scene.one, Here.now_ms() + 2 * LIFE_MS).await;
    let phone = &scene.one.phone;
    let status = phone.status(Here.now_ms() + 2 * LIFE_MS).unwrap();
    assert_eq!((status.expired, status.needs_enrolment, status.records, status.pending_changes), (true, true, 0, 0));
    let tray = phone.held().unwrap();
    assert!(tray.iter().flat_map(|item| &item.fields).all(|field| field.expired), "{tray:?}");
}
