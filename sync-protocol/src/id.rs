//! Identifiers, one type per kind of thing, so that none can be handed over in another's place.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// A record (family, household, product, visit): a UUIDv7 made on the device that created it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct RecordId(pub Uuid);

/// One installation of the app on one phone, issued by the server at enrolment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct InstallId(pub Uuid);

/// A region, the unit of tenancy: it leads every key on the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RegionId(pub i32);

/// An area of a region: region, governorate or centre.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct AreaId(pub u32);

/// Names one life of the server's data. It changes when the server was restored from a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Epoch(pub u32);

impl RecordId {
    /// A new id from the device's clock (milliseconds since 1970) and ten random bytes (RFC 9562, version 7).
    #[must_use]
    pub fn new(now_ms: u64, random: [u8; 10]) -> Self {
        Self(uuid::Builder::from_unix_timestamp_millis(now_ms, &random).into_uuid())
    }
}

impl RecordId {
    /// The one household record of a family. It follows from the family's id, so that two phones that both begin it
    /// offline write to the same record.
    #[must_use]
    pub fn household_of(family: Self) -> Self {
        let hash = Sha256::new().chain_update(b"usra household").chain_update(family.0.as_bytes()).finalize();
        let mut random = [0; 10];
        random.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        Self::new(family.made_at_ms(), random)
    }

    /// The device's clock when the id was made, in milliseconds since 1970.
    #[must_use]
    pub fn made_at_ms(self) -> u64 {
        self.0.as_bytes().iter().take(6).fold(0, |ms, byte| ms << 8 | u64::from(*byte))
    }
}

impl InstallId {
    /// The author of changes that the server itself writes (fields under `official/`).
    pub const SERVER: Self = Self(Uuid::nil());

    /// A new id from sixteen random bytes (RFC 9562, version 4).
    #[must_use]
    pub fn new(random: [u8; 16]) -> Self {
        Self(uuid::Builder::from_random_bytes(random).into_uuid())
    }
}

/// The author of changes: an installation and its generation. A generation begins when a phone rebuilds a record
/// after held work, so that no (record, actor, seq) is ever used twice for different content.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Actor([u8; Actor::LEN]);

impl Actor {
    /// Bytes of an actor: 16 of the install, 4 of the generation (big endian).
    pub const LEN: usize = 20;

    /// The actor of `install` in its `generation`.
    #[must_use]
    pub fn new(install: InstallId, generation: u32) -> Self {
        let mut bytes = [0; Self::LEN];
        let (head, tail) = bytes.split_at_mut(16);
        head.copy_from_slice(install.0.as_bytes());
        tail.copy_from_slice(&generation.to_be_bytes());
        Self(bytes)
    }

    /// Reads an actor, or `None` when it is not exactly [`Actor::LEN`] bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The bytes as they stand in a change. Their order is Automerge's order of actors.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }

    /// The installation that writes as this actor.
    #[must_use]
    pub fn install(&self) -> InstallId {
        let mut id = [0; 16];
        id.copy_from_slice(self.0.split_at(16).0);
        InstallId(Uuid::from_bytes(id))
    }

    /// How often the installation began anew on a record.
    #[must_use]
    pub fn generation(&self) -> u32 {
        let mut number = [0; 4];
        number.copy_from_slice(self.0.split_at(16).1);
        u32::from_be_bytes(number)
    }
}

impl fmt::Debug for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.install().0, self.generation())
    }
}

/// The SHA-256 of a change's chunk as Automerge defines it; names the change everywhere.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChangeHash(pub [u8; 32]);

impl ChangeHash {
    /// Reads a hash, or `None` when it is not exactly 32 bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Debug for ChangeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for ChangeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex_of_bytes(&self.0))
    }
}

macro_rules! shown_as_inner {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}
shown_as_inner!(RecordId, InstallId, RegionId, AreaId, Epoch);

impl FromStr for RecordId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(text).map(Self)
    }
}

impl FromStr for InstallId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(text).map(Self)
    }
}

/// A text that is no change's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a change is named by 64 hexadecimal digits")]
pub struct NotAHash;

impl FromStr for ChangeHash {
    type Err = NotAHash;

    fn from_str(text: &str) -> Result<Self, NotAHash> {
        let bytes = bytes_of_hex(text).ok_or(NotAHash)?;
        Self::from_bytes(&bytes).ok_or(NotAHash)
    }
}

/// Bytes as pairs of hexadecimal digits.
#[must_use]
pub fn hex_of_bytes(bytes: &[u8]) -> String {
    let digit = |four: u8| char::from_digit(u32::from(four), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// The bytes that pairs of hexadecimal digits stand for; `None` when they are none, or too many for any name here.
#[must_use]
pub fn bytes_of_hex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || text.len() % 2 == 1 || text.len() > 64 {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let byte = |pair: &[u8]| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    };
    text.as_bytes().chunks(2).map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_found_by_its_name_and_nothing_else_is_one() {
        let hash = ChangeHash([0xa7; 32]);
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert_eq!(hash.to_string().to_uppercase().parse(), Ok(hash));
        for wrong in ["", "a7", &"a7".repeat(33), &"g7".repeat(32), &"+7".repeat(32), &"\u{661}".repeat(32)] {
            assert_eq!(wrong.parse::<ChangeHash>(), Err(NotAHash), "{wrong}");
        }
    }

    #[test]
    fn an_actor_gives_back_its_install_and_generation() {
        let install = InstallId::new([7; 16]);
        let actor = Actor::new(install, 3);
        assert_eq!((actor.install(), actor.generation()), (install, 3));
        assert_eq!(Actor::from_bytes(actor.as_bytes()), Some(actor));
        assert_eq!(Actor::from_bytes(&[0; 19]), None);
    }

    #[test]
    fn a_family_has_one_household_id_and_no_other_family_has_it() {
        let (one, two) = (RecordId::new(1_700_000_000_123, [1; 10]), RecordId::new(1_700_000_000_123, [2; 10]));
        assert_eq!(one.made_at_ms(), 1_700_000_000_123);
        assert_eq!(RecordId::household_of(one), RecordId::household_of(one));
        assert_ne!(RecordId::household_of(one), RecordId::household_of(two));
        assert_eq!(RecordId::household_of(one).0.get_version_num(), 7);
    }

    #[test]
    fn later_record_ids_sort_later() {
        let (early, late) = (RecordId::new(1_000, [255; 10]), RecordId::new(1_001, [0; 10]));
        assert!(early < late);
        assert_eq!(early.to_string().parse::<RecordId>(), Ok(early));
    }

    #[test]
    fn a_hash_is_exactly_32_bytes() {
        assert_eq!(ChangeHash::from_bytes(&[7; 32]), Some(ChangeHash([7; 32])));
        assert!([31, 33].iter().all(|size| ChangeHash::from_bytes(&vec![7; *size]).is_none()));
    }
}
