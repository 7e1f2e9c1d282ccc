//! Processor time and memory of processes, as Linux tells them.

use std::fs;

use anyhow::{Context, Result};
use nix::time::ClockId;
use nix::unistd::Pid;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Ticks of a second in /proc/PID/stat on every Linux that Usra runs on.
const TICKS_PER_SECOND: f64 = 100.0;

/// Processor seconds of a process, threads that ended included; from its own clock, which is exact to the nanosecond.
///
/// # Errors
/// It is gone.
pub fn cpu_s(pid: u32) -> Result<f64> {
    let clock = ClockId::pid_cpu_clock_id(Pid::from_raw(pid.cast_signed()))?;
    Ok(std::time::Duration::from(clock.now()?).as_secs_f64())
}

/// The same of a process and all its children, those that ended to a hundredth of a second: the whole of a PostgreSQL.
///
/// # Errors
/// It is gone.
pub fn family_cpu_s(parent: u32) -> Result<f64> {
    let ended = stat(parent)?.iter().skip(13).take(2).map(|word| word.parse::<f64>().unwrap_or_default()).sum::<f64>();
    // A process may end between the listing and the look; then it is among the ended next time.
    let living: f64 = children(parent)?.into_iter().filter_map(|pid| cpu_s(pid).ok()).sum();
    Ok(cpu_s(parent)? + living + ended / TICKS_PER_SECOND)
}

/// Lets this process open so many files, as far as the machine allows; how many that is.
///
/// # Errors
/// The limit cannot be set.
pub fn allow_open_files(wanted: u64) -> Result<u64> {
    let now = getrlimit(Resource::Nofile);
    let allowed = now.maximum.map_or(wanted, |most| most.min(wanted)).max(now.current.unwrap_or(wanted));
    setrlimit(Resource::Nofile, Rlimit { current: Some(allowed), maximum: now.maximum }).context("open files")?;
    Ok(allowed)
}

/// Lets the peak of a process's memory begin anew.
///
/// # Errors
/// It is gone, or not ours.
pub fn forget_peak(pid: u32) -> Result<()> {
    Ok(fs::write(format!("/proc/{pid}/clear_refs"), "5")?)
}

/// The most memory that a process had resident since its peak was forgotten, KiB.
///
/// # Errors
/// It is gone.
pub fn peak_kib(pid: u32) -> Result<u64> {
    kib(&format!("/proc/{pid}/status"), "VmHWM:")
}

/// Memory of a process and its children, KiB, what they share counted once.
///
/// # Errors
/// It is gone.
pub fn family_kib(parent: u32) -> Result<u64> {
    let of = |pid: u32| kib(&format!("/proc/{pid}/smaps_rollup"), "Pss:");
    Ok(of(parent)? + children(parent)?.into_iter().filter_map(|pid| of(pid).ok()).sum::<u64>())
}

fn kib(file: &str, name: &str) -> Result<u64> {
    let text = fs::read_to_string(file)?;
    let line = text.lines().find(|line| line.starts_with(name)).context("no such size")?;
    Ok(line.split_whitespace().nth(1).context("no size")?.parse()?)
}
/// The processes that it started and that live.
///
/// # Errors
/// /proc cannot be read.
pub fn children(parent: u32) -> Result<Vec<u32>> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let Some(pid) = entry?.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        let Ok(stat) = stat(pid) else { continue };
        if stat.get(1).and_then(|word| word.parse().ok()) == Some(parent) {
            found.push(pid);
        }
    }
    Ok(found)
}

/// The words after the process's name, which may itself hold blanks: state, parent, ...
fn stat(pid: u32) -> Result<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let (_, rest) = stat.rsplit_once(") ").context("not a stat line")?;
    Ok(rest.split_whitespace().map(str::to_owned).collect())
}
