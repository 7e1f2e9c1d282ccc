//! The cluster on disk, made once: UTF-8 with a UTF-8 ctype (Arabic search needs it) and page checksums.

use std::fs;
use std::path::{Path, PathBuf};

use super::account::Account;
use super::binaries::Binaries;
use super::{EmbeddedError, NEW_MIB_MIN, folder};

/// The only role of a private cluster; who may connect is decided by the socket's folder.
pub(super) const SUPERUSER: &str = "usra";

/// The cluster's folder in `home`.
pub(super) fn folder(home: &Path) -> PathBuf {
    home.join("pg")
}

/// Makes the cluster unless it is there. It is made aside and moved into place, so that a killed start leaves no half one.
pub(super) async fn make(home: &Path, binaries: &Binaries, account: &Account) -> Result<(), EmbeddedError> {
    let (done, aside) = (folder(home), home.join("pg.new"));
    if done.join("PG_VERSION").is_file() {
        return Ok(());
    }
    folder::has_room(home, NEW_MIB_MIN)?;
    let prepare = fs::remove_dir_all(&aside).or_else(absent).and_then(|()| fs::create_dir(&aside));
    prepare.map_err(|cause| folder::broken(&aside, cause))?;
    account.give(&aside)?;
    initdb(&aside, binaries, account).await?;
    fs::rename(&aside, &done).map_err(|cause| folder::broken(&done, cause))
}

async fn initdb(aside: &Path, binaries: &Binaries, account: &Account) -> Result<(), EmbeddedError> {
    let mut command = account.command(&binaries.initdb());
    command.arg("-D").arg(aside).args(["-U", SUPERUSER]).args([
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--lc-messages=C",
        "--data-checksums",
        "--auth-local=trust",
        "--auth-host=reject",
    ]);
    let output = tokio::process::Command::from(command).output().await;
    let output = output.map_err(|cause| folder::broken(&binaries.initdb(), cause))?;
    if output.status.success() {
        return Ok(());
    }
    Err(failed("make its cluster", &String::from_utf8_lossy(&output.stderr)))
}

/// An error from PostgreSQL's own words, with the plain reason where they give one.
pub(super) fn failed(step: &'static str, words: &str) -> EmbeddedError {
    let hint = if words.contains("No space left on device") {
        " because the disk is full; make room"
    } else if words.contains("is not compatible with this version") || words.contains("incompatible with server") {
        " because the cluster was made by another major version; point PGBIN at that one, or use pg_upgrade"
    } else {
        ""
    };
    let mut last: Vec<&str> = words.lines().rev().take(5).collect();
    last.reverse();
    EmbeddedError::Failed { step, hint, words: last.join(" | ") }
}

fn absent(error: std::io::Error) -> std::io::Result<()> {
    if error.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_said_plainly() {
        let error = failed("start", "FATAL: could not write lock file: No space left on device");
        assert!(error.to_string().contains("the disk is full; make room"), "{error}");
    }
}
