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
        let server = cpu_ms(self.server).context("the server is gone")?;
        Ok(server + self.backends()?.into_iter().filter_map(cpu_ms).sum::<u64>())
    }

    /// Everything that is looked at: the server, PostgreSQL's first process and those that it started.
    pub(super) fn processes(&self) -> Result<Vec<u32>> {
        Ok([self.server, self.postmaster].into_iter().chain(self.backends()?).collect())
    }

    fn backends(&self) -> Result<Vec<u32>> {
        let mut children = Vec::new();
        for entry in std::fs::read_dir("/proc")? {
            let pid = entry?.file_name().to_str().and_then(|name| name.parse::<u32>().ok());
            children.extend(pid.filter(|pid| parent_of(*pid) == Some(self.postmaster)));
        }
        Ok(children)
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

/// User and system time, and the same of children that ended.
fn cpu_ms(pid: u32) -> Option<u64> {
    let ticks: u64 = stat(pid)?.iter().skip(11).take(4).filter_map(|word| word.parse::<u64>().ok()).sum();
    Some(ticks * TICK_MS)
}

fn parent_of(pid: u32) -> Option<u32> {
    stat(pid)?.get(1)?.parse().ok()
}

/// The words after the process's name.
fn stat(pid: u32) -> Option<Vec<String>> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Some(stat.rsplit_once(") ")?.1.split_whitespace().map(str::to_owned).collect())
}
