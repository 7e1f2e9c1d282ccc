//! The scene of restores: a base backup is taken while phones work, they go on working, some get new tokens and one is revoked; then
//! the database is lost and the backup takes its place. Everything that a phone still holds comes back, once, and who was revoked
//! stays so.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use usra_client_sdk::Failure;
use usra_sync_protocol::problem::Problem;

use super::crew::Crew;
use super::eye::{is_running, signal};
use super::hand::Hand;
use super::oracle;
use super::tally::{Tally, progress};
use super::{Played, is_over};
use crate::harness::Handset;

/// Phones that hold newer work.
const PHONES: u64 = 3;
/// Restores after which everything is looked at.
const LOOK_EVERY: u64 = 10;
/// In one of so many restores a phone was enrolled after the backup.
const NEWCOMER_EVERY: u64 = 3;
/// After this an access token has ended.
const TOKEN_MS: u64 = 16 * 60 * 1_000;

/// Restores so many times.
///
/// # Errors
/// Something that a phone held does not come back or is doubled, or a revoked phone is let in.
pub async fn play(seed: u64, restores: u64, end_ms: Option<u64>) -> Played {
    let mut tally = Tally::new("restores");
    let mut crew = Crew::start(seed, PHONES).await?;
    for restore in 0..restores {
        if is_over(end_ms) {
            break;
        }
        once(&mut crew, restore, &mut tally).await.with_context(|| format!("restore {restore}"))?;
        if restore % LOOK_EVERY == LOOK_EVERY - 1 {
            let found = oracle::all_is_well(&mut crew).await.with_context(|| format!("after restore {restore}"))?;
            progress(&format!("{} restores, {} changes acknowledged", restore + 1, found.acknowledged));
        }
    }
    tally.found(oracle::all_is_well(&mut crew).await?);
    Ok(tally)
}

async fn once(crew: &mut Crew, restore: u64, tally: &mut Tally) -> Result<()> {
    let mut outcast = crew.enrol().await?;
    outcast.sync_through().await?;
    crew.work(2).await?;
    let backup = back_up(crew)?;
    for hand in &mut crew.hands {
        hand.handset.ahead_ms += TOKEN_MS;
    }
    crew.work(3).await?;
    // Some know of each other's newest work, some do not.
    for hand in crew.hands.iter_mut().skip(1) {
        hand.handset.sync_through().await?;
    }
    let newcomer = if restore % NEWCOMER_EVERY == 1 { Some(join_late(crew).await?) } else { None };
    revoke(crew, &outcast)?;
    crew.take_news();
    let before = crew.eye.number("select count(*) from change").await?;
    let says_so = restore.is_multiple_of(2);
    put_back(crew, &backup, says_so).await?;
    let after = crew.eye.number("select count(*) from change").await?;
    is_out(&mut outcast).await?;
    crew.work(1).await?;
    crew.settle().await?;
    if let Some(newcomer) = newcomer {
        tally.add("changes of phones enrolled after the backup", welcome(crew, newcomer).await?);
    }
    let acknowledged: Vec<_> = crew.acknowledged().into_iter().collect();
    oracle::are_there(&mut crew.eye.connect().await?, &acknowledged).await?;
    tally.add("cycles", 1);
    tally.add(if says_so { "restores that the database tells" } else { "restores that an operator tells" }, 1);
    tally.add("changes that the backup lacked", before - after);
    tally.add("phones revoked after the backup", 1);
    Ok(())
}

/// A phone that is enrolled after the backup and delivers work that others fetch.
async fn join_late(crew: &mut Crew) -> Result<Hand> {
    let handset = crew.enrol().await?;
    let mut newcomer = Hand::new(handset, (crew.seed, crew.enrolled()));
    newcomer.edit()?;
    newcomer.handset.sync_through().await?;
    newcomer.sync().await?;
    for hand in &mut crew.hands {
        hand.handset.sync_through().await?;
    }
    Ok(newcomer)
}

/// The centre does not know it any longer, so it is enrolled again; its work waits for a person, who lets it in.
async fn welcome(crew: &mut Crew, mut newcomer: Hand) -> Result<u64> {
    let report = newcomer.handset.sync().await?;
    ensure!(report.failure.is_some(), "a phone that the backup does not know is known: {report:?}");
    let invitation = crew.centre.invite("surveyor", "JED", "Surveyor enrolled again")?;
    newcomer.handset.enrol_again(&invitation).await?;
    newcomer.handset.sync_through().await?;
    let made = &newcomer.acknowledged;
    ensure!(!made.is_empty(), "the newcomer has nothing that was acknowledged");
    for (record, _) in made {
        crew.centre.run(&["held", "release", "--record", &record.to_string(), "--json"])?;
    }
    crew.settle().await?;
    let made: Vec<_> = made.iter().copied().collect();
    oracle::are_there(&mut crew.eye.connect().await?, &made)
        .await
        .context("work of a phone enrolled after the backup")?;
    Ok(made.len() as u64)
}

fn revoke(crew: &Crew, outcast: &Handset) -> Result<()> {
    let install = outcast.phone.identity().context("not enrolled")?.install_id.to_string();
    crew.centre.run(&["device", "revoke", &install, "--json"]).map(drop)
}

/// A revoked phone hears that it is, and nothing else.
async fn is_out(outcast: &mut Handset) -> Result<()> {
    let report = outcast.sync().await?;
    let heard = matches!(report.failure, Some(Failure::Problem { problem: Problem::InstallRevoked, .. }));
    ensure!(heard && report.total.received == 0, "a revoked phone was let in by a restore: {report:?}");
    Ok(())
}

/// A base backup, while everybody goes on.
fn back_up(crew: &Crew) -> Result<PathBuf> {
    let backup = crew.folder().join("backup");
    if backup.exists() {
        fs::remove_dir_all(&backup)?;
    }
    let mut command = Command::new("pg_basebackup");
    if let Some(bin) = newest_bin() {
        command = Command::new(bin.join("pg_basebackup"));
    }
    command.arg("-h").arg(crew.eye.socket()).args(["-U", "usra", "-c", "fast", "-X", "stream", "-D"]).arg(&backup);
    let output = command.output()?;
    ensure!(output.status.success(), "pg_basebackup: {}", String::from_utf8_lossy(&output.stderr));
    Ok(backup)
}

fn newest_bin() -> Option<PathBuf> {
    let mut found: Vec<PathBuf> =
        fs::read_dir("/usr/lib/postgresql").ok()?.flatten().map(|entry| entry.path().join("bin")).collect();
    found.sort();
    found.into_iter().rfind(|bin| bin.join("pg_basebackup").is_file())
}

/// The database is lost; the backup takes its place, and the server starts on it.
async fn put_back(crew: &mut Crew, backup: &Path, says_so: bool) -> Result<()> {
    crew.centre.kill()?;
    let postmaster = crew.eye.postmaster().context("PostgreSQL does not say that it runs")?;
    signal("-KILL", postmaster);
    while is_running(postmaster) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let cluster = crew.data().join("pg");
    let owner = fs::metadata(&cluster)?;
    fs::remove_dir_all(&cluster)?;
    if says_so {
        // A recovery with an archive begins another timeline, from which the server knows by itself.
        fs::write(backup.join("recovery.signal"), "")?;
        fs::write(backup.join("postgresql.auto.conf"), "restore_command = 'false'\n")?;
    }
    fs::rename(backup, &cluster)?;
    let given =
        Command::new("chown").arg("-R").arg(format!("{}:{}", owner.uid(), owner.gid())).arg(&cluster).status()?;
    ensure!(given.success(), "the backup could not be given to PostgreSQL's account");
    if !says_so {
        crew.centre.tell(&["epoch", "new"])?;
    }
    crew.restart(&[])
}
