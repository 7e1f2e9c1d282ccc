//! `usra report`: roles of PostgreSQL with which a reporting tool reads the views of schema `report`, and nothing else.

use clap::{Args, Subcommand};
use serde_json::json;

use crate::cli::{out, place::Place};
use crate::registry::report;

/// Reports.
#[derive(Debug, Subcommand)]
pub enum Report {
    /// Let a role read the reports of the region.
    Grant(One),
    /// End that.
    Revoke(One),
}

/// One role.
#[derive(Args, Debug)]
pub struct One {
    /// The role, as `create role` named it.
    role: String,
    #[command(flatten)]
    place: Place,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Report {
    /// Runs it.
    ///
    /// # Errors
    /// There is no such role, it can read more than reports, or the data cannot be opened.
    pub async fn run(self) -> anyhow::Result<()> {
        let (one, reads) = match self {
            Self::Grant(one) => (one, true),
            Self::Revoke(one) => (one, false),
        };
        let role = one.role.as_str();
        let work = one.place.with_owner(async |owner, region| {
            if reads {
                return Ok(report::grant(owner, region, role).await?);
            }
            Ok(report::revoke(owner, region, role).await?)
        });
        work.await?;
        if one.json {
            return Ok(out::json(&json!({ "role": role, "reads": reads }))?);
        }
        out::line(&format!("{role} {} the views of schema report.", if reads { "reads" } else { "no longer reads" }));
        Ok(())
    }
}
