//! `usra doctor`: looks at everything the server stands on. Each check is ok, a warning or a failure, with its fix.

mod checks;

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use crate::cli::{out, place::Place};
use crate::clock::Clock;
use crate::database::{Database, Source};

/// Check everything the server stands on.
#[derive(Args, Debug)]
pub struct Doctor {
    #[command(flatten)]
    place: Place,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Ok,
    Warn,
    Fail,
}

/// One thing looked at.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Check {
    name: &'static str,
    state: State,
    found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<String>,
}

impl Doctor {
    /// Looks, prints, and fails when any check failed.
    ///
    /// # Errors
    /// No data was named. A sick database is a finding, not an error.
    pub async fn run(self, clock: &Clock) -> anyhow::Result<ExitCode> {
        let checks = self.look(clock).await?;
        if self.json {
            out::json(&checks)?;
        } else {
            checks.iter().for_each(print);
        }
        let failed = checks.iter().any(|check| check.state == State::Fail);
        Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }

    async fn look(&self, clock: &Clock) -> anyhow::Result<Vec<Check>> {
        let source = self.place.source()?;
        let mut checks = Vec::new();
        if let Source::Folder(folder) = &source {
            checks.push(checks::disk(folder));
        }
        match Database::connect(&source, &self.place.config()).await {
            Ok(database) => {
                checks.extend(checks::database(&database.pool, clock).await);
                database.close().await;
            }
            Err(error) => checks.push(checks::away(&error.into())),
        }
        Ok(checks)
    }
}

fn print(check: &Check) {
    let word = match check.state {
        State::Ok => "ok  ",
        State::Warn => "warn",
        State::Fail => "FAIL",
    };
    out::line(&format!("{word}  {:12}  {}", check.name, check.found));
    if let Some(fix) = &check.fix {
        out::line(&format!("      {:12}  fix: {fix}", ""));
    }
}
