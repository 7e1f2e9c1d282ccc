//! Erasing a family: everything of it goes from every table, its key first of all; phones hear that its records left, and what
//! they still hold of it is never taken again. The family's id goes into a list beside the keys, outside the database, so that
//! a backup that brings it back is erased again at the next start.

use serde_json::json;
use sqlx::{Acquire, PgConnection};
use time::OffsetDateTime;
use usra_sync_protocol::id::{InstallId, RecordId, RegionId};
use usra_sync_protocol::schema;
use uuid::Uuid;

use crate::keys::{Keys, KeysError};
use crate::registry::audit::{self, Action, By, Event};
use crate::storage::feed::{Entry, FeedWrite};
use crate::storage::record::RecordRow;
use crate::storage::{erased_family, erasure, family_merge, feed, record, typed};

/// The area of what is in no area.
const NOWHERE: i32 = 0;

/// Why a family was not erased. Nothing changed.
#[derive(Debug, thiserror::Error)]
pub enum NotErased {
    /// No such family.
    #[error("there is no family {0}; name the family's own record")]
    Unknown(RecordId),
    /// The list beside the keys could not be written.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The database is away.
    #[error("the family was not erased: the database did not take it")]
    Storage(#[from] sqlx::Error),
}

/// Erases the family, with everything that belongs to it and the families that were merged with it; answers how many records that were.
/// Asking again changes nothing.
///
/// # Errors
/// A [`NotErased`].
pub async fn erase(
    owner: &mut PgConnection,
    region: RegionId,
    family: RecordId,
    keys: &Keys,
    (by, now): (By, OffsetDateTime),
) -> Result<usize, NotErased> {
    let mut transaction = owner.begin().await?;
    let whole = family_merge::whole(&mut transaction, region, family.0).await?;
    let mut erased = Vec::new();
    for id in whole.into_iter().map(RecordId) {
        let rows = record::lock_family(&mut transaction, region, id.0).await?;
        if !rows.iter().any(|row| row.record_id == id.0) {
            return Err(NotErased::Unknown(id));
        }
        forget(&mut transaction, region, (id, &rows), now).await?;
        let (action, records, detail) = (Action::FamilyErase, vec![id], json!({ "records": rows.len() }));
        let event = Event { by: by.clone(), action, records, install: None, detail };
        audit::note(&mut transaction, region, &event, now).await?;
        erased.push((id, rows.len()));
    }
    // Before the commit: should that fail, the next start does what was asked for.
    for (id, _) in &erased {
        keys.note_erased(region, *id)?;
    }
    transaction.commit().await?;
    Ok(erased.iter().map(|(_, records)| records).sum())
}

/// The families of the list beside the keys that this data does not know to be erased: it was restored from a backup.
///
/// # Errors
/// The list cannot be read, or the database is away.
pub async fn back(conn: &mut PgConnection, region: RegionId, keys: &Keys) -> Result<Vec<RecordId>, NotErased> {
    let listed = keys.erased(region)?;
    let ids: Vec<Uuid> = listed.iter().map(|family| family.0).collect();
    let known = erased_family::among(conn, region, &ids).await?;
    Ok(listed.into_iter().filter(|family| !known.contains(&family.0)).collect())
}

/// Erases families that a backup brought back.
///
/// # Errors
/// The database is away.
pub async fn again(
    owner: &mut PgConnection,
    region: RegionId,
    families: &[RecordId],
    now: OffsetDateTime,
) -> Result<(), NotErased> {
    for family in families {
        let mut transaction = owner.begin().await?;
        let rows = record::lock_family(&mut transaction, region, family.0).await?;
        forget(&mut transaction, region, (*family, &rows), now).await?;
        let (by, action, records) = (By::Server, Action::FamilyErase, vec![*family]);
        let detail = json!({ "records": rows.len(), "again": true });
        audit::note(&mut transaction, region, &Event { by, action, records, install: None, detail }, now).await?;
        transaction.commit().await?;
    }
    Ok(())
}

async fn forget(
    conn: &mut PgConnection,
    region: RegionId,
    (family, rows): (RecordId, &[RecordRow]),
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.record_id).collect();
    erased_family::add(conn, region, family.0, now).await?;
    erasure::family(conn, region, family.0, now).await?;
    erasure::likeness(conn, region, family.0).await?;
    erasure::published(conn, region, family.0).await?;
    erasure::records(conn, region, &ids).await?;
    for table in schema::tables() {
        typed::delete(conn, region, table.name, &ids).await?;
    }
    let leaves: Vec<FeedWrite> = rows.iter().filter(|row| row.area_id != NOWHERE).map(leave).collect();
    feed::append(conn, region, &leaves).await.map(|_numbers| ())
}

fn leave(row: &RecordRow) -> FeedWrite {
    FeedWrite {
        area_id: row.area_id,
        record_id: row.record_id,
        entry: Entry::Leave,
        first_n: 1,
        last_n: row.change_count,
        size_bytes: 0,
        install_id: InstallId::SERVER.0,
    }
}
