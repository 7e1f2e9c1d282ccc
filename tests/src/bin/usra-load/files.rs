//! How many files this process may have open: each phone has its store, its link and its connections.

use anyhow::{Result, ensure};
use usra_tests::process::allow_open_files;

/// Files of one phone.
const EACH: u64 = 8;
/// Files beside the phones'.
const OTHERS: u64 = 500;

/// Lets this process open as many files as so many phones need.
pub(crate) fn allow(phones: u64) -> Result<()> {
    let wanted = EACH * phones + OTHERS;
    let allowed = allow_open_files(wanted)?;
    ensure!(allowed >= wanted, "{phones} phones need {wanted} open files, {allowed} are allowed here");
    Ok(())
}
