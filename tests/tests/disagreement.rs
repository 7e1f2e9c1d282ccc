//! Two people edit one family without knowing of each other.

#![expect(clippy::unwrap_used, clippy::future_not_send, reason = "what cannot be set up fails the test")]

use std::collections::BTreeSet;

use sqlx::Row;
use usra_sync_protocol::scalar::Scalar;
use usra_tests::clock::Here;
use usra_tests::harness::Scene;

use usra_client_sdk::sync::Surroundings;

const FIRST: &str = "+966500010001";
const SECOND: &str = "+966500010002";
const THIRD: &str = "+966500010003";

async fn open_at_the_centre(scene: &Scene, key: &str) -> BTreeSet<Scalar> {
    let database = scene.centre.database().await.unwrap();
    let rows =
        sqlx::query("select value from open_value where record_id = $1 and key = $2").bind(scene.family.0).bind(key);
    let rows = rows.fetch_all(&database.pool).await.unwrap();
    database.close().await;
    rows.into_iter().map(|row| serde_json::from_value(row.try_get("value").unwrap()).unwrap()).collect()
}

async fn typed_mobile(scene: &Scene) -> Option<String> {
    let database = scene.centre.database().await.unwrap();
    let mobile = sqlx::query_scalar("select mobile from family where record_id = $1").bind(scene.family.0);
    let mobile = mobile.fetch_one(&database.pool).await.unwrap();
    database.close().await;
    mobile
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_field_edited_on_two_phones_keeps_both_values_everywhere_until_a_person_settles_it() {
    let mut scene = Scene::set(11).await.unwrap();
    scene.one.put(scene.family, "mobile", FIRST).unwrap();
    scene.two.put(scene.family, "mobile", SECOND).unwrap();
    scene.settle().await.unwrap();

    let both = BTreeSet::from([FIRST.into(), SECOND.into()]);
    assert_eq!(open_at_the_centre(&scene, "mobile").await, both);
    let shown = scene.one.shown(scene.family, "mobile").unwrap();
    assert_eq!(shown, scene.two.shown(scene.family, "mobile").unwrap());
    assert_eq!(shown, typed_mobile(&scene).await.map(Scalar::Text));
    for phone in [&scene.one, &scene.two] {
        let conflicts = phone.phone.conflicts(Some(scene.family)).unwrap();
        let values: BTreeSet<_> = conflicts[0].values.iter().map(|version| version.value.clone()).collect();
        assert_eq!((conflicts.len(), values), (1, both.clone()));
    }

    scene.two.phone.resolve(scene.family, "mobile", THIRD.into(), Here.now_ms()).unwrap();
    scene.two.sync_through().await.unwrap();
    scene.one.sync_through().await.unwrap();
    assert_eq!(open_at_the_centre(&scene, "mobile").await, BTreeSet::from([THIRD.into()]));
    assert!(scene.one.phone.conflicts(None).unwrap().is_empty());
    assert_eq!(scene.one.shown(scene.family, "mobile").unwrap(), Some(THIRD.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_that_the_settling_person_had_not_seen_opens_the_conflict_again() {
    let mut scene = Scene::set(12).await.unwrap();
    scene.one.put(scene.family, "mobile", FIRST).unwrap();
    scene.two.put(scene.family, "mobile", SECOND).unwrap();
    scene.settle().await.unwrap();
    scene.one.put(scene.family, "mobile", "+966500010009").unwrap();
    scene.two.phone.resolve(scene.family, "mobile", THIRD.into(), Here.now_ms()).unwrap();
    scene.two.sync_through().await.unwrap();
    scene.settle().await.unwrap();

    let both = BTreeSet::from(["+966500010009".into(), THIRD.into()]);
    assert_eq!(open_at_the_centre(&scene, "mobile").await, both);
    assert_eq!(scene.two.phone.conflicts(Some(scene.family)).unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn different_fields_edited_on_two_phones_both_survive_without_a_question() {
    let mut scene = Scene::set(13).await.unwrap();
    scene.one.put(scene.family, "district", "حي النور").unwrap();
    scene.two.put(scene.family, "workers_hired", 7).unwrap();
    scene.settle().await.unwrap();
    for phone in [&scene.one, &scene.two] {
        assert_eq!(phone.shown(scene.family, "district").unwrap(), Some("حي النور".into()));
        assert_eq!(phone.shown(scene.family, "workers_hired").unwrap(), Some(7.into()));
        assert!(phone.phone.conflicts(None).unwrap().is_empty());
    }
}
