//! The schema: brought up to date at start, under sqlx's advisory lock, so that many servers may start at once.

use sqlx::PgPool;
use usra_migrations::MIGRATOR;

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
    Other(sqlx::migrate::MigrateError),
    /// The database is away.
    #[error("the schema could not be read")]
    Storage(#[from] sqlx::Error),
}

/// Runs every step that is missing.
///
/// # Errors
/// A newer or another program was here, or the database is away.
pub async fn run(pool: &PgPool) -> Result<(), NotMigrated> {
    MIGRATOR.run(pool).await.map_err(|error| match error {
        sqlx::migrate::MigrateError::VersionMissing(step) => NotMigrated::Newer(step),
        sqlx::migrate::MigrateError::Execute(error) => NotMigrated::Storage(error),
        other => NotMigrated::Other(other),
    })
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
