//! The region's own row: seeded at the first start, given a new epoch when its data began another life.

use serde_json::json;
use sqlx::{Acquire, PgConnection};
use time::OffsetDateTime;
use usra_sync_protocol::id::{Epoch, RegionId};
use usra_sync_protocol::place;

use crate::registry::area;
use crate::registry::audit::{self, Action, By, Event};
use crate::storage::region::NewRegion;
use crate::storage::{engine, region};

/// What opening the region found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    /// The data lies where it lay.
    Same(Epoch),
    /// The data began its first life.
    First(Epoch),
    /// The data was restored or moved: phones compare digests instead of trusting their cursors.
    Restored(Epoch),
}

/// Seeds the region and its areas, and begins a new epoch when the cluster under them is another one.
/// Call it inside one transaction.
///
/// # Errors
/// The database is away.
pub async fn open(
    conn: &mut PgConnection,
    id: RegionId,
    random: [u8; 4],
    now: OffsetDateTime,
) -> Result<Opened, sqlx::Error> {
    let epoch = epoch(random);
    let seed =
        NewRegion { code: "SA-02", name_ar: "منطقة مكة المكرمة", name_en: "Makkah Region", epoch };
    region::add(conn, id, &seed).await?;
    area::seed(conn, id, &place::areas()).await?;
    audit::begin(conn, id).await?;
    let identity = engine::identity(conn).await?;
    let stored = region::lock(conn, id).await?.ok_or(sqlx::Error::RowNotFound)?;
    let opened = match stored.database_identity {
        Some(known) if known == identity => return Ok(Opened::Same(stored.epoch)),
        Some(_) => Opened::Restored(epoch),
        None => Opened::First(epoch),
    };
    region::set_epoch(conn, id, epoch, &identity).await?;
    if let Opened::Restored(epoch) = opened {
        audit::note(conn, id, &began(epoch, By::Server), now).await?;
    }
    Ok(opened)
}

/// Whether the region's data lies on another cluster or timeline than when it was last opened.
///
/// # Errors
/// The database is away.
pub async fn is_elsewhere(conn: &mut PgConnection, id: RegionId) -> Result<bool, sqlx::Error> {
    let known = region::read(conn, id).await?.and_then(|region| region.database_identity);
    Ok(known.as_deref() != Some(engine::identity(conn).await?.as_str()))
}

/// Begins a new epoch by an operator's word, for restores that keep the cluster's identity.
///
/// # Errors
/// The database is away.
pub async fn renew(
    conn: &mut PgConnection,
    id: RegionId,
    random: [u8; 4],
    (by, now): (By, OffsetDateTime),
) -> Result<Epoch, sqlx::Error> {
    let mut transaction = conn.begin().await?;
    let identity = engine::identity(&mut transaction).await?;
    let epoch = epoch(random);
    region::set_epoch(&mut transaction, id, epoch, &identity).await?;
    audit::note(&mut transaction, id, &began(epoch, by), now).await?;
    transaction.commit().await?;
    Ok(epoch)
}

fn began(epoch: Epoch, by: By) -> Event {
    Event { by, action: Action::EpochNew, records: Vec::new(), install: None, detail: json!({ "epoch": epoch.0 }) }
}

/// Drawn, not counted: a counter restored with the data would meet an earlier life again. 31 bits, never 0.
fn epoch(random: [u8; 4]) -> Epoch {
    Epoch((u32::from_be_bytes(random) >> 1).max(1))
}
