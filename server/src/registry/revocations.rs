//! Revocations outlive a restore. The database and the list beside the keys are brought to agree: what only the list knows was
//! forgotten by a restored backup and is revoked again; what only the database knows is written down.

use serde_json::json;
use sqlx::{Acquire, PgConnection};
use time::OffsetDateTime;
use usra_sync_protocol::id::{InstallId, RegionId};

use crate::keys::{Keys, KeysError, Revocation};
use crate::registry::audit::{self, Action, By, Event};
use crate::storage::device;

/// Why the two do not agree yet.
#[derive(Debug, thiserror::Error)]
pub enum NotReconciled {
    /// The list beside the keys.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The database is away.
    #[error("revocations could not be compared with the database")]
    Storage(#[from] sqlx::Error),
}

/// Brings both to agree; answers how many installs the database had forgotten to be revoked.
///
/// # Errors
/// A [`NotReconciled`]; asking again goes on.
pub async fn reconcile(
    conn: &mut PgConnection,
    region: RegionId,
    keys: &Keys,
    now: OffsetDateTime,
) -> Result<usize, NotReconciled> {
    let (listed, stored) = (keys.revoked(region)?, device::revoked(conn, region).await?);
    let is_stored = |install: InstallId| stored.iter().any(|(known, _)| *known == install);
    let forgotten: Vec<Revocation> = listed.iter().filter(|(install, _)| !is_stored(*install)).copied().collect();
    let again = revoke_again(conn, region, &forgotten, now).await?;
    let unlisted: Vec<Revocation> =
        stored.into_iter().filter(|one| !listed.iter().any(|(id, _)| *id == one.0)).collect();
    if !unlisted.is_empty() {
        keys.note_revoked(region, &unlisted)?;
    }
    Ok(again)
}

async fn revoke_again(
    conn: &mut PgConnection,
    region: RegionId,
    forgotten: &[Revocation],
    now: OffsetDateTime,
) -> Result<usize, sqlx::Error> {
    let mut again = 0;
    for (install, at) in forgotten {
        let mut transaction = conn.begin().await?;
        // One that was enrolled after the backup is not known at all; its tokens open nothing.
        if device::lock(&mut transaction, region, *install).await? == Some(None) {
            device::revoke(&mut transaction, region, *install, *at).await?;
            audit::note(&mut transaction, region, &event(*install), now).await?;
            again += 1;
        }
        transaction.commit().await?;
    }
    Ok(again)
}

fn event(install: InstallId) -> Event {
    let detail = json!({ "newly": true, "again": true });
    Event { by: By::Server, action: Action::DeviceRevoke, records: Vec::new(), install: Some(install), detail }
}
