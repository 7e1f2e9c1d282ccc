//! `usra counts`: how many families there are, exactly, and what is not known yet; and a published count, made again.

mod reproduce;

use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};

use crate::cli::{out, place::Place};
use crate::clock::Clock;
use crate::registry::counts::{self, By, Row};
use crate::storage::area;

/// Count families.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Counts {
    #[command(subcommand)]
    of: Option<Of>,
    /// What to group by; several with commas.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "FIELDS")]
    by: Vec<Grouping>,
    #[command(flatten)]
    place: Place,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Of {
    /// Make a published count again from the histories of its families. Fails when it comes out otherwise.
    Reproduce(reproduce::Reproduce),
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Grouping {
    Governorate,
    Sector,
    Activity,
}

impl From<Grouping> for By {
    fn from(grouping: Grouping) -> Self {
        match grouping {
            Grouping::Governorate => Self::Governorate,
            Grouping::Sector => Self::Sector,
            Grouping::Activity => Self::Activity,
        }
    }
}

impl Counts {
    /// Runs it.
    ///
    /// # Errors
    /// The data cannot be opened, or there is no such published count.
    pub async fn run(self, clock: &Clock) -> anyhow::Result<ExitCode> {
        if let Some(Of::Reproduce(reproduce)) = self.of {
            return reproduce.run().await;
        }
        self.count(clock).await?;
        Ok(ExitCode::SUCCESS)
    }

    async fn count(self, clock: &Clock) -> anyhow::Result<()> {
        let by: Vec<By> = self.by.iter().copied().map(By::from).collect();
        let now = clock.now();
        let counted = self
            .place
            .with(async |pool, region| {
                let mut conn = pool.acquire().await?;
                let areas: Vec<i32> =
                    area::list(&mut conn, region).await?.iter().map(|area| area.id.0.cast_signed()).collect();
                Ok(counts::count(&mut conn, region, &areas, &by, now).await?)
            })
            .await?;
        if self.json {
            return Ok(out::json(&counted)?);
        }
        for row in &counted.rows {
            out::line(&format!("{:>7}  {}", row.tally.families, words(&by, row)));
        }
        let unknown = counted.not_known_yet;
        out::line(&format!("{:>7}  families, {} of them verified", counted.families, counted.verified));
        out::line(&format!(
            "not known yet: {} changes waiting, {} held, {} refused; {} accepted late; {} open conflicts; {} phones silent",
            unknown.changes_waiting,
            unknown.changes_held,
            unknown.changes_refused,
            unknown.changes_late,
            unknown.open_conflicts,
            unknown.phones_silent,
        ));
        Ok(())
    }
}

fn words(by: &[By], row: &Row) -> String {
    let code = |by: &By| row.codes.get(by.word()).cloned().flatten().unwrap_or_else(|| "—".to_owned());
    by.iter().map(code).collect::<Vec<_>>().join("  ")
}
