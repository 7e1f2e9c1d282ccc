//! Which install a token speaks for, and whether it still may.

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use usra_sync_protocol::id::{InstallId, RecordId, RegionId};
use usra_sync_protocol::role::Role;

use crate::registry::code;
use crate::storage::device;
use crate::storage::install::{self, Bearer, Term, Told};

/// How fresh "last seen" is kept: a write per request would cost more than anyone reads from it.
const SEEN_EVERY: Duration = Duration::minutes(1);

/// How long a revoked install may go on delivering once it has begun: enough for a full outbox on a bad network.
const LAST_WORD: Duration = Duration::hours(1);

/// An install whose token is good.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its id.
    pub install: InstallId,
    /// What its person may do.
    pub role: Role,
    /// The family it belongs to.
    pub family: Option<RecordId>,
    /// The key that signs what it sends; `None` from before keys.
    pub public_key: Option<[u8; 32]>,
    /// Its assignments of now, and those that ended lately without its knowing.
    pub terms: Vec<Term>,
    /// How many decisions there are about its held work.
    pub decision_count: u64,
    /// Whether it was revoked and may only deliver what it had not sent.
    pub revoked: bool,
    /// When it is noted again that it was heard.
    pub notes: Notes,
}

/// What was noted last of an install: whether it is due again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    seen_at: Option<OffsetDateTime>,
    synced_at: Option<OffsetDateTime>,
    unsent: Option<i64>,
}

impl Notes {
    /// Whether to note that it is heard `now`, and what it told: once a minute, at its first sync, and as soon as it has nothing left to send.
    #[must_use]
    pub fn are_due(self, told: Option<&Told>, now: OffsetDateTime) -> bool {
        let emptied = self.unsent.unwrap_or_default() > 0 && told.is_some_and(|told| told.unsent == Some(0));
        let first = self.synced_at.is_none() && told.is_some();
        first || emptied || self.seen_at.is_none_or(|seen| now - seen >= SEEN_EVERY)
    }
}

/// Why a token opens nothing.
#[derive(Debug, thiserror::Error)]
pub enum Unknown {
    /// Never given out.
    #[error("the token was never given out")]
    Token,
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
    /// The install was revoked.
    #[error("the install was revoked")]
    Revoked,
    /// The database is away.
    #[error("the token could not be looked up")]
    Storage(#[from] sqlx::Error),
}

/// Finds the install that bears `token` at the time `now`; ended assignments count as lately ended for `late_grace`.
///
/// # Errors
/// The token is unknown or expired, its install revoked, or the database away.
pub async fn known(
    conn: &mut PgConnection,
    region: RegionId,
    token: &str,
    (now, late_grace): (OffsetDateTime, Duration),
) -> Result<Known, Unknown> {
    let times = (now, now - late_grace);
    let bearer = install::by_token(conn, region, &code::hash(token), times).await?.ok_or(Unknown::Token)?;
    admit(bearer, now)
}

/// Notes that the install is heard, and what it told at a sync, where that is due.
///
/// # Errors
/// The database is away.
pub async fn note(
    conn: &mut PgConnection,
    region: RegionId,
    (install, notes): (InstallId, Notes),
    (told, now): (Option<&Told>, OffsetDateTime),
) -> Result<(), sqlx::Error> {
    if notes.are_due(told, now) { install::seen(conn, region, install, (told, now)).await } else { Ok(()) }
}

fn admit(bearer: Bearer, now: OffsetDateTime) -> Result<Known, Unknown> {
    // A revoked install cannot refresh its token, so it is heard out under the last one it had.
    let revoked = bearer.revoked_at.is_some();
    if revoked && bearer.last_word_until.is_some_and(|until| until <= now) {
        return Err(Unknown::Revoked);
    }
    if !revoked && bearer.token_expires_at <= now {
        return Err(Unknown::Expired);
    }
    // The table's check admits only words of ours; a word of a newer server opens nothing here.
    let role = bearer.role.parse().or(Err(Unknown::Token))?;
    let notes = Notes { seen_at: bearer.last_seen_at, synced_at: bearer.synced_at, unsent: bearer.told_unsent };
    let Bearer { install, family, terms, decision_count, .. } = bearer;
    // A key of another length is a damaged row, and opens nothing.
    let public_key = bearer.public_key.map(<[u8; 32]>::try_from).transpose().or(Err(Unknown::Token))?;
    let decision_count = decision_count.cast_unsigned();
    Ok(Known { install, role, family, public_key, terms, decision_count, revoked, notes })
}

/// A revoked install asks. While it delivers work it is heard, for an hour from its first such request; without any it hears
/// that it was revoked.
///
/// # Errors
/// It is not heard, or the database is away.
pub async fn last_word(
    conn: &mut PgConnection,
    region: RegionId,
    install: InstallId,
    (delivers, now): (bool, OffsetDateTime),
) -> Result<(), Unknown> {
    if !delivers {
        return Err(Unknown::Revoked);
    }
    Ok(device::set_last_word(conn, region, install, now + LAST_WORD).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bearer() -> Bearer {
        Bearer {
            install: InstallId::new([1; 16]),
            role: "surveyor".to_owned(),
            family: None,
            public_key: None,
            token_expires_at: OffsetDateTime::UNIX_EPOCH + Duration::hours(1),
            revoked_at: None,
            last_word_until: None,
            last_seen_at: None,
            synced_at: None,
            told_unsent: None,
            decision_count: 0,
            terms: Vec::new(),
        }
    }

    #[test]
    fn an_install_is_noted_once_a_minute_at_its_first_sync_and_when_it_has_nothing_left_to_send() {
        let start = OffsetDateTime::UNIX_EPOCH;
        let told = |unsent| Some(Told { version: None, schema: 1, unsent: Some(unsent) });
        let notes = Notes { seen_at: Some(start), synced_at: Some(start), unsent: Some(7) };
        assert!(!notes.are_due(told(3).as_ref(), start + Duration::seconds(59)));
        assert!(notes.are_due(told(0).as_ref(), start + Duration::seconds(59)));
        assert!(notes.are_due(None, start + Duration::seconds(60)));
        let emptied = Notes { unsent: Some(0), ..notes };
        assert!(!emptied.are_due(told(0).as_ref(), start) && !emptied.are_due(None, start));
        let enrolled = Notes { synced_at: None, ..emptied };
        assert!(enrolled.are_due(told(0).as_ref(), start) && !enrolled.are_due(None, start));
        assert!(Notes::default().are_due(None, start));
    }

    #[test]
    fn a_token_is_good_until_the_second_it_ends() {
        let end = bearer().token_expires_at;
        assert!(admit(bearer(), end - Duration::SECOND).is_ok());
        assert!(matches!(admit(bearer(), end), Err(Unknown::Expired)));
    }

    #[test]
    fn a_revoked_install_is_known_as_revoked_even_after_its_token_ended() {
        let revoked = Bearer { revoked_at: Some(OffsetDateTime::UNIX_EPOCH), ..bearer() };
        assert!(admit(revoked, OffsetDateTime::UNIX_EPOCH + Duration::days(1)).is_ok_and(|known| known.revoked));
    }

    #[test]
    fn a_revoked_install_is_heard_until_its_last_word_ends() {
        let (start, end) = (OffsetDateTime::UNIX_EPOCH, OffsetDateTime::UNIX_EPOCH + Duration::minutes(10));
        let fresh = Bearer { revoked_at: Some(start), ..bearer() };
        assert!(admit(fresh.clone(), end).is_ok_and(|known| known.revoked));
        let begun = Bearer { last_word_until: Some(end), ..fresh };
        assert!(admit(begun.clone(), end - Duration::SECOND).is_ok());
        assert!(matches!(admit(begun, end), Err(Unknown::Revoked)));
    }
}
