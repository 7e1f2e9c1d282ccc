//! A head of the audit with the centre's signature: kept elsewhere, it tells whether the audit is still the one it was. The
//! signature is Ed25519 over five lines, joined by a line feed; the key never lies in the database.
//!
//! ```text
//! usra audit head 1
//! REGION
//! N
//! base64url of the hash of row N
//! the moment it was signed (RFC 3339, UTC), or the day whose last row it is
//! ```

use ed25519_dalek::{Signature, VerifyingKey};
use serde::{Deserialize, Serialize};
use usra_sync_protocol::id::RegionId;
use usra_sync_protocol::signing::{read, text};

use crate::keys::Signing;
use crate::storage::audit::Head;

/// A signed head, in its written form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedHead {
    /// The region.
    pub region: RegionId,
    /// The number of the last row.
    pub n: i64,
    /// Its hash.
    pub hash: String,
    /// When it was the last, as signed.
    pub at: String,
    /// The key that signed.
    pub public_key: String,
    /// The signature.
    pub signature: String,
}

/// A signed head that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeadFault {
    /// Of another region.
    #[error("it is of another region")]
    Region,
    /// Not the key's signature, or not readable.
    #[error("its signature is wrong")]
    Signature,
}

impl SignedHead {
    /// Signs a head.
    #[must_use]
    pub fn sign(region: RegionId, head: &Head, at: String, key: &Signing) -> Self {
        let (hash, public_key) = (text(&head.hash), text(&key.public()));
        let unsigned = Self { region, n: head.n, hash, at, public_key, signature: String::new() };
        let signature = text(&key.sign(&unsigned.bytes()));
        Self { signature, ..unsigned }
    }

    /// The head and the key that vouches for it.
    ///
    /// # Errors
    /// A [`HeadFault`].
    pub fn open(&self, region: RegionId) -> Result<(Head, [u8; 32]), HeadFault> {
        if self.region != region {
            return Err(HeadFault::Region);
        }
        let hash: [u8; 32] = read(&self.hash).or(Err(HeadFault::Signature))?;
        let public_key = read(&self.public_key).or(Err(HeadFault::Signature))?;
        let signature = Signature::from_bytes(&read(&self.signature).or(Err(HeadFault::Signature))?);
        let key = VerifyingKey::from_bytes(&public_key).or(Err(HeadFault::Signature))?;
        key.verify_strict(&self.bytes(), &signature).or(Err(HeadFault::Signature))?;
        Ok((Head { n: self.n, hash: hash.to_vec() }, public_key))
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let Self { region, n, hash, at, .. } = self;
        format!("usra audit head 1\n{}\n{n}\n{hash}\n{at}", region.0).into_bytes()
    }
}
