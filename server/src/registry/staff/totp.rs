//! One-time codes of an app (RFC 6238: SHA-1, six digits, thirty seconds, which every app knows). The secret rests encrypted with
//! XChaCha20-Poly1305 under a key that follows from the centre's field key, bound to its account.
//!
//! ```text
//! stored: version of the ring (4 bytes) | nonce (24) | secret and tag (20 + 16)
//! ```

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use time::OffsetDateTime;
use totp_rs::{Algorithm, Builder, Totp};
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::keys::{Keys, Ring};

/// Seconds for which a code is the present one.
const STEP_S: u64 = 30;
/// How many steps a person's clock may be off, either way.
const SKEW: u16 = 1;
/// Who the app says the code is for.
const ISSUER: &str = "Usra";

/// The secret that an app and the server share.
#[derive(Clone)]
pub struct Secret(Zeroizing<[u8; 20]>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// A stored secret that does not open, or that cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the secret of the one-time codes does not open: its row was changed, or its key is not among the centre's keys"
)]
pub struct Unopened;

impl Secret {
    /// Of randomness.
    #[must_use]
    pub fn new(random: [u8; 20]) -> Self {
        Self(Zeroizing::new(random))
    }

    /// What a code is checked against where there is no account.
    #[must_use]
    pub fn nobodys() -> Self {
        Self::new([0x5a; 20])
    }

    /// The address that an app scans.
    ///
    /// # Errors
    /// None that can happen: a login has no colon.
    pub fn url(&self, login: &str) -> Result<String, Unopened> {
        let builder = self.builder().with_account_name(login).with_issuer(Some(ISSUER));
        builder.build().or(Err(Unopened))?.to_url().or(Err(Unopened))
    }

    /// The step whose code was typed, if it is one of about now.
    #[must_use]
    pub fn step_of(&self, typed: &str, now: OffsetDateTime) -> Option<i64> {
        let seconds = u64::try_from(now.unix_timestamp()).ok()?;
        i64::try_from(self.totp()?.check(typed, seconds)?).ok()
    }

    /// The code of now, as the app shows it.
    #[must_use]
    pub fn code(&self, now: OffsetDateTime) -> Option<String> {
        Some(self.totp()?.generate(u64::try_from(now.unix_timestamp()).ok()?).to_string())
    }

    /// What is kept of it.
    ///
    /// # Errors
    /// None that can happen.
    pub fn seal(&self, keys: &Keys, owner: (RegionId, Uuid), nonce: [u8; 24]) -> Result<Vec<u8>, Unopened> {
        let (rings, aad) = (keys.rings(), bound_to(owner));
        let ring = rings.newest();
        let payload = Payload { msg: self.0.as_slice(), aad: &aad };
        let sealed = cipher(ring).encrypt(&XNonce::from(nonce), payload).or(Err(Unopened))?;
        Ok([ring.version.to_be_bytes().as_slice(), &nonce, &sealed].concat())
    }

    /// Undoes [`Secret::seal`].
    ///
    /// # Errors
    /// [`Unopened`].
    pub fn open(keys: &Keys, owner: (RegionId, Uuid), stored: &[u8]) -> Result<Self, Unopened> {
        let (version, rest) = stored.split_first_chunk::<4>().ok_or(Unopened)?;
        let (nonce, sealed) = rest.split_first_chunk::<24>().ok_or(Unopened)?;
        let (rings, aad) = (keys.rings(), bound_to(owner));
        let ring = rings.get(u32::from_be_bytes(*version)).ok_or(Unopened)?;
        let payload = Payload { msg: sealed, aad: &aad };
        let opened = Zeroizing::new(cipher(ring).decrypt(&XNonce::from(*nonce), payload).or(Err(Unopened))?);
        Ok(Self::new(opened.as_slice().try_into().or(Err(Unopened))?))
    }

    fn totp(&self) -> Option<Totp> {
        self.builder().build().ok()
    }

    fn builder(&self) -> Builder {
        let builder = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_secret(self.0.to_vec());
        builder.with_skew(SKEW).with_step_duration(STEP_S)
    }
}

/// A key for these secrets alone.
fn cipher(ring: &Ring) -> XChaCha20Poly1305 {
    let mut key = Zeroizing::new([0; 32]);
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(ring.field.bytes()) {
        mac.update(b"usra staff totp 1");
        *key = mac.finalize().into_bytes().into();
    }
    XChaCha20Poly1305::new(&(*key).into())
}

fn bound_to((region, staff): (RegionId, Uuid)) -> Vec<u8> {
    [region.0.to_be_bytes().as_slice(), staff.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::Duration;

    const OWNER: (RegionId, Uuid) = (RegionId(2), Uuid::from_u128(7));

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, the last six digits.
        let secret = Secret::new(*b"12345678901234567890");
        let at = |seconds| OffsetDateTime::UNIX_EPOCH + Duration::seconds(seconds);
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(secret.code(at(seconds)).as_deref(), Some(code));
            assert_eq!(secret.step_of(code, at(seconds)), Some(seconds / 30));
            assert_eq!(secret.step_of(code, at(seconds + 30)), Some(seconds / 30), "a slow person is let in");
            assert_eq!(secret.step_of(code, at(seconds + 90)), None);
        }
        for typed in ["", "28708", "2870822", "28708x", "٢٨٧٠٨٢"] {
            assert_eq!(secret.step_of(typed, at(59)), None, "{typed}");
        }
    }

    #[test]
    fn a_kept_secret_opens_for_its_own_account_and_is_nowhere_in_the_clear() {
        let (keys, secret) = (Keys::unkept([3; Keys::RANDOM]), Secret::new([9; 20]));
        let stored = secret.seal(&keys, OWNER, [4; 24]).unwrap();
        assert!(!stored.windows(4).any(|part| part == [9; 4]));
        assert_eq!(Secret::open(&keys, OWNER, &stored).unwrap().0, secret.0);
        assert!(Secret::open(&keys, (RegionId(3), OWNER.1), &stored).is_err());
        assert!(Secret::open(&keys, (OWNER.0, Uuid::nil()), &stored).is_err());
        assert!(Secret::open(&Keys::unkept([8; Keys::RANDOM]), OWNER, &stored).is_err());
        assert!(Secret::open(&keys, OWNER, &stored[..20]).is_err());
    }

    #[test]
    fn an_app_can_scan_it() {
        let url = Secret::new([9; 20]).url("huda.jed").unwrap();
        assert!(url.starts_with("otpauth://totp/Usra:huda.jed?secret=") && url.contains("issuer=Usra"), "{url}");
    }
}
