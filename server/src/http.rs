//! The door: addresses and nothing about what they mean. A handler extracts, calls and answers; it refuses with a
//! [`problem::Refusal`], which one file turns into `application/problem+json`.

pub mod accept;
pub mod auth;
pub mod body;
pub mod console;
pub mod crowd;
pub mod detached;
pub mod endpoint;
pub mod enrol;
pub mod health;
pub mod openapi;
pub mod origin;
pub mod overload;
pub mod pace;
pub mod problem;
pub mod refresh;
pub mod request_id;
pub mod router;
pub mod seat;
pub mod session;
pub mod sign_in;
pub mod signature;
pub mod staff;
pub mod stream;
pub mod sync;
pub mod tries;
pub mod turned_away;

use std::sync::Arc;

use sqlx::PgPool;
use tokio::sync::Semaphore;
use usra_sync_protocol::id::RegionId;

use crate::clock::Clock;
use crate::config::Config;
use crate::http::seat::Seats;
use crate::http::tries::{ASKS, Tries, WRONG_CODES, WRONG_SIGN_INS};
use crate::keys::Keys;
use crate::registry::nonces::Nonces;
use crate::registry::staff::password::Passwords;
use crate::registry::staff::sign_in::Desk;
use crate::sms::courier::Courier;
use crate::storage::area;
use crate::sync::Sync;
use crate::sync::reach::AreaTree;

/// What every handler works with. Between requests the server remembers only what it may forget.
#[derive(Clone, Debug)]
pub struct App {
    /// Connections to the primary.
    pub pool: PgPool,
    /// The region served.
    pub region: RegionId,
    /// Limits and waits.
    pub config: Arc<Config>,
    /// The centre's keys.
    pub keys: Arc<Keys>,
    /// The time.
    pub clock: Clock,
    /// The sync floor.
    pub sync: Sync,
    /// The sendings seen of late.
    pub nonces: Nonces,
    /// Wrong enrolment codes of late.
    pub tries: Tries,
    /// Wrong sign-in codes of late.
    pub sign_ins: Tries,
    /// Sign-in codes asked for of late.
    pub asks: Tries,
    /// Carries texts.
    pub courier: Courier,
    /// Wrong sign-ins to the console of late.
    pub staff_tries: Tries,
    /// What sign-ins to the console are checked with.
    pub desk: Desk,
    /// Seats for requests that are worked on.
    pub seats: Seats,
    /// Places for work that keeps a processor busy.
    pub bench: Arc<Semaphore>,
}

impl App {
    /// An app on `pool` with the settings of `config`.
    #[must_use]
    pub fn new(pool: PgPool, config: Config, keys: Arc<Keys>, clock: Clock, sync: Sync) -> Self {
        // A nonce is drawn into the signature with its token, so it needs no longer memory than that lives.
        let nonces = Nonces::new(config.token_life);
        let [tries, sign_ins, asks] = [WRONG_CODES, WRONG_SIGN_INS, ASKS].map(Tries::new);
        let courier = Courier::start(config.sms.clone());
        let processors = std::thread::available_parallelism().map_or(2, usize::from);
        let bench = Arc::new(Semaphore::new(processors));
        let desk = Desk { passwords: Passwords::new(processors), keys: Arc::clone(&keys) };
        let seats = Seats::new(config.max_requests);
        let (region, config, staff_tries) = (config.region, Arc::new(config), Tries::new(WRONG_CODES));
        Self {
            pool,
            region,
            config,
            keys,
            clock,
            sync,
            nonces,
            tries,
            sign_ins,
            asks,
            courier,
            staff_tries,
            desk,
            seats,
            bench,
        }
    }

    /// An app on a region that is seeded: reads its areas and starts the ingest task.
    ///
    /// # Errors
    /// The database is away.
    pub async fn start(pool: PgPool, config: Config, keys: Arc<Keys>, clock: Clock) -> Result<Self, sqlx::Error> {
        let areas = area::list(&mut *pool.acquire().await?, config.region).await?;
        let sync = Sync::start(pool.clone(), config.region, AreaTree::new(areas)).with_late_grace(config.late_grace);
        Ok(Self::new(pool, config, keys, clock, sync))
    }
}
