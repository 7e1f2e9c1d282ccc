//! Makes bundles: packs what an area's feed has behind its last bundle, once that is enough. A small last bundle is made anew with it, so
//! that an area has few and each change is packed a few times only. `stretch` says which rows make one.

use std::collections::BTreeMap;

use sqlx::{Connection, PgConnection};
use usra_sync_protocol::id::RegionId;

use super::ingest::IngestError;
use super::pull;
use super::stretch::{SIZES, Stretch};
use crate::storage::bundle::{self, Tail};
use crate::storage::feed;

/// Feed rows looked at for one bundle.
const ROWS: i64 = 20_000;

/// Makes a bundle wherever one is due; answers how many. One that something came between is made next time.
///
/// # Errors
/// The database is away.
pub async fn run(conn: &mut PgConnection, region: RegionId) -> Result<usize, IngestError> {
    let mut made = 0;
    loop {
        let mut put = 0;
        for tail in due(conn, region).await? {
            put += usize::from(make(conn, region, &tail).await?);
        }
        made += put;
        if put == 0 {
            return Ok(made);
        }
    }
}

/// What waits to be packed, of the areas in which that is enough.
///
/// # Errors
/// The database is away.
pub async fn due(conn: &mut PgConnection, region: RegionId) -> Result<Vec<Tail>, sqlx::Error> {
    Ok(bundle::tails(conn, region).await?.into_iter().filter(|tail| SIZES.is_due(tail)).collect())
}

async fn make(conn: &mut PgConnection, region: RegionId, tail: &Tail) -> Result<bool, IngestError> {
    let area = tail.area_id;
    let seen = feed::heads(conn, region, &[area]).await?.first().map_or(0, |head| head.head);
    let Some(mut stretch) = stretch(conn, region, tail).await? else { return Ok(false) };
    let deliveries = pull::deliver(conn, region, std::mem::take(&mut stretch.runs.wanted)).await?;
    let row = tokio::task::spawn_blocking(move || stretch.bundle(area, &deliveries));
    let row = row.await.map_err(|_ended| IngestError::Full)?.map_err(|_memory| IngestError::Full)?;
    let mut transaction = conn.begin().await?;
    let put = bundle::put(&mut transaction, region, &row, seen).await?;
    transaction.commit().await?;
    Ok(put)
}

async fn stretch(conn: &mut PgConnection, region: RegionId, tail: &Tail) -> Result<Option<Stretch>, sqlx::Error> {
    for after in SIZES.beginnings(tail) {
        let rows = feed::after(conn, region, &BTreeMap::from([(tail.area_id, after)]), (None, ROWS)).await?;
        if let Some(stretch) = Stretch::of((after, &rows), tail, &SIZES) {
            return Ok(Some(stretch));
        }
    }
    Ok(None)
}
