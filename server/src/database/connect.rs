//! Connections: how we introduce ourselves, how many there are, how long one waits for one.

use std::str::FromStr;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, PgConnection, PgPool};

use crate::config::Config;

/// The database in our own PostgreSQL.
pub const NAME: &str = "usra";

/// How to reach someone else's PostgreSQL.
///
/// # Errors
/// The URL is not one.
pub fn external(url: &str) -> Result<PgConnectOptions, sqlx::Error> {
    Ok(PgConnectOptions::from_str(url)?.application_name(NAME))
}

/// A pool that has proved to work: one connection is made at once.
///
/// # Errors
/// Nobody answers.
pub async fn pool(options: PgConnectOptions, config: &Config) -> Result<PgPool, sqlx::Error> {
    PgPoolOptions::new()
        .max_connections(config.pool_size)
        .acquire_timeout(config.acquire_timeout)
        .connect_with(options)
        .await
}

/// A pool on our own PostgreSQL, whose database is made at the first start.
///
/// # Errors
/// It does not answer.
pub async fn own(server: &PgConnectOptions, config: &Config) -> Result<PgPool, sqlx::Error> {
    let ours = server.clone().database(NAME).application_name(NAME);
    match PgConnection::connect_with(&ours).await {
        Ok(conn) => conn.close().await?,
        Err(error) if says(&error, "3D000") => create(server).await?,
        Err(error) => return Err(error),
    }
    pool(ours, config).await
}

async fn create(server: &PgConnectOptions) -> Result<(), sqlx::Error> {
    let mut conn = PgConnection::connect_with(&server.clone().database("postgres")).await?;
    match sqlx::raw_sql("create database usra").execute(&mut conn).await {
        Ok(_) => {}
        // Another command was quicker.
        Err(error) if says(&error, "42P04") || says(&error, "23505") => {}
        Err(error) => return Err(error),
    }
    conn.close().await
}

fn says(error: &sqlx::Error, sqlstate: &str) -> bool {
    error.as_database_error().and_then(sqlx::error::DatabaseError::code).is_some_and(|code| code == sqlstate)
}
