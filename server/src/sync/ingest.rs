//! The ingest task: requests hand over their changes, the task writes many requests in one transaction and answers each
//! after the commit. Database work thus never runs inside a request's future, which may be dropped at any moment.

use std::sync::Arc;

use sqlx::{Acquire, PgPool};
use time::OffsetDateTime;
use tokio::sync::{mpsc, oneshot};
use usra_sync_protocol::id::RegionId;
use usra_sync_protocol::sync::Verdict;

use super::load::{self, Loaded};
use super::offer::Offer;
use super::reach::AreaTree;
use super::settle::Settling;
use super::write;

/// Requests that may queue before the server says that it is busy.
const QUEUE: usize = 256;
/// Changes gathered into one transaction: enough to share the cost of a commit, little enough to keep it short.
const BATCH_CHANGES: usize = 4_000;
/// How often a transaction is tried again when the database says that trying again may help.
const TRIES: u32 = 4;

/// Why a batch could not be written. Nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The database is away or refuses.
    #[error("the database did not take the batch")]
    Database(#[from] sqlx::Error),
    /// A stored row is not what this program writes.
    #[error("a stored value of {0} cannot be read")]
    Stored(&'static str),
    /// More work is queued than the task takes, or it has ended.
    #[error("the ingest queue is full")]
    Full,
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
}

impl Ingest {
    /// Starts the task. It ends when the last handle is dropped and the queue is empty.
    #[must_use]
    pub fn start(pool: PgPool, region: RegionId, areas: Arc<AreaTree>) -> Self {
        let (queue, work) = mpsc::channel(QUEUE);
        tokio::spawn(Task { pool, region, areas }.run(work));
        Self { queue }
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

struct Task {
    pool: PgPool,
    region: RegionId,
    areas: Arc<AreaTree>,
}

impl Task {
    async fn run(self, mut queue: mpsc::Receiver<Work>) {
        while let Some(first) = queue.recv().await {
            let mut batch = vec![first];
            while changes_of(&batch) < BATCH_CHANGES
                && let Ok(next) = queue.try_recv()
            {
                batch.push(next);
            }
            self.answer(batch).await;
        }
    }

    /// A batch that fails is taken apart, so that one request cannot hold the fate of the others.
    async fn answer(&self, batch: Vec<Work>) {
        let offers: Vec<&[Offer]> = batch.iter().map(|work| work.offers.as_slice()).collect();
        let now = batch.iter().map(|work| work.now).max();
        match self.write(&offers, now.unwrap_or(OffsetDateTime::UNIX_EPOCH)).await {
            Ok(verdicts) => batch.into_iter().zip(verdicts).for_each(|(work, verdicts)| send(work, Ok(verdicts))),
            Err(error) if batch.len() == 1 => {
                if let Some(alone) = batch.into_iter().next() {
                    send(alone, Err(error));
                }
            }
            Err(error) => {
                tracing::warn!(%error, requests = batch.len(), "a batch failed; its requests are tried one by one");
                for work in batch {
                    Box::pin(self.answer(vec![work])).await;
                }
            }
        }
    }

    async fn write(&self, requests: &[&[Offer]], now: OffsetDateTime) -> Result<Vec<Vec<Verdict>>, IngestError> {
        let mut tries = 1;
        loop {
            match self.try_write(requests, now).await {
                Err(IngestError::Database(error)) if tries < TRIES && may_help_to_retry(&error) => tries += 1,
                result => return result,
            }
        }
    }

    /// One transaction: load under locks, decide in memory, write, number, commit.
    async fn try_write(&self, requests: &[&[Offer]], now: OffsetDateTime) -> Result<Vec<Vec<Verdict>>, IngestError> {
        let offers: Vec<&Offer> = requests.iter().copied().flatten().collect();
        let mut connection = self.pool.acquire().await?;
        let mut transaction = connection.begin().await?;
        let Loaded { world, waiting } = load::load(&mut transaction, self.region, &self.areas, &offers).await?;
        let mut settling = Settling::new(world, offers.iter().copied().chain(&waiting));
        while let Some(needs) = settling.run() {
            load::load_keys(&mut transaction, self.region, &mut settling.world, &needs).await?;
        }
        write::write(&mut transaction, self.region, &settling, now).await?;
        transaction.commit().await?;
        let mut verdicts = settling.cases().iter().filter_map(|case| case.verdict.clone());
        Ok(requests.iter().map(|offers| verdicts.by_ref().take(offers.len()).collect()).collect())
    }
}

/// Whether the same transaction may succeed when tried again: a closed circle of locks, a serialisation, another server that
/// was faster with the same record, or a connection that broke.
fn may_help_to_retry(error: &sqlx::Error) -> bool {
    let Some(database) = error.as_database_error() else { return matches!(error, sqlx::Error::Io(_)) };
    let code = database.code().unwrap_or_default();
    code.starts_with("08") || matches!(code.as_ref(), "40001" | "40P01" | "23505" | "57P01")
}

fn changes_of(batch: &[Work]) -> usize {
    batch.iter().map(|work| work.offers.len()).sum()
}

fn send(work: Work, verdicts: Result<Vec<Verdict>, IngestError>) {
    // The phone may be gone; it will ask again and get the same verdicts.
    let _gone = work.answer.send(verdicts);
}
