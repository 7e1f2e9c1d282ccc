//! `usra assign`: where a phone works, from now on.

use clap::Args;
use serde_json::json;
use usra_sync_protocol::id::{AreaId, InstallId};

use crate::cli::operator::operator;
use crate::cli::{out, place::Place};
use crate::clock::Clock;
use crate::registry::{area, device};

/// Assign a phone to areas, or end its assignments to them.
#[derive(Args, Debug)]
pub struct Assign {
    /// Its id, as `usra device list` shows it.
    id: InstallId,
    /// Codes of the areas, each with all below it; see `usra area list`.
    #[arg(long, value_name = "CODE[,CODE]", value_delimiter = ',', required = true)]
    area: Vec<String>,
    /// End these assignments instead.
    #[arg(long)]
    remove: bool,
    #[command(flatten)]
    place: Place,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Assign {
    /// Runs it.
    ///
    /// # Errors
    /// No such device or area, the device was revoked, or the data cannot be opened.
    pub async fn run(self, clock: &Clock) -> anyhow::Result<()> {
        let Self { id, area: codes, remove, place, json } = self;
        let now = clock.now();
        let areas = place.with(async |pool, region| {
            let mut conn = pool.acquire().await?;
            let areas = area::find(&mut conn, region, &codes).await?;
            let ids: Vec<AreaId> = areas.iter().map(|area| area.id).collect();
            device::assign(&mut conn, region, id, (&ids, remove), (operator(), now)).await?;
            Ok(areas)
        });
        let codes: Vec<String> = areas.await?.into_iter().map(|area| area.code).collect();
        if json {
            return Ok(out::json(&json!({ "id": id, "areas": codes, "removed": remove }))?);
        }
        let done = if remove { "No longer assigned to" } else { "Assigned to" };
        out::line(&format!("{done} {}", codes.join(", ")));
        Ok(())
    }
}
