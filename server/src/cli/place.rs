//! Which data a command works on: `--data DIR` or `DATABASE_URL`, and where its keys lie. A command works the same whether the
//! server runs or not.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::bail;
use clap::Args;
use sqlx::{Acquire, Connection, PgConnection, PgPool};
use time::OffsetDateTime;
use usra_sync_protocol::id::RegionId;

use crate::clock::Clock;
use crate::config::{self, Config};
use crate::database::{Database, Source};
use crate::dice;
use crate::keys::{Keys, KeysError};
use crate::registry::region::{self, Opened};

/// Where the data is.
#[derive(Args, Clone, Debug)]
pub struct Place {
    /// The data folder, with a PostgreSQL of its own.
    #[arg(long, env = "USRA_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// A PostgreSQL that someone else runs, as the server's role; goes before --data.
    #[arg(long, env = "DATABASE_URL", value_name = "URL", hide_env_values = true)]
    database_url: Option<String>,
    /// The same PostgreSQL as the owner of the tables: brings the schema up to date. Not needed with --data.
    #[arg(long, env = "USRA_OWNER_URL", value_name = "URL", hide_env_values = true)]
    owner_url: Option<String>,
    /// The folder of the centre's keys [default: DIR/keys, or ./keys beside a PostgreSQL that someone else runs].
    #[arg(long, env = "USRA_KEYS", value_name = "DIR")]
    keys: Option<PathBuf>,
    /// The region to work in.
    #[arg(long, env = "USRA_REGION", value_name = "NUMBER", default_value_t = 2)]
    region: i32,
    /// Database connections for requests.
    #[arg(long, env = "USRA_POOL_SIZE", value_name = "NUMBER", default_value_t = config::pool_size(), hide = true, value_parser = clap::value_parser!(u32).range(1..))]
    pool_size: u32,
}

impl Place {
    /// Where the data lies.
    ///
    /// # Errors
    /// Neither was given.
    pub fn source(&self) -> anyhow::Result<Source> {
        let given = |url: &Option<String>| url.clone().filter(|url| !url.is_empty());
        match (given(&self.database_url), &self.data) {
            (Some(server), _) => Ok(Source::External { server, owner: given(&self.owner_url) }),
            (None, Some(folder)) => Ok(Source::Folder(folder.clone())),
            (None, None) => bail!("which data? Give --data DIR, or DATABASE_URL"),
        }
    }

    /// Where the keys lie.
    #[must_use]
    pub fn keys_folder(&self) -> PathBuf {
        let external = self.database_url.as_ref().is_some_and(|url| !url.is_empty());
        let beside = self.data.as_deref().filter(|_| !external).unwrap_or(Path::new("."));
        self.keys.clone().unwrap_or_else(|| beside.join("keys"))
    }

    /// The centre's keys; made at the first call.
    ///
    /// # Errors
    /// They cannot be read or made, or others may read them.
    pub fn keys(&self, now: OffsetDateTime) -> anyhow::Result<Arc<Keys>> {
        Ok(Arc::new(Keys::open(&self.keys_folder(), dice::roll()?, now)?))
    }

    /// The centre's keys where they lie here: a command may run on a machine that has none.
    ///
    /// # Errors
    /// They cannot be read, or others may read them.
    pub fn keys_if_here(&self) -> anyhow::Result<Option<Keys>> {
        match Keys::read(&self.keys_folder()) {
            Err(KeysError::Missing(_)) => Ok(None),
            keys => Ok(Some(keys?)),
        }
    }

    /// The settings that this place asks for.
    #[must_use]
    pub fn config(&self) -> Config {
        Config { region: RegionId(self.region), pool_size: self.pool_size, ..Config::default() }
    }

    /// Opens the data and does `work` on it as the owner of the tables, who may what the server may not, in every region.
    ///
    /// # Errors
    /// The data cannot be opened, no owner is known, or what `work` fails with.
    pub async fn with_owner<T>(
        &self,
        work: impl AsyncFnOnce(&mut PgConnection, RegionId) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let config = self.config();
        let database = Database::open(&self.source()?, &config).await?;
        let done = async {
            let mut owner = database.as_owner().await?;
            let done = work(&mut owner, config.region).await;
            owner.close().await?;
            done
        };
        let done = done.await;
        database.close().await;
        done
    }

    /// Opens the data, does `work` on it, and closes it again, whether the work succeeded or not.
    ///
    /// # Errors
    /// The data cannot be opened, or what `work` fails with.
    pub async fn with<T>(&self, work: impl AsyncFnOnce(&PgPool, RegionId) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let config = self.config();
        let database = Database::open(&self.source()?, &config).await?;
        let done = async {
            open_region(&database.pool, config.region, Clock::system().now()).await?;
            work(&database.pool, config.region).await
        };
        let done = done.await;
        database.close().await;
        done
    }
}

/// Seeds the region and tells the log when its data began a new life.
///
/// # Errors
/// The database is away.
pub async fn open_region(pool: &PgPool, region: RegionId, now: OffsetDateTime) -> anyhow::Result<()> {
    let random = dice::roll()?;
    let mut conn = pool.acquire().await?;
    let mut transaction = conn.begin().await?;
    let opened = region::open(&mut transaction, region, random, now).await?;
    transaction.commit().await?;
    if let Opened::Restored(epoch) = opened {
        tracing::warn!(%epoch, "the data was restored or moved: a new epoch begins and phones compare what they have");
    }
    Ok(())
}
