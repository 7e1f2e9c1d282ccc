//! `usra audit show`: the last rows that are meant.

use anyhow::Context;
use clap::Args;
use serde_json::{Value, json};
use time::Date;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use usra_sync_protocol::id::{InstallId, RecordId};
use usra_sync_protocol::signing::text;

use crate::cli::{out, place::Place};
use crate::registry::audit::{Action, day};
use crate::storage::audit::{self, AuditRow, Filter};

/// Records that a line names; of more it tells how many.
const NAMED: usize = 3;

/// Show rows.
#[derive(Args, Debug)]
pub struct Show {
    /// Only what was done on this record.
    #[arg(long, value_name = "ID")]
    record: Option<RecordId>,
    /// Only what came from this install or was done about it.
    #[arg(long, value_name = "ID")]
    install: Option<InstallId>,
    /// Only this action, as `sensitive.pull`.
    #[arg(long, value_name = "WORD")]
    action: Option<Action>,
    /// Only from this day on, as 2026-11-24 (Asia/Riyadh).
    #[arg(long, value_name = "DATE", value_parser = date)]
    since: Option<Date>,
    /// At most so many rows.
    #[arg(long, value_name = "NUMBER", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    #[command(flatten)]
    place: Place,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

fn date(typed: &str) -> anyhow::Result<Date> {
    Date::parse(typed, format_description!("[year]-[month]-[day]")).context("a day is written as 2026-11-24")
}

impl Show {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let filter = Filter {
            record: self.record.map(|record| record.0),
            install: self.install.map(|install| install.0),
            action: self.action.map(Action::word),
            since: self.since.map(day::begin),
        };
        let limit = i64::from(self.limit);
        let read = self
            .place
            .with(async |pool, region| Ok(audit::list(&mut *pool.acquire().await?, region, &filter, limit).await?));
        let mut rows = read.await?;
        rows.reverse();
        if self.json {
            return Ok(out::json(&rows.iter().map(shape).collect::<anyhow::Result<Vec<Value>>>()?)?);
        }
        for row in &rows {
            out::line(&line(row)?);
        }
        out::line(&format!("{} rows", rows.len()));
        Ok(())
    }
}

fn line(row: &AuditRow) -> anyhow::Result<String> {
    let by = row.by_name.clone().or(row.by_id.map(|id| id.to_string())).unwrap_or_default();
    let install = row.install_id.map(|id| format!("  install {id}")).unwrap_or_default();
    let (named, more) = row.record_ids.split_at(row.record_ids.len().min(NAMED));
    let named: Vec<String> = named.iter().map(|id| format!("  record {id}")).collect();
    let named = named.concat();
    let more = if more.is_empty() { String::new() } else { format!("  and {} more", more.len()) };
    let (n, at, kind, action) = (row.n, row.at.format(&Rfc3339)?, &row.by_kind, &row.action);
    Ok(format!("{n}  {at}  {action}  by {kind} {by}{install}{named}{more}\n    {}", row.detail))
}

fn shape(row: &AuditRow) -> anyhow::Result<Value> {
    Ok(json!({
        "n": row.n,
        "at": row.at.format(&Rfc3339)?,
        "by": { "kind": row.by_kind, "id": row.by_id, "name": row.by_name },
        "action": row.action,
        "install": row.install_id,
        "records": row.record_ids,
        "detail": row.detail,
        "previous": text(&row.previous),
        "hash": text(&row.hash),
    }))
}
