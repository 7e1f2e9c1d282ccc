//! The ingest task: requests hand over their changes, the task writes many requests in one transaction and answers each
//! after the commit. Database work thus never runs inside a request's future, which may be dropped at any moment.

use std::sync::Arc;

use sqlx::PgPool;
use time::OffsetDateTime;
use tokio::sync::{mpsc, oneshot, watch};
use usra_sync_protocol::id::RegionId;
use usra_sync_protocol::sync::Verdict;

use super::batch::Batches;
use super::offer::Offer;
use super::reach::AreaTree;
use crate::registry::audit::scribe::NotNoted;
use crate::storage::connection;

/// Requests that may queue before the server says that it is busy.
const QUEUE: usize = 256;
/// Bytes of changes gathered into one transaction: enough to share the cost of a commit among small requests; a batch in memory
/// takes some forty times as much.
const BATCH_BYTES: usize = 512 * 1024;

/// Why a batch could not be written. Nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The database is away or refuses.
    #[error("the database did not take the batch")]
    Database(#[from] sqlx::Error),
    /// A stored row is not what this program writes.
    #[error("a stored value of {0} cannot be read")]
    Stored(&'static str),
    /// What the page would show could not be noted in the audit, so it is not shown.
    #[error("the reading was not noted")]
    Unnoted(#[from] NotNoted),
    /// More work is queued than the task takes, or it has ended.
    #[error("the ingest queue is full")]
    Full,
}

impl IngestError {
    /// Whether trying again can never help: the database refuses the data itself (SQLSTATE classes 22 and 23, and limits of
    /// size, 54), or what is stored cannot be read.
    pub(super) fn is_lasting(&self) -> bool {
        match self {
            Self::Database(error) => {
                let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code).unwrap_or_default();
                ["22", "23", "54"].iter().any(|class| code.starts_with(class))
            }
            Self::Stored(_) => true,
            Self::Unnoted(_) | Self::Full => false,
        }
    }
}

/// One request's changes and where its verdicts go.
struct Work {
    offers: Vec<Offer>,
    now: OffsetDateTime,
    answer: oneshot::Sender<Result<Vec<Verdict>, IngestError>>,
}

/// The way into the ingest task.
#[derive(Clone, Debug)]
pub struct Ingest {
    queue: mpsc::Sender<Work>,
    news: watch::Sender<()>,
}

impl Ingest {
    /// Starts the task, on a connection of its own beside `pool`. It ends when the last handle is dropped and the queue is empty.
    #[must_use]
    pub fn start(pool: &PgPool, region: RegionId, areas: Arc<AreaTree>) -> Self {
        let (queue, work) = mpsc::channel(QUEUE);
        let news = watch::Sender::new(());
        let pool = connection::alone(pool);
        tokio::spawn(run(Batches { pool, region, areas }, work, news.clone()));
        Self { queue, news }
    }

    /// Tells whoever holds it that the task has written something since they looked last.
    #[must_use]
    pub fn news(&self) -> watch::Receiver<()> {
        self.news.subscribe()
    }

    /// Hands over one request's changes and waits for their verdicts, in the same order.
    ///
    /// # Errors
    /// An [`IngestError`]; then nothing was kept and the same request may be sent again.
    pub async fn push(&self, offers: Vec<Offer>, now: OffsetDateTime) -> Result<Vec<Verdict>, IngestError> {
        let (answer, verdicts) = oneshot::channel();
        self.queue.try_send(Work { offers, now, answer }).map_err(|_full| IngestError::Full)?;
        verdicts.await.map_err(|_ended| IngestError::Full)?
    }
}

async fn run(batches: Batches, mut queue: mpsc::Receiver<Work>, news: watch::Sender<()>) {
    while let Some(first) = queue.recv().await {
        let mut works = vec![first];
        while size_of(&works) < BATCH_BYTES
            && let Ok(next) = queue.try_recv()
        {
            works.push(next);
        }
        answer(&batches, works).await;
        news.send_replace(());
    }
}

/// Many requests in one transaction. If it fails they are taken apart, so that one cannot hold the fate of the others.
async fn answer(batches: &Batches, works: Vec<Work>) {
    let offers: Vec<&Offer> = works.iter().flat_map(|work| &work.offers).collect();
    let now = works.iter().map(|work| work.now).max().unwrap_or(OffsetDateTime::UNIX_EPOCH);
    match batches.write(&offers, now).await {
        Ok(verdicts) => {
            let mut verdicts = verdicts.into_iter();
            for work in works {
                let own = verdicts.by_ref().take(work.offers.len()).collect();
                send(work, Ok(own));
            }
        }
        Err(error) => {
            tracing::warn!(%error, requests = works.len(), "a batch failed; its requests are tried one by one");
            for work in works {
                let verdicts = batches.write_apart(&work.offers, work.now).await;
                send(work, verdicts);
            }
        }
    }
}

fn size_of(works: &[Work]) -> usize {
    works.iter().flat_map(|work| &work.offers).map(|offer| offer.bytes.len()).sum()
}

fn send(work: Work, verdicts: Result<Vec<Verdict>, IngestError>) {
    // The phone may be gone; it will ask again and get the same verdicts.
    let _gone = work.answer.send(verdicts);
}
