//! The schema: brought up to date at start, under sqlx's advisory lock, so that many servers may start at once.

use sqlx::migrate::MigrateError;
use sqlx::{Connection, PgConnection};
use usra_migrations::MIGRATOR;

use crate::database::row_security;
use crate::registry::report;
use crate::storage::typed;

/// Why the schema is not this program's.
#[derive(Debug, thiserror::Error)]
pub enum NotMigrated {
    /// A newer program was here.
    #[error("the database was migrated by a newer usra (step {0}); run that version")]
    Newer(i64),
    /// A step is missing.
    #[error(
        "the database lacks step {0} of the schema. Fix: usra migrate (with USRA_OWNER_URL, if you gave DATABASE_URL)"
    )]
    Behind(i64),
    /// A table lacks a column of the schema table.
    #[error("table {0} lacks columns. Fix: usra migrate (with USRA_OWNER_URL, if you gave DATABASE_URL)")]
    Columns(&'static str),
    /// A landed step was edited, or half of it failed.
    #[error("a step of the schema is not what this usra carries: {0}")]
    Other(MigrateError),
    /// The database is away.
    #[error("the schema could not be read")]
    Storage(#[from] sqlx::Error),
}

/// Runs every step that is missing, gives the typed tables the columns that the schema table has and they lack, writes
/// the words of the codes for reports, and raises the wall between regions around every table. `owner` owns the tables; `server` is the role that the server works as.
///
/// # Errors
/// A newer or another program was here, or the database is away.
pub async fn run(owner: &mut PgConnection, server: &str) -> Result<(), NotMigrated> {
    MIGRATOR.run(&mut *owner).await.map_err(explain)?;
    let mut transaction = owner.begin().await?;
    typed::align(&mut transaction).await?;
    transaction.commit().await?;
    report::align(owner).await?;
    Ok(row_security::raise(owner, server).await?)
}

fn explain(error: MigrateError) -> NotMigrated {
    if let MigrateError::VersionMissing(step) = error {
        return NotMigrated::Newer(step);
    }
    if let MigrateError::Execute(error) = error {
        return NotMigrated::Storage(error);
    }
    NotMigrated::Other(error)
}

/// Whether exactly this program's steps are there.
///
/// # Errors
/// They are not, or the database is away.
pub async fn is_current(conn: &mut PgConnection) -> Result<(), NotMigrated> {
    let applied = match crate::storage::engine::migrations(conn).await {
        // No such table, or no right to it: no owner was ever here.
        Err(sqlx::Error::Database(error)) if error.code().is_some_and(|code| code == "42P01" || code == "42501") => {
            Vec::new()
        }
        applied => applied?,
    };
    let carried: Vec<i64> = MIGRATOR.iter().map(|step| step.version).collect();
    if let Some(missing) = carried.iter().find(|step| !applied.contains(step)) {
        return Err(NotMigrated::Behind(*missing));
    }
    match applied.into_iter().find(|step| !carried.contains(step)) {
        Some(newer) => Err(NotMigrated::Newer(newer)),
        None => Ok(()),
    }
}

/// Whether the typed tables have every column of the schema table.
///
/// # Errors
/// One lacks some, or the database is away.
pub async fn is_aligned(conn: &mut PgConnection) -> Result<(), NotMigrated> {
    match typed::lacking(conn).await? {
        Some(table) => Err(NotMigrated::Columns(table)),
        None => Ok(()),
    }
}
