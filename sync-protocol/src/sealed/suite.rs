//! The box that a sealed value travels in: HPKE (RFC 9180, base mode) with X25519, HKDF-SHA-256 and ChaCha20-Poly1305.
//!
//! ```text
//! format 1 (1 byte) | version of the server's sealing key (4, big endian) | encapsulated key (32) | ciphertext and tag
//! ```

use std::convert::Infallible;

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable, single_shot_open, single_shot_seal_with_rng};

const FORMAT: u8 = 1;
const HEAD: usize = 5;
const ENCAPSULATED: usize = 32;
const INFO: &[u8] = b"usra sealed value 1";

type Suite = X25519HkdfSha256;

/// A box that does not open: not ours, not for this key, or not for this place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sealed value does not open")]
pub struct Unopened;

/// Seals `value` to the server's `public` sealing key of `version`, bound to `place`. `random` must never be used twice.
///
/// # Errors
/// [`Unopened`] when `public` is no key.
pub fn seal(
    (version, public): (u32, &[u8; 32]),
    place: &[u8],
    value: &[u8],
    random: [u8; 32],
) -> Result<Vec<u8>, Unopened> {
    let key = <Suite as Kem>::PublicKey::from_bytes(public).or(Err(Unopened))?;
    let sealed = single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, Suite>(
        &OpModeS::Base,
        &key,
        INFO,
        value,
        place,
        &mut Given(random.into_iter()),
    );
    let (encapsulated, ciphertext) = sealed.or(Err(Unopened))?;
    let mut bytes = vec![FORMAT];
    bytes.extend(version.to_be_bytes());
    bytes.extend(encapsulated.to_bytes());
    bytes.extend(ciphertext);
    Ok(bytes)
}

/// Which of the server's sealing keys a box is for; `None` for what is no box of ours.
#[must_use]
pub fn version_of(sealed: &[u8]) -> Option<u32> {
    let (head, _) = sealed.split_at_checked(HEAD)?;
    let (format, version) = head.split_first()?;
    if *format == FORMAT { version.try_into().ok().map(u32::from_be_bytes) } else { None }
}

/// Opens a box with the secret key that [`version_of`] names.
///
/// # Errors
/// [`Unopened`].
pub fn open(secret: &[u8; 32], place: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Unopened> {
    version_of(sealed).ok_or(Unopened)?;
    let (_, rest) = sealed.split_at_checked(HEAD).ok_or(Unopened)?;
    let (encapsulated, ciphertext) = rest.split_at_checked(ENCAPSULATED).ok_or(Unopened)?;
    let secret = <Suite as Kem>::PrivateKey::from_bytes(secret).or(Err(Unopened))?;
    let encapsulated = <Suite as Kem>::EncappedKey::from_bytes(encapsulated).or(Err(Unopened))?;
    single_shot_open::<ChaCha20Poly1305, HkdfSha256, Suite>(
        &OpModeR::Base,
        &secret,
        &encapsulated,
        INFO,
        ciphertext,
        place,
    )
    .or(Err(Unopened))
}

/// The public half of a secret sealing key.
#[must_use]
pub fn public_of(secret: &[u8; 32]) -> [u8; 32] {
    let Ok(secret) = <Suite as Kem>::PrivateKey::from_bytes(secret) else { return [0; 32] };
    Suite::sk_to_pk(&secret).to_bytes().into()
}

/// Gives out the randomness it was given, once.
struct Given(std::array::IntoIter<u8, 32>);

impl TryRng for Given {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
        to.iter_mut().zip(&mut self.0).for_each(|(to, from)| *to = from);
        Ok(())
    }
}

impl TryCryptoRng for Given {}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: [u8; 32] = [7; 32];

    #[test]
    fn what_was_sealed_opens_with_its_key_in_its_place_and_nowhere_else() {
        let sealed = seal((3, &public_of(&SECRET)), b"place", b"value", [9; 32]).unwrap();
        assert_eq!(version_of(&sealed), Some(3));
        assert_eq!(open(&SECRET, b"place", &sealed).unwrap(), b"value");
        assert_eq!(open(&SECRET, b"other", &sealed), Err(Unopened));
        assert_eq!(open(&[8; 32], b"place", &sealed), Err(Unopened));
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            // The version only says which key to take; the key itself is in the box's derivation.
            assert!(open(&SECRET, b"place", &changed).is_err() || (1..5).contains(&at), "byte {at}");
            assert!(open(&SECRET, b"place", &sealed[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn the_box_is_the_same_for_the_same_randomness_and_another_for_another() {
        let public = public_of(&SECRET);
        let one = seal((1, &public), b"p", b"v", [1; 32]).unwrap();
        assert_eq!(seal((1, &public), b"p", b"v", [1; 32]).unwrap(), one);
        assert_ne!(seal((1, &public), b"p", b"v", [2; 32]).unwrap(), one);
        assert_eq!(one.len(), HEAD + ENCAPSULATED + 1 + 16);
    }
}
