//! `usra held`: work that phones did, that the rules did not let in, and that a person decides on.

use std::sync::Arc;

use anyhow::{Context, ensure};
use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use usra_sync_protocol::id::{ChangeHash, RecordId};
use usra_sync_protocol::kind::Kind;

use crate::cli::operator::operator;
use crate::cli::{out, place::Place};
use crate::clock::Clock;
use crate::storage::area;
use crate::storage::held::{self, Filter, HeldRow};
use crate::sync::desk::Desk;
use crate::sync::held::{Choice, Decided, adopt, reject, release};
use crate::sync::reach::AreaTree;

/// Held work.
#[derive(Debug, Subcommand)]
pub enum Held {
    /// List what is kept apart, with the reasons.
    List(List),
    /// Let the original change in, as its author made it.
    Release(Decide),
    /// Write the held values as the centre's own change; the original stays out.
    Adopt(Decide),
    /// Keep it out for good, and tell its author why.
    Reject(Reject),
}

/// List what is kept apart.
#[derive(Args, Debug)]
pub struct List {
    #[command(flatten)]
    place: Place,
    /// Only those in this state.
    #[arg(long, value_enum)]
    state: Option<State>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// How a kept change stands.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum State {
    /// Until a person decides.
    Held,
    /// Until something it follows arrives.
    Waiting,
    /// For good.
    Refused,
}

/// Decide on held changes.
#[derive(Args, Debug)]
pub struct Decide {
    /// The change, as `usra held list` names it.
    #[arg(value_name = "HASH", required_unless_present = "record")]
    change: Option<ChangeHash>,
    /// All that is held of this record.
    #[arg(long, value_name = "ID")]
    record: Option<RecordId>,
    #[command(flatten)]
    place: Place,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Reject held changes.
#[derive(Args, Debug)]
pub struct Reject {
    #[command(flatten)]
    decide: Decide,
    /// What the author is told.
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Waiting => "waiting",
            Self::Refused => "refused",
        }
    }
}

impl Held {
    /// Runs it.
    ///
    /// # Errors
    /// The data cannot be opened, or the decision cannot be carried out.
    pub async fn run(self, clock: &Clock) -> anyhow::Result<()> {
        let now = clock.now();
        match self {
            Self::List(list) => list.run().await,
            Self::Release(decide) => {
                let decided = decide.with(async |desk, choice| Ok(release::release(&desk, choice, now).await?)).await?;
                decide.print("released", &decided)
            }
            Self::Adopt(decide) => {
                let decided = decide.with(async |desk, choice| Ok(adopt::adopt(&desk, choice, now).await?)).await?;
                decide.print("adopted", &decided)
            }
            Self::Reject(Reject { decide, reason }) => {
                let decided =
                    decide.with(async |desk, choice| Ok(reject::reject(&desk, choice, &reason, now).await?)).await?;
                decide.print("rejected", &decided)
            }
        }
    }
}

impl Decide {
    async fn with(&self, work: impl AsyncFnOnce(Desk, Choice) -> anyhow::Result<Decided>) -> anyhow::Result<Decided> {
        let choice = Choice { change: self.change, record: self.record };
        let decided = self.place.with(async |pool, region| {
            let areas = Arc::new(AreaTree::new(area::list(&mut *pool.acquire().await?, region).await?));
            work(Desk { pool: pool.clone(), region, areas, by: operator(), scope: None }, choice).await
        });
        decided.await
    }

    fn print(&self, verb: &str, decided: &Decided) -> anyhow::Result<()> {
        let changes: Vec<String> = decided.changes.iter().map(ToString::to_string).collect();
        let left: Vec<Value> = decided
            .left
            .iter()
            .map(|(hash, reason)| json!({ "change": hash.to_string(), "reason": reason.code() }))
            .collect();
        if self.json {
            out::json(&json!({ "record": decided.record, verb: changes, "left": left }))?;
        } else if decided.record.is_none() {
            out::line("Nothing is held under that name; it may have been decided before.");
        } else {
            out::line(&format!("{} changes {verb}", changes.len()));
        }
        for (hash, reason) in &decided.left {
            out::error(&format!("{hash} could not be {verb}: {}", reason.code()));
        }
        ensure!(decided.left.is_empty(), "{} changes stay held", decided.left.len());
        Ok(())
    }
}

impl List {
    async fn run(self) -> anyhow::Result<()> {
        let filter = Filter { state: self.state.map(State::word), ..Filter::default() };
        let rows = self
            .place
            .with(async |pool, region| Ok(held::list(&mut *pool.acquire().await?, region, filter).await?))
            .await?;
        let shown = rows.iter().map(Shown::of).collect::<anyhow::Result<Vec<Shown<'_>>>>()?;
        if self.json {
            return Ok(out::json(&shown)?);
        }
        for row in &shown {
            out::line(&format!("{}  {:7}  {}  {} {}", row.change, row.state, row.reason, row.kind, row.record));
            let fields: Vec<&str> = row.fields.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            out::line(&format!("    {}  from {}  {}", row.received_at, row.install, fields.join(", ")));
        }
        out::line(&format!("{} changes", shown.len()));
        Ok(())
    }
}

/// One kept change, as printed: its fields' names, never their values.
#[derive(Debug, Serialize)]
struct Shown<'a> {
    change: String,
    record: RecordId,
    family: RecordId,
    kind: &'static str,
    state: &'a str,
    reason: &'a str,
    fields: &'a Value,
    area: i32,
    install: String,
    received_at: String,
    decided_at: Option<String>,
    note: Option<&'a str>,
}

impl<'a> Shown<'a> {
    fn of(row: &'a HeldRow) -> anyhow::Result<Self> {
        let kind = u8::try_from(row.kind).ok().and_then(Kind::from_number);
        Ok(Self {
            change: ChangeHash::from_bytes(&row.hash).context("a stored hash is not 32 bytes")?.to_string(),
            record: RecordId(row.record_id),
            family: RecordId(row.family_id),
            kind: kind.map_or("unknown", Kind::word),
            state: &row.state,
            reason: &row.reason,
            fields: &row.fields,
            area: row.area_id,
            install: row.install_id.to_string(),
            received_at: written(row.received_at)?,
            decided_at: row.decided_at.map(written).transpose()?,
            note: row.note.as_deref(),
        })
    }
}

fn written(at: OffsetDateTime) -> anyhow::Result<String> {
    Ok(at.format(&Rfc3339)?)
}
