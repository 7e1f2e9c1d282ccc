//! `usra audit head`: the last row, signed. Whoever keeps it elsewhere can tell later whether anything before it was changed.

use anyhow::Context;
use clap::Args;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::cli::{out, place::Place};
use crate::registry::audit::head::SignedHead;
use crate::storage::audit;

/// Print a signed head.
#[derive(Args, Debug)]
pub struct Head {
    #[command(flatten)]
    place: Place,
    /// Print JSON, as `usra audit verify --head` reads it.
    #[arg(long)]
    json: bool,
}

impl Head {
    pub(super) async fn run(self, now: OffsetDateTime) -> anyhow::Result<()> {
        let keys = self.place.keys(now)?;
        let read = self.place.with(async |pool, region| {
            let head = audit::head(&mut *pool.acquire().await?, region).await?;
            Ok((region, head.context("the audit has no head; run `usra audit verify`")?))
        });
        let (region, head) = read.await?;
        let signed = SignedHead::sign(region, &head, now.format(&Rfc3339)?, &keys.signing);
        if self.json {
            return Ok(out::json(&signed)?);
        }
        out::line(&format!("row        {}", signed.n));
        out::line(&format!("hash       {}", signed.hash));
        out::line(&format!("at         {}", signed.at));
        out::line(&format!("key        {}", signed.public_key));
        out::line(&format!("signature  {}", signed.signature));
        Ok(())
    }
}
