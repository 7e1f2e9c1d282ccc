//! Phones as the centre looks after them: who may go on, and where they work.

use serde_json::{Value, json};
use sqlx::{Acquire, PgConnection};
use time::OffsetDateTime;
use usra_sync_protocol::id::{AreaId, InstallId, RegionId};

use crate::registry::audit::{self, Action, By, Event};
use crate::storage::assignment::{self, Period};
use crate::storage::device;

/// Why a phone was left as it is.
#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    /// No such install.
    #[error("there is no device {0}; `usra device list` shows them")]
    Unknown(InstallId),
    /// It was revoked before.
    #[error("device {0} was revoked; enrol the phone again instead")]
    Revoked(InstallId),
    /// A family's phone is where its family lives.
    #[error("device {0} is a family's own phone and follows its family; move the family instead (`usra record move`)")]
    OfFamily(InstallId),
    /// It would end before it begins.
    #[error("the assignment would end before it begins")]
    Backwards,
    /// The past is written already: who could see what then is not rewritten.
    #[error("an assignment cannot begin in the past; leave --from out to begin now")]
    Past,
    /// It is assigned to one of the areas at that time already.
    #[error("the device is assigned to one of these areas at that time already; end that first with --to or --remove")]
    Overlaps,
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

/// What becomes of an install's assignment to some areas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Assign {
    /// It holds from now on.
    #[default]
    Now,
    /// It holds for a time: from a moment on (from now where none is given), until a moment (without an end).
    For(Option<OffsetDateTime>, Option<OffsetDateTime>),
    /// It ends.
    Remove,
}

impl Assign {
    fn period(self, now: OffsetDateTime) -> Result<Option<Period>, DeviceError> {
        let (from, to) = match self {
            Self::Remove => return Ok(None),
            Self::Now => (None, None),
            Self::For(from, to) => (from, to),
        };
        let from = from.unwrap_or(now);
        if from < now {
            return Err(DeviceError::Past);
        }
        if to.is_some_and(|to| to <= from) { Err(DeviceError::Backwards) } else { Ok(Some(Period { from, to })) }
    }
}

/// Assigns the install to the areas, or ends those assignments, from its next request on. Both leave a row that tells from
/// when to when.
///
/// # Errors
/// A [`DeviceError`]; then nothing changed.
pub async fn assign(
    conn: &mut PgConnection,
    region: RegionId,
    install: InstallId,
    (areas, what): (&[AreaId], Assign),
    (by, now): (By, OffsetDateTime),
) -> Result<(), DeviceError> {
    let mut transaction = conn.begin().await?;
    let revoked = device::lock(&mut transaction, region, install).await?.ok_or(DeviceError::Unknown(install))?;
    if revoked.is_some() {
        return Err(DeviceError::Revoked(install));
    }
    if device::is_of_family(&mut transaction, region, install).await? {
        return Err(DeviceError::OfFamily(install));
    }
    match what.period(now)? {
        None => assignment::end(&mut transaction, region, install, areas, now).await?,
        Some(later) if later.from > now => {
            if assignment::holds(&mut transaction, region, install, areas, later.from).await? {
                return Err(DeviceError::Overlaps);
            }
            assignment::plan(&mut transaction, region, install, areas, later).await?;
        }
        Some(period) => assignment::plan(&mut transaction, region, install, areas, period).await?,
    }
    let action = if what == Assign::Remove { Action::Unassign } else { Action::Assign };
    audit::note(&mut transaction, region, &about(install, action, by, json!({ "areas": areas })), now).await?;
    transaction.commit().await?;
    Ok(())
}

fn about(install: InstallId, action: Action, by: By, detail: Value) -> Event {
    Event { by, action, records: Vec::new(), install: Some(install), detail }
}
