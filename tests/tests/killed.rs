//! The server and its PostgreSQL are killed while phones push: what was acknowledged is there, once, in every table and on a
//! fresh phone.

#![expect(clippy::unwrap_used, clippy::future_not_send, reason = "what cannot be set up fails the test")]

use std::collections::BTreeSet;
use std::process::Command;

use usra_client_sdk::store::{ChangeState, Store as _};
use usra_sync_protocol::id::{ChangeHash, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_tests::harness::{Handset, Scene, someone};

/// Times that something is killed; with pushes without a pause between them some die at every step.
const KILLS: usize = 4;
/// Pushes after each start that must come through before the next kill.
const PUSHES: usize = 5;

/// Every change that the phone holds as acknowledged.
fn acknowledged(phone: &Handset, records: &[RecordId]) -> BTreeSet<(RecordId, ChangeHash)> {
    let changes = records.iter().flat_map(|id| phone.phone.store().changes(*id).unwrap());
    changes.filter(|row| row.state == ChangeState::Confirmed).map(|row| (row.record, row.hash)).collect()
}

/// Pushes without a pause until `done` says so; what fails is offered again by the next.
async fn work(phone: &mut Handset, records: &mut Vec<RecordId>, seed: u64, done: impl Fn(usize) -> bool) {
    let (mut through, mut came_through) = (0, true);
    while !done(through) {
        if came_through {
            let family = someone(seed + records.len() as u64).family;
            records.push(phone.create(Kind::Family, None, family).unwrap());
        }
        came_through = phone.sync().await.unwrap().failure.is_none();
        through += usize::from(came_through);
    }
}

async fn check(scene: &Scene, records: &[RecordId]) {
    let acknowledged = acknowledged(&scene.one, records);
    assert!(acknowledged.len() >= KILLS * PUSHES, "{} were acknowledged", acknowledged.len());
    let database = scene.centre.database().await.unwrap();
    let rows: Vec<(uuid::Uuid, Vec<u8>)> =
        sqlx::query_as("select record_id, hash from change").fetch_all(&database.pool).await.unwrap();
    let stored: BTreeSet<_> =
        rows.iter().map(|(id, hash)| (RecordId(*id), ChangeHash::from_bytes(hash).unwrap())).collect();
    assert_eq!(stored.len(), rows.len());
    assert!(acknowledged.is_subset(&stored));
    for sql in [
        "select count(*) from record r where not exists (select from family f where f.record_id = r.record_id)",
        "select count(*) from record r where not exists (select from open_value v where v.record_id = r.record_id)",
        "select count(*) from record r where change_count <> (select count(*) from change c where c.record_id = r.record_id)",
    ] {
        let missing: i64 = sqlx::query_scalar(sql).fetch_one(&database.pool).await.unwrap();
        assert_eq!(missing, 0, "{sql}");
    }
    database.close().await;
    let mut fresh = scene.another(9).await.unwrap();
    fresh.sync_through().await.unwrap();
    let there = self::acknowledged(&fresh, records);
    assert!(acknowledged.is_subset(&there), "{} of {}", there.len(), acknowledged.len());
}

/// Kills `process` and waits for nothing.
fn kill(process: u32) {
    assert!(Command::new("kill").args(["-KILL", &process.to_string()]).status().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_was_acknowledged_outlives_kills_of_the_server_under_load() {
    let mut scene = Scene::set(51).await.unwrap();
    let mut records = vec![scene.family];
    for _ in 0..KILLS {
        work(&mut scene.one, &mut records, 500, |through| through >= PUSHES).await;
        let process = scene.centre.process();
        let killer = tokio::task::spawn_blocking(move || kill(process));
        work(&mut scene.one, &mut records, 500, |_| killer.is_finished()).await;
        killer.await.unwrap();
        let _cut = scene.one.sync().await.unwrap();
        scene.centre = scene.centre.kill_and_restart().unwrap();
    }
    check(&scene, &records).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_was_acknowledged_outlives_kills_of_postgresql_under_load() {
    let mut scene = Scene::set(52).await.unwrap();
    let mut records = vec![scene.family];
    for _ in 0..KILLS {
        work(&mut scene.one, &mut records, 600, |through| through >= PUSHES).await;
        let database = scene.centre.database().await.unwrap();
        let folder: String =
            sqlx::query_scalar("show data_directory").fetch_one(&mut database.as_owner().await.unwrap()).await.unwrap();
        database.close().await;
        let postmaster = std::fs::read_to_string(format!("{folder}/postmaster.pid")).unwrap();
        let postmaster: u32 = postmaster.lines().next().unwrap().parse().unwrap();
        let killer = tokio::task::spawn_blocking(move || kill(postmaster));
        work(&mut scene.one, &mut records, 600, |_| killer.is_finished()).await;
        killer.await.unwrap();
    }
    work(&mut scene.one, &mut records, 600, |through| through >= PUSHES).await;
    check(&scene, &records).await;
}
