//! Phones as the centre looks after them: who may go on, and where they work.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sqlx::{Acquire, PgConnection};
use time::OffsetDateTime;
use usra_sync_protocol::id::{AreaId, InstallId, RegionId};
use usra_sync_protocol::policy::Scope;
use usra_sync_protocol::role::Role;

use crate::registry::audit::{self, Action, By, Event};
use crate::registry::counts::SILENT_AFTER;
use crate::storage::assignment::{self, Period};
use crate::storage::device::{self, DeviceRow};
use crate::storage::{area, install};

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

/// A phone as it was last heard.
#[derive(Clone, Debug)]
pub struct Seen {
    /// What is known of it.
    pub row: DeviceRow,
    /// Whether it may work and was not heard for [`SILENT_AFTER`]; a family's own phone may be silent for as long as it likes.
    pub silent: bool,
}

/// The phones that work, or whose families live, in the scope; oldest enrolment first.
///
/// # Errors
/// The database is away.
pub async fn seen(
    conn: &mut PgConnection,
    region: RegionId,
    scope: &Scope,
    now: OffsetDateTime,
) -> Result<Vec<Seen>, sqlx::Error> {
    let areas = area::list(conn, region).await?;
    let inside: BTreeSet<&str> =
        areas.iter().filter(|area| scope.areas.contains(&area.id)).map(|area| area.code.as_str()).collect();
    let rows = device::list(conn, region, now).await?.into_iter();
    let here = rows.filter(|row| row.areas.iter().any(|area| inside.contains(area.as_str())));
    let of = |row: DeviceRow| {
        let heard = row.last_seen_at.unwrap_or(row.enrolled_at);
        let works = row.revoked_at.is_none() && row.role != Role::Family.word();
        Seen { silent: works && heard < now - SILENT_AFTER, row }
    };
    Ok(here.map(of).collect())
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
    lock(&mut transaction, region, install).await?;
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

/// Assigns the install to these areas and to no other, from its next request on; what is planned for later in them stays. With a scope, all
/// areas that it works in must lie there, and all that it shall work in.
///
/// # Errors
/// A [`DeviceError`]; then nothing changed.
pub async fn reassign(
    conn: &mut PgConnection,
    region: RegionId,
    (install, scope): (InstallId, &Scope),
    wanted: &BTreeSet<AreaId>,
    (by, now): (By, OffsetDateTime),
) -> Result<(), DeviceError> {
    let mut transaction = conn.begin().await?;
    lock(&mut transaction, region, install).await?;
    let found = install::by_ids(&mut transaction, region, &[install.0], now).await?;
    let before: BTreeSet<AreaId> = found.into_iter().flat_map(|found| found.areas).collect();
    if before.is_empty() || !before.union(wanted).all(|area| scope.areas.contains(area)) {
        return Err(DeviceError::Unknown(install));
    }
    let over: Vec<AreaId> = before.difference(wanted).copied().collect();
    let new: Vec<AreaId> = wanted.difference(&before).copied().collect();
    assignment::end(&mut transaction, region, install, &over, now).await?;
    assignment::add(&mut transaction, region, install, &new, now).await?;
    let events = [(Action::Unassign, over), (Action::Assign, new)].into_iter().filter(|(_, areas)| !areas.is_empty());
    let events = events.map(|(action, areas)| (about(install, action, by.clone(), json!({ "areas": areas })), now));
    audit::note_all(&mut transaction, region, events).await?;
    transaction.commit().await?;
    Ok(())
}

/// Locks an install that can be assigned to areas.
async fn lock(conn: &mut PgConnection, region: RegionId, install: InstallId) -> Result<(), DeviceError> {
    let revoked = device::lock(conn, region, install).await?.ok_or(DeviceError::Unknown(install))?;
    if revoked.is_some() {
        return Err(DeviceError::Revoked(install));
    }
    let of_family = device::is_of_family(conn, region, install).await?;
    if of_family { Err(DeviceError::OfFamily(install)) } else { Ok(()) }
}

fn about(install: InstallId, action: Action, by: By, detail: Value) -> Event {
    Event { by, action, records: Vec::new(), install: Some(install), detail }
}
