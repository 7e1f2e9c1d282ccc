//! `usra counts`: how many families there are, exactly, and what is not known yet.

use clap::{Args, ValueEnum};

use crate::cli::{out, place::Place};
use crate::clock::Clock;
use crate::registry::counts::{self, By, Row};
use crate::storage::area;

/// Count families.
#[derive(Args, Debug)]
pub struct Counts {
    /// What to group by; several with commas.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "FIELDS")]
    by: Vec<Grouping>,
    #[command(flatten)]
    place: Place,
    /// Print JSON.
    #[arg(long)]
    json: bool,
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
    /// The data cannot be opened.
    pub async fn run(self, clock: &Clock) -> anyhow::Result<()> {
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
