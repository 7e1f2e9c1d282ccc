//! The audit as people use it: every decision leaves one row, nothing that anyone typed is in it, and what is done behind its
//! back is named.

#![expect(clippy::unwrap_used, reason = "what cannot be set up fails the test")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use serde_json::Value;
use usra_sync_protocol::kind::Kind;
use usra_tests::harness::{Centre, Scene, binary, someone};

const CANARY: &str = "كناري-٩٩١٧";

/// What is noted of each action.
fn noted(centre: &Centre) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for row in centre.run(&["audit", "show", "--limit", "1000", "--json"]).unwrap().as_array().unwrap() {
        *counts.entry(row["action"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    counts
}

/// Runs a command and gives what it noted.
fn adds(centre: &Centre, arguments: &[&str]) -> Vec<(String, usize)> {
    let before = noted(centre);
    let _printed = centre.run(arguments);
    let after = noted(centre);
    let grown = |(action, count): (String, usize)| {
        let more = count - before.get(&action).copied().unwrap_or_default();
        (more > 0).then_some((action, more))
    };
    after.into_iter().filter_map(grown).collect()
}

fn one(action: &str) -> Vec<(String, usize)> {
    vec![(action.to_owned(), 1)]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_decision_leaves_one_row_and_none_holds_what_a_person_typed() {
    let mut scene = Scene::set(61).await.unwrap();
    let devices = scene.centre.run(&["device", "list", "--json"]).unwrap();
    let phone = devices[0]["id"].as_str().unwrap().to_owned();
    let mut records = vec![scene.family];
    for seed in 62..64 {
        records.push(scene.one.create(Kind::Family, None, someone(seed).family).unwrap());
    }
    scene.one.sync_through().await.unwrap();
    for record in &records {
        scene.one.put(*record, "district", CANARY).unwrap();
    }
    let centre = &scene.centre;
    let enrol = ["enrol", "--role", "surveyor", "--area", "JED", "--name", CANARY, "--json"];
    assert_eq!(adds(centre, &enrol), one("enrol.code"));
    assert_eq!(adds(centre, &["assign", &phone, "--area", "TIF", "--json"]), one("assign"));
    assert_eq!(adds(centre, &["assign", &phone, "--area", "TIF", "--remove", "--json"]), one("unassign"));
    assert_eq!(adds(centre, &["device", "revoke", &phone, "--json"]), one("device.revoke"));
    scene.one.sync().await.unwrap();
    let held = scene.centre.run(&["held", "list", "--state", "held", "--json"]).unwrap();
    let changes: Vec<String> =
        held.as_array().unwrap().iter().map(|row| row["change"].as_str().unwrap().to_owned()).collect();
    assert_eq!(changes.len(), 3, "{held}");
    let centre = &scene.centre;
    assert_eq!(adds(centre, &["held", "release", &changes[0], "--json"]), one("held.release"));
    assert_eq!(adds(centre, &["held", "adopt", &changes[1], "--json"]), one("held.adopt"));
    let reject = ["held", "reject", &changes[2], "--reason", CANARY, "--json"];
    assert_eq!(adds(centre, &reject), one("held.reject"));
    assert_eq!(adds(centre, &reject), vec![], "what was decided before is not decided again");
    let family = scene.family.to_string();
    assert_eq!(adds(centre, &["record", "move", &family, "--area", "TIF", "--json"]), one("record.move"));
    assert_eq!(adds(centre, &["epoch", "new"]), one("epoch.new"));
    // What only looks decides nothing.
    for looks in [["device", "list", "--json"], ["held", "list", "--json"], ["audit", "head", "--json"]] {
        assert_eq!(adds(centre, &looks), vec![]);
    }
    assert_eq!(noted(centre)["enrol"], 2);
    nothing_typed(centre, &family).await;
}

/// Looks at the rows themselves, and asks for one record's.
async fn nothing_typed(centre: &Centre, family: &str) {
    let shown = centre.run(&["audit", "show", "--record", family, "--json"]).unwrap();
    let actions: Vec<&str> = shown.as_array().unwrap().iter().map(|row| row["action"].as_str().unwrap()).collect();
    assert!(actions.contains(&"sensitive.pull") && actions.last() == Some(&"record.move"), "{actions:?}");
    let database = centre.database().await.unwrap();
    let rows: Vec<String> = sqlx::query_scalar("select a::text from audit a").fetch_all(&database.pool).await.unwrap();
    database.close().await;
    assert!(rows.len() > 10);
    assert!(rows.iter().all(|row| !row.contains(CANARY) && !row.contains("Surveyor") && !row.contains("+966")));
}

fn verify(data: &Path, more: &[&str]) -> (Output, Value) {
    let mut usra = Command::new(binary("usra").unwrap());
    usra.env_remove("DATABASE_URL").env("USRA_DATA", data).args(["audit", "verify", "--json"]).args(more);
    let output = usra.output().unwrap();
    let said = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (output, said)
}

async fn sql(centre: &Centre, statement: &'static str) {
    let database = centre.database().await.unwrap();
    sqlx::raw_sql(statement).execute(&mut database.as_owner().await.unwrap()).await.unwrap();
    database.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_server_signs_the_days_that_are_over_and_verify_names_what_was_done_behind_its_back() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("heads.json"));
    let centre = Centre::start(&data).unwrap();
    for number in 0..3 {
        centre.invite("surveyor", "JED", &format!("Surveyor {number}")).unwrap();
    }
    let kept = centre.run(&["audit", "head", "--json"]).unwrap();
    // Two heads in one file, as a job that appends every night leaves them.
    std::fs::write(&file, format!("{kept}\n{kept:#}\n")).unwrap();
    let file = file.to_str().unwrap();
    let (output, said) = verify(&data, &["--head", file]);
    assert!(output.status.success() && said["whole"] == true && said["kept_heads"] == 2, "{said}");
    sql(
        &centre,
        "delete from audit where n = 3; update audit_head set n = 2, hash = (select hash from audit where n = 2)",
    )
    .await;
    assert!(verify(&data, &[]).0.status.success(), "the head alone cannot tell");
    let (output, said) = verify(&data, &["--head", file]);
    assert_eq!(
        (output.status.code(), &said["first_bad"]["n"], said["first_bad"]["fault"].as_str()),
        (Some(1), &3.into(), Some("cut"))
    );
    let (output, _) = verify(&data, &["--head", "/dev/null"]);
    assert!(output.status.code() == Some(1) && output.stdout.is_empty());
    sql(&centre, "update audit set at = at - interval '2 days' where n = 1").await;
    let (_, said) = verify(&data, &[]);
    assert_eq!((&said["first_bad"]["n"], said["first_bad"]["fault"].as_str()), (&1.into(), Some("changed")));
    drop(centre);
    let centre = Centre::start(&data).unwrap();
    let mut looks = 0;
    while verify(&data, &[]).1["signed_days"] == 0 && looks < 100 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        looks += 1;
    }
    assert_eq!(verify(&data, &[]).1["signed_days"], 2);
    drop(centre);
}
