//! When no answer came: nothing is lost, everything in flight is sent again, later and later, never at the same moment as others.

use usra_sync_protocol::problem::Problem;

use super::Phone;
use super::state::Blocked;
use crate::error::PhoneError;
use crate::store::Store;
use crate::transport::Failure;

/// The first pause after a failure.
const PAUSE_MS: u64 = 2_000;
/// The longest: a phone that finds its network again should not wait much longer than a person would.
const PAUSE_MAX_MS: u64 = 15 * 60 * 1_000;

impl<S: Store> Phone<S> {
    /// The conversation under way was given up before its answer was taken: by an app that went to sleep, or by a store that
    /// could not keep anything. What was in it is sent again.
    pub fn forget_request(&mut self) {
        (self.in_flight, self.conversation) = (None, None);
    }

    /// The last request got no answer. `jitter` is any random number; it spreads the phones over the second half of the pause.
    ///
    /// # Errors
    /// [`PhoneError::Store`].
    pub fn failed(&mut self, failure: Failure, now_ms: u64, jitter: u32) -> Result<(), PhoneError> {
        (self.in_flight, self.conversation) = (None, None);
        let mut sync = self.sync.clone();
        let pause_ms = pause_ms(sync.attempts, jitter).max(asked_ms(failure));
        sync.attempts = sync.attempts.saturating_add(1);
        sync.cuts = sync.cuts.saturating_add(u32::from(is_cut(failure)));
        sync.next_attempt_ms = Some(now_ms.saturating_add(pause_ms));
        sync.last_error = Some(failure.code().to_owned());
        let may_refresh = self.identity.as_ref().is_some_and(|identity| identity.refresh_token.is_some());
        if wants_enrolment(failure, may_refresh) {
            sync.blocked = sync.blocked.or(Some(Blocked::Token));
        }
        self.commit(Vec::new(), sync)?;
        // A revoked phone has no business with what it holds; its unsent work stays.
        if is_revoked(failure) { self.expire(self.sync.hold) } else { self.tick(now_ms) }
    }
}

/// Doubling, with the upper half left to chance.
fn pause_ms(attempts: u32, jitter: u32) -> u64 {
    let full = PAUSE_MS.saturating_mul(1_u64.checked_shl(attempts.min(32)).unwrap_or(u64::MAX)).min(PAUSE_MAX_MS);
    let half = full / 2;
    half + half.saturating_mul(u64::from(jitter)) / u64::from(u32::MAX)
}

fn asked_ms(failure: Failure) -> u64 {
    match failure {
        Failure::Problem { retry_after_ms, .. } => retry_after_ms.unwrap_or_default().min(PAUSE_MAX_MS),
        Failure::Unreachable | Failure::Timeout | Failure::Garbled | Failure::Unproven => 0,
    }
}

/// Whether the network, and not the server, is what failed.
fn is_cut(failure: Failure) -> bool {
    match failure {
        Failure::Unreachable | Failure::Timeout | Failure::Garbled => true,
        Failure::Problem { .. } | Failure::Unproven => false,
    }
}

fn is_revoked(failure: Failure) -> bool {
    matches!(failure, Failure::Problem { problem: Problem::InstallRevoked, .. })
}

/// An access token that ended is nobody's business while another can be had.
fn wants_enrolment(failure: Failure, may_refresh: bool) -> bool {
    let Failure::Problem { problem, .. } = failure else { return false };
    let is_over = matches!(problem, Problem::TokenReused | Problem::RefreshExpired | Problem::InstallRevoked);
    is_over || (matches!(problem, Problem::TokenUnknown | Problem::TokenExpired) && !may_refresh)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_limit_and_chance_spreads_their_upper_half() {
        assert_eq!((pause_ms(0, 0), pause_ms(0, u32::MAX)), (1_000, 2_000));
        assert_eq!((pause_ms(3, 0), pause_ms(3, u32::MAX)), (8_000, 16_000));
        assert_eq!((pause_ms(99, 0), pause_ms(u32::MAX, u32::MAX)), (PAUSE_MAX_MS / 2, PAUSE_MAX_MS));
    }
}
