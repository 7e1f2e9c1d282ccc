//! `usra keys`: the centre's keys, never their secrets.

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;

use crate::cli::operator::operator;
use crate::cli::{out, place::Place};
use crate::clock::Clock;
use crate::dice;
use crate::keys::draw::Draw;
use crate::registry::reseal;

/// The keys.
#[derive(Debug, Subcommand)]
pub enum Keys {
    /// Print the fingerprint and the versions there are.
    Show(Show),
    /// Make the next version of the sealing, field and index keys and encrypt what is stored anew. Should it be interrupted,
    /// `--resume` goes on without another version.
    Rotate(Rotate),
}

/// Print what may be known of the keys.
#[derive(Args, Debug)]
pub struct Show {
    #[command(flatten)]
    place: Place,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Make the next version.
#[derive(Args, Debug)]
pub struct Rotate {
    #[command(flatten)]
    place: Place,
    /// Only go on with what an interrupted rotation left.
    #[arg(long)]
    resume: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Keys {
    /// Runs it.
    ///
    /// # Errors
    /// The keys or the data cannot be opened, or a stored value does not open.
    pub async fn run(self, clock: &Clock) -> anyhow::Result<()> {
        match self {
            Self::Show(show) => show.run(clock),
            Self::Rotate(rotate) => rotate.run(clock).await,
        }
    }
}

impl Show {
    fn run(self, clock: &Clock) -> anyhow::Result<()> {
        let (keys, folder) = (self.place.keys(clock.now())?, self.place.keys_folder());
        let rings = keys.rings();
        let rings = rings.all().map(|ring| Ok((ring.version, ring.made_at.format(&Rfc3339)?)));
        let rings = rings.collect::<anyhow::Result<Vec<(u32, String)>>>()?;
        if self.json {
            let versions = rings.iter().map(|(version, made_at)| json!({ "version": version, "made_at": made_at }));
            let versions: Vec<Value> = versions.collect();
            return Ok(out::json(
                &json!({ "folder": folder, "fingerprint": keys.fingerprint(), "versions": versions }),
            )?);
        }
        out::line(&format!("fingerprint  {}", keys.fingerprint()));
        out::line(&format!("folder       {}", folder.display()));
        for (version, made_at) in &rings {
            out::line(&format!("version {version}    made {made_at}"));
        }
        Ok(())
    }
}

impl Rotate {
    async fn run(self, clock: &Clock) -> anyhow::Result<()> {
        let (keys, random) = (self.place.keys(clock.now())?, dice::roll()?);
        // The data is opened first: a version that nothing could be brought to helps nobody.
        let mut draw = Draw::new(dice::roll()?);
        let done = self.place.with(async |pool, region| {
            if !self.resume {
                keys.rotate(random, clock.now())?;
            }
            let done = reseal::reseal(pool, region, &keys.rings(), &mut draw).await?;
            reseal::note(pool, region, (&keys.rings(), done), (operator(), clock.now())).await?;
            Ok(done)
        });
        let (done, version) = (done.await?, keys.rings().newest().version);
        if self.json {
            let (families, values) = (done.families, done.values);
            return Ok(out::json(&json!({ "version": version, "families": families, "values": values }))?);
        }
        out::line(&format!("Version {version}: {} values of {} families encrypted anew.", done.values, done.families));
        Ok(())
    }
}
