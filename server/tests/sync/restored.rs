//! What a server does with a database that was exchanged under it, against a real PostgreSQL.

use time::Duration;
use usra_server::cli::place::open_region;
use usra_server::keys::Keys;
use usra_server::registry::audit::By;
use usra_server::registry::region::is_elsewhere;
use usra_server::registry::{device, revocations::reconcile};
use usra_server::storage::region;
use usra_sync_protocol::id::InstallId;

use crate::centre::{Centre, JEDDAH, REGION, now};

/// What a backup forgot is told to it again by the list beside the keys, and what the list lacks is written down.
#[tokio::test]
async fn revocations_that_the_database_forgot_are_made_again_and_those_that_only_it_knows_are_written_down() {
    let centre = Centre::start().await;
    let folder = tempfile::tempdir().unwrap();
    let keys = Keys::open(&folder.path().join("keys"), [7; Keys::RANDOM], now()).unwrap();
    let [one, two] = [centre.phone(1, JEDDAH).await.install, centre.phone(2, JEDDAH).await.install];
    let mut conn = centre.pool().acquire().await.unwrap();
    device::revoke(&mut conn, REGION, one, (By::Server, now())).await.unwrap();
    keys.note_revoked(REGION, &[(two, now() - Duration::DAY), (InstallId::new([99; 16]), now())]).unwrap();
    assert_eq!(reconcile(&mut conn, REGION, &keys, now()).await.unwrap(), 1);
    assert_eq!(reconcile(&mut conn, REGION, &keys, now()).await.unwrap(), 0);
    let listed = keys.revoked(REGION).unwrap();
    assert!(listed.len() == 3 && listed.contains(&(one, now())));
    assert_eq!(
        centre.count("select count(*) from audit where action = 'device.revoke' and detail ->> 'again' = 'true'").await,
        1
    );
    assert_eq!(centre.count("select count(*) from install where revoked_at is not null").await, 2);
}

#[tokio::test]
async fn data_that_lies_on_another_timeline_than_before_begins_another_epoch() {
    let centre = Centre::start().await;
    open_region(&centre.pool(), REGION, now()).await.unwrap();
    let mut conn = centre.pool().acquire().await.unwrap();
    assert!(!is_elsewhere(&mut conn, REGION).await.unwrap());
    let before = region::read(&mut conn, REGION).await.unwrap().unwrap();
    // As it is after a promotion: the same cluster, the next timeline.
    let (cluster, _) = before.database_identity.as_deref().unwrap().split_once('/').unwrap();
    region::set_epoch(&mut conn, REGION, before.epoch, &format!("{cluster}/7")).await.unwrap();
    assert!(is_elsewhere(&mut conn, REGION).await.unwrap());
    open_region(&centre.pool(), REGION, now()).await.unwrap();
    assert!(!is_elsewhere(&mut conn, REGION).await.unwrap());
    assert_ne!(region::epoch(&mut conn, REGION).await.unwrap(), before.epoch);
}
