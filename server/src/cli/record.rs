//! `usra record move`: a family moves house, or was registered in the wrong place.

use clap::{Args, Subcommand};
use serde_json::json;
use usra_sync_protocol::id::RecordId;

use crate::cli::operator::operator;
use crate::cli::{out, place::Place};
use crate::clock::Clock;
use crate::registry::area;
use crate::registry::relocate::relocate;

/// Records.
#[derive(Debug, Subcommand)]
pub enum Record {
    /// Move a family, with all its records, to another area.
    Move(Move),
}

/// Move a family.
#[derive(Args, Debug)]
pub struct Move {
    /// The family's record id.
    id: RecordId,
    /// The code of its new area; `usra area list` shows them.
    #[arg(long, value_name = "CODE")]
    area: String,
    #[command(flatten)]
    place: Place,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Record {
    /// Runs it.
    ///
    /// # Errors
    /// No such record or area, the record is not a family, or the data cannot be opened.
    pub async fn run(self, clock: &Clock) -> anyhow::Result<()> {
        let Self::Move(Move { id, area, place, json }) = self;
        let (codes, now) = ([area], clock.now());
        let (to, moved) = place
            .with(async |pool, region| {
                let mut conn = pool.acquire().await?;
                let found = area::find(&mut conn, region, &codes).await?;
                let Some(to) = found.into_iter().next() else { anyhow::bail!("no area was given") };
                let moved = relocate(&mut conn, region, id, to.id, (operator(), now)).await?;
                Ok((to, moved))
            })
            .await?;
        if json {
            return Ok(out::json(&json!({ "id": id, "area": to.code, "records_moved": moved }))?);
        }
        out::line(&format!("{moved} records moved to {} ({})", to.code, to.name_ar));
        Ok(())
    }
}
