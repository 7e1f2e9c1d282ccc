//! The centre's data comes back from an older copy while phones hold newer work: everything returns, nothing is doubled.

#![expect(clippy::unwrap_used, reason = "what cannot be set up fails the test")]

use std::path::Path;
use std::process::Command;

use sqlx::PgPool;
use usra_sync_protocol::kind::Kind;
use usra_tests::harness::{Centre, Handset, someone};

async fn phone(centre: &Centre, folder: &Path, number: u64) -> Handset {
    let invitation = centre.invite("surveyor", "JED", &format!("Surveyor {number}")).unwrap();
    let file = folder.join(format!("phone-{number}.sqlite"));
    Handset::enrol(&file, centre.address().unwrap(), &invitation, (41, number)).await.unwrap()
}

/// Copies a folder with owners and rights; neither side is in use.
fn copy(from: &Path, to: &Path) {
    assert!(Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap().success());
}

async fn count(pool: &PgPool, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(pool).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restore_from_an_older_copy_all_newer_work_of_phones_is_back_and_nothing_is_doubled() {
    let folder = tempfile::tempdir().unwrap();
    let (data, backup) = (folder.path().join("data"), folder.path().join("backup"));
    let centre = Centre::start(&data).unwrap();
    let address = centre.address().unwrap().to_string();
    let mut one = phone(&centre, folder.path(), 1).await;
    let mut two = phone(&centre, folder.path(), 2).await;
    let kept = one.create(Kind::Family, None, someone(41).family).unwrap();
    one.sync_through().await.unwrap();
    two.sync_through().await.unwrap();
    drop(centre);
    copy(&data, &backup);

    let centre = Centre::listen(&data, &address).unwrap();
    // Each builds on the other's work, so that after the restore each waits for the other.
    one.put(kept, "district", "حي الأول").unwrap();
    let lost = one.create(Kind::Family, None, someone(42).family).unwrap();
    one.sync_through().await.unwrap();
    two.sync_through().await.unwrap();
    two.put(kept, "district", "حي الثاني").unwrap();
    two.put(lost, "district", "حي الثالث").unwrap();
    two.sync_through().await.unwrap();
    one.sync_through().await.unwrap();
    one.put(lost, "address", "شارع ٤").unwrap();
    one.sync_through().await.unwrap();
    two.sync_through().await.unwrap();
    let changes = "select count(*) from change";
    let database = centre.database().await.unwrap();
    let before = count(&database.pool, changes).await;
    database.close().await;
    drop(centre);
    std::fs::rename(&data, folder.path().join("broken")).unwrap();
    copy(&backup, &data);

    let centre = Centre::listen(&data, &address).unwrap();
    let _told = centre.run(&["epoch", "new"]);
    two.put(kept, "address", "شارع ٥").unwrap();
    for _ in 0..3 {
        two.sync_through().await.unwrap();
        one.sync_through().await.unwrap();
    }
    let database = centre.database().await.unwrap();
    // The edit that was made after the restore followed work that was lost: the phone wrote it again on what the centre had, and the
    // first form came in too once that work was back (docs/decisions/0005).
    assert_eq!(count(&database.pool, changes).await, before + 2);
    assert_eq!(count(&database.pool, "select count(*) from (select distinct hash from change) c").await, before + 2);
    let different = "select count(*) from (select distinct key, value from open_value where key = 'address') v";
    assert_eq!(count(&database.pool, different).await, 2);
    assert_eq!(count(&database.pool, "select count(*) from kept_change").await, 0);
    assert_eq!(count(&database.pool, "select count(*) from family").await, 2);
    database.close().await;
    let mut fresh = phone(&centre, folder.path(), 3).await;
    fresh.sync_through().await.unwrap();
    for (id, key, value) in [
        (kept, "district", "حي الثاني"),
        (lost, "district", "حي الثالث"),
        (lost, "address", "شارع ٤"),
        (kept, "address", "شارع ٥"),
    ] {
        for phone in [&one, &two, &fresh] {
            assert_eq!(phone.shown(id, key).unwrap(), Some(value.into()));
        }
    }
}
