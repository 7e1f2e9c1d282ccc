//! What a step costs: processor time of server and PostgreSQL, memory, disk, time, and what passed over the network.

use std::future::Future;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use usra_client_sdk::sync::Surroundings;
use usra_tests::clock::Here;
use usra_tests::harness::Centre;
use usra_tests::process;

use crate::fleet::Traffic;

/// What is looked at: the server's process and the PostgreSQL that it started.
pub(crate) struct Gauge {
    server: u32,
    postmaster: u32,
    data: PathBuf,
}

/// Processor seconds so far, and when.
#[derive(Clone, Copy, Debug)]
struct Reading {
    at_ms: u64,
    server_s: f64,
    postgres_s: f64,
}

/// What a step cost.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cost {
    pub(crate) wall_s: f64,
    pub(crate) server_s: f64,
    pub(crate) postgres_s: f64,
    /// The server's peak during the step.
    pub(crate) server_kib: u64,
    /// PostgreSQL's processes together, what they share counted once, after the step.
    pub(crate) postgres_kib: u64,
    /// PostgreSQL's folder after the step.
    pub(crate) disk_bytes: u64,
    pub(crate) traffic: Traffic,
}

impl Gauge {
    /// Finds the processes of a centre.
    pub(crate) fn of(centre: &Centre) -> Result<Self> {
        let data = centre.folder().join("pg");
        let file = std::fs::read_to_string(data.join("postmaster.pid"))?;
        let postmaster = file.lines().next().context("an empty postmaster.pid")?.trim().parse()?;
        Ok(Self { server: centre.process(), postmaster, data })
    }

    /// Runs a step and tells its cost.
    pub(crate) async fn measure(&self, work: impl Future<Output = Result<Traffic>>) -> Result<Cost> {
        process::forget_peak(self.server)?;
        let before = self.read()?;
        let traffic = work.await?;
        let (wall_s, server_s, postgres_s) = self.since(before)?;
        Ok(Cost {
            wall_s,
            server_s,
            postgres_s,
            server_kib: process::peak_kib(self.server)?,
            postgres_kib: process::family_kib(self.postmaster)?,
            disk_bytes: size_of(&self.data)?,
            traffic,
        })
    }

    /// PostgreSQL's processor seconds for some work.
    pub(crate) async fn postgres_s(&self, work: impl Future<Output = Result<()>>) -> Result<f64> {
        let before = self.read()?;
        work.await?;
        Ok(self.since(before)?.2)
    }

    fn read(&self) -> Result<Reading> {
        let server_s = process::cpu_s(self.server)?;
        Ok(Reading { at_ms: Here.now_ms(), server_s, postgres_s: process::family_cpu_s(self.postmaster)? })
    }

    fn since(&self, before: Reading) -> Result<(f64, f64, f64)> {
        let now = self.read()?;
        let wall_s = std::time::Duration::from_millis(now.at_ms.saturating_sub(before.at_ms)).as_secs_f64();
        Ok((wall_s, now.server_s - before.server_s, now.postgres_s - before.postgres_s))
    }
}

/// Bytes of every file in a folder. Files may go while it looks.
fn size_of(folder: &Path) -> Result<u64> {
    let mut sum = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(meta) = entry.metadata() else { continue };
        sum += if meta.is_dir() { size_of(&entry.path())? } else { meta.len() };
    }
    Ok(sum)
}
