//! The schema: brought up to date at start, under sqlx's advisory lock, so that many servers may start at once.

use sqlx::migrate::MigrateError;
use sqlx::{Acquire, PgPool};
use usra_migrations::MIGRATOR;

use crate::storage::typed;

/// Why the schema is not this program's.
#[derive(Debug, thiserror::Error)]
pub enum NotMigrated {
    /// A newer program was here.
    #[error("the database was migrated by a newer usra (step {0}); run that version")]
    Newer(i64),
    /// A step is missing.
    #[error("the database lacks step {0} of the schema; start `usra serve` once to add it")]
    Behind(i64),
    /// A landed step was edited, or half of it failed.
    #[error("a step of the schema is not what this usra carries: {0}")]
    Other(MigrateError),
    /// The database is away.
    #[error("the schema could not be read")]
    Storage(#[from] sqlx::Error),
}

/// Runs every step that is missing, then gives the typed tables the columns that the schema table has and they lack.
///
/// # Errors
/// A newer or another program was here, or the database is away.
pub async fn run(pool: &PgPool) -> Result<(), NotMigrated> {
    MIGRATOR.run(pool).await.map_err(explain)?;
    let mut conn = pool.acquire().await?;
    let mut transaction = conn.begin().await?;
    typed::align(&mut transaction).await?;
    Ok(transaction.commit().await?)
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
pub async fn is_current(pool: &PgPool) -> Result<(), NotMigrated> {
    let mut conn = pool.acquire().await?;
    let applied = crate::storage::engine::migrations(&mut conn).await?;
    let carried: Vec<i64> = MIGRATOR.iter().map(|step| step.version).collect();
    if let Some(missing) = carried.iter().find(|step| !applied.contains(step)) {
        return Err(NotMigrated::Behind(*missing));
    }
    match applied.into_iter().find(|step| !carried.contains(step)) {
        Some(newer) => Err(NotMigrated::Newer(newer)),
        None => Ok(()),
    }
}
