//! The main job, shown: phones without a network register families, sync over a bad one, two of them disagree, and the
//! centre's PostgreSQL agrees with all of them. `make demo` builds and runs it; what varies comes from the environment.

mod centre_says;
mod console;
mod decide;
mod govern;
mod options;
mod show;
mod verify;
mod work;

use std::process::ExitCode;

use anyhow::Result;
use time::OffsetDateTime;
use usra_client_sdk::sync::Surroundings as _;
use usra_tests::clock::Here;
use usra_tests::harness::Centre;

use options::Options;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            show::line(&format!("\nThe demo could not be finished: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<bool> {
    let options = Options::read()?;
    if std::env::args().nth(1).as_deref() == Some("code") {
        return console::code(&options.data, now_s()).map(|()| true);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(demo(&options))
}

#[expect(clippy::future_not_send, reason = "a phone's store belongs to one thread at a time")]
async fn demo(options: &Options) -> Result<bool> {
    show::line(&format!("Usra demo: {}. Data in {}", options.task(), options.data.display()));
    let mut centre = Centre::start(&options.data)?;
    show::line(&format!("The centre is at {} with a PostgreSQL of its own.", centre.url));
    let (mut phones, model) = match &options.export {
        Some(export) => work::import(&centre, options, export).await?,
        None => work::register(&centre, options).await?,
    };
    let database = centre.database().await?;
    let faults = verify::agree(&database.pool, &phones, &model).await?;
    centre_says::tables(&database.pool, &centre).await?;
    if options.export.is_none() {
        let families: Vec<_> = phones.iter().flat_map(work::Surveyor::registered).collect();
        let now = OffsetDateTime::from_unix_timestamp(i64::try_from(now_s())?)?;
        decide::verified(&database.pool, &families, now).await?;
        govern::govern(&database.pool, &families, now).await?;
        decide::lost_phone(&centre, &mut phones).await?;
    }
    database.close().await;
    show::phones(&phones);
    show::verdict(&faults, &model);
    if !options.exit {
        console::open(&centre, &options.data, now_s())?;
        centre.leave_running();
        show::line(&format!("\nThe server runs on at {}  (stop it: kill {})", centre.url, centre.process()));
    }
    Ok(faults.is_empty())
}

/// Seconds since 1970.
fn now_s() -> u64 {
    Here.now_ms() / 1_000
}
