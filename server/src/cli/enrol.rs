//! `usra enrol`: a single-use code for one phone, as a link and a QR code.

use clap::Args;
use serde::Serialize;
use sqlx::PgConnection;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use usra_sync_protocol::id::{RecordId, RegionId};
use usra_sync_protocol::role::Role;

use crate::cli::operator::operator;
use crate::cli::{out, place::Place, qr};
use crate::clock::Clock;
use crate::dice;
use crate::registry::invitation::{Guest, Link, link};

/// Make a single-use code that enrols one phone.
#[derive(Args, Debug)]
pub struct Enrol {
    #[command(flatten)]
    place: Place,
    /// surveyor, supervisor, family, staff, partner or admin.
    #[arg(long)]
    role: Role,
    /// Codes of the areas to assign, each with all below it; see `usra area list`. A family's phone is where its family lives.
    #[arg(
        long,
        value_name = "CODE[,CODE]",
        value_delimiter = ',',
        required_unless_present = "family",
        conflicts_with = "family"
    )]
    area: Vec<String>,
    /// Whose phone it is.
    #[arg(long, value_name = "TEXT")]
    name: String,
    /// The family record, for the role family alone.
    #[arg(long, value_name = "ID", required_if_eq("role", "family"))]
    family: Option<RecordId>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// What the command prints.
#[derive(Debug, Serialize)]
struct Made {
    code: String,
    url: String,
    fingerprint: String,
    expires_at: String,
    role: Role,
    areas: Vec<String>,
}

impl Enrol {
    /// Makes and prints the code.
    ///
    /// # Errors
    /// An area is unknown, the server was never started, or the data cannot be opened.
    pub async fn run(self, clock: &Clock) -> anyhow::Result<()> {
        let life = self.place.config().code_life;
        let fingerprint = self.place.keys(clock.now())?.fingerprint();
        let made = self.place.with(async |pool, region| {
            let mut conn = pool.acquire().await?;
            self.make(&mut conn, region, clock.now(), life).await
        });
        let made = made.await?;
        let url = format!("{}#{fingerprint}", made.url);
        self.print(&Made { url, fingerprint, ..made })
    }

    async fn make(
        &self,
        conn: &mut PgConnection,
        region: RegionId,
        now: OffsetDateTime,
        life: time::Duration,
    ) -> anyhow::Result<Made> {
        let (role, name, areas) = (self.role, self.name.clone(), self.area.clone());
        let guest = Guest { role, name, family: self.family, areas };
        let made = link(conn, region, (guest, None), (dice::roll()?, life), (operator(), now)).await?;
        let Link { code, url, expires_at, areas } = made;
        let areas = areas.into_iter().map(|area| area.code).collect();
        let expires_at = expires_at.format(&Rfc3339)?;
        Ok(Made { code, url, fingerprint: String::new(), expires_at, role, areas })
    }

    fn print(&self, made: &Made) -> anyhow::Result<()> {
        if self.json {
            return Ok(out::json(made)?);
        }
        out::line(&qr::draw(&made.url)?);
        out::line(&made.url);
        out::line(&format!("For one phone, until {}.", made.expires_at));
        Ok(())
    }
}
