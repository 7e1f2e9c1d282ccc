//! `usra record`: a family moves house, or was registered in the wrong place; and work that came in after such a move.

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use usra_sync_protocol::id::{ChangeHash, RecordId};
use usra_sync_protocol::kind::Kind;

use crate::cli::operator::operator;
use crate::cli::{out, place::Place};
use crate::clock::Clock;
use crate::registry::area;
use crate::registry::relocate::relocate;
use crate::storage::late_change::{self, LateRow};

/// Records.
#[derive(Debug, Subcommand)]
pub enum Record {
    /// Move a family, with all its records, to another area.
    Move(Move),
    /// List changes accepted although their author had lost the record or the area before they came, and could not know it.
    Late(Late),
}

/// List late work.
#[derive(Args, Debug)]
pub struct Late {
    #[command(flatten)]
    place: Place,
    /// Print JSON.
    #[arg(long)]
    json: bool,
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
        match self {
            Self::Move(one) => one.run(clock.now()).await,
            Self::Late(late) => late.run().await,
        }
    }
}

impl Move {
    async fn run(self, now: OffsetDateTime) -> anyhow::Result<()> {
        let Self { id, area, place, json } = self;
        let codes = [area];
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

impl Late {
    async fn run(self) -> anyhow::Result<()> {
        let Self { place, json } = self;
        let rows =
            place.with(async |pool, region| Ok(late_change::list(&mut *pool.acquire().await?, region).await?)).await?;
        let shown = rows.iter().map(shape).collect::<anyhow::Result<Vec<Value>>>()?;
        if json {
            return Ok(out::json(&shown)?);
        }
        for (row, shape) in rows.iter().zip(&shown) {
            let LateRow { record_id, cause, area, install_id, .. } = row;
            let word = |name: &str| shape.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            out::line(&format!("{}  {cause:10}  {} {record_id}", word("change"), word("kind")));
            out::line(&format!("    {}  from {install_id}  in {area}", word("received_at")));
        }
        out::line(&format!("{} late changes", rows.len()));
        Ok(())
    }
}

fn shape(row: &LateRow) -> anyhow::Result<Value> {
    let kind = u8::try_from(row.kind).ok().and_then(Kind::from_number).map_or("unknown", Kind::word);
    Ok(json!({
        "change": ChangeHash::from_bytes(&row.hash).map(|hash| hash.to_string()),
        "record": row.record_id,
        "kind": kind,
        "family": row.family_id,
        "install": row.install_id,
        "cause": row.cause,
        "area": row.area,
        "received_at": row.received_at.format(&Rfc3339)?,
    }))
}
