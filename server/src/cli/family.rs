//! `usra family`: verifying one, and what the law gives it: its data, and the end of it.

use anyhow::ensure;
use clap::{Args, Subcommand};
use serde_json::json;
use time::OffsetDateTime;
use usra_sync_protocol::id::RecordId;

use crate::cli::duplicate::Common;
use crate::cli::operator::operator;
use crate::cli::{out, place::Place, sealed};
use crate::clock::Clock;
use crate::registry::{erase, export};
use crate::sync::verify;

/// Families.
#[derive(Debug, Subcommand)]
pub enum Family {
    /// Verify a family: it counts as verified from then on and has a file number.
    Verify(Verify),
    /// Print everything kept of a family, its sealed values in full, as JSON.
    Export(One),
    /// Erase a family for good: from the database, from backups once they are restored, and from phones when they sync.
    Erase(One),
}

/// Verify a family.
#[derive(Args, Debug)]
pub struct Verify {
    /// The family record.
    id: RecordId,
    #[command(flatten)]
    common: Common,
}

/// One family.
#[derive(Args, Debug)]
pub struct One {
    /// The family record.
    id: RecordId,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    place: Place,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Family {
    /// Runs it.
    ///
    /// # Errors
    /// There is no such family, no reason, or the data cannot be opened.
    pub async fn run(self, clock: &Clock) -> anyhow::Result<()> {
        match self {
            Self::Verify(Verify { id, common }) => {
                let now = clock.now();
                common.at_desk(async |desk| Ok(verify::verify(&desk, id, now).await?)).await?;
                common.print(&json!({ "verified": id }), "Verified. Phones hear it when they sync.")
            }
            Self::Export(one) => one.export(clock.now()).await,
            Self::Erase(one) => one.erase(clock.now()).await,
        }
    }
}

impl One {
    async fn export(self, now: OffsetDateTime) -> anyhow::Result<()> {
        let read = async |desk| Ok(export::export(&desk, self.id, &self.reason).await?);
        Ok(out::json(&sealed::at_desk(&self.place, now, read).await?)?)
    }

    async fn erase(self, now: OffsetDateTime) -> anyhow::Result<()> {
        ensure!(!self.reason.trim().is_empty(), "say why the family is erased");
        let keys = self.place.keys(now)?;
        let gone = self.place.with_owner(async |owner, region| {
            Ok(erase::erase(owner, region, self.id, &keys, (operator(), now)).await?)
        });
        let records = gone.await?;
        if self.json {
            return Ok(out::json(&json!({ "family": self.id, "records": records, "erased": true }))?);
        }
        out::line(&format!("Erased: {records} records. Phones forget them when they sync."));
        Ok(())
    }
}
