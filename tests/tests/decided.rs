//! What the centre decides about held work reaches the phone whose work it was.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "what cannot be set up fails the test")]

use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::sync::Reason;
use usra_tests::harness::Scene;

const PURPOSE: &str = "consent/zz9/purpose";

/// A scene in which the first phone's correction of a field that is written once is held; with the change's name.
async fn with_held_work() -> (Scene, String) {
    let mut scene = Scene::set(31).await.unwrap();
    scene.one.put(scene.family, PURPOSE, "PUB").unwrap();
    scene.one.sync_through().await.unwrap();
    scene.one.put(scene.family, PURPOSE, "SHARE").unwrap();
    assert_eq!(scene.one.sync_through().await.unwrap().total.held, 1);
    let tray = scene.one.phone.held().unwrap();
    assert_eq!((tray.len(), tray[0].reason, &tray[0].note), (1, Reason::FieldWrittenOnce, &None));
    assert_eq!(scene.one.shown(scene.family, PURPOSE).unwrap(), Some(Scalar::from("PUB")));
    let change = tray[0].change.to_string();
    (scene, change)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejection_is_read_on_the_phone_with_its_reason() {
    let (mut scene, change) = with_held_work().await;
    scene.centre.run(&["held", "reject", &change, "--reason", "سجّلها موافقة جديدة", "--json"]).unwrap();
    scene.one.sync_through().await.unwrap();
    let tray = scene.one.phone.held().unwrap();
    assert_eq!((tray[0].reason, tray[0].note.as_deref()), (Reason::Rejected, Some("سجّلها موافقة جديدة")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_released_change_is_in_the_record_of_every_phone_and_out_of_the_tray() {
    let (mut scene, change) = with_held_work().await;
    scene.centre.run(&["held", "release", &change, "--json"]).unwrap();
    scene.settle().await.unwrap();
    assert!(scene.one.phone.held().unwrap().is_empty());
    for phone in [&scene.one, &scene.two] {
        assert_eq!(phone.shown(scene.family, PURPOSE).unwrap(), Some(Scalar::from("SHARE")));
    }
}
