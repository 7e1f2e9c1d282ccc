//! Connections themselves: those of tasks that write for many requests, and what holds for all that a transaction reads.

use sqlx::{PgConnection, PgPool};

/// A pool beside `pool` that has one connection: a task that only ever uses one has its statements prepared once, where a pool hands
/// out the connection that has rested longest. It is made at first use, and again when it breaks.
#[must_use]
pub fn alone(pool: &PgPool) -> PgPool {
    let options = pool.options().clone().min_connections(0).max_connections(1);
    options.connect_lazy_with(pool.connect_options().as_ref().clone())
}

/// Everything read from now on in this transaction is of one moment, and nothing is written. Call it first in a transaction.
///
/// # Errors
/// The database is away.
pub async fn snapshot(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("set transaction isolation level repeatable read, read only").execute(conn).await?;
    Ok(())
}
