//! A family's own phone against a real PostgreSQL: it reaches its family's records, wherever they live, and nothing else.

use std::sync::Arc;

use usra_server::registry::audit::By;
use usra_server::registry::device;
use usra_server::registry::relocate::relocate;
use usra_server::sync::Sync;
use usra_server::sync::author::Author;
use usra_sync_protocol::change::Put;
use usra_sync_protocol::digest;
use usra_sync_protocol::id::{AreaId, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::sync::{Cursor, Leave, Push, Reason, SyncRequest, SyncResponse, Verdict};

use crate::centre::{Centre, JEDDAH, REGION, TAIF, now};
use crate::pen::{Pen, put};

fn id(number: u8) -> RecordId {
    RecordId::new(1_000, [number; 10])
}

async fn ask(server: &Sync, phone: &Arc<Author>, request: SyncRequest) -> SyncResponse {
    server.sync(Author::clone(phone), request, now()).await.unwrap().response
}

fn from(cursor: Option<Cursor>) -> SyncRequest {
    SyncRequest { schema_version: 1, want_bytes: 1 << 20, cursor, ..SyncRequest::default() }
}

fn push(phone: &Arc<Author>, (record, kind, family): (RecordId, Kind, RecordId), puts: Vec<Put>) -> Push {
    let (_, offer) = Pen::new(phone, record, JEDDAH).write(puts);
    Push { record, kind: kind.number(), area: JEDDAH, family, changes: vec![offer.bytes] }
}

fn family(phone: &Arc<Author>, number: u8) -> Push {
    push(phone, (id(number), Kind::Family, id(number)), vec![put("name_ar", "أسرة")])
}

fn product(phone: &Arc<Author>, number: u8, of: u8, puts: Vec<Put>) -> Push {
    push(phone, (id(number), Kind::Product, id(of)), puts)
}

fn price() -> Vec<Put> {
    vec![put("name_ar", "خبز"), put("price_halalas", 500)]
}

fn pushing(pushes: Vec<Push>) -> SyncRequest {
    SyncRequest { pushes, want_bytes: 0, ..from(None) }
}

fn held(reason: Reason, fields: &[&str]) -> Verdict {
    Verdict::Held { reason, fields: fields.iter().map(|field| (*field).to_owned()).collect() }
}

fn records_of(answer: &SyncResponse) -> Vec<RecordId> {
    let mut records: Vec<RecordId> = answer.deliveries.iter().map(|delivery| delivery.record).collect();
    records.sort();
    records
}

/// Two families of Jeddah, each with a product, and the first one's phone.
async fn set(centre: &Centre) -> (Sync, Arc<Author>, Arc<Author>) {
    let (surveyor, server) = (centre.phone(1, JEDDAH).await, centre.sync().await);
    let pushes =
        [(1, 11), (2, 12)].map(|(of, number)| [family(&surveyor, of), product(&surveyor, number, of, price())]);
    let answer = ask(&server, &surveyor, pushing(pushes.into_iter().flatten().collect())).await;
    assert_eq!(answer.verdicts, vec![Verdict::Accepted; 4]);
    let phone = centre.family_phone(50, id(1)).await;
    (server, surveyor, phone)
}

#[tokio::test]
async fn a_familys_phone_sees_its_own_records_and_no_others() {
    let centre = Centre::start().await;
    let (server, _, phone) = set(&centre).await;
    let answer = ask(&server, &phone, from(None)).await;
    assert_eq!(records_of(&answer), [id(1), id(11)]);
    let cursor = answer.cursor.unwrap();
    assert_eq!(cursor.areas.keys().copied().collect::<Vec<_>>(), [JEDDAH]);
    let wanting = SyncRequest { wanted: (1..=12).map(id).collect(), ..from(Some(cursor.clone())) };
    assert_eq!(records_of(&ask(&server, &phone, wanting).await), [id(1), id(11)]);
    let nothing = SyncRequest { digest: Some(digest::of_all([])), ..from(Some(cursor)) };
    let repair = ask(&server, &phone, nothing).await.repair.unwrap();
    let mut told: Vec<RecordId> = repair.buckets.values().flatten().map(|entry| entry.record).collect();
    told.sort();
    assert_eq!(told, [id(1), id(11)]);
}

#[tokio::test]
async fn what_a_familys_phone_may_not_write_is_held_and_the_rest_of_the_request_goes_through() {
    let centre = Centre::start().await;
    let (server, _, phone) = set(&centre).await;
    let decision = vec![put("name_ar", "تمر"), put("official/publication", "published")];
    let visit = (id(23), Kind::Visit, id(1));
    let answer = ask(
        &server,
        &phone,
        pushing(vec![
            product(&phone, 20, 1, price()),
            product(&phone, 21, 1, decision),
            product(&phone, 22, 2, price()),
            family(&phone, 2),
            family(&phone, 3),
            push(&phone, visit, vec![put("note", "زيارة")]),
            product(&phone, 24, 1, price()),
        ]),
    );
    assert_eq!(
        answer.await.verdicts,
        [
            Verdict::Accepted,
            held(Reason::FieldNotAllowed, &["official/publication"]),
            held(Reason::OutOfScope, &[]),
            held(Reason::OutOfScope, &[]),
            held(Reason::OutOfScope, &[]),
            held(Reason::FieldNotAllowed, &["note"]),
            Verdict::Accepted,
        ]
    );
}

#[tokio::test]
async fn a_phone_follows_its_family_to_another_area_and_back_with_every_record_of_it() {
    let centre = Centre::start().await;
    let (server, _, phone) = set(&centre).await;
    let before = ask(&server, &phone, from(None)).await.cursor;
    let mut conn = centre.pool().acquire().await.unwrap();
    assert_eq!(relocate(&mut conn, REGION, id(1), TAIF, (By::Server, now())).await.unwrap(), 2);
    // The move was made while this request was under way: its reach is still that of before.
    let late = ask(&server, &phone, pushing(vec![product(&phone, 15, 1, price())])).await;
    assert_eq!(late.verdicts, [Verdict::Accepted]);
    let phone = centre.again(&phone).await;
    assert_eq!(phone.scope.areas, [TAIF].into());
    let answer = ask(&server, &phone, from(before.clone())).await;
    assert_eq!(answer.leaves, [Leave::Area(JEDDAH)]);
    assert_eq!(records_of(&answer), [id(1), id(11)]);
    assert!(answer.deliveries.iter().all(|delivery| delivery.area == TAIF));
    assert_eq!(relocate(&mut conn, REGION, id(1), JEDDAH, (By::Server, now())).await.unwrap(), 3);
    let phone = centre.again(&phone).await;
    let back = ask(&server, &phone, from(answer.cursor)).await;
    assert_eq!((back.leaves.clone(), records_of(&back)), (vec![Leave::Area(TAIF)], vec![id(1), id(11), id(15)]));
    let never_noticed = ask(&server, &phone, from(before)).await;
    assert_eq!((never_noticed.leaves.len(), records_of(&never_noticed)), (0, vec![id(1), id(11), id(15)]));
}

#[tokio::test]
async fn the_phone_of_a_family_that_a_restore_lost_waits_with_its_work_and_does_not_begin_the_family() {
    let centre = Centre::start().await;
    let (surveyor, server) = (centre.phone(1, JEDDAH).await, centre.sync().await);
    let phone = centre.family_phone(50, id(1)).await;
    assert_eq!(phone.scope.areas, [].into());
    let pushes = vec![family(&phone, 1), product(&phone, 20, 1, price())];
    let waiting = Verdict::Waiting(Reason::FamilyMissing);
    assert_eq!(ask(&server, &phone, pushing(pushes)).await.verdicts, [waiting.clone(), waiting]);
    assert_eq!(ask(&server, &surveyor, pushing(vec![family(&surveyor, 1)])).await.verdicts, [Verdict::Accepted]);
    assert_eq!(centre.count("select count(*) from record").await, 2);
    assert_eq!(centre.count("select count(*) from kept_change").await, 0);
}

#[tokio::test]
async fn assignments_do_not_widen_a_familys_reach() {
    let centre = Centre::start().await;
    let (_, _, phone) = set(&centre).await;
    let mut conn = centre.pool().acquire().await.unwrap();
    let added =
        device::assign(&mut conn, REGION, phone.install, (&[AreaId(1)], device::Assign::Now), (By::Server, now()));
    assert!(matches!(added.await, Err(device::DeviceError::OfFamily(_))));
    // As a phone enrolled before has one.
    usra_server::storage::assignment::add(&mut conn, REGION, phone.install, &[AreaId(1)], now()).await.unwrap();
    assert_eq!(centre.again(&phone).await.scope.areas, [JEDDAH].into());
}
