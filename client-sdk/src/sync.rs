//! The driver: one conversation of a phone with its server over a transport, until there is nothing more or something fails.

use crate::error::PhoneError;
use crate::phone::{Phone, Progress};
use crate::store::Store;
use crate::transport::{Failure, Outgoing, Transport};

/// Round trips of one conversation at most; far more than 5,000 records take, so that a server that never ends is left.
pub const ROUND_TRIPS_MAX: u32 = 1_000;

/// Time and dice of the place where the driver runs.
pub trait Surroundings {
    /// Milliseconds since 1970.
    fn now_ms(&self) -> u64;
    /// Any random number.
    fn jitter(&self) -> u32;
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
    let mut report = SyncReport::default();
    let Some(identity) = phone.identity() else { return Err(PhoneError::NotEnrolled) };
    let (server_url, token) = (identity.server_url.clone(), identity.token.clone());
    while report.round_trips < ROUND_TRIPS_MAX {
        let Some(body) = phone.next_request(surroundings.now_ms())? else { break };
        report.bytes_up += body.len() as u64;
        let outgoing = Outgoing { server_url: server_url.clone(), token: token.clone(), body };
        let answer = match transport.exchange(outgoing).await {
            Ok(answer) => answer,
            Err(failure) => {
                phone.failed(failure, surroundings.now_ms(), surroundings.jitter())?;
                report.failure = Some(failure);
                break;
            }
        };
        report.round_trips += 1;
        report.bytes_down += answer.len() as u64;
        let step = match phone.receive(&answer, surroundings.now_ms()) {
            Ok(step) => step,
            Err(PhoneError::Answer(_) | PhoneError::AnswerUnexpected) => {
                phone.failed(Failure::Garbled, surroundings.now_ms(), surroundings.jitter())?;
                report.failure = Some(Failure::Garbled);
                break;
            }
            Err(fault) => return Err(fault),
        };
        report.total = report.total.and(step);
        progress(&report);
        if !step.more {
            break;
        }
    }
    Ok(report)
}
