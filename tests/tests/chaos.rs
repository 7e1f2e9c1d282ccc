//! A short run of each scene of `make chaos`: server, PostgreSQL and phones die, disks fill, a backup comes back, requests are cut, and
//! too many come at once. Every kind of death and fault occurs at least once.

use usra_tests::real::{Tally, batteries, dropped, full, kills, overload, restores, servers};

/// Prints what a scene counted; one that could not be played says so and proves nothing.
fn told(tally: &Tally, at_least: &[&str]) {
    tally.print();
    if tally.skipped.is_none() {
        for what in at_least {
            assert!(tally.counts.contains_key(*what), "never happened: {what}: {:?}", tally.counts);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_outlives_every_kind_of_death_of_server_and_postgresql() {
    let tally = kills::play(1, kills::KINDS, None).await.expect("seed 1");
    let points = ["parse.before", "parse.after", "insert.before", "insert.after", "commit.before", "commit.after"];
    let points = points.into_iter().chain(["answer.before", "answer.after"]);
    let deaths: Vec<String> = points.map(|point| format!("server killed at {point}")).collect();
    told(&tally, &deaths.iter().map(String::as_str).collect::<Vec<_>>());
    told(&tally, &["server killed at random", "server killed while starting", "postmaster got KILL"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_phone_said_was_saved_outlives_its_battery_and_reaches_the_centre_once() {
    let tally = batteries::play(1, 18, None).await.expect("seed 1");
    told(&tally, &["phone killed at commit.before", "phone killed at commit.after", "phone killed at take.before"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restore_everything_that_phones_hold_is_back_and_revoked_phones_stay_out() {
    let tally = restores::play(1, 2, None).await.expect("seed 1");
    told(&tally, &["restores that an operator tells", "restores that the database tells"]);
    assert!(tally.counts["changes that the backup lacked"] > 0, "nothing was lost, so nothing could come back");
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_networks_are_only_a_pause() {
    let tally = dropped::play(1, 150, None).await.expect("seed 1");
    told(&tally, &["requests dropped", "requests where large ones vanish", "requests and answers crawling"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_two_servers_on_one_postgresql_no_cursor_skips() {
    told(&servers::play(1, 3, None).await.expect("seed 1"), &["server killed beside another"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_refused_cleanly_and_heals() {
    let tally = full::play(1, 2, None).await.expect("seed 1");
    told(&tally, &["refused with 503 and Retry-After", "edits refused on a phone's full disk"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn overload_is_shed_and_passes() {
    let tally = overload::play(1, overload::Load::short()).await.expect("seed 1");
    told(&tally, &["refused with 503 and Retry-After"]);
}
