//! `usra duplicate`: families that may be one, and what a person decides on them.

use std::sync::Arc;

use anyhow::ensure;
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use time::OffsetDateTime;
use usra_sync_protocol::id::RecordId;

use crate::cli::operator::operator;
use crate::cli::{out, place::Place};
use crate::clock::Clock;
use crate::registry::duplicates::pairs::{self, Pair};
use crate::registry::sealed::reason_of;
use crate::storage::area;
use crate::sync::desk::Desk;
use crate::sync::merge::{self, Merging};
use crate::sync::reach::AreaTree;
use crate::sync::unmerge;

/// Families that may be one.
#[derive(Debug, Subcommand)]
pub enum Duplicate {
    /// List the pairs that nobody decided on, the most alike first.
    List(Common),
    /// Say that a family is another: it becomes an alias of it.
    Merge(Merge),
    /// Take that back: both are what they were.
    Unmerge(Unmerge),
    /// Say that two families that look alike are two.
    Apart(Apart),
}

/// Where, and how it is told.
#[derive(Args, Debug)]
pub struct Common {
    #[command(flatten)]
    place: Place,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Say that a family is another.
#[derive(Args, Debug)]
pub struct Merge {
    /// The family that remains.
    survivor: RecordId,
    /// The family that becomes its alias.
    lost: RecordId,
    /// Fields that the one that remains takes from the other.
    #[arg(long, value_name = "KEYS", value_delimiter = ',')]
    take: Vec<String>,
    #[command(flatten)]
    common: Common,
}

/// Take a merge back.
#[derive(Args, Debug)]
pub struct Unmerge {
    /// The family that was merged into another.
    lost: RecordId,
    #[command(flatten)]
    common: Common,
}

/// Say that two families are two.
#[derive(Args, Debug)]
pub struct Apart {
    /// The one.
    one: RecordId,
    /// The other.
    other: RecordId,
    /// How it is known.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    common: Common,
}

impl Duplicate {
    /// Runs it.
    ///
    /// # Errors
    /// The data cannot be opened, or the decision cannot be carried out.
    pub async fn run(self, clock: &Clock) -> anyhow::Result<()> {
        let now = clock.now();
        match self {
            Self::List(common) => common.list().await,
            Self::Merge(merge) => merge.run(now).await,
            Self::Unmerge(Unmerge { lost, common }) => {
                common.at_desk(async |desk| Ok(unmerge::unmerge(&desk, lost, now).await?)).await?;
                common.print(&json!({ "unmerged": lost }), "Both are what they were. Phones hear it when they sync.")
            }
            Self::Apart(apart) => apart.run(now).await,
        }
    }
}

impl Merge {
    async fn run(self, now: OffsetDateTime) -> anyhow::Result<()> {
        let Self { survivor, lost, take, common } = self;
        let merging = Merging { survivor, lost, take };
        common.at_desk(async |desk| Ok(merge::merge(&desk, &merging, now).await?)).await?;
        common.print(&json!({ "survivor": survivor, "lost": lost }), "They are one. Phones hear it when they sync.")
    }
}

impl Apart {
    async fn run(self, now: OffsetDateTime) -> anyhow::Result<()> {
        let Self { one, other, reason, common } = self;
        let reason = reason_of(&reason)?;
        let known = common.at_desk(async |desk| Ok(merge::apart(&desk, (one, other), reason, now).await?)).await?;
        ensure!(known, "they are no pair; usra duplicate list names those there are");
        common.print(&json!({ "apart": [one, other] }), "They are two, and are not asked about again.")
    }
}

impl Common {
    pub(super) async fn at_desk<T>(&self, work: impl AsyncFnOnce(Desk) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let done = self.place.with(async |pool, region| {
            let areas = Arc::new(AreaTree::new(area::list(&mut *pool.acquire().await?, region).await?));
            work(Desk { pool: pool.clone(), region, areas, by: operator(), scope: None }).await
        });
        done.await
    }

    pub(super) fn print(&self, shape: &Value, line: &str) -> anyhow::Result<()> {
        if self.json {
            out::json(shape)?;
        } else {
            out::line(line);
        }
        Ok(())
    }

    async fn list(self) -> anyhow::Result<()> {
        let found = self.place.with(async |pool, region| {
            let mut conn = pool.acquire().await?;
            let areas: Vec<i32> =
                area::list(&mut conn, region).await?.into_iter().map(|area| area.id.0.cast_signed()).collect();
            Ok(pairs::list(&mut conn, region, &areas, (0, usize::MAX)).await?)
        });
        let found = found.await?;
        if self.json {
            let pairs: Vec<Value> = found.pairs.iter().map(shape).collect();
            return Ok(out::json(&json!({ "pairs": pairs, "not_compared_yet": found.behind }))?);
        }
        for pair in &found.pairs {
            let (one, other) = (pair.one.record_id, pair.other.record_id);
            out::line(&format!("{one}  {other}  {:8}  {}", pair.level.word(), pair.reasons.join(", ")));
        }
        out::line(&format!("{} pairs; {} arrivals not compared yet", found.total, found.behind));
        Ok(())
    }
}

fn shape(pair: &Pair) -> Value {
    json!({
        "one": pair.one.record_id,
        "other": pair.other.record_id,
        "level": pair.level.word(),
        "reasons": pair.reasons,
    })
}
