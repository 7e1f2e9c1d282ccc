//! What server and PostgreSQL cost: processor time and memory, as /proc tells.

use anyhow::{Context, Result};

use crate::real::crew::Crew;

/// Clock ticks a second, the same on every Linux.
const TICK_MS: u64 = 10;

/// The processes that are looked at.
pub(super) struct Gauge {
    server: u32,
    postmaster: u32,
}

impl Gauge {
    pub(super) fn of(crew: &Crew) -> Result<Self> {
        let postmaster = crew.eye.postmaster().context("PostgreSQL does not say that it runs")?;
        Ok(Self { server: crew.centre.process(), postmaster })
    }

    /// Milliseconds of processor time so far, of the server and of PostgreSQL's processes that live.
    pub(super) fn read(&self) -> Result<u64> {
        let mut sum = cpu_ms(self.server, None).context("the server is gone")?;
        for entry in std::fs::read_dir("/proc")? {
            let pid = entry?.file_name().to_str().and_then(|name| name.parse::<u32>().ok());
            sum += pid.and_then(|pid| cpu_ms(pid, Some(self.postmaster))).unwrap_or_default();
        }
        Ok(sum)
    }

    pub(super) fn since(&self, before: u64) -> Result<u64> {
        Ok(self.read()?.saturating_sub(before))
    }

    /// The most memory that the server ever took.
    pub(super) fn peak_mib(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.server))?;
        let line = status.lines().find(|line| line.starts_with("VmHWM")).context("no peak")?;
        Ok(line.split_whitespace().nth(1).context("no size")?.parse::<u64>()? / 1_024)
    }
}

fn cpu_ms(pid: u32, parent: Option<u32>) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let words: Vec<&str> = stat.rsplit_once(") ")?.1.split_whitespace().collect();
    if parent.is_some_and(|parent| words.get(1).and_then(|word| word.parse().ok()) != Some(parent)) {
        return None;
    }
    // User and system, and the same of children that ended.
    let ticks: u64 = words.iter().skip(11).take(4).filter_map(|word| word.parse::<u64>().ok()).sum();
    Some(ticks * TICK_MS)
}
