//! What people decide about held changes, against a real PostgreSQL.

use std::sync::Arc;

use time::Duration;
use usra_server::registry::audit::By;
use usra_server::registry::device::{self, Assign};
use usra_server::storage::area;
use usra_server::sync::author::Author;
use usra_server::sync::desk::Desk;
use usra_server::sync::held::{Choice, HeldError, adopt, reject, release};
use usra_server::sync::offer::Offer;
use usra_server::sync::reach::AreaTree;
use usra_sync_protocol::id::{ChangeHash, InstallId, RecordId};
use usra_sync_protocol::sync::{Cursor, Decision, Outcome, Push, Reason, SyncRequest, Verdict};

use crate::centre::{Centre, JEDDAH, REGION, TAIF, now};
use crate::pen::{Pen, put};

fn record(number: u8) -> RecordId {
    RecordId::new(1_000, [number; 10])
}

async fn desk(centre: &Centre) -> Desk {
    let areas = area::list(&mut centre.pool().acquire().await.unwrap(), REGION).await.unwrap();
    Desk { pool: centre.pool(), region: REGION, areas: Arc::new(AreaTree::new(areas)), by: By::Server, scope: None }
}

fn one(change: ChangeHash) -> Choice {
    Choice { change: Some(change), record: None }
}

fn held(reason: Reason, fields: &[&str]) -> Verdict {
    Verdict::Held { reason, fields: fields.iter().map(|field| (*field).to_owned()).collect() }
}

/// A record whose second change is held for its role and whose third follows it.
struct Scene {
    centre: Centre,
    phone: Arc<Author>,
    offers: Vec<Offer>,
    changes: Vec<ChangeHash>,
}

async fn scene() -> Scene {
    let centre = Centre::start().await;
    let phone = centre.phone(1, JEDDAH).await;
    let mut pen = Pen::new(&phone, record(1), JEDDAH);
    let written = [
        pen.write(vec![put("name_ar", "خوص الليث")]),
        pen.write(vec![put("block", "7"), put("workers_hired", 1_i64)]),
        pen.write(vec![put("workers_family", 3_i64)]),
    ];
    let (changes, offers): (Vec<_>, Vec<_>) = written.into_iter().map(|(change, offer)| (change.hash(), offer)).unzip();
    let verdicts = centre.server().await.push(offers.clone(), now()).await.unwrap();
    let expected = [Verdict::Accepted, held(Reason::FieldNotAllowed, &["block"]), held(Reason::AfterHeld, &[])];
    assert_eq!(verdicts, expected);
    Scene { centre, phone, offers, changes }
}

async fn pulled(scene: &Scene) -> usize {
    let first = scene.centre.sync().await;
    let author = Author::clone(&scene.phone);
    let request = SyncRequest { want_bytes: 1 << 20, ..SyncRequest::default() };
    let answer = first.sync(author, request, now()).await.unwrap().response;
    answer.deliveries.iter().map(|delivery| delivery.changes.len()).sum()
}

#[tokio::test]
async fn a_released_change_comes_in_with_what_followed_it_and_reaches_its_author_too() {
    let scene = scene().await;
    let (centre, desk) = (&scene.centre, desk(&scene.centre).await);
    assert_eq!(pulled(&scene).await, 0, "a phone is not sent what it made itself");
    let decided = release::release(&desk, one(scene.changes[1]), now()).await.unwrap();
    assert_eq!((decided.changes, decided.left), (vec![scene.changes[1], scene.changes[2]], vec![]));
    assert_eq!(centre.count("select count(*) from kept_change").await, 0);
    assert_eq!(centre.count("select count(*) from family where block = '7' and workers_family = 3").await, 1);
    assert_eq!(pulled(&scene).await, 2);
    let again = centre.server().await.push(scene.offers.clone(), now()).await.unwrap();
    assert_eq!(again, vec![Verdict::Duplicate; 3]);
    let twice = release::release(&desk, one(scene.changes[1]), now()).await.unwrap();
    assert_eq!((twice.record, twice.changes), (None, vec![]));
    assert_eq!(centre.count("select count(*) from change").await, 3);
}

/// After a restore: the author was enrolled after the backup, so nobody will ever offer this in its name again.
#[tokio::test]
async fn what_another_phone_brought_back_is_let_in_by_a_person_with_what_waits_for_it() {
    let centre = Centre::start().await;
    let desk = desk(&centre).await;
    let (bearer, forgotten) = (centre.phone(1, JEDDAH).await, InstallId::new([99; 16]));
    let mut pen = Pen::new(&Arc::new(Author { install: forgotten, ..Author::clone(&bearer) }), record(1), JEDDAH);
    let (first, offer) = pen.write(vec![put("name_ar", "خوص الليث")]);
    let (second, next) = pen.write(vec![put("workers_hired", 1_i64)]);
    let brought = [offer, next].map(|offer| Offer { author: Arc::clone(&bearer), relay: true, ..offer });
    let verdicts = centre.server().await.push(brought.to_vec(), now()).await.unwrap();
    assert_eq!(verdicts, vec![Verdict::Waiting(Reason::Relayed); 2]);
    let all = Choice { change: None, record: Some(record(1)) };
    let decided = release::release(&desk, all, now()).await.unwrap();
    assert_eq!((decided.changes.len(), decided.left), (2, vec![]));
    assert!(decided.changes.contains(&first.hash()) && decided.changes.contains(&second.hash()));
    assert_eq!(centre.count("select count(*) from kept_change").await, 0);
    assert_eq!(centre.count("select count(*) from change").await, 2);
    let again = centre.server().await.push(brought.to_vec(), now()).await.unwrap();
    assert_eq!(again, vec![Verdict::Duplicate; 2]);
}

#[tokio::test]
async fn adopted_values_are_written_by_the_centre_once_and_the_original_stays_out() {
    let scene = scene().await;
    let (centre, desk) = (&scene.centre, desk(&scene.centre).await);
    let all = Choice { change: None, record: Some(record(1)) };
    let decided = adopt::adopt(&desk, all, now()).await.unwrap();
    assert_eq!((decided.changes, decided.left), (scene.changes[1..].to_vec(), vec![]));
    let by_centre = format!("select count(*) from change where install_id = '{}'", InstallId::SERVER);
    assert_eq!(centre.count(&by_centre).await, 2);
    assert_eq!(centre.count("select count(*) from family where block = '7' and workers_family = 3").await, 1);
    assert_eq!(centre.count("select conflict_count::bigint from record").await, 0);
    let again = centre.server().await.push(scene.offers.clone(), now()).await.unwrap();
    let adopted = Verdict::Refused(Reason::Adopted);
    assert_eq!(again, [Verdict::Duplicate, adopted.clone(), adopted]);
    assert_eq!(adopt::adopt(&desk, all, now()).await.unwrap().changes, vec![]);
    assert_eq!(centre.count("select count(*) from change").await, 3);
}

#[tokio::test]
async fn a_rejected_change_stays_out_with_the_words_for_its_author() {
    let scene = scene().await;
    let desk = desk(&scene.centre).await;
    let empty = reject::reject(&desk, one(scene.changes[1]), "  ", now()).await;
    assert!(matches!(empty, Err(HeldError::Text)));
    let decided = reject::reject(&desk, one(scene.changes[1]), "المبنى ليس لك", now()).await.unwrap();
    assert_eq!(decided.changes, [scene.changes[1]]);
    let again = scene.centre.server().await.push(scene.offers.clone(), now()).await.unwrap();
    let rejected = Verdict::Refused(Reason::Rejected);
    assert_eq!(again, [Verdict::Duplicate, rejected, held(Reason::AfterHeld, &[])]);
    let note = "select count(*) from kept_change where note = 'المبنى ليس لك' and decided_at is not null";
    assert_eq!(scene.centre.count(note).await, 1);
    assert_eq!(release::release(&desk, one(scene.changes[1]), now()).await.unwrap().changes, vec![]);
    assert_eq!(scene.centre.count("select count(*) from change").await, 1);
}

#[tokio::test]
async fn a_decision_of_the_centre_under_official_is_never_released_but_can_be_adopted() {
    let centre = Centre::start().await;
    let phone = centre.phone(1, JEDDAH).await;
    let mut pen = Pen::new(&phone, record(1), JEDDAH);
    let first = pen.write(vec![put("name_ar", "عود")]).1;
    let (change, offer) = pen.write(vec![put("official/verified_on", "2026-11-24")]);
    centre.server().await.push(vec![first, offer], now()).await.unwrap();
    let desk = desk(&centre).await;
    let decided = release::release(&desk, one(change.hash()), now()).await.unwrap();
    assert_eq!(decided.left, [(change.hash(), Reason::FieldNotAllowed)]);
    assert_eq!(centre.count("select count(*) from kept_change where state = 'held'").await, 1);
    adopt::adopt(&desk, one(change.hash()), now()).await.unwrap();
    assert_eq!(centre.count("select count(*) from family where verified_on = '2026-11-24'").await, 1);
}

#[tokio::test]
async fn a_new_record_outside_the_scope_is_released_with_what_waited_for_its_family() {
    let centre = Centre::start().await;
    let phone = centre.phone(1, JEDDAH).await;
    let (change, offer) = Pen::new(&phone, record(1), TAIF).write(vec![put("name_ar", "ورد الطائف")]);
    let (server, desk) = (centre.server().await, desk(&centre).await);
    assert_eq!(server.push(vec![offer], now()).await.unwrap(), [held(Reason::OutOfScope, &[])]);
    let here = centre.phone(2, TAIF).await;
    let product = Pen::new(&here, record(2), TAIF).write(vec![put("name_ar", "ماء ورد")]).1;
    let product = Offer { kind: 3, family: record(1), ..product };
    assert_eq!(server.push(vec![product], now()).await.unwrap(), [Verdict::Waiting(Reason::FamilyMissing)]);
    release::release(&desk, one(change.hash()), now()).await.unwrap();
    assert_eq!(centre.count("select count(*) from kept_change").await, 0);
    assert_eq!(centre.count("select count(*) from record where area_id = 300").await, 2);
}

#[tokio::test]
async fn two_people_who_decide_at_once_carry_out_one_decision() {
    let scene = scene().await;
    let desk = desk(&scene.centre).await;
    let (left, right) = tokio::join!(
        release::release(&desk, one(scene.changes[1]), now()),
        reject::reject(&desk, one(scene.changes[1]), "لا", now()),
    );
    let done = [left.unwrap().changes.len(), right.unwrap().changes.len()];
    assert!(done == [2, 0] || done == [0, 1], "{done:?}");
}

#[tokio::test]
async fn what_a_revoked_phone_had_not_sent_is_held_and_it_gets_nothing_back() {
    let scene = scene().await;
    let sync = scene.centre.sync().await;
    let mut conn = scene.centre.pool().acquire().await.unwrap();
    assert!(device::revoke(&mut conn, REGION, scene.phone.install, (By::Server, now())).await.unwrap());
    assert!(
        !device::revoke(&mut conn, REGION, scene.phone.install, (By::Server, now() + Duration::DAY)).await.unwrap()
    );
    let (late, offer) = Pen::new(&scene.phone, record(9), JEDDAH).write(vec![put("name_ar", "عطر")]);
    let push = Push { record: record(9), kind: 1, area: JEDDAH, family: record(9), changes: vec![offer.bytes] };
    let revoked = Author { revoked: true, ..Author::clone(&scene.phone) };
    let cursor = Some(Cursor { epoch: usra_sync_protocol::id::Epoch(1), areas: [(JEDDAH, 0)].into() });
    let request = SyncRequest { pushes: vec![push], cursor, want_bytes: 1 << 20, ..SyncRequest::default() };
    let answer = sync.sync(revoked, request, now()).await.unwrap().response;
    assert_eq!(answer.verdicts, [held(Reason::InstallRevoked, &[])]);
    assert!(answer.deliveries.is_empty() && answer.leaves.is_empty() && answer.cursor.is_none());
    assert!(answer.repair.is_none() && !answer.more);
    let desk = desk(&scene.centre).await;
    assert_eq!(release::release(&desk, one(late.hash()), now()).await.unwrap().changes, [late.hash()]);
}

#[tokio::test]
async fn an_assignment_begins_once_and_its_end_is_kept() {
    let scene = scene().await;
    let mut conn = scene.centre.pool().acquire().await.unwrap();
    let install = scene.phone.install;
    for _ in 0..2 {
        device::assign(&mut conn, REGION, install, (&[TAIF], Assign::Now), (By::Server, now())).await.unwrap();
    }
    assert_eq!(scene.centre.count("select count(*) from assignment where to_at is null").await, 2);
    device::assign(&mut conn, REGION, install, (&[TAIF], Assign::Remove), (By::Server, now() + Duration::DAY))
        .await
        .unwrap();
    assert_eq!(scene.centre.count("select count(*) from assignment where to_at is null").await, 1);
    assert_eq!(scene.centre.count("select count(*) from assignment").await, 2);
    let nobody =
        device::assign(&mut conn, REGION, InstallId::new([99; 16]), (&[TAIF], Assign::Now), (By::Server, now())).await;
    assert!(matches!(nobody, Err(device::DeviceError::Unknown(_))));
}

/// What the author's phone hears that heard decisions up to `heard`, and whether there is more.
async fn heard_after(scene: &Scene, heard: u64) -> (Vec<Decision>, bool) {
    let decision_count = u64::try_from(scene.centre.count("select decision_count from install").await).unwrap();
    let author = Author { decision_count, ..Author::clone(&scene.phone) };
    let request = SyncRequest { heard, ..SyncRequest::default() };
    let answer = scene.centre.sync().await.sync(author, request, now()).await.unwrap().response;
    (answer.decisions, answer.more)
}

#[tokio::test]
async fn every_decision_reaches_its_author_in_order_and_again_until_it_was_heard() {
    let scene = scene().await;
    let desk = desk(&scene.centre).await;
    assert_eq!(heard_after(&scene, 0).await, (vec![], false));
    reject::reject(&desk, one(scene.changes[2]), "العدد غير صحيح", now()).await.unwrap();
    adopt::adopt(&desk, one(scene.changes[1]), now()).await.unwrap();
    let of = |number, at: usize, outcome, note: &str| Decision {
        number,
        record: record(1),
        change: scene.changes[at],
        outcome,
        note: note.to_owned(),
    };
    let both = vec![of(1, 2, Outcome::Rejected, "العدد غير صحيح"), of(2, 1, Outcome::Adopted, "")];
    for _lost in 0..2 {
        assert_eq!(heard_after(&scene, 0).await, (both.clone(), false));
    }
    assert_eq!(heard_after(&scene, 1).await, (both[1..].to_vec(), false));
    assert_eq!(heard_after(&scene, 2).await, (vec![], false));
}

#[tokio::test]
async fn a_released_change_is_told_to_its_author_for_every_change_that_came_in() {
    let scene = scene().await;
    release::release(&desk(&scene.centre).await, one(scene.changes[1]), now()).await.unwrap();
    let (decisions, _) = heard_after(&scene, 0).await;
    let told: Vec<_> = decisions.iter().map(|decision| (decision.change, decision.outcome)).collect();
    assert_eq!(told, [(scene.changes[1], Outcome::Released), (scene.changes[2], Outcome::Released)]);
}

#[tokio::test]
async fn what_another_phone_passed_on_after_a_restore_can_be_released_and_nothing_else() {
    let centre = Centre::start().await;
    let (author, other) = (centre.phone(1, JEDDAH).await, centre.phone(2, JEDDAH).await);
    let (change, offer) = Pen::new(&author, record(1), JEDDAH).write(vec![put("name_ar", "خوص الليث")]);
    let passed_on = Offer { author: Arc::clone(&other), relay: true, ..offer.clone() };
    let verdicts = centre.server().await.push(vec![passed_on], now()).await.unwrap();
    assert_eq!(verdicts, [Verdict::Waiting(Reason::Relayed)]);
    let desk = desk(&centre).await;
    for decided in [
        adopt::adopt(&desk, one(change.hash()), now()).await.unwrap(),
        reject::reject(&desk, one(change.hash()), "لا", now()).await.unwrap(),
    ] {
        assert_eq!((decided.changes, decided.left), (vec![], vec![(change.hash(), Reason::Relayed)]));
    }
    let decided = release::release(&desk, one(change.hash()), now()).await.unwrap();
    assert_eq!((decided.changes, decided.left), (vec![change.hash()], vec![]));
    assert_eq!(centre.count("select count(*) from family").await, 1);
    assert_eq!(centre.count("select count(*) from decision").await, 0, "who passed it on has nothing in the tray");
    assert_eq!(centre.server().await.push(vec![offer], now()).await.unwrap(), [Verdict::Duplicate]);
}
