//! What people of the centre write into records at the desk, against a real PostgreSQL: resolving a field, taking it back, verifying a family.

use std::sync::Arc;

use usra_server::registry::story::{self, Story};
use usra_server::sync::author::Author;
use usra_server::sync::put::PutError;
use usra_server::sync::resolve::{Resolution, resolve};
use usra_server::sync::verify::verify;
use usra_sync_protocol::change::OpId;
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::role::Role;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::sync::SyncRequest;

use crate::centre::{Centre, JEDDAH, REGION, TAIF, now};
use crate::pen::{Pen, put};

const KEY: &str = "workers_family";

fn record() -> RecordId {
    RecordId::new(1_000, [1; 10])
}

/// A family of which two phones say differently how many work.
async fn scene() -> (Centre, Arc<Author>) {
    let centre = Centre::start().await;
    let server = centre.server().await;
    let (one, other) = (centre.phone(1, JEDDAH).await, centre.phone(2, JEDDAH).await);
    let (mut first, mut second) = (Pen::new(&one, record(), JEDDAH), Pen::new(&other, record(), JEDDAH));
    let (begun, offer) = first.write(vec![put("name_ar", "خوص الليث")]);
    centre.accept(&server, vec![offer]).await;
    second.sees(&begun);
    let (_, mine) = first.write(vec![put(KEY, 3_i64)]);
    let (_, theirs) = second.write(vec![put(KEY, 5_i64)]);
    centre.accept(&server, vec![mine, theirs]).await;
    assert_eq!(centre.count("select conflict_count::bigint from record").await, 1);
    (centre, one)
}

async fn told(centre: &Centre) -> Story {
    let scope = centre.areas().await.scope(&[JEDDAH], None);
    let mut conn = centre.pool().acquire().await.unwrap();
    story::story(&mut conn, REGION, (record(), Some(KEY)), (Role::Staff, &scope)).await.unwrap().unwrap()
}

fn open(story: &Story) -> Vec<OpId> {
    story.writings.iter().filter(|writing| writing.open).map(|writing| writing.op).collect()
}

fn says(value: impl Into<Scalar>, seen: Vec<OpId>) -> Resolution {
    Resolution { record: record(), kind: Kind::Family, key: KEY.to_owned(), value: value.into(), seen }
}

async fn workers(centre: &Centre) -> i64 {
    centre.count("select workers_family::bigint from family").await
}

#[tokio::test]
async fn a_resolved_field_holds_what_was_said_everywhere_and_can_be_taken_back() {
    let (centre, phone) = scene().await;
    let desk = centre.desk(&[JEDDAH]).await;
    let seen = open(&told(&centre).await);
    assert_eq!(seen.len(), 2);
    resolve(&desk, Role::Staff, says(3_i64, seen.clone()), now()).await.unwrap();
    assert_eq!((workers(&centre).await, centre.count("select conflict_count::bigint from record").await), (3, 0));
    assert_eq!(centre.count("select count(*) from audit where action = 'resolve' and by_kind = 'staff'").await, 1);
    let request = SyncRequest { want_bytes: 1 << 20, ..SyncRequest::default() };
    let answer = centre.sync().await.sync(Author::clone(&phone), request, now()).await.unwrap().response;
    assert_eq!(answer.deliveries[0].changes.len(), 2, "the other phone's and the centre's");
    // To take it back is to resolve again with the value from before.
    let story = told(&centre).await;
    assert_eq!((open(&story).len(), story.writings.len()), (1, 3));
    resolve(&desk, Role::Staff, says(5_i64, open(&story)), now()).await.unwrap();
    assert_eq!(workers(&centre).await, 5);
}

#[tokio::test]
async fn who_decides_second_is_told_and_changes_nothing() {
    let (centre, _) = scene().await;
    let desk = centre.desk(&[JEDDAH]).await;
    let seen = open(&told(&centre).await);
    resolve(&desk, Role::Staff, says(3_i64, seen.clone()), now()).await.unwrap();
    let late = resolve(&desk, Role::Admin, says(9_i64, seen), now()).await;
    assert!(matches!(late, Err(PutError::Outdated)), "{late:?}");
    let again = resolve(&desk, Role::Admin, says(3_i64, open(&told(&centre).await)), now()).await;
    assert!(matches!(again, Err(PutError::Same)), "{again:?}");
    assert_eq!((workers(&centre).await, centre.count("select count(*) from change").await), (3, 4));
    assert_eq!(centre.count("select count(*) from audit where action = 'resolve'").await, 1);
}

#[tokio::test]
async fn a_value_that_came_meanwhile_stays_open_beside_the_decision() {
    let (centre, _) = scene().await;
    let desk = centre.desk(&[JEDDAH]).await;
    let seen = open(&told(&centre).await);
    resolve(&desk, Role::Staff, says(3_i64, vec![seen[0]]), now()).await.unwrap();
    assert_eq!(open(&told(&centre).await).len(), 2);
}

#[tokio::test]
async fn nobody_writes_what_is_not_theirs_or_out_of_their_scope() {
    let (centre, _) = scene().await;
    let seen = open(&told(&centre).await);
    let elsewhere = resolve(&centre.desk(&[TAIF]).await, Role::Staff, says(3_i64, seen.clone()), now()).await;
    assert!(matches!(elsewhere, Err(PutError::Unknown)), "{elsewhere:?}");
    let here = centre.desk(&[JEDDAH]).await;
    let partner = resolve(&here, Role::Partner, says(3_i64, seen.clone()), now()).await;
    assert!(matches!(partner, Err(PutError::NotAllowed)), "{partner:?}");
    let official = Resolution { key: "official/status".to_owned(), ..says("verified", seen.clone()) };
    assert!(matches!(resolve(&here, Role::Admin, official, now()).await, Err(PutError::NotAllowed)));
    assert!(matches!(resolve(&here, Role::Staff, says("many", seen), now()).await, Err(PutError::Field(_))));
    assert!(matches!(verify(&centre.desk(&[TAIF]).await, record(), now()).await, Err(PutError::Unknown)));
    assert_eq!(centre.count("select count(*) from change").await, 3);
}

#[tokio::test]
async fn a_verified_family_counts_as_verified_at_once_and_only_once() {
    let (centre, _) = scene().await;
    let desk = centre.desk(&[JEDDAH]).await;
    verify(&desk, record(), now()).await.unwrap();
    assert_eq!(centre.count("select count(*) from listed_family where standing = 'verified'").await, 1);
    assert!(matches!(verify(&desk, record(), now()).await, Err(PutError::Same)));
    let told = centre.count("select count(*) from audit where action = 'family.verify'").await;
    assert_eq!(told, 1);
}
