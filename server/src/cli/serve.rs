//! `usra serve`: opens the data, says where it is ready, serves until told to stop.

mod bundling;
mod keeper;
mod matching;
mod notary;

use std::io::{IsTerminal, stderr};
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, ValueEnum};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use crate::cli::out;
use crate::cli::place::{Place, open_region};
use crate::cli::sms::SmsArgs;
use crate::clock::Clock;
use crate::config::{Config, HoldLife};
use crate::database::embedded::Embedded;
use crate::database::{Database, Source};
use crate::http::{App, accept, overload, router};
use crate::registry::{erase, family_key};
use crate::storage::region;
use crate::tiles::Tiles;

/// Run the server.
#[derive(Args, Debug)]
pub struct Serve {
    #[command(flatten)]
    place: Place,
    /// The address to listen on; port 0 picks a free one.
    #[arg(long, env = "USRA_LISTEN", value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The address that phones are told, when it is another (a name, https, a proxy).
    #[arg(long, env = "USRA_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// Take test people, whose national ids begin with 9. Not where real families are registered.
    #[arg(long, env = "USRA_DEMO")]
    demo: bool,
    /// How the log is written; USRA_LOG filters it.
    #[arg(long, env = "USRA_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    log_format: LogFormat,
    /// Requests worked on at once.
    #[arg(long, env = "USRA_MAX_REQUESTS", value_name = "NUMBER")]
    max_requests: Option<usize>,
    /// Connections open at once.
    #[arg(long, env = "USRA_MAX_CONNECTIONS", value_name = "NUMBER")]
    max_connections: Option<usize>,
    /// Hours that the phone of a surveyor, a supervisor or staff may hold records without a sync [default: 72].
    #[arg(long, env = "USRA_HOLD_HOURS_SURVEYOR", value_name = "HOURS", value_parser = hold_hours())]
    hold_hours_surveyor: Option<u16>,
    /// Hours that a family's phone may hold its records without a sync [default: 336].
    #[arg(long, env = "USRA_HOLD_HOURS_FAMILY", value_name = "HOURS", value_parser = hold_hours())]
    hold_hours_family: Option<u16>,
    /// A PMTiles file of raster tiles (PNG, WebP or JPEG) that lie under the map of the overview.
    #[arg(long, env = "USRA_TILES", value_name = "FILE")]
    tiles: Option<PathBuf>,
    #[command(flatten)]
    sms: SmsArgs,
}

/// From an hour, so that a phone can work at all, to a year.
fn hold_hours() -> clap::builder::RangedI64ValueParser<u16> {
    clap::value_parser!(u16).range(1..=8_784)
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LogFormat {
    Text,
    Json,
}

impl Serve {
    /// Serves until SIGTERM or SIGINT.
    ///
    /// # Errors
    /// The address is taken, the data cannot be opened, or the tiles are none for the map.
    pub async fn run(self, clock: Clock) -> anyhow::Result<()> {
        start_log(self.log_format);
        let (source, config) = (self.place.source()?, Config { tiles: self.tiles().await?, ..self.config()? });
        let _reserved = match &source {
            Source::Folder(folder) => Some(Embedded::reserve(folder)?),
            Source::External { .. } => None,
        };
        let listener =
            TcpListener::bind(self.listen).await.with_context(|| format!("cannot listen on {}", self.listen))?;
        let address = reachable(listener.local_addr()?);
        let database = Database::open(&source, &config).await?;
        let served = self.serve(&database, listener, &address, (config, clock)).await;
        database.close().await;
        served
    }

    async fn serve(
        &self,
        database: &Database,
        listener: TcpListener,
        address: &str,
        (config, clock): (Config, Clock),
    ) -> anyhow::Result<()> {
        open_region(&database.pool, config.region, clock.now()).await?;
        let keys = self.place.keys(clock.now())?;
        let mut conn = database.pool.acquire().await?;
        family_key::check(&mut conn, config.region, &keys.rings()).await?.with_context(|| {
            format!(
                "the keys in {} are not those of this data: restore that folder from its own backup",
                self.place.keys_folder().display()
            )
        })?;
        let back = erase::back(&mut conn, config.region, &keys).await?;
        keeper::take_out_again(&mut conn, config.region, &keys, clock.now()).await?;
        drop(conn);
        if !back.is_empty() {
            tracing::warn!(families = back.len(), "a backup brought erased families back; they are erased again");
            erase::again(&mut database.as_owner().await?, config.region, &back, clock.now()).await?;
        }
        let app = App::start(database.pool.clone(), config, keys, clock).await?;
        let public_url = self.public_url.as_deref().unwrap_or(address).trim_end_matches('/');
        region::set_public_url(&mut *app.pool.acquire().await?, app.region, public_url).await?;
        let (stop, config) = (stop()?, app.config.clone());
        out::line(&format!("Usra is ready at {address}"));
        let watched = app.clone();
        let seats = app.seats.clone();
        let serving = accept::serve(listener, (router::router(app), seats.clone()), &config, stop);
        tokio::select! {
            () = serving => {}
            () = supervise(database) => {}
            () = notary::run(&watched) => {}
            () = bundling::run(&watched) => {}
            () = keeper::run(&watched) => {}
            () = matching::run(&watched) => {}
            () = overload::tell(&seats) => {}
        }
        tracing::info!("stopped");
        Ok(())
    }

    async fn tiles(&self) -> anyhow::Result<Option<Tiles>> {
        match &self.tiles {
            Some(path) => Ok(Some(Tiles::open(path).await?)),
            None => Ok(None),
        }
    }

    fn config(&self) -> anyhow::Result<Config> {
        let config = self.place.config();
        self.sms.config(&Config {
            max_requests: self.max_requests.unwrap_or(config.max_requests),
            max_connections: self.max_connections.unwrap_or(config.max_connections),
            hold_life: HoldLife {
                surveyor: self.hold_hours_surveyor.map_or(config.hold_life.surveyor, hours),
                family: self.hold_hours_family.map_or(config.hold_life.family, hours),
            },
            demo: self.demo,
            ..config
        })
    }
}

fn hours(count: u16) -> time::Duration {
    time::Duration::hours(i64::from(count))
}

async fn supervise(database: &Database) {
    match &database.embedded {
        Some(embedded) => embedded.supervise().await,
        None => std::future::pending().await,
    }
}

/// Ends when the process is told to stop.
fn stop() -> anyhow::Result<impl Future<Output = ()>> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("told to stop; finishing requests in flight");
    })
}

/// The address a person on this machine can open: "all interfaces" is none.
fn reachable(mut address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    format!("http://{address}")
}

fn start_log(format: LogFormat) {
    let filter = EnvFilter::try_from_env("USRA_LOG").unwrap_or_else(|_unset| EnvFilter::new("info,sqlx=warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr).with_ansi(stderr().is_terminal());
    // A line that the disk does not take is lost. Complaining of it on the same full disk would end the server.
    let log = log.log_internal_errors(false);
    match format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_on_all_interfaces_is_shown_at_one_that_opens() {
        assert_eq!(reachable(([0, 0, 0, 0], 80).into()), "http://127.0.0.1:80");
        assert_eq!(reachable(([10, 0, 0, 7], 80).into()), "http://10.0.0.7:80");
    }
}
