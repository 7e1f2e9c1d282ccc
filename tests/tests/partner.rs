//! A partner agency writes services into households that it may not see, through a restore too.

#![expect(clippy::unwrap_used, reason = "what cannot be set up fails the test")]

use std::path::Path;
use std::process::Command;

use usra_client_sdk::Query;
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::scalar::Scalar;
use usra_tests::harness::{Centre, Handset, someone};

async fn phone(centre: &Centre, folder: &Path, role: &str) -> Handset {
    let invitation = centre.invite(role, "JED", role).unwrap();
    let file = folder.join(format!("{role}.sqlite"));
    Handset::enrol(&file, centre.address().unwrap(), &invitation, (61, 1)).await.unwrap()
}

fn copy(from: &Path, to: &Path) {
    assert!(Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap().success());
}

/// How many services stand at the centre.
async fn services(centre: &Centre) -> i64 {
    let database = centre.database().await.unwrap();
    let count = sqlx::query_scalar("select count(*) from open_value where key like 'service/%/note'");
    let count = count.fetch_one(&database.pool).await.unwrap();
    database.close().await;
    count
}

fn kinds(handset: &Handset) -> Vec<Kind> {
    let all = Query { limit: 100, ..Query::default() };
    handset.phone.list(&all).unwrap().into_iter().map(|row| row.kind).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partners_services_reach_the_centre_come_back_after_a_restore_and_show_nothing_of_the_household() {
    let folder = tempfile::tempdir().unwrap();
    let (data, backup) = (folder.path().join("data"), folder.path().join("backup"));
    let centre = Centre::start(&data).unwrap();
    let address = centre.address().unwrap().to_string();
    let mut surveyor = phone(&centre, folder.path(), "surveyor").await;
    let mut partner = phone(&centre, folder.path(), "partner").await;
    let met = someone(61);
    let family = surveyor.create(Kind::Family, None, met.family).unwrap();
    let household = surveyor.create(Kind::Household, Some(family), met.household).unwrap();
    surveyor.sync_through().await.unwrap();
    partner.sync_through().await.unwrap();
    assert_eq!(kinds(&partner), [Kind::Family]);
    assert!(partner.phone.record(household).unwrap().is_none());
    drop(centre);
    copy(&data, &backup);

    let centre = Centre::listen(&data, &address).unwrap();
    let note = vec![("service/s1/note".to_owned(), Scalar::from("دورة تغليف"))];
    assert_eq!(partner.create(Kind::Household, Some(family), note).unwrap(), RecordId::household_of(family));
    partner.sync_through().await.unwrap();
    partner.put(household, "service/s2/note", "معرض").unwrap();
    assert_eq!(partner.sync_through().await.unwrap().total.accepted, 1);
    assert_eq!(services(&centre).await, 2);
    // Often enough for the periodic comparison: both sides count the same records.
    for _ in 0..25 {
        assert_eq!(partner.sync_through().await.unwrap().total.received, 0);
    }
    surveyor.sync_through().await.unwrap();
    assert_eq!(surveyor.shown(household, "service/s2/note").unwrap(), Some(Scalar::from("معرض")));
    drop(centre);
    std::fs::rename(&data, folder.path().join("broken")).unwrap();
    copy(&backup, &data);

    let centre = Centre::listen(&data, &address).unwrap();
    let _told = centre.run(&["epoch", "new"]);
    assert_eq!(services(&centre).await, 0);
    for _ in 0..2 {
        partner.sync_through().await.unwrap();
    }
    assert_eq!(services(&centre).await, 2);
    assert_eq!(kinds(&partner), [Kind::Family]);
    let fields = partner.phone.record(household).unwrap().unwrap().fields;
    assert!(fields.keys().all(|key| key.starts_with("service/")));
}
