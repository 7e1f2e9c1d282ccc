//! Which PostgreSQL, is it fit to keep promises, and is its schema ours.
//!
//! ```text
//! Source::External(urls) -----------------------------------------+
//! Source::Folder(dir) -> embedded: adopt or start a postmaster ---+-> pool -> durability -> migrate -> wall -> ready
//! ```
//!
//! Two roles: the owner of the tables brings the schema up to date and does what few commands need; everything else runs as the
//! server's role, which owns nothing and sees the rows of one region (docs/decisions/0010).

pub mod connect;
pub mod durability;
pub mod embedded;
pub mod migrate;
pub mod row_security;

use std::path::PathBuf;

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection, PgPool};

use crate::config::Config;
use embedded::{Embedded, EmbeddedError};

/// Where the data lies.
#[derive(Clone, Debug)]
pub enum Source {
    /// A PostgreSQL that someone else runs.
    External {
        /// The URL of the server's role.
        server: String,
        /// The URL of the tables' owner; without it nothing is migrated, only checked.
        owner: Option<String>,
    },
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
    /// The server could see what it must not.
    #[error(transparent)]
    Wall(#[from] row_security::Unwalled),
    /// Only the owner of the tables may do this.
    #[error("this needs the owner of the tables. Fix: give its URL as USRA_OWNER_URL")]
    NoOwner,
}

/// An open database: connections, and the PostgreSQL of our own beneath them if there is one.
#[derive(Debug)]
pub struct Database {
    /// Connections to the primary, as the server's role.
    pub pool: PgPool,
    owner: Option<PgConnectOptions>,
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
            Source::External { server, owner } => {
                let owner = owner.as_deref().map(connect::external).transpose()?;
                let pool = connect::pool(connect::external(server)?, config).await?;
                Ok(Self { pool, owner, embedded: None })
            }
            Source::Folder(folder) => {
                let embedded = Embedded::open(folder).await?;
                let owner = Some(connect::own(&embedded.options()));
                let pool = connect::own_pool(&embedded.options(), config).await?;
                Ok(Self { pool, owner, embedded: Some(embedded) })
            }
        }
    }

    /// Connects and makes sure of it: durable, its schema brought up to date, regions walled off from each other.
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
        if self.owner.is_some() {
            let server = row_security::role(&mut conn).await?;
            let mut owner = self.as_owner().await?;
            migrate::run(&mut owner, &server).await?;
            owner.close().await?;
        }
        migrate::is_current(&mut conn).await?;
        row_security::check(&mut conn).await?;
        Ok(migrate::is_aligned(&mut conn).await?)
    }

    /// A connection as the owner of the tables, for the few commands that may more than the server: it sees every region.
    ///
    /// # Errors
    /// No owner's URL was given, or the database does not answer.
    pub async fn as_owner(&self) -> Result<PgConnection, DatabaseError> {
        Ok(PgConnection::connect_with(self.owner()?).await?)
    }

    /// How the owner of the tables connects.
    ///
    /// # Errors
    /// No owner's URL was given.
    pub fn owner(&self) -> Result<&PgConnectOptions, DatabaseError> {
        self.owner.as_ref().ok_or(DatabaseError::NoOwner)
    }

    /// Closes the connections, and stops our own PostgreSQL unless another command still uses it.
    pub async fn close(self) {
        self.pool.close().await;
        if let Some(embedded) = self.embedded {
            embedded.close().await;
        }
    }
}
