//! Connections: how we introduce ourselves, how many there are, how long one waits for one.

use std::str::FromStr;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool};

use crate::config::Config;

/// The database in our own PostgreSQL.
pub const NAME: &str = "usra";

/// The role of a server on our own PostgreSQL: it owns nothing and sees one region (docs/decisions/0010).
pub const SERVER_ROLE: &str = "usra_server";

/// How to reach someone else's PostgreSQL.
///
/// # Errors
/// The URL is not one.
pub fn external(url: &str) -> Result<PgConnectOptions, sqlx::Error> {
    Ok(PgConnectOptions::from_str(url)?.application_name(NAME))
}

/// A pool that has proved to work: one connection is made at once. Every connection is told its region, without which row
/// security shows it nothing. The region is a number, so it cannot be anything else in the statement. And each statement is planned once a
/// connection: planning anew with the values in sight takes longer than most of ours run.
///
/// # Errors
/// Nobody answers.
pub async fn pool(options: PgConnectOptions, config: &Config) -> Result<PgPool, sqlx::Error> {
    let region = config.region.0;
    PgPoolOptions::new()
        .max_connections(config.pool_size)
        .acquire_timeout(config.acquire_timeout)
        .after_connect(move |conn, _| Box::pin(async move { introduce(conn, region).await }))
        .connect_with(options)
        .await
}

async fn introduce(conn: &mut PgConnection, region: i32) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(format!("set usra.region to '{region}'; set plan_cache_mode to force_generic_plan")))
        .execute(conn)
        .await?;
    Ok(())
}

/// How the owner reaches our own database.
#[must_use]
pub fn own(server: &PgConnectOptions) -> PgConnectOptions {
    server.clone().database(NAME).application_name(NAME)
}

/// A pool on our own PostgreSQL, as the server's role. The database and the role are made at the first start.
///
/// # Errors
/// It does not answer.
pub async fn own_pool(server: &PgConnectOptions, config: &Config) -> Result<PgPool, sqlx::Error> {
    let ours = own(server).username(SERVER_ROLE);
    match PgConnection::connect_with(&ours).await {
        Ok(conn) => conn.close().await?,
        // No such database, no such role.
        Err(error) if says(&error, "3D000") || says(&error, "28000") => create(server).await?,
        Err(error) => return Err(error),
    }
    pool(ours, config).await
}

async fn create(server: &PgConnectOptions) -> Result<(), sqlx::Error> {
    let mut conn = PgConnection::connect_with(&server.clone().database("postgres")).await?;
    make(&mut conn, "create database usra").await?;
    make_server_role(&mut conn).await?;
    conn.close().await
}

/// Makes the server's role in our own PostgreSQL, unless it is there.
///
/// # Errors
/// It does not answer.
pub async fn make_server_role(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    make(conn, "create role usra_server login nosuperuser nocreatedb nocreaterole nobypassrls").await
}

async fn make(conn: &mut PgConnection, statement: &'static str) -> Result<(), sqlx::Error> {
    match sqlx::raw_sql(statement).execute(conn).await {
        Ok(_) => Ok(()),
        // It is there: from before, or another command was quicker.
        Err(error) if ["42P04", "42710", "23505"].iter().any(|code| says(&error, code)) => Ok(()),
        Err(error) => Err(error),
    }
}

fn says(error: &sqlx::Error, sqlstate: &str) -> bool {
    error.as_database_error().and_then(sqlx::error::DatabaseError::code).is_some_and(|code| code == sqlstate)
}
