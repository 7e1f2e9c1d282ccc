//! The forward-only SQL of Usra, embedded so that the server binary carries its own schema.

/// Every migration in `migrations/sql`, in order.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("./sql");
