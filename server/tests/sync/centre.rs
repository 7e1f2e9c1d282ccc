//! A centre for tests: a database of its own, installs in areas, and as many servers on it as a test likes.

use std::sync::Arc;

use sqlx::{AssertSqlSafe, PgPool};
use time::{Duration, OffsetDateTime};
use usra_server::registry::audit::By;
use usra_server::storage::install::{self, NewInstall};
use usra_server::storage::{area, assignment};
use usra_server::sync::author::Author;
use usra_server::sync::desk::Desk;
use usra_server::sync::ingest::{Ingest, IngestError};
use usra_server::sync::offer::Offer;
use usra_server::sync::reach::{self, AreaTree};
use usra_server::sync::{Answer, Sync};
use usra_server::testing::TestDatabase;
use usra_sync_protocol::id::{AreaId, InstallId, RecordId, RegionId};
use usra_sync_protocol::role::Role;
use usra_sync_protocol::sync::{SyncResponse, Verdict, decode_response, encode_response, open, seal_with};
use uuid::Uuid;

/// Jeddah's governorate.
pub(crate) const JEDDAH: AreaId = AreaId(200);
/// Taif's governorate.
pub(crate) const TAIF: AreaId = AreaId(300);
/// The region that a fresh database holds.
pub(crate) const REGION: RegionId = RegionId(2);

/// The time of every test.
pub(crate) fn now() -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(20_000)
}

/// An answer as a phone opens it.
pub(crate) fn opened(answer: &Answer) -> SyncResponse {
    let body = seal_with(&answer.ready, &encode_response(&answer.response)).unwrap();
    decode_response(&open(&body).unwrap()).unwrap()
}

/// A database and what a test asks of it.
pub(crate) struct Centre {
    database: TestDatabase,
}

impl Centre {
    /// A fresh one.
    pub(crate) async fn start() -> Self {
        Self { database: TestDatabase::start().await.unwrap() }
    }

    /// Connections.
    pub(crate) fn pool(&self) -> PgPool {
        self.database.pool.clone()
    }

    /// Connections as the owner of the tables, for what a server may not.
    pub(crate) fn owner(&self) -> PgPool {
        self.database.owner.clone()
    }

    /// Another server on the same database, with an ingest task of its own.
    pub(crate) async fn server(&self) -> Ingest {
        Ingest::start(&self.pool(), REGION, Arc::new(self.areas().await))
    }

    /// Another server, the whole sync floor.
    pub(crate) async fn sync(&self) -> Sync {
        Sync::start(self.pool(), REGION, self.areas().await)
    }

    pub(crate) async fn areas(&self) -> AreaTree {
        AreaTree::new(area::list(&mut self.pool().acquire().await.unwrap(), REGION).await.unwrap())
    }

    /// The desk of somebody of the staff who may reach these areas.
    pub(crate) async fn desk(&self, areas: &[AreaId]) -> Desk {
        let tree = self.areas().await;
        let scope = Some(tree.scope(areas, None));
        Desk { pool: self.pool(), region: REGION, areas: Arc::new(tree), by: By::Staff(Uuid::from_u128(7)), scope }
    }

    /// A surveyor's phone that is assigned to an area.
    pub(crate) async fn phone(&self, number: u8, area: AreaId) -> Arc<Author> {
        let install = InstallId::new([number; 16]);
        let new = NewInstall {
            install,
            role: Role::Surveyor,
            name: "phone".to_owned(),
            family: None,
            public_key: None,
            token_hash: [number; 32],
            token_expires_at: now() + Duration::days(1),
        };
        let mut conn = self.pool().acquire().await.unwrap();
        install::add(&mut conn, REGION, &new, now()).await.unwrap();
        assignment::add(&mut conn, REGION, install, &[area], now()).await.unwrap();
        let scope = self.areas().await.scope(&[area], None);
        Arc::new(Author::new(install, Role::Surveyor, scope))
    }

    /// A family's own phone, with no areas of its own.
    pub(crate) async fn family_phone(&self, number: u8, family: RecordId) -> Arc<Author> {
        let new = NewInstall {
            install: InstallId::new([number; 16]),
            role: Role::Family,
            name: "phone".to_owned(),
            family: Some(family),
            public_key: None,
            token_hash: [number; 32],
            token_expires_at: now() + Duration::days(1),
        };
        install::add(&mut self.pool().acquire().await.unwrap(), REGION, &new, now()).await.unwrap();
        self.author(new.install).await
    }

    /// The phone as the next request finds it.
    pub(crate) async fn again(&self, phone: &Author) -> Arc<Author> {
        self.author(phone.install).await
    }

    async fn author(&self, install: InstallId) -> Arc<Author> {
        let (mut conn, areas) = (self.pool().acquire().await.unwrap(), self.areas().await);
        reach::authors(&mut conn, REGION, &areas, &[install.0], now()).await.unwrap().remove(&install).unwrap()
    }

    /// Pushes and demands that everything is accepted.
    pub(crate) async fn accept(&self, server: &Ingest, offers: Vec<Offer>) {
        let count = offers.len();
        let verdicts: Result<Vec<Verdict>, IngestError> = server.push(offers, now()).await;
        assert_eq!(verdicts.unwrap(), vec![Verdict::Accepted; count]);
    }

    /// The one number that a query answers.
    pub(crate) async fn count(&self, sql: &str) -> i64 {
        sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&self.pool()).await.unwrap()
    }
}
