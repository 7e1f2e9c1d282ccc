//! Pulls against a real PostgreSQL: every committed change reaches every phone of the area, once, and nobody else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use usra_server::registry::audit::By;
use usra_server::registry::relocate::relocate;
use usra_server::sync::Sync;
use usra_server::sync::author::Author;
use usra_sync_protocol::digest;
use usra_sync_protocol::id::{AreaId, Epoch, RecordId};
use usra_sync_protocol::sync::{Cursor, Leave, Push, SyncRequest, SyncResponse, Verdict};

use crate::centre::{Centre, JEDDAH, REGION, TAIF, now, opened};
use crate::pen::{Pen, put};

fn record(number: u16) -> RecordId {
    let mut random = [0; 10];
    random[8..].copy_from_slice(&number.to_be_bytes());
    RecordId::new(1_000, random)
}

pub(crate) async fn ask(server: &Sync, phone: &Arc<Author>, request: SyncRequest) -> SyncResponse {
    opened(&server.sync(Author::clone(phone), request, now()).await.unwrap())
}

pub(crate) fn from(cursor: Option<Cursor>, want_bytes: u32) -> SyncRequest {
    SyncRequest { schema_version: 1, want_bytes, cursor, ..SyncRequest::default() }
}

fn push_of(phone: &Arc<Author>, number: u16, area: AreaId) -> SyncRequest {
    let (_, offer) = Pen::new(phone, record(number), area).write(vec![put("name_ar", "منتجات منزلية من جدة")]);
    let push = Push { record: offer.record, kind: offer.kind, area, family: offer.family, changes: vec![offer.bytes] };
    SyncRequest { pushes: vec![push], ..from(None, 0) }
}

/// Pulls page after page, as a phone does.
pub(crate) async fn pull_all(
    server: &Sync,
    phone: &Arc<Author>,
    cursor: &mut Option<Cursor>,
    want_bytes: u32,
) -> Vec<SyncResponse> {
    let mut pages = Vec::new();
    loop {
        let page = ask(server, phone, from(cursor.clone(), want_bytes)).await;
        *cursor = page.cursor.clone().or(cursor.take());
        let more = page.more;
        pages.push(page);
        if !more {
            return pages;
        }
    }
}

fn records_of(pages: &[SyncResponse]) -> Vec<RecordId> {
    pages.iter().flat_map(|page| &page.deliveries).map(|delivery| delivery.record).collect()
}

#[tokio::test]
async fn a_new_phone_takes_everything_of_its_area_in_small_pages_once_and_nothing_of_another() {
    let centre = Centre::start().await;
    let (near, far) = (centre.phone(1, JEDDAH).await, centre.phone(2, TAIF).await);
    let server = centre.sync().await;
    for number in 0..40 {
        ask(&server, &near, push_of(&near, number, JEDDAH)).await;
    }
    for number in 40..45 {
        ask(&server, &far, push_of(&far, number, TAIF)).await;
    }
    let fresh = centre.phone(3, JEDDAH).await;
    let mut cursor = None;
    let pages = pull_all(&server, &fresh, &mut cursor, 1).await;
    assert!(pages.len() > 1);
    assert_eq!(records_of(&pages), (0..40).map(record).collect::<Vec<_>>());
    let again = ask(&server, &fresh, from(cursor, 1_000)).await;
    assert_eq!(again, SyncResponse::default());
    let own = pull_all(&server, &near, &mut None, 1 << 20).await;
    assert_eq!(records_of(&own), []);
}

async fn push_each(server: &Sync, phone: &Arc<Author>, numbers: std::ops::Range<u16>) {
    for number in numbers {
        let answer = ask(server, phone, push_of(phone, number, JEDDAH)).await;
        assert_eq!(answer.verdicts, [Verdict::Accepted]);
    }
}

/// Sixteen servers write to one area at once, each insert held up inside its transaction; a phone polls meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_polling_phone_sees_every_committed_change_of_sixteen_slow_writers_exactly_once() {
    const WRITERS: u8 = 16;
    const EACH: u16 = 12;
    let centre = Centre::start().await;
    sqlx::raw_sql(
        "create function hold_up() returns trigger language plpgsql
         as 'begin perform pg_sleep(random() * 0.02); return new; end';
         create trigger hold_up before insert on change for each row execute function hold_up();
         create trigger hold_up before insert on feed for each row execute function hold_up();",
    )
    .execute(&centre.owner())
    .await
    .unwrap();
    let mut writers = Vec::new();
    for writer in 0..WRITERS {
        let (phone, server) = (centre.phone(10 + writer, JEDDAH).await, centre.sync().await);
        let numbers = u16::from(writer) * EACH..u16::from(writer + 1) * EACH;
        writers.push(tokio::spawn(async move { push_each(&server, &phone, numbers).await }));
    }
    let (reader, server) = (centre.phone(9, JEDDAH).await, centre.sync().await);
    let mut cursor = None;
    let mut seen: BTreeMap<RecordId, u32> = BTreeMap::new();
    loop {
        let done = writers.iter().all(tokio::task::JoinHandle::is_finished);
        for record in records_of(&pull_all(&server, &reader, &mut cursor, 1 << 20).await) {
            *seen.entry(record).or_default() += 1;
        }
        if done {
            break;
        }
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(seen.len(), usize::from(EACH) * usize::from(WRITERS));
    assert!(seen.values().all(|times| *times == 1), "{seen:?}");
}

#[tokio::test]
async fn a_family_that_moves_leaves_one_areas_phones_and_joins_the_others_whole() {
    let centre = Centre::start().await;
    let (near, far) = (centre.phone(1, JEDDAH).await, centre.phone(2, TAIF).await);
    let everywhere = centre.phone(3, AreaId(1)).await;
    let server = centre.sync().await;
    ask(&server, &near, push_of(&near, 1, JEDDAH)).await;
    let (mut near_cursor, mut far_cursor, mut all_cursor) = (None, None, None);
    for (phone, cursor) in [(&near, &mut near_cursor), (&far, &mut far_cursor), (&everywhere, &mut all_cursor)] {
        pull_all(&server, phone, cursor, 1 << 20).await;
    }
    let mut conn = centre.pool().acquire().await.unwrap();
    assert_eq!(relocate(&mut conn, REGION, record(1), TAIF, (By::Server, now())).await.unwrap(), 1);
    assert_eq!(relocate(&mut conn, REGION, record(1), TAIF, (By::Server, now())).await.unwrap(), 0);
    assert!(relocate(&mut conn, REGION, record(9), TAIF, (By::Server, now())).await.is_err());
    let left = ask(&server, &near, from(near_cursor, 1 << 20)).await;
    assert_eq!((left.leaves, left.deliveries), (vec![Leave::Record(record(1))], vec![]));
    let joined = ask(&server, &far, from(far_cursor, 1 << 20)).await;
    assert_eq!((joined.leaves.len(), joined.deliveries.len()), (0, 1));
    assert_eq!((joined.deliveries[0].area, joined.deliveries[0].changes.len()), (TAIF, 1));
    let stayed = ask(&server, &everywhere, from(all_cursor, 1 << 20)).await;
    assert_eq!((stayed.leaves.len(), stayed.deliveries.len()), (0, 1));
    let newcomer = centre.phone(4, JEDDAH).await;
    let pages = pull_all(&server, &newcomer, &mut None, 1 << 20).await;
    assert_eq!(records_of(&pages), []);
}

#[tokio::test]
async fn a_phone_from_another_life_of_the_server_is_asked_for_its_digest_and_told_what_differs() {
    let centre = Centre::start().await;
    let (maker, phone) = (centre.phone(1, JEDDAH).await, centre.phone(2, JEDDAH).await);
    let server = centre.sync().await;
    for number in 0..20 {
        ask(&server, &maker, push_of(&maker, number, JEDDAH)).await;
    }
    let mut cursor = None;
    let pages = pull_all(&server, &phone, &mut cursor, 1 << 20).await;
    let present = cursor.clone().unwrap();
    let past = Cursor { epoch: Epoch(present.epoch.0 ^ 1), ..present.clone() };
    let ahead = Cursor { areas: [(JEDDAH, 1_000_000)].into(), ..present.clone() };
    for lost in [past.clone(), ahead] {
        let asked = ask(&server, &phone, from(Some(lost), 1 << 20)).await;
        assert!(asked.repair.is_some_and(|repair| !repair.compared));
        assert_eq!((asked.deliveries.len(), asked.cursor), (0, None));
    }
    let heads = |delivery: &usra_sync_protocol::sync::Delivery| {
        let change = usra_sync_protocol::change::read(&delivery.changes[0]).unwrap();
        (delivery.record, digest::of_record(delivery.record, &[change.hash()]))
    };
    let held: Vec<_> = pages.iter().flat_map(|page| &page.deliveries).map(heads).collect();
    let same = SyncRequest { digest: Some(digest::of_all(held.clone())), ..from(Some(past.clone()), 1 << 20) };
    let agreed = ask(&server, &phone, same).await.repair.unwrap();
    assert_eq!((agreed.compared, agreed.buckets.len()), (true, 0));
    assert_eq!(agreed.cursor, present);
    let lacking = held.iter().copied().skip(1);
    let asked = SyncRequest { digest: Some(digest::of_all(lacking)), ..from(Some(past.clone()), 1 << 20) };
    let differs = ask(&server, &phone, asked).await.repair.unwrap();
    let told: BTreeSet<RecordId> = differs.buckets.values().flatten().map(|entry| entry.record).collect();
    assert_eq!(told, BTreeSet::from([held[0].0]));
    let wanting = SyncRequest { wanted: vec![held[0].0, record(999)], ..from(Some(past), 1 << 20) };
    let given = ask(&server, &phone, wanting).await;
    assert_eq!(records_of(&[given]), [held[0].0]);
}
