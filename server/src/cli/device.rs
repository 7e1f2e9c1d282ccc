//! `usra device`: the enrolled phones, and taking one out.

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use usra_sync_protocol::id::InstallId;

use crate::cli::operator::operator;
use crate::cli::{out, place::Place};
use crate::clock::Clock;
use crate::registry::device::revoke;
use crate::registry::revocations::reconcile;
use crate::storage::device::{self, DeviceRow};

/// Phones.
#[derive(Debug, Subcommand)]
pub enum Device {
    /// List them.
    List(List),
    /// Take one out from its next request on. What it had not sent it may still deliver, into held.
    Revoke(Revoke),
}

/// List the phones.
#[derive(Args, Debug)]
pub struct List {
    #[command(flatten)]
    place: Place,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Take a phone out.
#[derive(Args, Debug)]
pub struct Revoke {
    /// Its id, as `usra device list` shows it.
    id: InstallId,
    #[command(flatten)]
    place: Place,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Device {
    /// Runs it.
    ///
    /// # Errors
    /// No such device, or the data cannot be opened.
    pub async fn run(self, clock: &Clock) -> anyhow::Result<()> {
        match self {
            Self::List(list) => list.run(clock.now()).await,
            Self::Revoke(one) => one.run(clock.now()).await,
        }
    }
}

impl List {
    async fn run(self, now: OffsetDateTime) -> anyhow::Result<()> {
        let rows = self
            .place
            .with(async |pool, region| Ok(device::list(&mut *pool.acquire().await?, region, now).await?))
            .await?;
        if self.json {
            let shown = rows.iter().map(shape).collect::<anyhow::Result<Vec<Value>>>()?;
            return Ok(out::json(&shown)?);
        }
        for row in &rows {
            let state = if row.revoked_at.is_some() { "revoked" } else { "" };
            let seen = row.last_seen_at.map(written).transpose()?.unwrap_or_default();
            let areas = row.areas.join(",");
            out::line(&format!("{}  {:10}  {areas}  {}  {state}", row.install_id, row.role, row.name));
            out::line(&format!("    seen {seen}  held {}  waiting {}", row.held, row.waiting));
        }
        out::line(&format!("{} devices", rows.len()));
        Ok(())
    }
}

impl Revoke {
    async fn run(self, now: OffsetDateTime) -> anyhow::Result<()> {
        let Self { id, place, json } = self;
        let keys = place.keys_if_here();
        let newly = place.with(async |pool, region| {
            let mut conn = pool.acquire().await?;
            let newly = revoke(&mut conn, region, id, (operator(), now)).await?;
            // The device is out. Servers write it down too, so it is only said when it cannot be done here.
            if let Some(keys) = keys? {
                reconcile(&mut conn, region, &keys, now).await?;
            }
            Ok(newly)
        });
        let newly = newly.await?;
        if json {
            return Ok(out::json(&json!({ "id": id, "revoked": true, "newly": newly }))?);
        }
        out::line(if newly { "Revoked." } else { "It was revoked before." });
        Ok(())
    }
}

fn shape(row: &DeviceRow) -> anyhow::Result<Value> {
    Ok(json!({
        "id": row.install_id,
        "role": row.role,
        "name": row.name,
        "areas": row.areas,
        "areas_later": row.areas_later,
        "enrolled_at": written(row.enrolled_at)?,
        "last_seen_at": row.last_seen_at.map(written).transpose()?,
        "synced_at": row.synced_at.map(written).transpose()?,
        "version": row.told_version,
        "schema_version": row.told_schema,
        "unsent": row.told_unsent,
        "revoked_at": row.revoked_at.map(written).transpose()?,
        "held": row.held,
        "waiting": row.waiting,
    }))
}

fn written(at: OffsetDateTime) -> anyhow::Result<String> {
    Ok(at.format(&Rfc3339)?)
}
