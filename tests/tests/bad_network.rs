//! Requests and answers that are repeated, cut at any byte, lost, or delayed; a server that is killed in between.

#![expect(clippy::unwrap_used, reason = "what cannot be set up fails the test")]

use std::collections::BTreeMap;

use sqlx::PgPool;
use usra_sync_protocol::kind::Kind;
use usra_tests::harness::{Scene, someone};
use usra_tests::link::{Fault, Weather};

/// What a repeated request must not change: how many changes, values and feed rows there are.
async fn sizes(pool: &PgPool) -> BTreeMap<&'static str, i64> {
    let mut sizes = BTreeMap::new();
    for (table, sql) in [
        ("change", "select count(*) from change"),
        ("open_value", "select count(*) from open_value"),
        ("family", "select count(*) from family"),
        ("kept_change", "select count(*) from kept_change"),
    ] {
        sizes.insert(table, sqlx::query_scalar(sql).fetch_one(pool).await.unwrap());
    }
    sizes
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_cut_at_any_byte_keeps_nothing_and_a_later_one_brings_all() {
    let mut scene = Scene::set(21).await.unwrap();
    let database = scene.centre.database().await.unwrap();
    scene.one.put(scene.family, "district", "حي القطع").unwrap();
    let before = sizes(&database.pool).await;
    let length = {
        scene.one.link.set(Weather::Always(Fault::Drop));
        let up = scene.one.link.tally().bytes_up;
        assert!(scene.one.sync().await.unwrap().failure.is_some());
        usize::try_from(scene.one.link.tally().bytes_up - up).unwrap()
    };
    for cut in 0..length {
        scene.one.link.set(Weather::Always(Fault::CutRequest(cut)));
        assert!(scene.one.sync().await.unwrap().failure.is_some(), "cut at {cut}");
        assert_eq!(sizes(&database.pool).await, before, "cut at {cut}");
    }
    scene.one.link.set(Weather::Clear);
    scene.settle().await.unwrap();
    assert_eq!(sizes(&database.pool).await["change"], before["change"] + 1);
    assert_eq!(scene.two.shown(scene.family, "district").unwrap(), Some("حي القطع".into()));
    database.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_cut_at_any_byte_costs_a_repetition_and_changes_nothing() {
    let mut scene = Scene::set(22).await.unwrap();
    let database = scene.centre.database().await.unwrap();
    scene.one.put(scene.family, "district", "حي الجواب").unwrap();
    let before = sizes(&database.pool).await;
    let mut cut = 0;
    loop {
        scene.one.link.set(Weather::Always(Fault::CutAnswer(cut)));
        if scene.one.sync().await.unwrap().failure.is_none() {
            break;
        }
        assert_eq!(sizes(&database.pool).await["change"], before["change"] + 1, "cut at {cut}");
        cut += 1;
    }
    assert!(cut > 50, "the whole answer came with {cut} bytes");
    assert_eq!(scene.one.phone.status(0).unwrap().pending_changes, 0);
    assert_eq!(sizes(&database.pool).await["change"], before["change"] + 1);
    database.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_repeated_or_answered_into_the_void_are_kept_once() {
    let mut scene = Scene::set(23).await.unwrap();
    let database = scene.centre.database().await.unwrap();
    let before = sizes(&database.pool).await;
    for (round, fault) in
        [Fault::Void, Fault::Twice, Fault::Void, Fault::HalfClose, Fault::Drip(3)].into_iter().enumerate()
    {
        scene.one.put(scene.family, "district", format!("حي {round}").as_str()).unwrap();
        scene.one.link.set(Weather::Always(fault));
        scene.one.sync().await.unwrap();
    }
    scene.one.link.set(Weather::Clear);
    scene.settle().await.unwrap();
    let after = sizes(&database.pool).await;
    assert_eq!(after["change"], before["change"] + 5);
    assert_eq!((after["open_value"], after["kept_change"]), (before["open_value"], before["kept_change"]));
    assert_eq!(scene.two.shown(scene.family, "district").unwrap(), Some("حي 4".into()));
    database.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_is_only_a_pause_and_what_it_acknowledged_is_there() {
    let mut scene = Scene::set(24).await.unwrap();
    for round in 0..3 {
        scene.one.put(scene.family, "district", format!("حي {round}").as_str()).unwrap();
        scene.one.sync_through().await.unwrap();
        scene.centre = scene.centre.kill_and_restart().unwrap();
        scene.two.sync_through().await.unwrap();
        assert_eq!(scene.two.shown(scene.family, "district").unwrap(), Some(format!("حي {round}").as_str().into()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_visit_gets_through_a_network_that_spoils_half_of_all_requests() {
    let mut scene = Scene::set(25).await.unwrap();
    scene.one.link.set(Weather::bad(50, 25, 1));
    scene.two.link.set(Weather::bad(50, 25, 2));
    let met = someone(26);
    let family = scene.one.create(Kind::Family, None, met.family).unwrap();
    for product in met.products {
        scene.one.create(Kind::Product, Some(family), product).unwrap();
    }
    scene.settle().await.unwrap();
    assert_eq!(
        scene.two.phone.record(family).unwrap().map(|view| view.fields),
        scene.one.phone.record(family).unwrap().map(|view| view.fields)
    );
    assert_eq!(
        scene.two.phone.list(&usra_client_sdk::Query { family: Some(family), ..Default::default() }).unwrap().len(),
        5
    );
}
