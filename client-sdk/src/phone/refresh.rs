//! Tokens: every request goes out with the present access token and a signature of its own, and a refresh token gets the next
//! pair. Whether a token has ended is the server's word: the phone's clock may be wrong by years, so it measures only how
//! long it had a token, and that only to spare a request that would be refused.

use usra_sync_protocol::signing::{Nonce, SignedRequest};
use usra_sync_protocol::sync;
use usra_sync_protocol::token::{self, TokenAnswer, TokenRequest};

use super::state::SyncState;
use super::{IDENTITY, Phone, to_blob};
use crate::error::PhoneError;
use crate::identity::Identity;
use crate::store::{Store, Write};
use crate::transport::Outgoing;

/// Media type of a refresh, both ways.
const JSON: &str = "application/json";

impl<S: Store> Phone<S> {
    /// A sealed body of [`Phone::next_request`], addressed and signed for one sending.
    ///
    /// # Errors
    /// [`PhoneError::NotEnrolled`].
    pub fn addressed(&self, body: Vec<u8>, nonce: Nonce) -> Result<Outgoing, PhoneError> {
        let identity = self.identity().ok_or(PhoneError::NotEnrolled)?;
        Ok(outgoing(identity, (sync::PATH, sync::MEDIA_TYPE), &identity.token, body, nonce))
    }

    /// Whether the phone had its token for so long that the server would probably refuse it.
    #[must_use]
    pub fn token_is_old(&self, now_ms: u64) -> bool {
        let Some(identity) = self.identity.as_ref().filter(|identity| identity.refresh_token.is_some()) else {
            return false;
        };
        identity.token_fresh_ms.is_some_and(|(from, until)| !(from..until).contains(&now_ms))
    }

    /// The request for new tokens; `None` when the phone has no refresh token and only a new enrolment helps.
    ///
    /// # Errors
    /// [`PhoneError::Store`] when it cannot be written.
    pub fn refresh_request(&self, nonce: Nonce) -> Result<Option<Outgoing>, PhoneError> {
        let Some(identity) = self.identity() else { return Ok(None) };
        let Some(refresh_token) = identity.refresh_token.clone() else { return Ok(None) };
        let body = to_blob(&TokenRequest { refresh_token })?;
        Ok(Some(outgoing(identity, (token::PATH, JSON), "", body, nonce)))
    }

    /// Keeps the server's answer to a refresh. Should it be lost before, the server takes the same refresh token once more.
    ///
    /// # Errors
    /// [`PhoneError::AnswerUnexpected`] for anything else, [`PhoneError::Store`]; then the old tokens stand.
    pub fn refreshed(&mut self, answer: &[u8], now_ms: u64) -> Result<(), PhoneError> {
        let answer: TokenAnswer = serde_json::from_slice(answer).or(Err(PhoneError::AnswerUnexpected))?;
        let mut identity = self.identity.clone().ok_or(PhoneError::NotEnrolled)?;
        let mut sync = self.sync.clone();
        sync.hold.take_life(answer.hold_life_s);
        sync.hold.renew(now_ms);
        identity.renew(answer, now_ms);
        self.keep(identity, sync)
    }

    /// The server does not know the refresh token any more: only a new enrolment helps.
    ///
    /// # Errors
    /// [`PhoneError::Store`].
    pub fn refresh_is_over(&mut self) -> Result<(), PhoneError> {
        let Some(identity) = self.identity.clone() else { return Ok(()) };
        self.keep(Identity { refresh_token: None, ..identity }, self.sync.clone())
    }

    fn keep(&mut self, identity: Identity, sync: SyncState) -> Result<(), PhoneError> {
        self.commit(vec![Write::Meta(IDENTITY, Some(to_blob(&identity)?))], sync)?;
        self.identity = Some(identity);
        Ok(())
    }
}

fn outgoing(
    identity: &Identity,
    (path, media_type): (&'static str, &'static str),
    token: &str,
    body: Vec<u8>,
    nonce: Nonce,
) -> Outgoing {
    let request = SignedRequest { method: "POST", path, token, body: &body };
    let signature = identity.keys.as_ref().map(|keys| keys.sign(&request, nonce).to_string());
    let (server_url, token) = (identity.server_url.clone(), token.to_owned());
    Outgoing { server_url, path, media_type, token, signature, body }
}
