//! `usra audit verify`: walks the whole audit and names the first row that is not as it was noted.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, ensure};
use clap::Args;
use serde_json::{Value, json};
use sqlx::Acquire;
use time::{Date, OffsetDateTime};

use crate::cli::{out, place::Place};
use crate::registry::audit::day;
use crate::registry::audit::head::SignedHead;
use crate::registry::audit::verify::{Report, verify};
use crate::registry::audit::walk::Bad;

/// Verify.
#[derive(Args, Debug)]
pub struct Verify {
    /// Also against heads that were kept elsewhere: what `usra audit head --json` printed, once or several times.
    #[arg(long, value_name = "FILE")]
    head: Vec<PathBuf>,
    #[command(flatten)]
    place: Place,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(super) async fn run(self, now: OffsetDateTime) -> anyhow::Result<ExitCode> {
        let mut kept = Vec::new();
        for path in &self.head {
            kept.extend(read(path).with_context(|| format!("{} holds no signed heads", path.display()))?);
        }
        let public_key = self.place.keys(now)?.signing.public();
        let verified = self.place.with(async |pool, region| {
            let mut conn = pool.acquire().await?;
            let mut transaction = conn.begin().await?;
            let report = verify(&mut transaction, region, public_key, &kept).await?;
            transaction.rollback().await?;
            Ok(report)
        });
        let report = verified.await?;
        if self.json {
            out::json(&shape(&report, kept.len()))?;
        } else {
            print(&report, kept.len(), day::of(now));
        }
        Ok(if report.bad.is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

/// Every head in the file, one after another.
fn read(path: &Path) -> anyhow::Result<Vec<SignedHead>> {
    let file = BufReader::new(File::open(path)?);
    let heads: Vec<SignedHead> = serde_json::Deserializer::from_reader(file).into_iter().collect::<Result<_, _>>()?;
    ensure!(!heads.is_empty(), "the file is empty");
    Ok(heads)
}

fn shape(report: &Report, kept: usize) -> Value {
    let bad = |bad: &Bad| json!({ "n": bad.n, "fault": bad.fault.word(), "says": bad.fault.to_string() });
    json!({
        "rows": report.rows,
        "whole": report.bad.is_none(),
        "first_bad": report.bad.as_ref().map(bad),
        "signed_days": report.days,
        "signed_until": report.signed_until.map(|day| day.to_string()),
        "kept_heads": kept,
    })
}

fn print(report: &Report, kept: usize, today: Date) {
    if let Some(Bad { n, fault }) = &report.bad {
        return out::line(&format!("BAD  row {n}: {fault}"));
    }
    let (rows, days) = (report.rows, report.days);
    out::line(&format!("ok  {rows} rows, whole; {days} signed days and {kept} kept heads agree"));
    let unsigned = report.signed_until.is_none_or(|day| day.next_day() != Some(today));
    if rows > 0 && unsigned {
        let since = report.signed_until.map_or("any day".to_owned(), |day| format!("a day after {day}"));
        out::line(&format!("    there is no signed head of {since} yet; `usra serve` signs a day when it is over"));
    }
}
