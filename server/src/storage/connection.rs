//! Connections of tasks that write for many requests.

use sqlx::PgPool;

/// A pool beside `pool` that has one connection: a task that only ever uses one has its statements prepared once, where a pool hands
/// out the connection that has rested longest. It is made at first use, and again when it breaks.
#[must_use]
pub fn alone(pool: &PgPool) -> PgPool {
    let options = pool.options().clone().min_connections(0).max_connections(1);
    options.connect_lazy_with(pool.connect_options().as_ref().clone())
}
