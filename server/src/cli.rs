//! The command line of the centre: one file per command. Results go to stdout, errors and logs to stderr; exit codes are
//! 0 done, 1 failed, 2 misuse.

pub mod area;
pub mod assign;
pub mod audit;
pub mod counts;
pub mod device;
pub mod doctor;
pub mod duplicate;
pub mod enrol;
pub mod epoch;
pub mod family;
pub mod held;
pub mod keys;
pub mod migrate;
pub mod operator;
pub mod out;
pub mod place;
pub mod qr;
pub mod record;
pub mod report;
pub mod schema;
pub mod sealed;
pub mod serve;
pub mod sms;
pub mod staff;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::clock::Clock;

/// The registry of the productive families of the Makkah region.
#[derive(Debug, Parser)]
#[command(name = "usra", version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server, with a PostgreSQL of its own unless DATABASE_URL names one.
    Serve(serve::Serve),
    /// Make a single-use code that enrols one phone.
    Enrol(enrol::Enrol),
    /// The areas of the region.
    #[command(subcommand)]
    Area(area::Area),
    /// Records that the centre itself handles.
    #[command(subcommand)]
    Record(record::Record),
    /// Work that the rules did not let in, and that a person decides on.
    #[command(subcommand)]
    Held(held::Held),
    /// Families that may be one, and what is decided on them.
    #[command(subcommand)]
    Duplicate(duplicate::Duplicate),
    /// The enrolled phones.
    #[command(subcommand)]
    Device(device::Device),
    /// Assign a phone to areas, or end its assignments to them.
    Assign(assign::Assign),
    /// What was done, by whom, and whether that is still as it was noted.
    #[command(subcommand)]
    Audit(audit::Audit),
    /// The accounts of the console.
    #[command(subcommand)]
    Staff(staff::Staff),
    /// Count families, and what is not known yet.
    Counts(counts::Counts),
    /// Who reads the views of schema `report` with a tool.
    #[command(subcommand)]
    Report(report::Report),
    /// Check everything the server stands on, and name the fix.
    Doctor(doctor::Doctor),
    /// Bring the database up to date, as the owner of its tables.
    Migrate(migrate::Migrate),
    /// Print every field of every record kind.
    Schema(schema::Schema),
    /// What a family may ask for: its data, and the end of it.
    #[command(subcommand)]
    Family(family::Family),
    /// The centre's keys.
    #[command(subcommand)]
    Keys(keys::Keys),
    /// What is kept encrypted of families.
    #[command(subcommand)]
    Sealed(sealed::Sealed),
    /// The life of the data that phones' cursors belong to.
    #[command(subcommand)]
    Epoch(epoch::Epoch),
}

/// Runs the command line of this process.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.into()),
    };
    match runtime.block_on(obey(cli.command, Clock::system())) {
        Ok(code) => code,
        Err(error) => fail(&error),
    }
}

async fn obey(command: Command, clock: Clock) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(serve) => Box::pin(serve.run(clock)).await?,
        Command::Enrol(enrol) => enrol.run(&clock).await?,
        Command::Area(area) => area.run().await?,
        Command::Record(record) => record.run(&clock).await?,
        Command::Held(held) => held.run(&clock).await?,
        Command::Duplicate(duplicate) => duplicate.run(&clock).await?,
        Command::Device(device) => device.run(&clock).await?,
        Command::Assign(assign) => assign.run(&clock).await?,
        Command::Audit(audit) => return audit.run(&clock).await,
        Command::Staff(staff) => staff.run(&clock).await?,
        Command::Counts(counts) => return counts.run(&clock).await,
        Command::Report(report) => report.run().await?,
        Command::Doctor(doctor) => return doctor.run(&clock).await,
        Command::Migrate(migrate) => migrate.run().await?,
        Command::Schema(schema) => schema.run()?,
        Command::Epoch(epoch) => epoch.run(&clock).await?,
        Command::Family(family) => family.run(&clock).await?,
        Command::Keys(keys) => keys.run(&clock).await?,
        Command::Sealed(sealed) => sealed.run(&clock).await?,
    }
    Ok(ExitCode::SUCCESS)
}

fn fail(error: &anyhow::Error) -> ExitCode {
    out::error(&format!("usra: {error:#}"));
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
