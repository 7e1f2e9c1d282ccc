//! `usra audit`: what was done, whether what is written of it is still what was noted, and a signed head to keep elsewhere.

mod head;
mod show;
mod verify;

use std::process::ExitCode;

use clap::Subcommand;

use crate::clock::Clock;

/// The audit.
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Show what was noted, oldest first: the last rows that are meant.
    Show(show::Show),
    /// Check that no row was changed, moved or taken out; name the first that was.
    Verify(verify::Verify),
    /// Print the last row's number and hash, signed with the centre's key, to be kept elsewhere.
    Head(head::Head),
}

impl Audit {
    /// Runs it; a bad row is a failure.
    ///
    /// # Errors
    /// The data or the keys cannot be opened.
    pub async fn run(self, clock: &Clock) -> anyhow::Result<ExitCode> {
        match self {
            Self::Show(show) => show.run().await?,
            Self::Verify(verify) => return verify.run(clock.now()).await,
            Self::Head(head) => head.run(clock.now()).await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}
