//! Server and generator on processors of their own, so that what one takes the other does not miss. Together with a generator that must make
//! ten times as many requests, a server would be measured by what its system's scheduler leaves it.

use anyhow::Result;
use rustix::thread::{CpuSet, Pid, sched_getaffinity, sched_setaffinity};

use super::gauge::Gauge;

/// Gives server and PostgreSQL the first half of the processors and this program the rest; how many the server has. On a machine with
/// one they share it.
pub(super) fn part(gauge: &Gauge) -> Result<u64> {
    let all = sched_getaffinity(None)?;
    let allowed: Vec<usize> = (0..CpuSet::MAX_CPU).filter(|cpu| all.is_set(*cpu)).collect();
    let (servers, own) = allowed.split_at(allowed.len() / 2);
    if servers.is_empty() {
        return Ok(1);
    }
    for process in gauge.processes()? {
        pin(process, servers)?;
    }
    pin(std::process::id(), own)?;
    Ok(servers.len() as u64)
}

/// Keeps every thread of a process, and with them those that they will start, on these processors.
fn pin(process: u32, processors: &[usize]) -> Result<()> {
    let mut set = CpuSet::new();
    for cpu in processors {
        set.set(*cpu);
    }
    for thread in std::fs::read_dir(format!("/proc/{process}/task"))? {
        let id = thread?.file_name().to_str().and_then(|name| name.parse().ok()).and_then(Pid::from_raw);
        // A thread may end between the listing and the order.
        let _ended = id.map(|id| sched_setaffinity(Some(id), &set));
    }
    Ok(())
}
