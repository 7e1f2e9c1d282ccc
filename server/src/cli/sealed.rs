//! `usra sealed`: what is kept encrypted of families. Lists show last four digits; a whole value needs a reason.

use std::io::{BufRead, stdin};

use anyhow::{Context, ensure};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use usra_sync_protocol::id::RecordId;

use crate::cli::operator::operator;
use crate::cli::{out, place::Place};
use crate::clock::Clock;
use crate::dice;
use crate::registry::sealed::{self, Desk};
use crate::storage::sealed_value::SealedRow;

/// Sealed values.
#[derive(Debug, Subcommand)]
pub enum Sealed {
    /// List what is kept of a family: last four digits and times, no values.
    List(List),
    /// Show one value. The reason is kept with the reading.
    Show(Show),
    /// Find the records that have a national id, read from standard input so that no shell history keeps it.
    Find(Find),
}

/// List what is kept of a family.
#[derive(Args, Debug)]
pub struct List {
    /// The family record.
    #[arg(long, value_name = "ID")]
    family: RecordId,
    #[command(flatten)]
    place: Place,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Show one value.
#[derive(Args, Debug)]
pub struct Show {
    /// The record.
    record: RecordId,
    /// The place there, such as member/m1/national_id.
    key: String,
    /// Why it must be read.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    place: Place,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Find records by national id.
#[derive(Args, Debug)]
pub struct Find {
    /// Look for the national id on standard input.
    #[arg(long, required = true)]
    national_id: bool,
    /// Why somebody is looked for.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    place: Place,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Sealed {
    /// Runs it.
    ///
    /// # Errors
    /// There is no such value, no reason, too many look-ups, or the data cannot be opened.
    pub async fn run(self, clock: &Clock) -> anyhow::Result<()> {
        let now = clock.now();
        match self {
            Self::List(list) => list.run(now).await,
            Self::Show(show) => show.run(now).await,
            Self::Find(find) => find.run(now).await,
        }
    }
}

pub(super) async fn at_desk<T>(
    place: &Place,
    now: OffsetDateTime,
    work: impl AsyncFnOnce(Desk) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let (rings, reading, by) = (place.keys(now)?.rings(), dice::roll()?, operator());
    place.with(async |pool, region| work(Desk { pool: pool.clone(), region, rings, by, reading, now }).await).await
}

impl List {
    async fn run(self, now: OffsetDateTime) -> anyhow::Result<()> {
        let rows = at_desk(&self.place, now, async |desk| Ok(sealed::list(&desk, self.family).await?)).await?;
        if self.json {
            let shown = rows.iter().map(shape).collect::<anyhow::Result<Vec<Value>>>()?;
            return Ok(out::json(&shown)?);
        }
        for row in &rows {
            let shown = row.shown.as_deref().map(|last| format!("…{last}")).unwrap_or_default();
            out::line(&format!("{}  {}  {}  {shown}  {}", row.record_id, row.key, row.n, written(row.received_at)?));
        }
        out::line(&format!("{} values", rows.len()));
        Ok(())
    }
}

impl Show {
    async fn run(self, now: OffsetDateTime) -> anyhow::Result<()> {
        let read = async |desk: Desk| Ok(sealed::show(&desk, None, (self.record, &self.key), &self.reason).await?);
        let (value, row) = at_desk(&self.place, now, read).await?;
        if self.json {
            let mut shown = shape(&row)?;
            if let Some(fields) = shown.as_object_mut() {
                fields.insert("value".to_owned(), json!(value));
            }
            return Ok(out::json(&shown)?);
        }
        out::line(&value);
        Ok(())
    }
}

impl Find {
    async fn run(self, now: OffsetDateTime) -> anyhow::Result<()> {
        let id = stdin().lock().lines().next().context("give the national id on standard input")??;
        ensure!(self.national_id, "say what to look for: --national-id");
        let look = async |desk: Desk| Ok(sealed::find(&desk, &id, &self.reason).await?);
        let found = at_desk(&self.place, now, look).await?;
        if self.json {
            let one =
                |found: &sealed::Found| json!({ "record": found.record, "key": found.key, "family": found.family });
            return Ok(out::json(&found.iter().map(one).collect::<Vec<Value>>())?);
        }
        for one in &found {
            out::line(&format!("{}  {}  family {}", one.record, one.key, one.family));
        }
        out::line(&format!("{} records", found.len()));
        Ok(())
    }
}

fn shape(row: &SealedRow) -> anyhow::Result<Value> {
    Ok(json!({
        "record": row.record_id,
        "key": row.key,
        "n": row.n,
        "last4": row.shown,
        "install": row.install_id,
        "sealed_by": row.sealed_by,
        "received_at": written(row.received_at)?,
    }))
}

fn written(at: OffsetDateTime) -> anyhow::Result<String> {
    Ok(at.format(&Rfc3339)?)
}
