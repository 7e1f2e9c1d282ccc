//! The accounts of the console: a login, a password and a one-time code, a role and areas. Made, shut and given new proofs at the
//! command line; signed in with over HTTP.

pub mod lockout;
pub mod password;
pub mod session;
pub mod sign_in;
pub mod totp;

use serde_json::json;
use sqlx::{Acquire, PgConnection};
use time::OffsetDateTime;
use usra_sync_protocol::id::{AreaId, RegionId};
use usra_sync_protocol::role::Role;
use uuid::Uuid;

use crate::registry::audit::{self, Action, By, Event};
use crate::registry::code;
use crate::storage::staff::{self, Proofs, StaffRow};
use crate::storage::{staff_session, staff_try};

/// An account to make.
#[derive(Clone, Debug)]
pub struct NewStaff {
    /// What the person will type.
    pub login: Login,
    /// Who it is.
    pub name: String,
    /// What the person may do: staff, partner or admin.
    pub role: Role,
    /// The areas it sees, each with all below it.
    pub areas: Vec<AreaId>,
}

/// Why an account was left as it is.
#[derive(Debug, thiserror::Error)]
pub enum StaffError {
    /// The login is no login.
    #[error("a login has 3 to 40 of the letters a to z, digits, dot, hyphen and underscore")]
    Login,
    /// Another role.
    #[error("a console account is for the role staff, partner or admin; others sign in on phones")]
    Role,
    /// The login is taken.
    #[error("there is an account with this login already; see `usra staff list`")]
    Taken,
    /// No such account.
    #[error("there is no account with this login; see `usra staff list`")]
    Unknown,
    /// The database is away.
    #[error("the account was left as it is: the database did not take it")]
    Storage(#[from] sqlx::Error),
}

/// What a person types to say who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login(String);

impl Login {
    /// Reads a login; upper and lower case are one.
    ///
    /// # Errors
    /// It is too short, too long or has other letters.
    pub fn parse(typed: &str) -> Result<Self, StaffError> {
        let login = typed.trim().to_ascii_lowercase();
        let plain = login.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
        if plain && (3..=40).contains(&login.len()) { Ok(Self(login)) } else { Err(StaffError::Login) }
    }

    /// As it is kept.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Makes the account, with its id of `random`.
///
/// # Errors
/// A [`StaffError`]; then nothing changed.
pub async fn add(
    conn: &mut PgConnection,
    region: RegionId,
    new: &NewStaff,
    (staff_id, proofs): (Uuid, &Proofs),
    (by, now): (By, OffsetDateTime),
) -> Result<(), StaffError> {
    if !matches!(new.role, Role::Staff | Role::Partner | Role::Admin) {
        return Err(StaffError::Role);
    }
    let row = StaffRow {
        staff_id,
        login: new.login.as_str().to_owned(),
        name: new.name.clone(),
        role: new.role.word().to_owned(),
        area_ids: new.areas.iter().map(|area| area.0.cast_signed()).collect(),
        added_at: now,
        signed_in_at: None,
        disabled_at: None,
    };
    let mut transaction = conn.begin().await?;
    if !staff::add(&mut transaction, region, &row, proofs).await? {
        return Err(StaffError::Taken);
    }
    let event = about(staff_id, Action::StaffAdd, by);
    audit::note(&mut transaction, region, &event, now).await?;
    Ok(transaction.commit().await?)
}

/// The account of a login.
///
/// # Errors
/// There is none, or the database is away.
pub async fn find(conn: &mut PgConnection, region: RegionId, login: &Login) -> Result<StaffRow, StaffError> {
    let found = staff::by_login(conn, region, login.as_str()).await?;
    Ok(found.ok_or(StaffError::Unknown)?.0)
}

/// Shuts the account and ends its sessions; whether it was open.
///
/// # Errors
/// A [`StaffError`]; then nothing changed.
pub async fn disable(
    conn: &mut PgConnection,
    region: RegionId,
    login: &Login,
    (by, now): (By, OffsetDateTime),
) -> Result<bool, StaffError> {
    let mut transaction = conn.begin().await?;
    let staff_id = find(&mut transaction, region, login).await?.staff_id;
    let newly = staff::disable(&mut transaction, region, staff_id, now).await?;
    staff_session::remove_of(&mut transaction, region, staff_id, None).await?;
    let event = about(staff_id, Action::StaffDisable, by);
    audit::note(&mut transaction, region, &event, now).await?;
    transaction.commit().await?;
    Ok(newly)
}

/// Gives the account other proofs, ends its sessions and its lock, and opens it again if it was shut.
///
/// # Errors
/// A [`StaffError`]; then nothing changed.
pub async fn reset(
    conn: &mut PgConnection,
    region: RegionId,
    login: &Login,
    proofs: &Proofs,
    (by, now): (By, OffsetDateTime),
) -> Result<(), StaffError> {
    let mut transaction = conn.begin().await?;
    let staff_id = find(&mut transaction, region, login).await?.staff_id;
    staff::reset(&mut transaction, region, staff_id, proofs).await?;
    staff_session::remove_of(&mut transaction, region, staff_id, None).await?;
    staff_try::forget(&mut transaction, region, &code::hash(login.as_str()), now - lockout::FORGIVEN_AFTER).await?;
    let event = about(staff_id, Action::StaffReset, by);
    audit::note(&mut transaction, region, &event, now).await?;
    Ok(transaction.commit().await?)
}

fn about(staff_id: Uuid, action: Action, by: By) -> Event {
    Event { by, action, records: Vec::new(), install: None, detail: json!({ "staff_id": staff_id }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_the_same_however_it_is_typed() {
        assert_eq!(Login::parse(" Huda.JED ").unwrap().as_str(), "huda.jed");
        for wrong in ["hu", "a b c", "هدى", &"a".repeat(41)] {
            assert!(Login::parse(wrong).is_err(), "{wrong}");
        }
    }
}
