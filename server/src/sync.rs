//! One sync: push, then pull or repair. What it means; the bytes are `http`'s, the rows are `storage`'s.

pub mod assign;
pub mod author;
mod batch;
pub mod bring;
pub mod bundle;
pub mod bundler;
pub mod course;
pub mod decide;
pub mod desk;
pub mod follow;
pub mod grace;
pub mod held;
pub mod ingest;
mod knowledge;
pub mod known;
pub mod late;
pub mod licence;
pub mod load;
pub mod look;
pub mod merge;
pub mod need;
pub mod offer;
pub mod page;
pub mod project;
pub mod pull;
pub mod push;
pub mod put;
pub mod reach;
pub mod reading;
pub mod repair;
pub mod resolve;
pub mod rows;
pub mod sealed;
pub mod settle;
pub mod stretch;
pub mod unmerge;
pub mod verify;
pub mod world;
pub mod write;

use std::sync::Arc;

use sqlx::{PgConnection, PgPool};
use time::{Duration, OffsetDateTime};
use usra_sync_protocol::id::{Epoch, RecordId, RegionId};
use usra_sync_protocol::role::Role;
use usra_sync_protocol::sync::{Cursor, DECISIONS_MAX, Decision, SyncRequest, SyncResponse};

use author::Author;
use bundle::Ready;
use course::{Asked, Pages};
use ingest::{Ingest, IngestError};
use pull::Page;
use reach::AreaTree;
use reading::Shown;

use crate::registry::audit::scribe::Scribe;
use crate::storage::install::Term;
use crate::storage::{decision, region};

/// How long what a phone could not know excuses it: the longest that an honest phone stays away from every network.
pub const LATE_GRACE: Duration = Duration::days(30);

/// What a sync works with; cheap to clone, shared by all requests.
#[derive(Clone, Debug)]
pub struct Sync {
    pool: PgPool,
    region: RegionId,
    areas: Arc<AreaTree>,
    ingest: Ingest,
    scribe: Scribe,
    late_grace: Duration,
}

/// What one request is answered.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// Packed frames of deliveries that stand before the response's own.
    pub ready: Vec<Vec<u8>>,
    /// The response.
    pub response: SyncResponse,
}

impl Sync {
    /// Starts the tasks that write, on `pool`.
    #[must_use]
    pub fn start(pool: PgPool, region: RegionId, areas: AreaTree) -> Self {
        let areas = Arc::new(areas);
        let ingest = Ingest::start(&pool, region, Arc::clone(&areas));
        let scribe = Scribe::start(&pool, region);
        Self { pool, region, areas, ingest, scribe, late_grace: LATE_GRACE }
    }

    /// The areas of the region.
    #[must_use]
    pub fn areas(&self) -> &Arc<AreaTree> {
        &self.areas
    }

    /// Tells whoever holds it that something was written since they looked last.
    #[must_use]
    pub fn news(&self) -> tokio::sync::watch::Receiver<()> {
        self.ingest.news()
    }

    /// The same with another time during which late work comes in.
    #[must_use]
    pub fn with_late_grace(self, late_grace: Duration) -> Self {
        Self { late_grace, ..self }
    }

    /// An install as author: everything below the areas of its present terms in reach, those of its lapsed ones excused.
    #[must_use]
    pub fn author(
        &self,
        install: usra_sync_protocol::id::InstallId,
        role: Role,
        terms: &[Term],
        family: Option<RecordId>,
    ) -> Author {
        let (scope, grace) = self.areas.spread(terms, family);
        Author { grace, ..Author::new(install, role, scope) }
    }

    /// Answers one request. Its pushes are durable before the answer exists, and so is the note of what sensitive records it reads.
    ///
    /// # Errors
    /// An [`IngestError`]; then nothing of the request was kept, unless only the page failed, and it may be sent again.
    pub async fn sync(&self, author: Author, request: SyncRequest, now: OffsetDateTime) -> Result<Answer, IngestError> {
        let mut connection = self.pool.acquire().await?;
        let epoch = region::epoch(&mut connection, self.region).await?;
        let relay = course::is_of_another_life(request.cursor.as_ref(), epoch);
        let author = Arc::new(course::claiming(author, request.cursor.clone(), epoch, now - self.late_grace));
        let SyncRequest { pushes, cursor, digest, wanted, want_bytes, heard, .. } = request;
        let offers = push::offers(&author, pushes, relay);
        let mut verdicts = Vec::new();
        if !offers.is_empty() {
            // The task that writes has a connection of its own: who waits for it need not hold another.
            drop(connection);
            verdicts = self.ingest.push(offers, now).await?;
            connection = self.pool.acquire().await?;
        }
        if author.revoked {
            let response = SyncResponse { verdicts, ..SyncResponse::default() };
            return Ok(Answer { ready: Vec::new(), response });
        }
        let asked = Asked { cursor: cursor.unwrap_or_else(|| page::from_the_start(epoch)), digest, wanted, want_bytes };
        self.note_ends(&mut connection, &author, now).await?;
        let (ready, answer) = self.answer(&mut connection, &author, epoch, asked).await?;
        let decisions = self.decisions(&mut connection, &author, heard).await?;
        drop(connection);
        if let Some(event) = Shown::of(&answer.deliveries).and(ready.shown).event(&author) {
            self.scribe.note(event, now).await?;
        }
        let untold = decisions.last().is_some_and(|last| last.number < author.decision_count);
        let more = answer.more || untold;
        Ok(Answer { ready: ready.frames, response: SyncResponse { verdicts, decisions, more, ..answer } })
    }

    /// What people decided about the phone's held work since it last heard; asked for only when there is some.
    async fn decisions(
        &self,
        conn: &mut PgConnection,
        author: &Author,
        heard: u64,
    ) -> Result<Vec<Decision>, IngestError> {
        if author.decision_count <= heard {
            return Ok(Vec::new());
        }
        Ok(decision::after(conn, self.region, author.install, heard, DECISIONS_MAX).await?)
    }

    /// The author with what its cursor says of itself, for what travels beside the changes.
    ///
    /// # Errors
    /// The database is away.
    pub async fn claim(
        &self,
        author: Author,
        cursor: Option<Cursor>,
        now: OffsetDateTime,
    ) -> Result<Author, IngestError> {
        let epoch = region::epoch(&mut *self.pool.acquire().await?, self.region).await?;
        Ok(course::claiming(author, cursor, epoch, now - self.late_grace))
    }

    /// Notes the ends of assignments that the author's cursor shows it to know.
    async fn note_ends(
        &self,
        conn: &mut PgConnection,
        author: &Author,
        now: OffsetDateTime,
    ) -> Result<(), IngestError> {
        let known = author.grace.known_ends();
        knowledge::note_ends(conn, self.region, author.install, &known, now).await
    }

    /// A repair when the phone's cursor is of another life or it sent a digest, else the next page.
    async fn answer(
        &self,
        conn: &mut PgConnection,
        author: &Author,
        epoch: Epoch,
        asked: Asked,
    ) -> Result<(Ready, SyncResponse), IngestError> {
        let heads = repair::heads(conn, self.region, author).await?;
        let course = asked.course(epoch, &heads.last);
        let Asked { cursor, digest, wanted, want_bytes } = asked;
        if let Some(claim) = author.grace.claim.as_ref().filter(|_claim| !course.must_repair) {
            let since = (&heads.left_at, claim.since);
            knowledge::note_departures(conn, self.region, author.install, &cursor, since).await?;
        }
        let page = match course.pages {
            Pages::Whole => pull::pull_whole(conn, self.region, author, &wanted, want_bytes).await?,
            Pages::New => pull::pull(conn, self.region, author, (&cursor, want_bytes), &heads.last).await?,
            Pages::None => Page::default(),
        };
        let repair = match digest {
            Some(digest) => {
                let asked = repair::ask(epoch, heads.last);
                Some(repair::compare(conn, self.region, author, &digest, asked).await?)
            }
            None => course.repairs.then(|| repair::ask(epoch, heads.last)),
        };
        let Page { ready, deliveries, leaves, cursor, more } = page;
        Ok((ready, SyncResponse { deliveries, leaves, cursor, more, repair, ..SyncResponse::default() }))
    }
}
