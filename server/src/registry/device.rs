//! Phones as the centre looks after them: who may go on, and where they work.

use serde_json::{Value, json};
use sqlx::{Acquire, PgConnection};
use time::OffsetDateTime;
use usra_sync_protocol::id::{AreaId, InstallId, RegionId};

use crate::registry::audit::{self, Action, By, Event};
use crate::storage::{assignment, device};

/// Why a phone was left as it is.
#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    /// No such install.
    #[error("there is no device {0}; `usra device list` shows them")]
    Unknown(InstallId),
    /// It was revoked before.
    #[error("device {0} was revoked; enrol the phone again instead")]
    Revoked(InstallId),
    /// The database is away.
    #[error("the device was left as it is: the database did not take it")]
    Storage(#[from] sqlx::Error),
}

/// Revokes the install from its next request on; whether it was not revoked before.
///
/// # Errors
/// A [`DeviceError`]; then nothing changed.
pub async fn revoke(
    conn: &mut PgConnection,
    region: RegionId,
    install: InstallId,
    (by, now): (By, OffsetDateTime),
) -> Result<bool, DeviceError> {
    let mut transaction = conn.begin().await?;
    let before = device::lock(&mut transaction, region, install).await?.ok_or(DeviceError::Unknown(install))?;
    device::revoke(&mut transaction, region, install, now).await?;
    let event = about(install, Action::DeviceRevoke, by, json!({ "newly": before.is_none() }));
    audit::note(&mut transaction, region, &event, now).await?;
    transaction.commit().await?;
    Ok(before.is_none())
}

/// Assigns the install to the areas from its next request on, or ends those assignments. Both leave a row that tells from
/// when to when.
///
/// # Errors
/// A [`DeviceError`]; then nothing changed.
pub async fn assign(
    conn: &mut PgConnection,
    region: RegionId,
    install: InstallId,
    (areas, remove): (&[AreaId], bool),
    (by, now): (By, OffsetDateTime),
) -> Result<(), DeviceError> {
    let mut transaction = conn.begin().await?;
    let revoked = device::lock(&mut transaction, region, install).await?.ok_or(DeviceError::Unknown(install))?;
    if revoked.is_some() {
        return Err(DeviceError::Revoked(install));
    }
    if remove {
        assignment::end(&mut transaction, region, install, areas, now).await?;
    } else {
        assignment::add(&mut transaction, region, install, areas, now).await?;
    }
    let action = if remove { Action::Unassign } else { Action::Assign };
    audit::note(&mut transaction, region, &about(install, action, by, json!({ "areas": areas })), now).await?;
    transaction.commit().await?;
    Ok(())
}

fn about(install: InstallId, action: Action, by: By, detail: Value) -> Event {
    Event { by, action, records: Vec::new(), install: Some(install), detail }
}
