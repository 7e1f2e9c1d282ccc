//! `usra counts reproduce`: a published count, made again from what its families' records said then.

use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use serde_json::json;
use usra_sync_protocol::id::hex_of_bytes;
use uuid::Uuid;

use crate::cli::{out, place::Place};
use crate::registry::published::reproduce::{Outcome, Reproduced, reproduce};
use crate::registry::published::{self, Published};

/// Make a published count again.
#[derive(Args, Debug)]
pub(super) struct Reproduce {
    /// The count, as its page's address names it.
    id: Uuid,
    #[command(flatten)]
    place: Place,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Reproduce {
    /// Runs it; failure when the count comes out otherwise.
    ///
    /// # Errors
    /// There is no such count, or the data cannot be opened.
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let made = self.place.with(async |pool, region| {
            let mut conn = pool.acquire().await?;
            let found = published::find(&mut conn, region, self.id, None).await?;
            let found = found.with_context(|| format!("there is no published count {}", self.id))?;
            let made = reproduce(&mut conn, region, &found).await?;
            Ok((found, made))
        });
        let (found, made) = made.await?;
        if self.json {
            out::json(&written(&found, &made))?;
        } else {
            tell(&found, &made);
        }
        Ok(if made.outcome == Outcome::Different { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

fn written(found: &Published, made: &Reproduced) -> serde_json::Value {
    json!({
        "count": found.id,
        "families": found.total.families,
        "verified": found.total.verified,
        "query_version": found.version,
        "hash": hex_of_bytes(&found.hash),
        "hash_now": hex_of_bytes(&made.hash),
        "outcome": made.outcome.word(),
        "erased": made.erased,
        "differing": made.differing,
    })
}

fn tell(found: &Published, made: &Reproduced) {
    out::line(&format!("{} families, {} of them verified", found.total.families, found.total.verified));
    out::line(&format!("published {}", hex_of_bytes(&found.hash)));
    out::line(&format!("now       {}", hex_of_bytes(&made.hash)));
    out::line(&match made.outcome {
        Outcome::Same => "the same families, standing as they did".to_owned(),
        Outcome::SameButErased => format!("the same, but for {} families that were erased since", made.erased),
        Outcome::Different => format!("not the same: {} families come out otherwise", made.differing.len()),
    });
    for family in &made.differing {
        out::line(&family.to_string());
    }
}
