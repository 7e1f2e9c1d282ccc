//! The task that notes what phones read. Requests hand it their events and wait; it notes what is there in one transaction and
//! answers after the commit, so that many readers share the wait for the disk and for the head of the audit. Database work thus
//! never runs inside a request's future either.

use std::sync::Arc;

use sqlx::{Acquire, PgPool};
use time::OffsetDateTime;
use tokio::sync::{mpsc, oneshot};
use usra_sync_protocol::id::RegionId;

use super::Event;
use crate::storage::connection;

/// Events that may queue before the server says that it is busy; as many as requests worked on at once.
const QUEUE: usize = 256;

/// Why an event was not noted.
#[derive(Clone, Debug, thiserror::Error)]
pub enum NotNoted {
    /// The database did not take it.
    #[error("the audit could not be written")]
    Storage(#[source] Arc<sqlx::Error>),
    /// More is queued than the task takes, or it has ended.
    #[error("the queue of the audit is full")]
    Full,
}

struct Work {
    event: Event,
    now: OffsetDateTime,
    answer: oneshot::Sender<Result<(), NotNoted>>,
}

/// The way into the task.
#[derive(Clone, Debug)]
pub struct Scribe {
    queue: mpsc::Sender<Work>,
}

impl Scribe {
    /// Starts the task, on a connection of its own beside `pool`. It ends when the last handle is dropped and the queue is empty.
    #[must_use]
    pub fn start(pool: &PgPool, region: RegionId) -> Self {
        let (queue, work) = mpsc::channel(QUEUE);
        tokio::spawn(run(connection::alone(pool), region, work));
        Self { queue }
    }

    /// Notes the event and waits until that is durable.
    ///
    /// # Errors
    /// It was not noted; then what it notes must not happen.
    pub async fn note(&self, event: Event, now: OffsetDateTime) -> Result<(), NotNoted> {
        let (answer, noted) = oneshot::channel();
        self.queue.try_send(Work { event, now, answer }).map_err(|_full| NotNoted::Full)?;
        noted.await.map_err(|_ended| NotNoted::Full)?
    }
}

async fn run(pool: PgPool, region: RegionId, mut queue: mpsc::Receiver<Work>) {
    let mut works = Vec::new();
    while queue.recv_many(&mut works, QUEUE).await > 0 {
        let (events, answers): (Vec<_>, Vec<_>) =
            works.drain(..).map(|work| ((work.event, work.now), work.answer)).unzip();
        let noted = write(&pool, region, events).await.map_err(|error| NotNoted::Storage(Arc::new(error)));
        for answer in answers {
            // The request may be gone; that its page was about to be sent stays noted.
            let _gone = answer.send(noted.clone());
        }
    }
}

async fn write(pool: &PgPool, region: RegionId, events: Vec<(Event, OffsetDateTime)>) -> Result<(), sqlx::Error> {
    let mut conn = pool.acquire().await?;
    let mut transaction = conn.begin().await?;
    super::note_all(&mut transaction, region, events).await?;
    transaction.commit().await
}
