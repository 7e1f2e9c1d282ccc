//! Refreshing tokens: a refresh token is good once and gets the next pair. An older one means that two hold the same phone's
//! data: then all tokens of the install end, and both hear why.
//!
//! ```text
//! shown token is           then
//! the current one          rotate
//! the one before           rotate once more (its answer was lost), if that was not done already
//! older, data restored     rotate: the server forgot, not the phone
//! older                    end the family
//! ```

use serde_json::json;
use sqlx::{Connection, PgConnection, PgPool};
use time::{Duration, OffsetDateTime};
use usra_sync_protocol::id::{Epoch, InstallId, RegionId};
use usra_sync_protocol::role::Role;

use crate::registry::audit::{self, Action, By, Event};
use crate::registry::code;
use crate::registry::nonces::Nonces;
use crate::registry::proof::{Proof, Unproven};
use crate::registry::token::{self, Tokens};
use crate::storage::token_family::{self, Turn};
use crate::storage::{install, region};

/// A season: who was away for longer is enrolled again.
const IDLE_MAX: Duration = Duration::days(180);

/// What a phone shows.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The refresh token.
    pub refresh: String,
    /// That the install's own key sent it.
    pub proof: Proof,
}

/// What a refresh needs from outside.
#[derive(Clone, Debug)]
pub struct Fresh {
    /// For the access token.
    pub access: [u8; 32],
    /// For the refresh token.
    pub refresh: [u8; 32],
    /// The time now.
    pub now: OffsetDateTime,
    /// When the access token ends.
    pub token_expires_at: OffsetDateTime,
}

/// Why there are no new tokens.
#[derive(Debug, thiserror::Error)]
pub enum NotRefreshed {
    /// Never given out.
    #[error("the refresh token was never given out")]
    Unknown,
    /// Used before; the install's tokens have ended.
    #[error("the refresh token was used before")]
    Reused,
    /// Not used for too long.
    #[error("the refresh token has expired")]
    Expired,
    /// The install was revoked.
    #[error("the install was revoked")]
    Revoked,
    /// Not signed by the install's key.
    #[error("the refresh was not proven")]
    Unproven(#[from] Unproven),
    /// The database is away.
    #[error("the tokens were not stored")]
    Storage(#[from] sqlx::Error),
}

/// Gives the next tokens for the shown one, and the install's role.
///
/// # Errors
/// A [`NotRefreshed`]; only [`NotRefreshed::Reused`] changes anything.
pub async fn refresh(
    pool: &PgPool,
    region: RegionId,
    shown: Shown,
    fresh: Fresh,
    nonces: &Nonces,
) -> Result<(Tokens, Role), NotRefreshed> {
    let mut conn = pool.acquire().await?;
    let mut transaction = conn.begin().await?;
    let family = token::family(&shown.refresh);
    let known = token_family::lock(&mut transaction, region, &code::hash(family)).await?;
    let known = known.ok_or(NotRefreshed::Unknown)?;
    // The table's check admits only words of ours.
    let role: Role = known.role.parse().or(Err(NotRefreshed::Unknown))?;
    let key = known.public_key.as_deref().and_then(|key| key.try_into().ok());
    shown.proof.of(known.install, key, nonces, fresh.now)?;
    let epoch = region::epoch(&mut transaction, region).await?;
    let outcome = match step(&known, &code::hash(&shown.refresh), epoch, fresh.now) {
        Ok(turn) => {
            let tokens = Tokens::new(family, fresh.access, fresh.refresh);
            rotate(&mut transaction, region, (&known, turn), &tokens, (epoch, &fresh)).await?;
            Ok((tokens, role))
        }
        Err(NotRefreshed::Reused) => {
            if !known.ended {
                end(&mut transaction, region, known.install, fresh.now).await?;
            }
            Err(NotRefreshed::Reused)
        }
        Err(other) => Err(other),
    };
    transaction.commit().await?;
    outcome
}

async fn end(
    conn: &mut PgConnection,
    region: RegionId,
    install: InstallId,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    token_family::end(conn, region, install, now).await?;
    install::end_token(conn, region, install, now).await?;
    let (by, action, install) = (By::Server, Action::TokenReused, Some(install));
    audit::note(conn, region, &Event { by, action, records: Vec::new(), install, detail: json!({}) }, now).await
}

async fn rotate(
    conn: &mut PgConnection,
    region: RegionId,
    (known, turn): (&token_family::TokenFamily, Turn),
    tokens: &Tokens,
    (epoch, fresh): (Epoch, &Fresh),
) -> Result<(), sqlx::Error> {
    let turn = Turn { current: code::hash(&tokens.refresh), ..turn };
    token_family::turn(conn, region, (known.install, &turn), epoch, fresh.now).await?;
    let access = code::hash(&tokens.access);
    install::renew_token(conn, region, known.install, (&access, fresh.token_expires_at)).await
}

/// What the shown token does to its family; the new current hash is still to be filled in.
fn step(
    known: &token_family::TokenFamily,
    shown: &[u8; 32],
    epoch: Epoch,
    now: OffsetDateTime,
) -> Result<Turn, NotRefreshed> {
    if known.revoked {
        return Err(NotRefreshed::Revoked);
    }
    if known.ended {
        return Err(NotRefreshed::Reused);
    }
    if known.refreshed_at + IDLE_MAX <= now {
        return Err(NotRefreshed::Expired);
    }
    let is_current = known.current == shown;
    let is_retry = known.previous.as_deref() == Some(shown) && !known.retried;
    if is_current || is_retry || known.epoch != epoch {
        return Ok(Turn { current: [0; 32], previous: *shown, retried: !is_current && is_retry });
    }
    Err(NotRefreshed::Reused)
}

#[cfg(test)]
mod tests {
    use usra_sync_protocol::id::InstallId;

    use super::*;

    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    fn known(retried: bool) -> token_family::TokenFamily {
        token_family::TokenFamily {
            install: InstallId::new([1; 16]),
            public_key: None,
            role: "surveyor".to_owned(),
            revoked: false,
            ended: false,
            current: vec![2; 32],
            previous: Some(vec![1; 32]),
            retried,
            epoch: Epoch(1),
            refreshed_at: NOW,
        }
    }

    #[test]
    fn the_token_before_is_good_once_more_and_an_older_one_never() {
        let retried = |known: token_family::TokenFamily, shown: u8| {
            step(&known, &[shown; 32], Epoch(1), NOW).ok().map(|turn| turn.retried)
        };
        assert_eq!(retried(known(false), 2), Some(false));
        assert_eq!(retried(known(false), 1), Some(true));
        assert_eq!(retried(known(true), 1), None);
        assert_eq!(retried(known(true), 2), Some(false));
        assert_eq!(retried(known(false), 0), None);
    }

    #[test]
    fn after_a_restore_a_token_that_the_server_forgot_is_still_good() {
        assert!(step(&known(false), &[9; 32], Epoch(1), NOW).is_err());
        assert!(step(&known(false), &[9; 32], Epoch(2), NOW).is_ok());
    }

    #[test]
    fn a_revoked_ended_or_long_silent_install_gets_nothing() {
        let refused = |known: token_family::TokenFamily| step(&known, &[2; 32], Epoch(2), NOW).unwrap_err();
        assert!(matches!(refused(token_family::TokenFamily { revoked: true, ..known(false) }), NotRefreshed::Revoked));
        assert!(matches!(refused(token_family::TokenFamily { ended: true, ..known(false) }), NotRefreshed::Reused));
        let silent = token_family::TokenFamily { refreshed_at: NOW - IDLE_MAX, ..known(false) };
        assert!(matches!(refused(silent), NotRefreshed::Expired));
    }
}
