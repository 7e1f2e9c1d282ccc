//! `usra epoch new`: says that the data was restored, where the database cannot tell (a file system snapshot).

use clap::{Args, Subcommand};

use crate::cli::operator::operator;
use crate::cli::{out, place::Place};
use crate::clock::Clock;
use crate::dice;
use crate::registry::region;
use crate::registry::revocations::reconcile;

/// The life of the data.
#[derive(Debug, Subcommand)]
pub enum Epoch {
    /// Begin a new one, after a restore that kept the cluster's identity. Phones then compare what they have.
    New(New),
}

/// Begin a new epoch.
#[derive(Args, Debug)]
pub struct New {
    #[command(flatten)]
    place: Place,
}

impl Epoch {
    /// Runs it.
    ///
    /// # Errors
    /// The data cannot be opened.
    pub async fn run(self, clock: &Clock) -> anyhow::Result<()> {
        let Self::New(new) = self;
        let epoch = new.place.with(async |pool, region| {
            let (random, mut conn) = (dice::roll()?, pool.acquire().await?);
            let epoch = region::renew(&mut conn, region, random, (operator(), clock.now())).await?;
            if let Some(keys) = new.place.keys_if_here()? {
                reconcile(&mut conn, region, &keys, clock.now()).await?;
            }
            Ok(epoch)
        });
        out::line(&format!("A new epoch begins: {}", epoch.await?));
        Ok(())
    }
}
