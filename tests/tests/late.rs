//! Honest work that comes late: a family moved, or an assignment ended, while a phone was away. It comes in, flagged, and then
//! the record goes from the phone.

#![expect(clippy::unwrap_used, reason = "what cannot be set up fails the test")]

use serde_json::Value;
use usra_client_sdk::PhoneError;
use usra_client_sdk::sync::Surroundings;
use usra_sync_protocol::kind::Kind;
use usra_tests::clock::Here;
use usra_tests::harness::{Scene, someone};

fn late(scene: &Scene) -> Vec<(String, String)> {
    let said = |row: &Value, name: &str| row.get(name).and_then(Value::as_str).unwrap().to_owned();
    let rows = scene.centre.run(&["record", "late", "--json"]).unwrap();
    rows.as_array().unwrap().iter().map(|row| (said(row, "cause"), said(row, "area"))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_before_a_move_was_known_comes_in_and_then_the_family_goes_from_the_phone() {
    let mut scene = Scene::set(51).await.unwrap();
    scene.one.put(scene.family, "district", "حي النسيم").unwrap();
    let product = someone(51).products.into_iter().next().unwrap();
    scene.one.create(Kind::Product, Some(scene.family), product).unwrap();
    let family = scene.family.to_string();
    scene.centre.run(&["record", "move", &family, "--area", "TIF", "--json"]).unwrap();
    let report = scene.one.sync_through().await.unwrap().total;
    assert_eq!((report.accepted, report.held, report.left), (2, 0, 2));
    assert_eq!(scene.one.phone.status(0).unwrap().records, 0);
    assert!(scene.one.phone.held().unwrap().is_empty());
    let moved = ("moved".to_owned(), "TIF".to_owned());
    assert_eq!(late(&scene), [moved.clone(), moved]);
    let counts = scene.centre.run(&["counts", "--json"]).unwrap();
    assert_eq!(counts.pointer("/not_known_yet/changes_late").and_then(Value::as_i64), Some(2));
    scene.two.sync_through().await.unwrap();
    assert_eq!(scene.two.phone.status(0).unwrap().records, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_value_from_before_a_move_was_known_is_kept_and_one_from_after_it_cannot_be_entered() {
    let mut scene = Scene::set(56).await.unwrap();
    let (id, family) = (scene.family, scene.family.to_string());
    let seal = |phone: &mut usra_tests::harness::Handset| {
        phone.phone.seal((id, "home_point"), "21.485800,39.192500", Here.now_ms(), Here.secret())
    };
    seal(&mut scene.one).unwrap();
    scene.centre.run(&["record", "move", &family, "--area", "TIF", "--json"]).unwrap();
    let report = scene.one.sync_through().await.unwrap().total;
    assert_eq!((report.accepted, report.held, report.left), (1, 0, 1));
    let kept = scene.centre.run(&["sealed", "list", "--family", &family, "--json"]).unwrap();
    assert_eq!(kept.as_array().map(Vec::len), Some(1));
    assert!(matches!(seal(&mut scene.one), Err(PhoneError::RecordUnknown)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_registered_before_the_end_of_an_assignment_was_known_comes_in_and_nothing_after_it() {
    let mut scene = Scene::set(52).await.unwrap();
    scene.one.put(scene.family, "district", "حي النسيم").unwrap();
    scene.one.create(Kind::Family, None, someone(53).family).unwrap();
    let install = scene.one.phone.identity().unwrap().install_id.to_string();
    scene.centre.run(&["assign", &install, "--area", "JED", "--remove", "--json"]).unwrap();
    let report = scene.one.sync_through().await.unwrap().total;
    assert_eq!((report.accepted, report.held, report.left), (2, 0, 2));
    let unassigned = "unassigned".to_owned();
    assert!(late(&scene).iter().all(|(cause, _)| *cause == unassigned));
    assert_eq!(late(&scene).len(), 2);
    let refused = scene.one.create(Kind::Family, None, someone(54).family).unwrap_err();
    assert!(matches!(refused.downcast_ref(), Some(PhoneError::AreaOutOfScope)), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assignment_that_begins_today_and_ends_later_brings_its_area_and_a_planned_one_does_not() {
    let scene = Scene::set(55).await.unwrap();
    let mut far = scene.another(3).await.unwrap();
    let install = far.phone.identity().unwrap().install_id.to_string();
    scene.centre.run(&["assign", &install, "--area", "JED", "--remove", "--json"]).unwrap();
    far.sync_through().await.unwrap();
    assert_eq!(far.phone.status(0).unwrap().records, 0);
    scene.centre.run(&["assign", &install, "--area", "JED", "--from", "2999-01-01", "--json"]).unwrap();
    far.sync_through().await.unwrap();
    assert_eq!(far.phone.status(0).unwrap().records, 0);
    scene.centre.run(&["assign", &install, "--area", "JED", "--to", "2998-12-31", "--json"]).unwrap();
    far.sync_through().await.unwrap();
    assert_eq!(far.phone.status(0).unwrap().records, 1);
    let twice = ["assign", &install, "--area", "JED", "--from", "2998-01-01", "--json"];
    assert!(scene.centre.run(&twice).unwrap_err().to_string().contains("already"));
}
