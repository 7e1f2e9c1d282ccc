//! What the audit keeps of pages: each that shows records with sensitive fields is noted before it is answered, or not answered.

use usra_server::sync::ingest::IngestError;
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::sync::{Push, SyncRequest};

use crate::centre::{Centre, JEDDAH, now};
use crate::pen::{Pen, put};

const CANARY: &str = "كناري-٧٧٣١";

/// A family with its household and a product, all with a canary in what was typed.
async fn scene() -> (Centre, RecordId, RecordId) {
    let centre = Centre::start().await;
    let phone = centre.phone(1, JEDDAH).await;
    let family = RecordId::new(1_000, [1; 10]);
    let household = RecordId::household_of(family);
    let product = RecordId::new(1_000, [3; 10]);
    let written = [
        (family, Kind::Family, put("address", CANARY)),
        (household, Kind::Household, put("member/a1b2c3/name", CANARY)),
        (product, Kind::Product, put("name_ar", CANARY)),
    ];
    let server = centre.sync().await;
    for (record, kind, put) in written {
        let bytes = Pen::new(&phone, record, JEDDAH).write(vec![put]).1.bytes;
        let push = Push { record, kind: kind.number(), area: JEDDAH, family, changes: vec![bytes] };
        let request = SyncRequest { pushes: vec![push], ..SyncRequest::default() };
        let verdicts = server.sync((*phone).clone(), request, now()).await.unwrap().response.verdicts;
        assert_eq!(verdicts, [usra_sync_protocol::sync::Verdict::Accepted], "{kind:?}");
    }
    (centre, family, household)
}

fn everything() -> SyncRequest {
    SyncRequest { want_bytes: 1 << 20, ..SyncRequest::default() }
}

#[tokio::test]
async fn a_page_with_sensitive_records_leaves_one_row_that_names_them_and_nothing_that_was_typed() {
    let (centre, family, household) = scene().await;
    let reader = centre.phone(2, JEDDAH).await;
    assert_eq!(centre.count("select count(*) from audit").await, 0, "a push shows nothing");
    let answer = centre.sync().await.sync((*reader).clone(), everything(), now()).await.unwrap().response;
    assert_eq!(answer.deliveries.len(), 3);
    let (family, household, install) = (family.0, household.0, reader.install.0);
    let row = format!(
        "select count(*) from audit where action = 'sensitive.pull' and by_kind = 'install' and by_id = '{install}'
             and install_id = '{install}' and record_ids @> array['{family}', '{household}']::uuid[]
             and cardinality(record_ids) = 2 and detail = '{{\"family\": 1, \"household\": 1}}'"
    );
    assert_eq!(centre.count(&row).await, 1);
    let cursor = answer.cursor;
    let nothing_new = SyncRequest { cursor, ..everything() };
    centre.sync().await.sync((*reader).clone(), nothing_new, now()).await.unwrap();
    assert_eq!(centre.count("select count(*) from audit").await, 1, "a page without news shows nothing");
    assert_eq!(centre.count(&format!("select count(*) from audit a where a::text like '%{CANARY}%'")).await, 0);
}

#[tokio::test]
async fn what_a_repair_sends_again_is_noted_too() {
    let (centre, family, _) = scene().await;
    let reader = centre.phone(2, JEDDAH).await;
    let wanted = SyncRequest { wanted: vec![family], ..everything() };
    let answer = centre.sync().await.sync((*reader).clone(), wanted, now()).await.unwrap().response;
    assert_eq!(answer.deliveries.len(), 1);
    assert_eq!(centre.count("select count(*) from audit where action = 'sensitive.pull'").await, 1);
}

#[tokio::test]
async fn a_page_whose_reading_cannot_be_noted_is_not_shown() {
    let (centre, _, _) = scene().await;
    let reader = centre.phone(2, JEDDAH).await;
    let server = centre.sync().await;
    let refuse = "alter table audit add constraint refuse check (action <> 'sensitive.pull')";
    sqlx::raw_sql(refuse).execute(&centre.owner()).await.unwrap();
    let answer = server.sync((*reader).clone(), everything(), now()).await;
    assert!(matches!(answer, Err(IngestError::Unnoted(_))), "{answer:?}");
    assert_eq!(centre.count("select n from audit_head").await, 0);
    sqlx::raw_sql("alter table audit drop constraint refuse").execute(&centre.owner()).await.unwrap();
    let answer = server.sync((*reader).clone(), everything(), now()).await.unwrap().response;
    assert_eq!(answer.deliveries.len(), 3, "the same page comes once it can be noted");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_phones_that_read_at_once_leave_one_row_each() {
    let (centre, _, _) = scene().await;
    let server = centre.sync().await;
    let mut readers = Vec::new();
    for number in 10..50 {
        let (reader, server) = (centre.phone(number, JEDDAH).await, server.clone());
        readers.push(tokio::spawn(async move { server.sync((*reader).clone(), everything(), now()).await }));
    }
    for reader in readers {
        assert_eq!(reader.await.unwrap().unwrap().response.deliveries.len(), 3);
    }
    assert_eq!(centre.count("select count(distinct install_id) from audit").await, 40);
    assert_eq!(centre.count("select n from audit_head").await, 40);
}
