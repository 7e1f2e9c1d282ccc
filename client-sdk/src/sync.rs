//! The driver: one conversation of a phone with its server over a transport, until there is nothing more or something fails.
//! It gets new tokens by itself, before a request when the present one is old, and after it when the server says so.

use usra_sync_protocol::problem::Problem;
use usra_sync_protocol::signing::Nonce;

use crate::error::PhoneError;
use crate::fail_point::FailPoint;
use crate::phone::{Phone, Progress};
use crate::store::Store;
use crate::transport::{Failure, Outgoing, Transport};

/// Round trips of one conversation at most; far more than 5,000 records take, so that a server that never ends is left.
pub const ROUND_TRIPS_MAX: u32 = 1_000;
/// Sendings of one request, each with a nonce of its own, when the network delivered one twice.
const SENDINGS_MAX: u32 = 3;

/// Time and dice of the place where the driver runs.
pub trait Surroundings {
    /// Milliseconds since 1970.
    fn now_ms(&self) -> u64;
    /// Any random number.
    fn jitter(&self) -> u32;
    /// Sixteen random bytes that never came before.
    fn nonce(&self) -> [u8; 16];
}

/// What a conversation came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SyncReport {
    /// Requests that were answered.
    pub round_trips: u32,
    /// Sealed bytes sent, failed requests included.
    pub bytes_up: u64,
    /// Sealed bytes received.
    pub bytes_down: u64,
    /// Sums over the answers; `more` is whether it ended before everything was done.
    pub total: Progress,
    /// What ended it early. The phone has noted it and waits before it tries again.
    pub failure: Option<Failure>,
}

/// Syncs once. `progress` is called after each answer.
///
/// # Errors
/// A [`PhoneError`] of the phone itself, [`PhoneError::NotEnrolled`] among them; failures on the way are in the report.
pub async fn sync_once<S: Store + Send, T: Transport + Sync>(
    phone: &mut Phone<S>,
    transport: &T,
    surroundings: &(impl Surroundings + Sync),
    mut progress: impl FnMut(&SyncReport) + Send,
) -> Result<SyncReport, PhoneError> {
    if phone.identity().is_none() {
        return Err(PhoneError::NotEnrolled);
    }
    // Nobody else has the phone, so what is out belongs to a conversation that was given up: its answer will never be taken.
    phone.forget_request();
    let mut talk = Talk { phone, transport, surroundings, report: SyncReport::default() };
    while talk.report.round_trips < ROUND_TRIPS_MAX {
        let Some(body) = talk.phone.next_request(surroundings.now_ms())? else { break };
        let step = match talk.carry(body).await {
            Ok(answer) => talk.take(&answer),
            Err(stop) => Err(stop),
        };
        match step {
            Ok(step) => talk.report.total = talk.report.total.and(step),
            Err(Stop::Failed(failure)) => {
                talk.phone.failed(failure, surroundings.now_ms(), surroundings.jitter())?;
                talk.report.failure = Some(failure);
                break;
            }
            Err(Stop::Fault(fault)) => return Err(fault),
        }
        progress(&talk.report);
        if !talk.report.total.more {
            break;
        }
    }
    Ok(talk.report)
}

/// A conversation under way.
struct Talk<'a, S: Store, T, W> {
    phone: &'a mut Phone<S>,
    transport: &'a T,
    surroundings: &'a W,
    report: SyncReport,
}

/// Why it does not go on.
enum Stop {
    Failed(Failure),
    Fault(PhoneError),
}

impl From<PhoneError> for Stop {
    fn from(fault: PhoneError) -> Self {
        Self::Fault(fault)
    }
}

impl<S: Store + Send, T: Transport + Sync, W: Surroundings + Sync> Talk<'_, S, T, W> {
    /// Brings a body to the server, with new tokens where the present ones do not do.
    async fn carry(&mut self, body: Vec<u8>) -> Result<Vec<u8>, Stop> {
        if self.phone.token_is_old(self.surroundings.now_ms()) {
            match self.refresh().await {
                // Under the last token it had, a revoked phone may still deliver what it had not sent.
                Err(Stop::Failed(failure)) if is(failure, Problem::InstallRevoked) => {}
                refreshed => refreshed?,
            }
        }
        match self.send(|phone, nonce| Ok(Some(phone.addressed(body.clone(), nonce)?))).await {
            Err(Stop::Failed(failure)) if token_is_over(failure) && self.can_refresh() => {
                self.refresh().await?;
                self.send(|phone, nonce| Ok(Some(phone.addressed(body.clone(), nonce)?))).await
            }
            answered => answered,
        }
    }

    /// Gets the next tokens.
    async fn refresh(&mut self) -> Result<(), Stop> {
        let answer = match self.send(Phone::refresh_request).await {
            Ok(answer) => answer,
            Err(Stop::Failed(failure)) => {
                if is(failure, Problem::TokenUnknown) {
                    self.phone.refresh_is_over()?;
                }
                return Err(Stop::Failed(failure));
            }
            Err(fault) => return Err(fault),
        };
        match self.phone.refreshed(&answer, self.surroundings.now_ms()) {
            Err(PhoneError::AnswerUnexpected) => Err(Stop::Failed(Failure::Garbled)),
            kept => Ok(kept?),
        }
    }

    /// Sends what `make` makes, again with another nonce when the network had brought it twice.
    async fn send(
        &mut self,
        make: impl Fn(&Phone<S>, Nonce) -> Result<Option<Outgoing>, PhoneError> + Send,
    ) -> Result<Vec<u8>, Stop> {
        let mut sendings = 1;
        loop {
            let outgoing = make(self.phone, Nonce(self.surroundings.nonce()))?.ok_or(PhoneError::NotEnrolled)?;
            self.report.bytes_up += outgoing.body.len() as u64;
            match self.transport.exchange(outgoing).await {
                Err(failure) if is(failure, Problem::NonceUsed) && sendings < SENDINGS_MAX => sendings += 1,
                Err(failure) => return Err(Stop::Failed(failure)),
                Ok(answer) => return Ok(answer),
            }
        }
    }

    fn take(&mut self, answer: &[u8]) -> Result<Progress, Stop> {
        FailPoint::BeforeTake.reach();
        self.report.round_trips += 1;
        self.report.bytes_down += answer.len() as u64;
        match self.phone.receive(answer, self.surroundings.now_ms()) {
            Err(PhoneError::Answer(_) | PhoneError::AnswerUnexpected) => Err(Stop::Failed(Failure::Garbled)),
            taken => Ok(taken?),
        }
    }

    fn can_refresh(&self) -> bool {
        self.phone.identity().is_some_and(|identity| identity.refresh_token.is_some())
    }
}

fn is(failure: Failure, expected: Problem) -> bool {
    matches!(failure, Failure::Problem { problem, .. } if problem == expected)
}

/// Unknown is also a token that a refresh replaced whose answer was lost.
fn token_is_over(failure: Failure) -> bool {
    is(failure, Problem::TokenExpired) || is(failure, Problem::TokenUnknown)
}
