//! Take-out: a list of families as a file, made behind the back of who asked for it. What was asked for, how far it is and the file stand in
//! the database, so that any server can tell of it; whoever did not ask for it finds nothing.
//!
//! ```text
//! begin (may they, is there room) -> run: one moment -> count -> note -> read by chunks -> make -> finish (an hour) -> sweep
//! ```

mod state;

use std::num::TryFromIntError;

use serde_json::json;
use sqlx::{Acquire, PgConnection, PgPool};
use time::{Duration, OffsetDateTime};
use usra_sync_protocol::id::{RecordId, RegionId};
use uuid::Uuid;

use super::audit::{self, Action, By, Event};
use super::families::{self, Asked};
use super::sealed::{About, Desk, reason_of};
use crate::clock::Clock;
use crate::storage::connection;
use crate::storage::take_out::{self as storage, NewRow, TakeOutRow};
use crate::storage::taken_family::{self, TakenRow};
use state::{FORGOTTEN_AFTER, LOST_AFTER};
pub use state::{KEPT_FOR, State};

/// How many lists of one person are made at once.
const AT_ONCE: usize = 2;
/// How many are made at once altogether: each holds a connection of those that phones are served with.
const AT_ONCE_IN_ALL: usize = 4;
/// Families read at once.
const CHUNK: usize = 500;

/// The form of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Comma-separated text.
    Csv,
    /// A workbook.
    Xlsx,
    /// Points of a map.
    GeoJson,
    /// Typed columns.
    Parquet,
}

impl Form {
    /// All.
    pub const ALL: [Self; 4] = [Self::Xlsx, Self::Csv, Self::GeoJson, Self::Parquet];

    /// Its word in addresses, in the table, and at the end of the file's name.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::GeoJson => "geojson",
            Self::Parquet => "parquet",
        }
    }

    /// The form of a word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.word() == word)
    }
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Order {
    /// The list's id.
    pub id: Uuid,
    /// Who asks.
    pub staff: Uuid,
    /// The home areas of the families that they see.
    pub areas: Vec<i32>,
    /// Which families.
    pub asked: Asked,
    /// The same as it stood in the address.
    pub query: String,
    /// The form of the file.
    pub form: Form,
    /// Who reads personal columns and why, where they are asked for.
    pub personal: Option<(Desk, String)>,
}

/// A list that was asked for.
#[derive(Clone, Debug)]
pub struct TakeOut {
    /// Its id.
    pub id: Uuid,
    /// What stood in the address.
    pub query: String,
    /// The form of the file.
    pub form: Form,
    /// Whether it has personal columns.
    pub personal: bool,
    /// When it was asked for.
    pub asked_at: OffsetDateTime,
    /// How many families it has, once they are counted.
    pub total: Option<i32>,
    /// How many of them were read.
    pub done: i32,
    /// How it stands.
    pub state: State,
}

/// Why a list was not begun.
#[derive(Debug, thiserror::Error)]
pub enum NotBegun {
    /// Personal columns take a reason that fits one line.
    #[error("say why personal columns are needed, in 1 to 300 characters on one line")]
    Reason,
    /// As many of the person's lists are being made as may be: these.
    #[error("{AT_ONCE} of your lists are being made; ask again when one of them is ready")]
    Busy(Vec<Uuid>),
    /// As many lists of everybody's are being made as may be.
    #[error("{AT_ONCE_IN_ALL} lists of other people are being made; ask again in a minute")]
    Crowded,
    /// The database is away.
    #[error("the list could not be kept")]
    Storage(#[from] sqlx::Error),
}

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum NotMade {
    /// The database is away.
    #[error("the families could not be read")]
    Storage(#[from] sqlx::Error),
    /// The file could not be written.
    #[error("the file could not be written")]
    File(#[source] anyhow::Error),
}

impl From<TryFromIntError> for NotMade {
    fn from(error: TryFromIntError) -> Self {
        Self::File(error.into())
    }
}

impl NotMade {
    fn word(&self) -> &'static str {
        match self {
            Self::Storage(_) => "storage",
            Self::File(_) => "file",
        }
    }
}

/// Keeps what is asked for; [`run`] makes it.
///
/// # Errors
/// A [`NotBegun`]; then nothing is kept.
pub async fn begin(
    conn: &mut PgConnection,
    region: RegionId,
    order: &Order,
    now: OffsetDateTime,
) -> Result<(), NotBegun> {
    if let Some((_, reason)) = &order.personal {
        reason_of(reason).map_err(|_unsound| NotBegun::Reason)?;
    }
    let mut transaction = conn.begin().await?;
    storage::lock(&mut transaction, region).await?;
    let running = storage::running(&mut transaction, region, now - LOST_AFTER).await?;
    has_room(&running, order.staff)?;
    storage::add(&mut transaction, region, &new_row(order), now).await?;
    transaction.commit().await?;
    Ok(())
}

/// Whether one more may be made, of whose and which are being made.
fn has_room(running: &[(Uuid, Uuid)], staff: Uuid) -> Result<(), NotBegun> {
    let own: Vec<Uuid> = running.iter().filter(|(of, _)| *of == staff).map(|(_, id)| *id).collect();
    if own.len() >= AT_ONCE {
        return Err(NotBegun::Busy(own));
    }
    if running.len() >= AT_ONCE_IN_ALL { Err(NotBegun::Crowded) } else { Ok(()) }
}

fn new_row(order: &Order) -> NewRow {
    NewRow {
        take_out_id: order.id,
        staff_id: order.staff,
        area_ids: order.areas.clone(),
        query: order.query.clone(),
        form: order.form.word(),
        personal: order.personal.is_some(),
    }
}

/// Makes the file of what was begun, with `write` from its families in their order. Whatever becomes of it is kept.
///
/// # Errors
/// A [`NotMade`], which is kept too unless the database is away.
pub async fn run(
    pool: &PgPool,
    region: RegionId,
    order: &Order,
    clock: &Clock,
    write: impl FnOnce(Vec<TakenRow>) -> anyhow::Result<Vec<u8>> + Send + 'static,
) -> Result<(), NotMade> {
    let made = made(pool, region, order, clock, write).await;
    if let Err(fault) = &made {
        storage::fail(&mut *pool.acquire().await?, region, (order.id, fault.word()), clock.now()).await?;
    }
    made
}

async fn made(
    pool: &PgPool,
    region: RegionId,
    order: &Order,
    clock: &Clock,
    write: impl FnOnce(Vec<TakenRow>) -> anyhow::Result<Vec<u8>> + Send + 'static,
) -> Result<(), NotMade> {
    let rows = read(pool, region, order, clock).await?;
    // A large workbook keeps a processor busy for seconds.
    let file = tokio::task::spawn_blocking(move || write(rows)).await.map_err(|fault| NotMade::File(fault.into()))?;
    let (file, now) = (file.map_err(NotMade::File)?, clock.now());
    storage::finish(&mut *pool.acquire().await?, region, (order.id, &file), (now, now + KEPT_FOR)).await?;
    Ok(())
}

/// The families, all of one moment. That they are read is noted before.
async fn read(pool: &PgPool, region: RegionId, order: &Order, clock: &Clock) -> Result<Vec<TakenRow>, NotMade> {
    let mut reader = pool.acquire().await?;
    let mut moment = reader.begin().await?;
    connection::snapshot(&mut moment).await?;
    let ids = families::find(&mut moment, region, &order.areas, &order.asked).await?;
    let total = i32::try_from(ids.len())?;
    note(&mut *pool.acquire().await?, region, (order, &ids), clock.now()).await?;
    storage::moved(&mut *pool.acquire().await?, region, order.id, (0, total), clock.now()).await?;
    let mut rows = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        rows.extend(taken_family::rows(&mut moment, region, chunk).await?);
        let done = i32::try_from(rows.len())?;
        storage::moved(&mut *pool.acquire().await?, region, order.id, (done, total), clock.now()).await?;
    }
    moment.commit().await?;
    Ok(rows)
}

/// Notes that a list is taken out; with personal columns also why, and whose.
async fn note(
    conn: &mut PgConnection,
    region: RegionId,
    (order, ids): (&Order, &[Uuid]),
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    let mut transaction = conn.begin().await?;
    let detail = json!({ "families": ids.len(), "form": order.form.word(), "take_out": order.id });
    if let Some((desk, reason)) = &order.personal {
        let records = ids.iter().copied().map(RecordId).collect();
        let about = About { kind: "reveal", action: Action::ListTakeOut, family: None, records };
        desk.note(&mut transaction, reason.trim(), about, detail).await?;
    } else {
        let by = By::Staff(order.staff);
        let event = Event { by, action: Action::ListTakeOut, records: Vec::new(), install: None, detail };
        audit::note(&mut transaction, region, &event, now).await?;
    }
    transaction.commit().await
}

/// A list that this person asked for, as long as they see its areas.
///
/// # Errors
/// The database is away.
pub async fn look(
    conn: &mut PgConnection,
    region: RegionId,
    (staff, id): (Uuid, Uuid),
    areas: &[i32],
    now: OffsetDateTime,
) -> Result<Option<TakeOut>, sqlx::Error> {
    let found = storage::find(conn, region, (staff, id)).await?;
    let seen = found.filter(|row| row.area_ids.iter().all(|area| areas.contains(area)));
    Ok(seen.and_then(|row| of(row, now)))
}

fn of(row: TakeOutRow, now: OffsetDateTime) -> Option<TakeOut> {
    Some(TakeOut {
        id: row.take_out_id,
        state: state::of(&row, now),
        form: Form::of_word(&row.form)?,
        query: row.query,
        personal: row.personal,
        asked_at: row.asked_at,
        total: row.rows_total,
        done: row.rows_done,
    })
}

/// The file of a list that is ready.
///
/// # Errors
/// The database is away.
pub async fn file(conn: &mut PgConnection, region: RegionId, id: Uuid) -> Result<Option<Vec<u8>>, sqlx::Error> {
    storage::file(conn, region, id).await
}

/// Takes away files that expired, and forgets lists of long ago with what was searched for.
///
/// # Errors
/// The database is away.
pub async fn sweep(conn: &mut PgConnection, region: RegionId, now: OffsetDateTime) -> Result<(), sqlx::Error> {
    storage::sweep(conn, region, (now, now - Duration::days(FORGOTTEN_AFTER))).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_found_again_by_its_word() {
        for form in Form::ALL {
            assert_eq!(Form::of_word(form.word()), Some(form));
        }
        assert_eq!(Form::of_word("exe"), None);
    }

    #[test]
    fn a_third_list_of_one_person_waits_and_so_does_a_fifth_of_all() {
        let [anna, badr, id] = [1, 2, 3].map(Uuid::from_u128);
        assert!(has_room(&[(anna, id), (badr, id), (badr, id)], anna).is_ok());
        assert!(matches!(has_room(&[(anna, id), (anna, id)], anna), Err(NotBegun::Busy(own)) if own.len() == 2));
        assert!(has_room(&[(anna, id), (anna, id)], badr).is_ok());
        let all = [(badr, id), (badr, id), (id, id), (id, id)];
        assert!(matches!(has_room(&all, anna), Err(NotBegun::Crowded)));
    }
}
