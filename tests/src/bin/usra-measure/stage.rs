//! One step of the measurement: what it cost the server, its PostgreSQL and the network.

use std::future::Future;
use std::path::Path;

use anyhow::{Context, Result};
use usra_client_sdk::sync::{Surroundings, SyncReport};
use usra_tests::clock::Here;

use crate::process;

/// What is looked at: the server's process and the PostgreSQL that it started.
pub(crate) struct Gauge {
    server: u32,
    postmaster: u32,
}

/// Processor seconds so far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    at_ms: u64,
    server_s: f64,
    postgres_s: f64,
}

/// What a step cost.
#[derive(Clone, Debug)]
pub(crate) struct Stage {
    pub(crate) name: &'static str,
    pub(crate) cost: Cost,
    pub(crate) traffic: SyncReport,
}

/// Seconds of each.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_field_names, reason = "the unit stands in the name")]
pub(crate) struct Cost {
    pub(crate) wall_s: f64,
    pub(crate) server_s: f64,
    pub(crate) postgres_s: f64,
}

impl Gauge {
    /// Finds the PostgreSQL of the server on `data`.
    pub(crate) fn of(server: u32, data: &Path) -> Result<Self> {
        let file = std::fs::read_to_string(data.join("pg/postmaster.pid"))?;
        let postmaster = file.lines().next().context("an empty postmaster.pid")?.trim().parse()?;
        Ok(Self { server, postmaster })
    }

    pub(crate) fn read(&self) -> Result<Reading> {
        let server_s = process::cpu_s(self.server)?;
        Ok(Reading { at_ms: Here.now_ms(), server_s, postgres_s: process::family_cpu_s(self.postmaster)? })
    }

    /// What was spent since `before`.
    pub(crate) fn since(&self, before: Reading) -> Result<Cost> {
        let now = self.read()?;
        let wall_s = std::time::Duration::from_millis(now.at_ms.saturating_sub(before.at_ms)).as_secs_f64();
        let server_s = now.server_s - before.server_s;
        Ok(Cost { wall_s, server_s, postgres_s: now.postgres_s - before.postgres_s })
    }

    pub(crate) fn server_peak_mib(&self) -> Result<u64> {
        Ok(process::size_kib(self.server, "VmHWM")? / 1_024)
    }
}

/// Runs one step between two readings.
pub(crate) async fn run(
    name: &'static str,
    gauge: &Gauge,
    work: impl Future<Output = Result<SyncReport>>,
) -> Result<Stage> {
    let before = gauge.read()?;
    let traffic = work.await?;
    Ok(Stage { name, cost: gauge.since(before)?, traffic })
}
