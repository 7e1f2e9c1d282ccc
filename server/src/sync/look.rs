//! Looks at records as they are, all of one moment and without a lock, for pages that show them.

use sqlx::PgConnection;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

use super::ingest::IngestError;
use super::known;
use super::world::World;
use crate::storage::record::RecordRow;
use crate::storage::{change, open_values};

/// The records of these rows with their open values. Read the rows and call this in one snapshot.
///
/// # Errors
/// The database is away, or a stored row is not what only this program writes.
pub async fn look(conn: &mut PgConnection, region: RegionId, rows: Vec<RecordRow>) -> Result<World, IngestError> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.record_id).collect();
    let mut world = World::default();
    known::insert_records(&mut world, rows)?;
    let changes = change::of_records(conn, region, &ids).await?;
    let values = open_values::of_records(conn, region, &ids).await?;
    known::insert_histories(&mut world, changes, values)?;
    Ok(world)
}
