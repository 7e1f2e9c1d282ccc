//! For tests: a fresh database in a real PostgreSQL, and a server on it. All test processes share one private cluster, which
//! the last of them stops.

pub mod key;

use std::path::PathBuf;
use std::sync::Arc;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::cli::place::open_region;
use crate::clock::Clock;
use crate::config::Config;
use crate::database::embedded::Embedded;
use crate::database::{connect, migrate, row_security};
use crate::dice;
use crate::http::{App, accept, router};
use crate::keys::Keys;

/// A database of a test's own, migrated and seeded; it is dropped with this value.
#[derive(Debug)]
pub struct TestDatabase {
    /// Connections to it, as the server's role: what a test does with them, the server may do.
    pub pool: PgPool,
    /// Connections to it as the owner of the tables, for what a server may not.
    pub owner: PgPool,
    name: String,
    server: PgConnectOptions,
    embedded: Option<Embedded>,
}

/// A server on a database of its own.
#[derive(Debug)]
pub struct TestServer {
    /// Its address, `http://127.0.0.1:PORT`.
    pub url: String,
    /// Its database.
    pub database: TestDatabase,
    /// Its keys.
    pub keys: Arc<Keys>,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl TestDatabase {
    /// Makes one.
    ///
    /// # Errors
    /// PostgreSQL is not there or does not answer.
    pub async fn start() -> anyhow::Result<Self> {
        let embedded = Embedded::open(&folder()).await?;
        let name = format!("test_{:016x}", u64::from_be_bytes(dice::roll()?));
        let server = embedded.options().database("postgres");
        let mut conn = PgConnection::connect_with(&server).await?;
        sqlx::raw_sql(AssertSqlSafe(format!("create database {name}"))).execute(&mut conn).await?;
        connect::make_server_role(&mut conn).await?;
        conn.close().await?;
        let ours = server.clone().database(&name);
        let owner = PgPoolOptions::new().max_connections(4).connect_with(ours.clone()).await?;
        migrate::run(&mut *owner.acquire().await?, connect::SERVER_ROLE).await?;
        let config = Config { pool_size: 24, ..Config::default() };
        let pool = connect::pool(ours.username(connect::SERVER_ROLE), &config).await?;
        row_security::check(&mut *pool.acquire().await?).await?;
        open_region(&pool, config.region, Clock::system().now()).await?;
        Ok(Self { pool, owner, name, server, embedded: Some(embedded) })
    }
}

impl Drop for TestDatabase {
    /// Drops the database even when the test failed; on a thread of its own, since this one may be inside a runtime.
    fn drop(&mut self) {
        let (name, server, embedded) = (self.name.clone(), self.server.clone(), self.embedded.take());
        let clean = async move {
            let mut conn = PgConnection::connect_with(&server).await?;
            sqlx::raw_sql(AssertSqlSafe(format!("drop database if exists {name} with (force)")))
                .execute(&mut conn)
                .await?;
            conn.close().await?;
            if let Some(embedded) = embedded {
                embedded.close().await;
            }
            Ok::<(), sqlx::Error>(())
        };
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.map(|runtime| runtime.block_on(clean))
        });
        let _left_behind = thread.join();
    }
}

impl TestServer {
    /// Starts one with `config`, at the time that `clock` tells, with the addresses of the whole server.
    ///
    /// # Errors
    /// PostgreSQL is not there, or no port is free.
    pub async fn start(config: Config, clock: Clock) -> anyhow::Result<Self> {
        Self::start_with(config, clock, async |app| router::router(app)).await
    }

    /// Starts one with the addresses that `routes` makes.
    ///
    /// # Errors
    /// As [`TestServer::start`].
    pub async fn start_with(
        config: Config,
        clock: Clock,
        routes: impl AsyncFnOnce(App) -> axum::Router,
    ) -> anyhow::Result<Self> {
        let database = TestDatabase::start().await?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let (stop, stopped) = oneshot::channel::<()>();
        let keys = Arc::new(Keys::unkept(dice::roll()?));
        let app = App::start(database.pool.clone(), config.clone(), Arc::clone(&keys), clock).await?;
        let seats = app.seats.clone();
        let house = (routes(app).await, seats);
        let task = tokio::spawn(async move { accept::serve(listener, house, &config, ended(stopped)).await });
        Ok(Self { url, database, keys, stop: Some(stop), task })
    }

    /// Tells it to stop, as SIGTERM does, and waits until it did.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        let _ended = (&mut self.task).await;
    }

    /// Tells it to stop without waiting.
    pub fn tell_to_stop(&mut self) {
        drop(self.stop.take());
    }
}

async fn ended(stopped: oneshot::Receiver<()>) {
    let _told = stopped.await;
}

/// One cluster for every test of this user on this machine.
fn folder() -> PathBuf {
    std::env::temp_dir().join(format!("usra-test-{}", rustix::process::geteuid().as_raw()))
}
