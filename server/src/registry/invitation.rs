//! Inviting somebody to enrol a phone: who may be invited where, and the link that is handed out. The command line and the console make
//! the same.

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use usra_sync_protocol::area::Area;
use usra_sync_protocol::id::{AreaId, RecordId, RegionId};
use usra_sync_protocol::policy::Scope;
use usra_sync_protocol::role::Role;

use crate::registry::area::{self, AreaUnknown};
use crate::registry::audit::By;
use crate::registry::enrol::{Invitation, invite};
use crate::storage::{record, region};

/// Whom central staff invite: those who work below them. Phones of all others are invited at the command line.
pub const BY_STAFF: [Role; 3] = [Role::Surveyor, Role::Supervisor, Role::Family];
/// Characters of a name: room for four parts.
pub const NAME_CHARACTERS: usize = 80;

/// Who is to be invited.
#[derive(Clone, Debug)]
pub struct Guest {
    /// What the person may do.
    pub role: Role,
    /// Whose phone it is.
    pub name: String,
    /// The family, for the role `family`.
    pub family: Option<RecordId>,
    /// Codes of the areas to assign.
    pub areas: Vec<String>,
}

/// An invitation as it is handed out, the only time it is seen.
#[derive(Clone, Debug)]
pub struct Link {
    /// The code, for whoever types.
    pub code: String,
    /// The same as an address for the app; it lacks the fingerprint of the server's key.
    pub url: String,
    /// When it ends.
    pub expires_at: OffsetDateTime,
    /// The areas.
    pub areas: Vec<Area>,
}

/// Why nobody was invited.
#[derive(Debug, thiserror::Error)]
pub enum NotInvited {
    /// No name, or not one.
    #[error("the name is empty; say whose phone it is")]
    Name,
    /// A family for another role.
    #[error("only the role family belongs to one family; leave out --family")]
    NotOfFamily,
    /// Who may not invite people of this role.
    #[error("phones of this role are invited at the command line")]
    Role,
    /// No such family in reach.
    #[error("there is no family {0}; it must be synced to the centre first")]
    FamilyUnknown(RecordId),
    /// The role works somewhere, and nowhere was said.
    #[error("no area was given; say where the phone works")]
    NoArea,
    /// No such area in reach.
    #[error(transparent)]
    Area(#[from] AreaUnknown),
    /// The server was never started.
    #[error("the server's address is not known yet; start `usra serve` once")]
    NoAddress,
    /// The database is away.
    #[error("the code was not stored")]
    Storage(#[from] sqlx::Error),
}

/// Invites the guest, in the name of the operator or, with a scope, of somebody of the staff who reaches so far.
///
/// # Errors
/// A [`NotInvited`]; then there is no code.
pub async fn link(
    conn: &mut PgConnection,
    region: RegionId,
    (guest, scope): (Guest, Option<&Scope>),
    (random, life): ([u8; 15], Duration),
    (by, now): (By, OffsetDateTime),
) -> Result<Link, NotInvited> {
    let name = guest.name.trim().to_owned();
    if name.is_empty() {
        return Err(NotInvited::Name);
    }
    check_family(conn, region, (&guest, scope)).await?;
    let known = region::read(conn, region).await?.and_then(|region| region.public_url);
    let server = known.ok_or(NotInvited::NoAddress)?;
    let areas = area::find(conn, region, &guest.areas).await?;
    if let Some(scope) = scope {
        within(scope, (&guest, &name), &areas)?;
    }
    let ids = areas.iter().map(|area| area.id).collect();
    let expires_at = now + life;
    let invitation = Invitation { role: guest.role, name, family: guest.family, areas: ids, expires_at };
    let code = invite(conn, region, &invitation, random, (by, now)).await?;
    Ok(Link { url: format!("{server}/enrol/{code}"), code, expires_at, areas })
}

async fn check_family(
    conn: &mut PgConnection,
    region: RegionId,
    (guest, scope): (&Guest, Option<&Scope>),
) -> Result<(), NotInvited> {
    let Some(family) = guest.family else { return Ok(()) };
    if guest.role != Role::Family {
        return Err(NotInvited::NotOfFamily);
    }
    let home = record::home(conn, region, family.0).await?.map(|area| AreaId(area.cast_unsigned()));
    let reached = home.is_some_and(|home| scope.is_none_or(|scope| scope.holds(home, family)));
    if reached { Ok(()) } else { Err(NotInvited::FamilyUnknown(family)) }
}

/// What holds for staff beyond what holds for the operator: nobody above them, nowhere else, and a name that can be read.
fn within(scope: &Scope, (guest, name): (&Guest, &str), areas: &[Area]) -> Result<(), NotInvited> {
    if !BY_STAFF.contains(&guest.role) {
        return Err(NotInvited::Role);
    }
    if name.chars().count() > NAME_CHARACTERS || name.chars().any(char::is_control) {
        return Err(NotInvited::Name);
    }
    if let Some(outside) = areas.iter().find(|area| !scope.areas.contains(&area.id)) {
        return Err(AreaUnknown::Code { code: outside.code.clone(), near: Vec::new() }.into());
    }
    let nowhere = if guest.role == Role::Family { guest.family.is_none() } else { areas.is_empty() };
    if nowhere { Err(NotInvited::NoArea) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guest(role: Role) -> Guest {
        Guest { role, name: String::new(), family: None, areas: Vec::new() }
    }

    fn area(id: u32) -> Area {
        Area { id: AreaId(id), parent: None, code: id.to_string(), name_ar: String::new(), name_en: None }
    }

    #[test]
    fn staff_invite_nobody_beside_or_above_them_and_nobody_elsewhere() {
        let scope = Scope { areas: [AreaId(100)].into(), family: None };
        let asked = |role, name: &str, areas: &[Area]| within(&scope, (&guest(role), name), areas);
        assert!(asked(Role::Surveyor, "Huda", &[area(100)]).is_ok());
        assert!(asked(Role::Supervisor, "Huda", &[area(100)]).is_ok());
        for above in [Role::Staff, Role::Partner, Role::Admin] {
            assert!(matches!(asked(above, "Huda", &[area(100)]), Err(NotInvited::Role)));
        }
        assert!(matches!(asked(Role::Surveyor, "Huda", &[area(100), area(200)]), Err(NotInvited::Area(_))));
        assert!(matches!(asked(Role::Surveyor, "Huda", &[]), Err(NotInvited::NoArea)));
        assert!(matches!(asked(Role::Family, "Huda", &[]), Err(NotInvited::NoArea)));
        for wrong in ["a\nb".to_owned(), "a".repeat(NAME_CHARACTERS + 1)] {
            assert!(matches!(asked(Role::Surveyor, &wrong, &[area(100)]), Err(NotInvited::Name)));
        }
    }
}
