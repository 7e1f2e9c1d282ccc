//! Which PostgreSQL, is it fit to keep promises, and is its schema ours.
//!
//! ```text
//! Source::External(url) ------------------------------------------+
//! Source::Folder(dir) -> embedded: adopt or start a postmaster ---+-> pool -> durability -> migrate -> ready
//! ```

pub mod connect;
pub mod durability;
pub mod embedded;
pub mod migrate;

use std::path::PathBuf;

use sqlx::PgPool;

use crate::config::Config;
use embedded::{Embedded, EmbeddedError};

/// Where the data lies.
#[derive(Clone, Debug)]
pub enum Source {
    /// A PostgreSQL that someone else runs, by its URL.
    External(String),
    /// A PostgreSQL of our own in this folder.
    Folder(PathBuf),
}

/// Why there is no database to work with.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// Ours did not start.
    #[error(transparent)]
    Embedded(#[from] EmbeddedError),
    /// The URL is not one, or nobody answers.
    #[error("the database does not answer")]
    Connect(#[from] sqlx::Error),
    /// It could lose what it acknowledged.
    #[error(transparent)]
    Durability(#[from] durability::NotDurable),
    /// Its schema is not ours.
    #[error(transparent)]
    Schema(#[from] migrate::NotMigrated),
}

/// An open database: connections, and the PostgreSQL of our own beneath them if there is one.
#[derive(Debug)]
pub struct Database {
    /// Connections to the primary.
    pub pool: PgPool,
    /// Our own PostgreSQL; `None` when it is someone else's.
    pub embedded: Option<Embedded>,
}

impl Database {
    /// Connects, starting our own PostgreSQL when that is what `source` asks for. Checks nothing else.
    ///
    /// # Errors
    /// PostgreSQL does not start or does not answer.
    pub async fn connect(source: &Source, config: &Config) -> Result<Self, DatabaseError> {
        match source {
            Source::External(url) => {
                let pool = connect::pool(connect::external(url)?, config).await?;
                Ok(Self { pool, embedded: None })
            }
            Source::Folder(folder) => {
                let embedded = Embedded::open(folder).await?;
                let pool = connect::own(&embedded.options(), config).await?;
                Ok(Self { pool, embedded: Some(embedded) })
            }
        }
    }

    /// Connects and makes sure of it: durable, and its schema brought up to date.
    ///
    /// # Errors
    /// Any of [`DatabaseError`].
    pub async fn open(source: &Source, config: &Config) -> Result<Self, DatabaseError> {
        let database = Self::connect(source, config).await?;
        match database.ready().await {
            Ok(()) => Ok(database),
            Err(error) => {
                database.close().await;
                Err(error)
            }
        }
    }

    async fn ready(&self) -> Result<(), DatabaseError> {
        let mut conn = self.pool.acquire().await?;
        durability::check(&mut conn).await?;
        drop(conn);
        migrate::run(&self.pool).await?;
        Ok(())
    }

    /// Closes the connections, and stops our own PostgreSQL unless another command still uses it.
    pub async fn close(self) {
        self.pool.close().await;
        if let Some(embedded) = self.embedded {
            embedded.close().await;
        }
    }
}
