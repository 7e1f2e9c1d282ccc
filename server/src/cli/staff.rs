//! `usra staff`: the accounts of the console. Passwords come from the dice or from standard input, never from arguments, which
//! every account of the machine can read; they are printed once, when they are made.

mod made;

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use usra_sync_protocol::role::Role;
use uuid::Uuid;

use crate::cli::operator::operator;
use crate::cli::{out, place::Place};
use crate::clock::Clock;
use crate::dice;
use crate::registry::staff::{self, Login, NewStaff};
use crate::registry::{area, code};
use crate::storage::staff::StaffRow;
use crate::storage::staff_try;
use made::Made;

/// The accounts of the console.
#[derive(Debug, Subcommand)]
pub enum Staff {
    /// Make one; prints its password and the QR code for an app of one-time codes, once.
    Add(Add),
    /// List them.
    List(List),
    /// Shut one from its next request on.
    Disable(Disable),
    /// Give one another password and secret, end its sessions and its lock, and open it again if it was shut.
    Reset(Reset),
}

/// Make an account.
#[derive(Args, Debug)]
pub struct Add {
    /// What the person will type: 3 to 40 of a to z, 0 to 9, dot, hyphen, underscore.
    #[arg(long, value_name = "LOGIN")]
    login: String,
    /// staff, partner or admin.
    #[arg(long)]
    role: Role,
    /// Codes of the areas it sees, each with all below it; see `usra area list`.
    #[arg(long, value_name = "CODE[,CODE]", value_delimiter = ',', required = true)]
    area: Vec<String>,
    /// Who it is.
    #[arg(long, value_name = "TEXT")]
    name: String,
    #[command(flatten)]
    secrets: made::Secrets,
    #[command(flatten)]
    place: Place,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// List the accounts.
#[derive(Args, Debug)]
pub struct List {
    #[command(flatten)]
    place: Place,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Shut an account.
#[derive(Args, Debug)]
pub struct Disable {
    /// Its login.
    login: String,
    #[command(flatten)]
    place: Place,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Give an account other proofs.
#[derive(Args, Debug)]
pub struct Reset {
    /// Its login.
    login: String,
    #[command(flatten)]
    secrets: made::Secrets,
    #[command(flatten)]
    place: Place,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Staff {
    /// Runs it.
    ///
    /// # Errors
    /// No such account, a taken login, a password that is none, or the data cannot be opened.
    pub async fn run(self, clock: &Clock) -> anyhow::Result<()> {
        match self {
            Self::Add(add) => add.run(clock.now()).await,
            Self::List(list) => list.run(clock.now()).await,
            Self::Disable(disable) => disable.run(clock.now()).await,
            Self::Reset(reset) => reset.run(clock.now()).await,
        }
    }
}

impl Add {
    async fn run(self, now: OffsetDateTime) -> anyhow::Result<()> {
        anyhow::ensure!(!self.name.trim().is_empty(), "the name is empty; say whose account it is");
        let (login, keys) = (Login::parse(&self.login)?, self.place.keys(now)?);
        let staff_id = uuid::Builder::from_random_bytes(dice::roll()?).into_uuid();
        let made = Made::new(&self.secrets, &login)?;
        let proofs = made.proofs(&keys, (self.place.config().region, staff_id))?;
        let work = self.place.with(async |pool, region| {
            let mut conn = pool.acquire().await?;
            let areas = area::find(&mut conn, region, &self.area).await?.into_iter().map(|area| area.id).collect();
            let new = NewStaff { login: login.clone(), name: self.name.trim().to_owned(), role: self.role, areas };
            Ok(staff::add(&mut conn, region, &new, (staff_id, &proofs), (operator(), now)).await?)
        });
        work.await?;
        made.print(&login, self.json)
    }
}

impl Reset {
    async fn run(self, now: OffsetDateTime) -> anyhow::Result<()> {
        let (login, keys) = (Login::parse(&self.login)?, self.place.keys(now)?);
        let made = Made::new(&self.secrets, &login)?;
        let work = self.place.with(async |pool, region| {
            let mut conn = pool.acquire().await?;
            let staff_id = staff::find(&mut conn, region, &login).await?.staff_id;
            let proofs = made.proofs(&keys, (region, staff_id))?;
            Ok(staff::reset(&mut conn, region, &login, &proofs, (operator(), now)).await?)
        });
        work.await?;
        made.print(&login, self.json)
    }
}

impl Disable {
    async fn run(self, now: OffsetDateTime) -> anyhow::Result<()> {
        let login = Login::parse(&self.login)?;
        let work = self.place.with(async |pool, region| {
            Ok(staff::disable(&mut *pool.acquire().await?, region, &login, (operator(), now)).await?)
        });
        let newly = work.await?;
        if self.json {
            return Ok(out::json(&json!({ "login": login.as_str(), "disabled": true, "newly": newly }))?);
        }
        out::line(if newly { "Shut, and signed out everywhere." } else { "It was shut before." });
        Ok(())
    }
}

impl List {
    async fn run(self, now: OffsetDateTime) -> anyhow::Result<()> {
        let work = self.place.with(async |pool, region| {
            let mut conn = pool.acquire().await?;
            let areas = crate::storage::area::list(&mut conn, region).await?;
            let mut rows = Vec::new();
            for row in crate::storage::staff::list(&mut conn, region).await? {
                let locked = staff_try::locked_until(&mut conn, region, &code::hash(&row.login)).await?;
                let has = |id: u32| row.area_ids.contains(&id.cast_signed());
                let codes = areas.iter().filter(|area| has(area.id.0)).map(|area| area.code.clone()).collect();
                rows.push((row, codes, locked.filter(|until| *until > now)));
            }
            Ok(rows)
        });
        let rows: Vec<(StaffRow, Vec<String>, Option<OffsetDateTime>)> = work.await?;
        if self.json {
            let shown = rows.iter().map(shape).collect::<anyhow::Result<Vec<Value>>>()?;
            return Ok(out::json(&shown)?);
        }
        for (row, areas, locked) in &rows {
            let state = if row.disabled_at.is_some() {
                "shut"
            } else if locked.is_some() {
                "locked"
            } else {
                ""
            };
            out::line(&format!("{:20}  {:8}  {}  {}  {state}", row.login, row.role, areas.join(","), row.name));
        }
        out::line(&format!("{} accounts", rows.len()));
        Ok(())
    }
}

fn shape((row, areas, locked): &(StaffRow, Vec<String>, Option<OffsetDateTime>)) -> anyhow::Result<Value> {
    let written = |at: OffsetDateTime| at.format(&Rfc3339);
    let id: Uuid = row.staff_id;
    Ok(json!({
        "id": id,
        "login": row.login,
        "name": row.name,
        "role": row.role,
        "areas": areas,
        "added_at": written(row.added_at)?,
        "signed_in_at": row.signed_in_at.map(written).transpose()?,
        "disabled_at": row.disabled_at.map(written).transpose()?,
        "locked_until": locked.map(written).transpose()?,
    }))
}
