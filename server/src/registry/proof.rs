//! A request's proof that the install's own key sent it, and sent it now.

use ed25519_dalek::{Signature, VerifyingKey};
use time::OffsetDateTime;
use usra_sync_protocol::id::InstallId;
use usra_sync_protocol::signing::Stamp;

use crate::registry::nonces::Nonces;

/// A signature with what it is over.
#[derive(Clone, Debug)]
pub struct Proof {
    /// The signature, when there is one.
    pub stamp: Option<Stamp>,
    /// What was signed.
    pub bytes: Vec<u8>,
}

/// Why a proof proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unproven {
    /// No signature.
    #[error("the request is not signed")]
    Missing,
    /// Not the key's signature over this request.
    #[error("the signature is wrong")]
    Wrong,
    /// This sending was seen before.
    #[error("the nonce was used")]
    Used,
}

impl Proof {
    /// Demands that `public_key` made the signature.
    ///
    /// # Errors
    /// [`Unproven::Missing`] or [`Unproven::Wrong`].
    pub fn by(&self, public_key: &[u8; 32]) -> Result<Stamp, Unproven> {
        let stamp = self.stamp.ok_or(Unproven::Missing)?;
        let key = VerifyingKey::from_bytes(public_key).or(Err(Unproven::Wrong))?;
        let signature = Signature::from_bytes(&stamp.signature);
        // Strictly: a key of small order would sign everything.
        key.verify_strict(&self.bytes, &signature).or(Err(Unproven::Wrong))?;
        Ok(stamp)
    }

    /// Demands that the key of `install` made the signature and that it was not seen before. An install from before keys
    /// has none to sign with.
    ///
    /// # Errors
    /// An [`Unproven`].
    pub fn of(
        &self,
        install: InstallId,
        public_key: Option<&[u8; 32]>,
        nonces: &Nonces,
        now: OffsetDateTime,
    ) -> Result<(), Unproven> {
        let Some(key) = public_key else { return Ok(()) };
        let stamp = self.by(key)?;
        // Only now: a forged request must not use up memory.
        if nonces.spend(install, stamp.nonce, now) { Ok(()) } else { Err(Unproven::Used) }
    }
}
