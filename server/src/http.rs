//! The door: addresses and nothing about what they mean. A handler extracts, calls and answers; it refuses with a
//! [`problem::Refusal`], which one file turns into `application/problem+json`.

pub mod accept;
pub mod auth;
pub mod body;
pub mod detached;
pub mod enrol;
pub mod health;
pub mod overload;
pub mod problem;
pub mod request_id;
pub mod router;
pub mod stream;

use std::sync::Arc;

use sqlx::PgPool;
use usra_sync_protocol::id::RegionId;

use crate::clock::Clock;
use crate::config::Config;

/// What every handler works with. The server keeps no other state between requests.
#[derive(Clone, Debug)]
pub struct App {
    /// Connections to the primary.
    pub pool: PgPool,
    /// The region served.
    pub region: RegionId,
    /// Limits and waits.
    pub config: Arc<Config>,
    /// The time.
    pub clock: Clock,
}

impl App {
    /// An app on `pool` with the settings of `config`.
    #[must_use]
    pub fn new(pool: PgPool, config: Config, clock: Clock) -> Self {
        Self { pool, region: config.region, config: Arc::new(config), clock }
    }
}
