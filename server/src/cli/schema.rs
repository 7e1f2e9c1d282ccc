//! `usra schema`: the table that drives the server's checks, the SQL columns and every form, as people or programs read it.

use clap::{Args, ValueEnum};
use usra_sync_protocol::schema::document;

use crate::cli::out;

/// Print the schema of every record kind.
#[derive(Args, Debug)]
pub struct Schema {
    /// How to print it.
    #[arg(long, value_enum, default_value_t = Format::Markdown)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Markdown,
    Json,
}

impl Schema {
    /// Prints it. No data is needed.
    ///
    /// # Errors
    /// The schema cannot be written as JSON.
    pub fn run(self) -> anyhow::Result<()> {
        match self.format {
            Format::Markdown => out::line(document::markdown().trim_end()),
            Format::Json => out::json(&document::json())?,
        }
        Ok(())
    }
}
