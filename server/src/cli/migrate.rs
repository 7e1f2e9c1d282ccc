//! `usra migrate`: brings the schema up to date as the owner of the tables and raises the wall between regions, so that the
//! server itself never needs the owner's URL.

use clap::Args;

use crate::cli::{out, place::Place};

/// Bring the database up to date.
#[derive(Args, Debug)]
pub struct Migrate {
    #[command(flatten)]
    place: Place,
}

impl Migrate {
    /// Runs it.
    ///
    /// # Errors
    /// The data cannot be opened, or no owner is known.
    pub async fn run(self) -> anyhow::Result<()> {
        self.place.with_owner(async |_, _| Ok(())).await?;
        out::line("The schema is up to date, and every region behind its wall.");
        Ok(())
    }
}
