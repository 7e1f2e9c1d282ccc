//! Bundles: whoever is far behind gets what is packed already, and it is what the feed's rows would have given.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use usra_server::registry::audit::By;
use usra_server::registry::relocate::relocate;
use usra_server::storage::bundle;
use usra_server::sync::author::Author;
use usra_server::sync::{Sync, bundler};
use usra_sync_protocol::id::{AreaId, RecordId};
use usra_sync_protocol::role::Role;
use usra_sync_protocol::sync::{Cursor, Leave, Push, SyncRequest, SyncResponse, Verdict};

use crate::centre::{Centre, JEDDAH, REGION, TAIF, now};
use crate::pen::{Pen, put};
use crate::pull::{ask, from, pull_all};

/// Families that each phone registers, and corrects once.
const EACH: u8 = 60;

fn family(phone: u8, number: u8) -> RecordId {
    RecordId::new(1_000, [0, 0, 0, 0, 0, 0, 0, 0, phone, number])
}

/// Two phones write to one area and correct what they wrote; a third writes to another.
async fn scene() -> (Centre, Sync, [Arc<Author>; 3]) {
    let centre = Centre::start().await;
    let phones = [centre.phone(1, JEDDAH).await, centre.phone(2, JEDDAH).await, centre.phone(3, TAIF).await];
    let server = centre.sync().await;
    let address = "حي السلامة، شارع قريش، خلف المسجد، الدور الثاني. ".repeat(2);
    let address = address.trim_end();
    for (phone, (number, area)) in phones.iter().zip([(1, JEDDAH), (2, JEDDAH), (3, TAIF)]) {
        let mut pens: Vec<Pen> = (0..EACH).map(|at| Pen::new(phone, family(number, at), area)).collect();
        for (key, text) in [("address", address), ("name_ar", "أسرة منتجة من المنطقة")] {
            let written = |pen: &mut Pen| pen.write(vec![put(key, text)]).1;
            let offers: Vec<_> = pens.iter_mut().map(written).collect();
            let pushes = offers.into_iter().map(|offer| Push {
                record: offer.record,
                kind: offer.kind,
                area,
                family: offer.family,
                changes: vec![offer.bytes],
            });
            let answer = ask(&server, phone, SyncRequest { pushes: pushes.collect(), ..from(None, 0) }).await;
            assert_eq!(answer.verdicts, vec![Verdict::Accepted; usize::from(EACH)]);
        }
    }
    (centre, server, phones)
}

/// Registers family 200 of phone 1.
async fn one_more(server: &Sync, one: &Arc<Author>) {
    let mut pen = Pen::new(one, family(1, 200), JEDDAH);
    let offer = pen.write(vec![put("name_ar", "أسرة جديدة")]).1;
    let push =
        Push { record: offer.record, kind: offer.kind, area: JEDDAH, family: offer.family, changes: vec![offer.bytes] };
    ask(server, one, SyncRequest { pushes: vec![push], ..from(None, 0) }).await;
}

async fn make(centre: &Centre) -> usize {
    bundler::run(&mut centre.pool().acquire().await.unwrap(), REGION).await.unwrap()
}

async fn relocated(centre: &Centre, record: RecordId, to: AreaId) {
    relocate(&mut centre.pool().acquire().await.unwrap(), REGION, record, to, (By::Server, now())).await.unwrap();
}

async fn at(server: &Sync, phone: &Arc<Author>, seq: u64) -> Cursor {
    let cursor = ask(server, phone, from(None, 1)).await.cursor.unwrap();
    Cursor { areas: [(JEDDAH, seq)].into(), ..cursor }
}

/// What a phone that stands at a cursor has in the end: the changes of each record, and what left.
async fn taken(server: &Sync, phone: &Arc<Author>, cursor: Option<Cursor>, want_bytes: u32) -> Taken {
    let mut cursor = cursor;
    let pages = pull_all(server, phone, &mut cursor, want_bytes).await;
    let mut changes: BTreeMap<RecordId, BTreeSet<Vec<u8>>> = BTreeMap::new();
    let mut gone = BTreeSet::new();
    for page in &pages {
        for delivery in &page.deliveries {
            changes.entry(delivery.record).or_default().extend(delivery.changes.iter().cloned());
        }
        gone.extend(page.leaves.iter().map(|leave| format!("{leave:?}")));
    }
    (changes, gone, cursor)
}

type Taken = (BTreeMap<RecordId, BTreeSet<Vec<u8>>>, BTreeSet<String>, Option<Cursor>);

/// The same from every few cursors, in large and in small pages.
async fn from_everywhere(server: &Sync, phone: &Arc<Author>, head: u64) -> Vec<Taken> {
    let mut all = Vec::new();
    for seq in (0..=head).step_by(13) {
        for want_bytes in [1 << 22, 40_000] {
            let cursor = at(server, phone, seq).await;
            all.push(taken(server, phone, Some(cursor), want_bytes).await);
        }
    }
    all
}

#[tokio::test]
async fn from_every_cursor_bundles_give_what_the_rows_give() {
    let (centre, server, _) = scene().await;
    let (reader, head) = (centre.phone(9, JEDDAH).await, 4 * u64::from(EACH));
    let by_rows = from_everywhere(&server, &reader, head).await;
    assert!(make(&centre).await > 0);
    assert_eq!(by_rows, from_everywhere(&server, &reader, head).await);
    let first = server.sync((*reader).clone(), from(None, 1 << 22), now()).await.unwrap();
    assert!(!first.ready.is_empty() && first.response.deliveries.is_empty() && !first.response.more);
    relocated(&centre, family(1, 7), TAIF).await;
    assert_eq!(centre.count("select count(*) from feed_bundle where area_id = 200").await, 0);
    let by_rows = from_everywhere(&server, &reader, head + 1).await;
    assert!(make(&centre).await > 0);
    assert_eq!(by_rows, from_everywhere(&server, &reader, head + 1).await);
    assert_eq!(by_rows[0].0.len(), 2 * usize::from(EACH) - 1);
    assert_eq!(by_rows[0].1, BTreeSet::from([format!("{:?}", Leave::Record(family(1, 7)))]));
}

#[tokio::test]
async fn what_came_after_the_bundles_comes_behind_them_in_the_same_answer() {
    let (centre, server, [one, ..]) = scene().await;
    make(&centre).await;
    one_more(&server, &one).await;
    let reader = centre.phone(9, JEDDAH).await;
    let answer = server.sync((*reader).clone(), from(None, 1 << 22), now()).await.unwrap();
    let behind: Vec<RecordId> = answer.response.deliveries.iter().map(|delivery| delivery.record).collect();
    assert_eq!((answer.ready.is_empty(), behind, answer.response.more), (false, vec![family(1, 200)], false));
    assert_eq!(make(&centre).await, 0, "so little is no bundle yet");
}

#[tokio::test]
async fn what_is_too_much_for_the_last_bundle_becomes_the_next() {
    let (centre, server, [one, ..]) = scene().await;
    make(&centre).await;
    one_more(&server, &one).await;
    // As large as a record that comes from another area whole.
    sqlx::raw_sql("update feed set size_bytes = 600000 where area_id = 200 and seq = 241")
        .execute(&centre.owner())
        .await
        .unwrap();
    let made = tokio::time::timeout(std::time::Duration::from_mins(1), make(&centre)).await;
    assert_eq!(made, Ok(1), "it comes to an end");
    let behind = "select count(*) from feed_bundle where area_id = 200 and after_seq = 240 and last_seq = 241";
    assert_eq!(centre.count(behind).await, 1);
}

#[tokio::test]
async fn who_made_some_of_it_or_may_not_read_all_of_it_gets_the_rows() {
    let (centre, server, [one, two, _]) = scene().await;
    make(&centre).await;
    let everywhere = centre.phone(9, AreaId(1)).await;
    let partner = Arc::new(Author { role: Role::Partner, ..Author::clone(&everywhere) });
    let own: [(&Arc<Author>, u8); 2] = [(&one, 2), (&two, 1)];
    for (phone, other) in own {
        let answer = server.sync(Author::clone(phone), from(None, 1 << 22), now()).await.unwrap();
        assert!(answer.ready.is_empty());
        let records: Vec<RecordId> = answer.response.deliveries.iter().map(|delivery| delivery.record).collect();
        assert_eq!(records, (0..EACH).map(|number| family(other, number)).collect::<Vec<_>>());
    }
    let of_partner = server.sync(Author::clone(&partner), from(None, 1 << 22), now()).await.unwrap();
    assert_eq!((of_partner.ready.len(), of_partner.response.deliveries.len()), (0, 3 * usize::from(EACH)));
    let of_all: SyncResponse = ask(&server, &everywhere, from(None, 1 << 22)).await;
    assert_eq!(of_all.deliveries.len(), 3 * usize::from(EACH));
}

#[tokio::test]
async fn reading_a_bundle_is_noted_as_reading_its_rows_is() {
    let (centre, server, _) = scene().await;
    let (by_rows, by_bundle) = (centre.phone(8, JEDDAH).await, centre.phone(9, JEDDAH).await);
    ask(&server, &by_rows, from(None, 1 << 22)).await;
    make(&centre).await;
    ask(&server, &by_bundle, from(None, 1 << 22)).await;
    let alike = "select count(distinct (array(select unnest(record_ids) order by 1), detail::text)) from audit";
    let noted = "select count(*) from audit where action = 'sensitive.pull' and cardinality(record_ids) = 120";
    assert_eq!((centre.count(noted).await, centre.count(alike).await), (2, 1));
}

#[tokio::test]
async fn a_bundle_that_a_departure_overtook_is_not_put() {
    let (centre, _, _) = scene().await;
    make(&centre).await;
    let mut conn = centre.pool().acquire().await.unwrap();
    let row = bundle::after(&mut conn, REGION, (&[200], &[0]), 1 << 22).await.unwrap().remove(0);
    assert!(bundle::put(&mut conn, REGION, &row, row.last_seq).await.unwrap(), "nothing came between");
    relocated(&centre, family(1, 7), TAIF).await;
    assert!(!bundle::put(&mut conn, REGION, &row, row.last_seq).await.unwrap());
    let dangling = bundle::BundleRow { after_seq: 5, ..row };
    assert!(!bundle::put(&mut conn, REGION, &dangling, i64::MAX).await.unwrap(), "what came before it is gone");
    assert_eq!(centre.count("select count(*) from feed_bundle where area_id = 200").await, 0);
}
