//! What server and PostgreSQL cost: processor time and memory.

use std::time::Duration;

use anyhow::{Context, Result};

use crate::process;
use crate::real::crew::Crew;

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

    /// Processor time so far, of the server and of PostgreSQL.
    pub(super) fn read(&self) -> Result<Duration> {
        let seconds = process::cpu_s(self.server)? + process::family_cpu_s(self.postmaster)?;
        Ok(Duration::from_secs_f64(seconds))
    }

    pub(super) fn since(&self, before: Duration) -> Result<Duration> {
        Ok(self.read()?.saturating_sub(before))
    }

    /// Everything that is looked at: the server, PostgreSQL's first process and those that it started.
    pub(super) fn processes(&self) -> Result<Vec<u32>> {
        Ok([self.server, self.postmaster].into_iter().chain(process::children(self.postmaster)?).collect())
    }

    /// The most memory that the server ever took.
    pub(super) fn peak_mib(&self) -> Result<u64> {
        process::peak_kib(self.server).map(|kib| kib / 1_024)
    }
}
