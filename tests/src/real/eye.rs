//! A look at the PostgreSQL of a data folder past the server: as its superuser, over its socket, at any moment. It also knows the
//! processes, and kills them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};
use usra_client_sdk::sync::Surroundings;

use crate::clock::Here;

/// Recovery after a crash takes some seconds at the most.
const PATIENCE_MS: u64 = 60_000;

/// The PostgreSQL of one data folder.
#[derive(Clone, Debug)]
pub(super) struct Eye {
    data: PathBuf,
}

impl Eye {
    pub(super) fn on(data: &Path) -> Self {
        Self { data: data.to_owned() }
    }

    /// Where its socket is.
    pub(super) fn socket(&self) -> PathBuf {
        let away = std::fs::read_to_string(self.data.join("socket")).ok();
        away.map_or_else(|| self.data.join("socket.d"), PathBuf::from)
    }

    /// How to connect.
    pub(super) fn options(&self) -> PgConnectOptions {
        let options = PgConnectOptions::new_without_pgpass().socket(self.socket()).port(5432);
        options.username("usra").database("usra").application_name("usra-eye")
    }

    /// A connection; waits while PostgreSQL recovers.
    pub(super) async fn connect(&self) -> Result<PgConnection> {
        let (options, end) = (self.options(), Here.now_ms() + PATIENCE_MS);
        loop {
            match PgConnection::connect_with(&options).await {
                Ok(conn) => return Ok(conn),
                Err(error) if Here.now_ms() >= end => return Err(error).context("PostgreSQL did not come back"),
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    }

    /// One number.
    pub(super) async fn number(&self, sql: &'static str) -> Result<u64> {
        let mut conn = self.connect().await?;
        let number: i64 = sqlx::query_scalar(sql).fetch_one(&mut conn).await.context(sql)?;
        conn.close().await?;
        Ok(u64::try_from(number)?)
    }

    /// The postmaster's id, if it says that it runs.
    pub(super) fn postmaster(&self) -> Option<u32> {
        let file = std::fs::read_to_string(self.data.join("pg/postmaster.pid")).ok()?;
        file.lines().next()?.trim().parse().ok()
    }

    /// One of the processes that serve the server's connections.
    pub(super) async fn backend(&self) -> Result<Option<u32>> {
        let mut conn = self.connect().await?;
        let sql =
            "select pid from pg_stat_activity where usename = 'usra_server' order by (state = 'active') desc, random()";
        let pid: Option<i32> = sqlx::query_scalar(sql).fetch_optional(&mut conn).await?;
        conn.close().await?;
        Ok(pid.and_then(|pid| u32::try_from(pid).ok()))
    }

    /// Waits until no connection of the server stands inside a transaction; the sum of those that never come out is an error.
    pub(super) async fn until_quiet(&self) -> Result<()> {
        let sql = "select count(*) from pg_stat_activity where state like 'idle in transaction%'";
        let end = Here.now_ms() + 5_000;
        loop {
            let inside = self.number(sql).await?;
            if inside == 0 {
                return Ok(());
            }
            ensure!(Here.now_ms() < end, "{inside} connections came back inside a transaction");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// Sends a signal to a process of ours; that it is gone already is no fault.
pub(super) fn signal(name: &str, pid: u32) {
    let mut kill = Command::new("kill");
    let _gone = kill.args([name, &pid.to_string()]).stderr(Stdio::null()).status();
}

/// Whether a process still does anything: a zombie that nobody reaped does not.
pub(super) fn is_running(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}
