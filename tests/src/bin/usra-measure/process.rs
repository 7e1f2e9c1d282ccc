//! Processor time and memory of processes, as Linux tells them in /proc.

use std::fs;

use anyhow::{Context, Result};

/// Ticks of a second in /proc/PID/stat on every Linux that Usra runs on.
const TICKS_PER_SECOND: f64 = 100.0;

/// Processor seconds of a process and of its children that have ended.
///
/// # Errors
/// It is gone.
pub(crate) fn cpu_s(pid: u32) -> Result<f64> {
    let stat = stat(pid)?;
    let ticks = stat.iter().skip(11).take(4).map(|word| word.parse::<f64>().unwrap_or_default());
    Ok(ticks.sum::<f64>() / TICKS_PER_SECOND)
}

/// The same of a process and all its living children: the whole of a PostgreSQL.
///
/// # Errors
/// It is gone.
pub(crate) fn family_cpu_s(parent: u32) -> Result<f64> {
    let mut sum = cpu_s(parent)?;
    for entry in fs::read_dir("/proc")? {
        let Some(pid) = entry?.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        // A process may end between the listing and the look.
        let Ok(stat) = stat(pid) else { continue };
        if stat.get(1).and_then(|word| word.parse().ok()) == Some(parent) {
            sum += cpu_s(pid).unwrap_or_default();
        }
    }
    Ok(sum)
}

/// A size from /proc/PID/status in KiB: `VmHWM` the peak, `VmRSS` what is resident now.
///
/// # Errors
/// It is gone.
pub(crate) fn size_kib(pid: u32, name: &str) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find(|line| line.starts_with(name)).context("no such size")?;
    Ok(line.split_whitespace().nth(1).context("no size")?.parse()?)
}

/// The words after the process's name, which may itself hold blanks: state, parent, ...
fn stat(pid: u32) -> Result<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let (_, rest) = stat.rsplit_once(") ").context("not a stat line")?;
    Ok(rest.split_whitespace().map(str::to_owned).collect())
}
