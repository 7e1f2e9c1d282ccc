//! The scene of full disks: first the database's, then a phone's. What cannot be kept is refused clearly and never acknowledged, and
//! once there is room everything goes on by itself. PostgreSQL dies of a full disk when it can write no log; it is started again.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use sqlx::Connection;
use usra_client_sdk::store::StoreError;
use usra_client_sdk::sync::Surroundings;
use usra_client_sdk::{Failure, PhoneError};
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::problem::Problem;
use usra_sync_protocol::scalar::Scalar;

use super::crew::Crew;
use super::disk::Disk;
use super::eye::is_running;
use super::oracle;
use super::tally::{Tally, progress};
use super::{Played, is_over};
use crate::clock::Here;
use crate::harness::{Handset, someone};

/// The cluster takes some 60 MiB, its log up to 256 and a little more after each death. A new one starts only with 64 MiB free.
const DATABASE_MIB: u32 = 512;
/// A phone's empty store and its log take half a MiB.
const PHONE_MIB: u32 = 2;
/// Phones at work.
const PHONES: u64 = 3;
/// Tries of each phone on a full disk.
const TRIES: usize = 4;
/// How long a recovery may try.
const GIVES_UP_MS: u64 = 3_000;
/// How long until the first answer once there is room: recovery and a connection.
const HEALED_MS: u64 = 30_000;

/// Fills the disk so many times.
///
/// # Errors
/// Something acknowledged is lost, a refusal is not a clean one, or the centre does not heal by itself.
pub async fn play(seed: u64, rounds: u64, end_ms: Option<u64>) -> Played {
    let folder = tempfile::tempdir()?;
    let disk = match Disk::mount(&folder.path().join("disk"), DATABASE_MIB) {
        Ok(disk) => disk,
        Err(why) => return Ok(Tally::skipped("disk-full", format!("{why:#}"))),
    };
    let mut tally = Tally::new("disk-full");
    let data = disk.path().join("data");
    let mut crew = Crew::at(folder, &data, (seed, PHONES)).await?;
    for round in 0..rounds {
        if is_over(end_ms) {
            break;
        }
        let kills_it = round % 2 == 1;
        let played = once(&mut crew, &disk, kills_it, &mut tally).await;
        played.with_context(|| format!("full disk {round}; {}", disk.state()))?;
        phone(&mut crew, &mut tally).await.with_context(|| format!("a phone's full disk {round}"))?;
        progress(&format!("{} times full", round + 1));
    }
    tally.found(oracle::all_is_well(&mut crew).await?);
    Ok(tally)
}

async fn once(crew: &mut Crew, disk: &Disk, kills_it: bool, tally: &mut Tally) -> Result<()> {
    crew.work(2).await?;
    disk.fill()?;
    if kills_it {
        let postmaster = crew.eye.postmaster();
        let died = end_its_log(crew).await;
        tally.add("postgresql died of it", u64::from(died));
        let ended = died && gives_up(postmaster).await;
        tally.add("postgresql could not recover before there was room", u64::from(ended));
    }
    let before = crew.acknowledged().len();
    for _ in 0..TRIES {
        for hand in &mut crew.hands {
            hand.edit()?;
            let report = hand.try_sync().await?;
            tally.add(judge(report.failure)?, 1);
        }
    }
    tally.add("acknowledged on the full disk", (crew.acknowledged().len() - before) as u64);
    disk.empty()?;
    let began_ms = Here.now_ms();
    crew.work(1).await?;
    let took_ms = Here.now_ms() - began_ms;
    ensure!(took_ms < HEALED_MS, "it took {took_ms} ms until there was an answer");
    tally.set("slowest recovery seconds", tally.count("slowest recovery seconds").max(took_ms.div_ceil(1_000)));
    tally.add("cycles", 1);
    let news = crew.take_news();
    oracle::are_there(&mut crew.eye.connect().await?, &news).await
}

/// What a phone hears when nothing can be kept: come again later. Nothing else is a clean refusal.
fn judge(failure: Option<Failure>) -> Result<String> {
    match failure {
        None => Ok("answered on the full disk".to_owned()),
        Some(Failure::Problem { problem: Problem::StorageUnavailable, retry_after_ms }) => {
            ensure!(retry_after_ms.is_some(), "a refusal does not say when to come again");
            Ok("refused with 503 and Retry-After".to_owned())
        }
        Some(other) => anyhow::bail!("on a full disk a phone hears {}", other.code()),
    }
}

/// Uses up what is left of PostgreSQL's log, until it dies because it can write none; whether it did.
async fn end_its_log(crew: &Crew) -> bool {
    let Ok(mut conn) = crew.eye.connect().await else { return true };
    for _ in 0..40 {
        let sql = "select pg_switch_wal(), pg_logical_emit_message(false, 'usra', repeat('x', 100000))";
        if sqlx::raw_sql(sql).execute(&mut conn).await.is_err() {
            return true;
        }
    }
    let _closed = conn.close().await;
    false
}

/// Whether the postmaster ends because its recovery needs room too.
async fn gives_up(postmaster: Option<u32>) -> bool {
    let end_ms = Here.now_ms() + GIVES_UP_MS;
    while postmaster.is_some_and(is_running) && Here.now_ms() < end_ms {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    !postmaster.is_some_and(is_running)
}

/// A phone whose own disk is full says so, changes nothing, and goes on once there is room.
async fn phone(crew: &mut Crew, tally: &mut Tally) -> Result<()> {
    let disk = Disk::mount(&crew.folder().join("phone"), PHONE_MIB)?;
    let mut handset = crew.enrol_on(&disk.path().join("phone.sqlite")).await?;
    let family = handset.create(Kind::Family, None, someone(crew.seed).family)?;
    handset.sync_through().await?;
    disk.fill()?;
    let mut refused = 0;
    for turn in 0..2_000 {
        refused += u64::from(!edit(&mut handset, family, turn)?);
        if refused >= 3 {
            break;
        }
    }
    ensure!(refused > 0, "the phone's disk was not full");
    let synced = handset.sync().await;
    disk.empty()?;
    synced.err().map(|error| is_full(&error)).transpose()?;
    heal(&mut handset).await?;
    tally.add("edits refused on a phone's full disk", refused);
    Ok(())
}

/// Whether an edit was saved; if not, nothing of it is shown.
fn edit(handset: &mut Handset, family: RecordId, turn: u32) -> Result<bool> {
    let shown = handset.shown(family, "district")?;
    let text = Scalar::from(format!("حي {turn} {}", "ممتلئ ".repeat(8)).trim());
    match handset.put(family, "district", text.clone()) {
        Ok(_) => {
            ensure!(handset.shown(family, "district")? == Some(text), "a saved edit is not shown");
            Ok(true)
        }
        Err(error) => {
            is_full(&error)?;
            ensure!(handset.shown(family, "district")? == shown, "half of a refused edit is shown");
            Ok(false)
        }
    }
}

async fn heal(handset: &mut Handset) -> Result<()> {
    let id = handset.create(Kind::Family, None, someone(7).family)?;
    handset.sync_through().await?;
    let status = handset.phone.status(Here.now_ms())?;
    ensure!(status.pending_changes == 0 && handset.records()?.contains(&id), "the phone does not go on: {status:?}");
    Ok(())
}

fn is_full(error: &anyhow::Error) -> Result<()> {
    let said = error.downcast_ref::<PhoneError>();
    ensure!(matches!(said, Some(PhoneError::Store(StoreError::Full))), "a full disk is called {error:#}");
    Ok(())
}
