//! Bring-in: a list of families from elsewhere (a chamber's, a society's) becomes records. The list is kept as it came until somebody has seen
//! what would be taken and confirmed it; then its families are written as changes of the centre, in the background and by stretches. The same
//! list again changes nothing: a record's id follows from the list's source and the row's key.
//!
//! ```text
//! keep (is it a list) -> look (preview) -> confirm (once) -> run: read -> write by stretches -> finish -> sweep
//! ```

pub mod columns;
pub mod list;
pub mod reading;
mod state;

use std::num::TryFromIntError;

use sqlx::{Acquire, PgConnection, PgPool};
use time::{Duration, OffsetDateTime};
use usra_sync_protocol::id::RegionId;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::policy::Scope;
use usra_sync_protocol::schema;
use usra_sync_protocol::value;
use uuid::Uuid;

use crate::clock::Clock;
use crate::storage::bring_in::{self as storage, BringInRow, NewRow, Reached};
use crate::sync::bring::{self, Became, Family};
use crate::sync::desk::Desk;
use crate::sync::ingest::IngestError;
use columns::Means;
use list::{Form, List, Unreadable};
use reading::{Reading, Reject};
pub use state::State;
use state::{FORGOTTEN_AFTER, KEPT_FOR, LOST_AFTER};

/// Families written in one transaction.
const STRETCH: usize = 100;

/// A list that came.
#[derive(Clone, Debug)]
pub struct BringIn {
    /// Its id.
    pub id: Uuid,
    /// The lasting name of where it is from.
    pub source: String,
    /// The file, while it is needed.
    pub file: Option<Vec<u8>>,
    /// When it came.
    pub brought_at: OffsetDateTime,
    /// How many rows it has.
    pub total: i32,
    /// What became of them so far.
    pub reached: Reached,
    /// Whether what was left out can still be had.
    pub has_rejects: bool,
    /// How it stands.
    pub state: State,
}

/// Why a list is not kept, or not begun.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// Its source has no name, or none that fits.
    #[error("name where the list is from, in 1 to 60 characters on one line")]
    Source,
    /// It is no list.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The columns do not say enough.
    #[error("a list needs a column that names each row, the name of the family and its place, each once")]
    Columns,
    /// Another list is being written.
    #[error("another list is being brought in; wait until it is done")]
    Busy,
    /// Somebody confirmed it already, or it is gone.
    #[error("this list was confirmed already, or is gone")]
    Over,
    /// The database is away.
    #[error("the list could not be kept")]
    Storage(#[from] sqlx::Error),
}

/// Why a list went no further.
#[derive(Debug, thiserror::Error)]
pub enum NotBrought {
    /// The database is away.
    #[error("the families could not be written")]
    Storage(#[from] IngestError),
    /// The list, or what was left out of it, could not be handled.
    #[error("the list could not be handled")]
    File(#[source] anyhow::Error),
}

impl From<sqlx::Error> for NotBrought {
    fn from(error: sqlx::Error) -> Self {
        Self::Storage(error.into())
    }
}

impl From<TryFromIntError> for NotBrought {
    fn from(error: TryFromIntError) -> Self {
        Self::File(error.into())
    }
}

/// Keeps a list as it came, until somebody confirms it.
///
/// # Errors
/// A [`NotTaken`]; then nothing is kept.
pub async fn keep(
    conn: &mut PgConnection,
    region: RegionId,
    (staff, id): (Uuid, Uuid),
    (source, file): (&str, Vec<u8>),
    now: OffsetDateTime,
) -> Result<(), NotTaken> {
    let source = source_of(source).ok_or(NotTaken::Source)?;
    let found = list::read(&file)?;
    let rows_total = i32::try_from(found.lines.len()).map_err(|_many| Unreadable::Rows)?;
    let form = Form::of(&file).word();
    let row = NewRow { bring_in_id: id, staff_id: staff, source, form, file, rows_total };
    Ok(storage::add(conn, region, &row, now).await?)
}

/// The name of a source, if it is one.
fn source_of(typed: &str) -> Option<String> {
    let (field, _) = schema::field(Kind::Family, "origin/system")?;
    value::parse(field, typed).ok()?.as_text().map(str::to_owned)
}

/// A list that this person brought.
///
/// # Errors
/// The database is away.
pub async fn look(
    conn: &mut PgConnection,
    region: RegionId,
    whose: (Uuid, Uuid),
    now: OffsetDateTime,
) -> Result<Option<BringIn>, sqlx::Error> {
    Ok(storage::find(conn, region, whose).await?.map(|row| of(row, now)))
}

fn of(row: BringInRow, now: OffsetDateTime) -> BringIn {
    BringIn {
        state: state::of(&row, now),
        id: row.bring_in_id,
        source: row.source,
        file: row.file,
        brought_at: row.brought_at,
        total: row.rows_total,
        reached: Reached {
            rows: row.rows_done,
            new: row.families_new,
            updated: row.families_updated,
            same: row.families_same,
            rejected: row.rows_rejected,
        },
        has_rejects: row.has_rejects,
    }
}

/// Whether columns say what each family needs: a key, a name and a place, and nothing twice.
#[must_use]
pub fn suffice(columns: &[Means]) -> bool {
    let words = || columns.iter().map(|means| means.word()).filter(|word| !word.is_empty());
    let has = |word: &str| words().any(|known| known == word);
    let once = words().all(|word| words().filter(|other| *other == word).count() == 1);
    once && has(columns::KEY) && has("name_ar") && (has("governorate") || has("centre"))
}

/// Keeps that somebody saw what would be taken and wants it; [`run`] does it.
///
/// # Errors
/// A [`NotTaken`]; then nothing is begun.
pub async fn confirm(
    conn: &mut PgConnection,
    region: RegionId,
    (id, columns): (Uuid, &[Means]),
    now: OffsetDateTime,
) -> Result<(), NotTaken> {
    if !suffice(columns) {
        return Err(NotTaken::Columns);
    }
    let words: Vec<&str> = columns.iter().map(|means| means.word()).collect();
    let mut transaction = conn.begin().await?;
    storage::lock(&mut transaction, region).await?;
    if storage::running(&mut transaction, region, now - LOST_AFTER).await? > 0 {
        return Err(NotTaken::Busy);
    }
    if !storage::confirm(&mut transaction, region, (id, &words.join(",")), now).await? {
        return Err(NotTaken::Over);
    }
    transaction.commit().await?;
    Ok(())
}

/// Writes the families of a list that was confirmed; `tell` makes the file of what was left out. Whatever becomes of it is kept.
///
/// # Errors
/// A [`NotBrought`]. What was written until then stays; the same list again goes on from there.
pub async fn run(
    desk: &Desk,
    clock: &Clock,
    (list, columns): (BringIn, Vec<Means>),
    tell: impl FnOnce(&[Reject]) -> anyhow::Result<Vec<u8>> + Send + 'static,
) -> Result<(), NotBrought> {
    let id = list.id;
    let brought = write(desk, clock, (list, columns), tell).await;
    if let Err(fault) = &brought {
        let word = match fault {
            NotBrought::Storage(_) => "storage",
            NotBrought::File(_) => "file",
        };
        storage::fail(&mut *desk.pool.acquire().await?, desk.region, (id, word), clock.now()).await?;
    }
    brought
}

async fn write(
    desk: &Desk,
    clock: &Clock,
    (list, columns): (BringIn, Vec<Means>),
    tell: impl FnOnce(&[Reject]) -> anyhow::Result<Vec<u8>> + Send + 'static,
) -> Result<(), NotBrought> {
    let (id, scope) = (list.id, desk.scope.clone().unwrap_or_default());
    let read = move || understood(&list, &columns, &scope);
    let Reading { families, mut rejects } = blocking(read).await?.map_err(|fault| NotBrought::File(fault.into()))?;
    let rejected = i32::try_from(rejects.iter().filter(|reject| reject.whole).count())?;
    let mut reached = Reached { rows: rejected, rejected, ..Reached::default() };
    storage::moved(&mut *desk.pool.acquire().await?, desk.region, (id, reached), clock.now()).await?;
    for stretch in families.chunks(STRETCH) {
        let of: Vec<Family> = stretch.iter().map(|(_, family)| family.clone()).collect();
        let became = bring::bring(desk, &of, clock.now()).await?;
        for ((line, _), became) in stretch.iter().zip(became) {
            count(&mut reached, &mut rejects, *line, &became);
        }
        storage::moved(&mut *desk.pool.acquire().await?, desk.region, (id, reached), clock.now()).await?;
    }
    rejects.sort_by_key(|reject| reject.line);
    let told = blocking(move || tell(&rejects)).await?.map_err(NotBrought::File)?;
    storage::finish(&mut *desk.pool.acquire().await?, desk.region, (id, &told), clock.now()).await?;
    Ok(())
}

/// A large list keeps a processor busy for a while.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, NotBrought> {
    tokio::task::spawn_blocking(work).await.map_err(|fault| NotBrought::File(fault.into()))
}

fn count(reached: &mut Reached, rejects: &mut Vec<Reject>, line: u64, became: &Became) {
    reached.rows += 1;
    match became {
        Became::New(_) => reached.new += 1,
        Became::Updated(_) => reached.updated += 1,
        Became::Same => reached.same += 1,
        Became::Refused(reason) => {
            reached.rejected += 1;
            rejects.push(reading::refused(line, *reason));
        }
    }
}

/// What the list says, for somebody who reaches `scope`.
///
/// # Errors
/// [`Unreadable`], where its file is gone too.
pub fn understood(list: &BringIn, columns: &[Means], scope: &Scope) -> Result<Reading, Unreadable> {
    let found = of_file(list)?;
    Ok(reading::read(&found, columns, (&list.source, scope)))
}

/// The list as it stands in its file.
///
/// # Errors
/// [`Unreadable`], where its file is gone too.
pub fn of_file(list: &BringIn) -> Result<List, Unreadable> {
    list::read(list.file.as_deref().ok_or(Unreadable::Empty)?)
}

/// What was left out, as the file that was made of it.
///
/// # Errors
/// The database is away.
pub async fn rejects(pool: &PgPool, region: RegionId, id: Uuid) -> Result<Option<Vec<u8>>, sqlx::Error> {
    storage::rejects(&mut *pool.acquire().await?, region, id).await
}

/// Takes away files that nobody confirmed and what was left out, after an hour; forgets lists of long ago.
///
/// # Errors
/// The database is away.
pub async fn sweep(conn: &mut PgConnection, region: RegionId, now: OffsetDateTime) -> Result<(), sqlx::Error> {
    storage::sweep(conn, region, (now - KEPT_FOR, now - Duration::days(FORGOTTEN_AFTER))).await
}
