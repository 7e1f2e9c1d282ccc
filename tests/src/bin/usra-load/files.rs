//! How many files this process may have open: each phone has its store, its link and its connections.

use anyhow::{Context, Result, ensure};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Files of one phone.
const EACH: u64 = 8;
/// Files beside the phones'.
const OTHERS: u64 = 500;

/// Lets this process open as many files as so many phones need.
pub(crate) fn allow(phones: u64) -> Result<()> {
    let (now, wanted) = (getrlimit(Resource::Nofile), EACH * phones + OTHERS);
    let allowed = now.maximum.map_or(wanted, |most| most.min(wanted)).max(now.current.unwrap_or(wanted));
    setrlimit(Resource::Nofile, Rlimit { current: Some(allowed), maximum: now.maximum }).context("open files")?;
    ensure!(allowed >= wanted, "{phones} phones need {wanted} open files, {allowed} are allowed here");
    Ok(())
}
