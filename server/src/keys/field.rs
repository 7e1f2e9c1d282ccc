//! How sealed values rest: each family has a key of its own, wrapped by a ring; values are encrypted with it and bound to the
//! row they stand in. XChaCha20-Poly1305 with random nonces; a row that was moved or changed does not open.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use usra_sync_protocol::id::{RecordId, RegionId};

use super::draw::{Draw, mac};
use super::ring::Ring;
use super::secret::Secret;

/// Does not open: damaged, moved from elsewhere, or written with a key that is not here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a stored sealed value does not open: its row was changed or moved, or its key is not among the centre's keys")]
pub struct Unopened;

/// What was encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Boxed {
    /// Random, of this encryption alone.
    pub nonce: [u8; 24],
    /// With its tag.
    pub bytes: Vec<u8>,
}

/// A family, as the keys see it.
#[derive(Clone, Copy, Debug)]
pub struct Owner {
    /// The region.
    pub region: RegionId,
    /// The family.
    pub family: RecordId,
}

/// The key of one family's sealed values.
#[derive(Clone, Debug)]
pub struct FamilyKey {
    owner: Owner,
    secret: Secret,
    /// It grows when the values are encrypted anew.
    pub version: i32,
}

/// The row that a value stands in.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The record.
    pub record: RecordId,
    /// The value's place there.
    pub key: &'a str,
    /// Its number there.
    pub n: i32,
}

impl Ring {
    /// Wraps a family's key.
    ///
    /// # Errors
    /// None that can happen.
    pub fn wrap(&self, key: &FamilyKey, draw: &mut Draw) -> Result<Boxed, Unopened> {
        encrypt(&self.field, &self.place_of(key.owner, key.version), key.secret.bytes(), draw)
    }

    /// Opens a family's wrapped key.
    ///
    /// # Errors
    /// [`Unopened`].
    pub fn unwrap(&self, owner: Owner, version: i32, boxed: (&[u8], &[u8])) -> Result<FamilyKey, Unopened> {
        let bytes = decrypt(&self.field, &self.place_of(owner, version), boxed)?;
        let secret = Secret::new(bytes.try_into().or(Err(Unopened))?);
        Ok(FamilyKey { owner, secret, version })
    }

    /// What a value is found by: the same for the same value, and nothing without the key.
    #[must_use]
    pub fn blind_index(&self, region: RegionId, value: &str) -> [u8; 32] {
        mac(self.index.bytes(), &[b"usra blind index 1", &region.0.to_be_bytes(), value.as_bytes()])
    }

    fn place_of(&self, owner: Owner, version: i32) -> Vec<u8> {
        let mut place = b"usra family key 1".to_vec();
        place.extend(owner.region.0.to_be_bytes());
        place.extend(owner.family.0.as_bytes());
        place.extend(self.version.to_be_bytes());
        place.extend(version.to_be_bytes());
        place
    }
}

impl FamilyKey {
    /// A new key.
    #[must_use]
    pub fn new(owner: Owner, version: i32, draw: &mut Draw) -> Self {
        Self { owner, secret: Secret::new(draw.bytes()), version }
    }

    /// Encrypts a value for its row.
    ///
    /// # Errors
    /// None that can happen.
    pub fn encrypt(&self, place: Place<'_>, value: &str, draw: &mut Draw) -> Result<Boxed, Unopened> {
        encrypt(&self.secret, &self.place_of(place), value.as_bytes(), draw)
    }

    /// Opens the value of a row.
    ///
    /// # Errors
    /// [`Unopened`].
    pub fn decrypt(&self, place: Place<'_>, boxed: (&[u8], &[u8])) -> Result<String, Unopened> {
        let bytes = decrypt(&self.secret, &self.place_of(place), boxed)?;
        String::from_utf8(bytes).or(Err(Unopened))
    }

    fn place_of(&self, place: Place<'_>) -> Vec<u8> {
        let mut bytes = b"usra sealed value 1".to_vec();
        bytes.extend(self.owner.region.0.to_be_bytes());
        bytes.extend(self.owner.family.0.as_bytes());
        bytes.extend(place.record.0.as_bytes());
        bytes.extend(self.version.to_be_bytes());
        bytes.extend(place.n.to_be_bytes());
        bytes.extend(place.key.as_bytes());
        bytes
    }
}

fn encrypt(key: &Secret, place: &[u8], plain: &[u8], draw: &mut Draw) -> Result<Boxed, Unopened> {
    let nonce: [u8; 24] = draw.bytes();
    let cipher = XChaCha20Poly1305::new(key.bytes().into());
    let bytes = cipher.encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: place }).or(Err(Unopened))?;
    Ok(Boxed { nonce, bytes })
}

fn decrypt(key: &Secret, place: &[u8], (nonce, bytes): (&[u8], &[u8])) -> Result<Vec<u8>, Unopened> {
    let nonce: [u8; 24] = nonce.try_into().or(Err(Unopened))?;
    let cipher = XChaCha20Poly1305::new(key.bytes().into());
    cipher.decrypt(&XNonce::from(nonce), Payload { msg: bytes, aad: place }).or(Err(Unopened))
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use super::*;

    fn owner(n: u8) -> Owner {
        Owner { region: RegionId(2), family: RecordId::new(1, [n; 10]) }
    }

    fn ring(version: u32) -> Ring {
        Ring::new(version, &[7; Ring::RANDOM], OffsetDateTime::UNIX_EPOCH)
    }

    #[test]
    fn a_value_opens_in_its_own_row_and_in_no_other() {
        let mut draw = Draw::new([1; 32]);
        let key = FamilyKey::new(owner(1), 1, &mut draw);
        let place = Place { record: RecordId::new(1, [3; 10]), key: "member/m1/national_id", n: 1 };
        let boxed = key.encrypt(place, "9000000001", &mut draw).unwrap();
        let open = |key: &FamilyKey, place| key.decrypt(place, (&boxed.nonce, &boxed.bytes));
        assert_eq!(open(&key, place).as_deref(), Ok("9000000001"));
        assert_eq!(open(&key, Place { record: RecordId::new(1, [4; 10]), ..place }), Err(Unopened));
        assert_eq!(open(&key, Place { key: "member/m2/national_id", ..place }), Err(Unopened));
        assert_eq!(open(&key, Place { n: 2, ..place }), Err(Unopened));
        assert_eq!(open(&FamilyKey { version: 2, ..key.clone() }, place), Err(Unopened));
        assert_eq!(open(&FamilyKey { owner: owner(2), ..key }, place), Err(Unopened));
    }

    #[test]
    fn a_wrapped_key_opens_for_its_family_with_its_ring() {
        let mut draw = Draw::new([1; 32]);
        let key = FamilyKey::new(owner(1), 1, &mut draw);
        let boxed = ring(1).wrap(&key, &mut draw).unwrap();
        let open = |ring: &Ring, owner, version| ring.unwrap(owner, version, (&boxed.nonce, &boxed.bytes));
        assert_eq!(open(&ring(1), owner(1), 1).unwrap().secret.bytes(), key.secret.bytes());
        assert!(open(&ring(2), owner(1), 1).is_err() && open(&ring(1), owner(2), 1).is_err());
        assert!(open(&ring(1), owner(1), 2).is_err());
    }

    #[test]
    fn the_blind_index_is_one_for_a_value_and_another_for_every_region_and_ring() {
        let other = Ring::new(2, &[8; Ring::RANDOM], OffsetDateTime::UNIX_EPOCH);
        let index = ring(1).blind_index(RegionId(2), "9000000001");
        assert_eq!(ring(1).blind_index(RegionId(2), "9000000001"), index);
        assert_ne!(ring(1).blind_index(RegionId(3), "9000000001"), index);
        assert_ne!(other.blind_index(RegionId(2), "9000000001"), index);
    }
}
