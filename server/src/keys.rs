//! The keys of the centre. They lie in a folder of their own, outside the database, so that neither a copy of the database nor
//! a backup of it opens anything: the signing key that is the centre's identity, and rings of the keys that sealed values are
//! received, kept and found with. Rings grow by one at a rotation; older ones stay, for reading.
//!
//! ```text
//! DIR (0700)/keys.json (0600)   signing key, ring 1, ring 2 ... written beside, synced, renamed: never half a key
//! DIR/erased, DIR/revoked       what a restored database must not forget
//! DIR/lock                      held while one of these is written
//! ```

pub mod draw;
mod erasures;
mod fault;
pub mod field;
mod file;
mod list;
mod lock;
mod revocations;
mod ring;
mod secret;
mod signing;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use time::OffsetDateTime;
use usra_sync_protocol::enrol::EnrolAnswer;
use usra_sync_protocol::id::{RecordId, RegionId};
use usra_sync_protocol::server_proof::{SealingKey, ServerProof, transcript};
use usra_sync_protocol::signing::{Nonce, text};

pub use fault::KeysError;
pub use revocations::Revocation;
pub use ring::{Ring, Rings};
pub use secret::Secret;
pub use signing::{Signing, fingerprint_of};

use file::{Stamp, Written};

/// The keys of one centre.
#[derive(Debug)]
pub struct Keys {
    /// Who the centre is: never rotated, since phones know it by its fingerprint.
    pub signing: Signing,
    folder: Option<PathBuf>,
    held: Mutex<Held>,
}

/// The rings as last read, and the file they were read from.
#[derive(Debug)]
struct Held {
    rings: Arc<Rings>,
    stamp: Option<Stamp>,
}

impl Keys {
    /// Bytes of randomness that new keys are made of.
    pub const RANDOM: usize = 32 + Ring::RANDOM;

    /// Opens the keys in `folder`; makes folder and keys, of `random`, where there are none yet.
    ///
    /// # Errors
    /// A [`KeysError`]: others may read the keys, or they cannot be read or made.
    pub fn open(folder: &Path, random: [u8; Self::RANDOM], now: OffsetDateTime) -> Result<Self, KeysError> {
        file::make_folder(folder)?;
        if !file::exists(folder)? {
            let _turn = lock::take(folder)?;
            // Another process may have been faster.
            if !file::exists(folder)? {
                file::write(folder, &Written::new(random, now))?;
            }
        }
        Self::read(folder)
    }

    /// Opens the keys in `folder`, which must be there.
    ///
    /// # Errors
    /// A [`KeysError`].
    pub fn read(folder: &Path) -> Result<Self, KeysError> {
        let (written, stamp) = file::read(folder)?;
        let (signing, rings) = written.open(folder)?;
        let held = Mutex::new(Held { rings: Arc::new(rings), stamp: Some(stamp) });
        Ok(Self { signing, folder: Some(folder.to_owned()), held })
    }

    /// Keys that lie nowhere and end with this value, for tests.
    #[must_use]
    pub fn unkept(random: [u8; Self::RANDOM]) -> Self {
        let (signing, ring) = file::of_random(random, OffsetDateTime::UNIX_EPOCH);
        Self { signing, folder: None, held: Mutex::new(Held { rings: Arc::new(Rings::of(ring)), stamp: None }) }
    }

    /// Names the signing key in 24 letters that survive being read aloud and typed: 120 bits of its hash.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        fingerprint_of(&self.signing.public())
    }

    /// The public sealing key of now, signed by the centre's identity, as phones are told it.
    #[must_use]
    pub fn sealing_key(&self) -> SealingKey {
        let rings = self.rings();
        let (version, key) = (rings.newest().version, text(&rings.newest().sealing_public()));
        let unsigned = SealingKey { version, key, signature: String::new() };
        SealingKey { signature: text(&self.signing.sign(&unsigned.statement())), ..unsigned }
    }

    /// Proves the centre to the phone that enrols with `answer`.
    #[must_use]
    pub fn prove(&self, answer: &EnrolAnswer, demo: bool, phone: (&[u8; 32], Nonce)) -> ServerProof {
        let (key, sealing) = (text(&self.signing.public()), self.sealing_key());
        let unsigned = ServerProof { key, sealing, demo, signature: String::new() };
        let signature = text(&self.signing.sign(&transcript(answer, &unsigned, phone)));
        ServerProof { signature, ..unsigned }
    }

    /// Writes down, outside the database, that a family was erased; durable when it returns.
    ///
    /// # Errors
    /// A [`KeysError`].
    pub fn note_erased(&self, region: RegionId, family: RecordId) -> Result<(), KeysError> {
        erasures::add(self.folder.as_deref().ok_or(KeysError::Nowhere)?, region, family)
    }

    /// Every family of the region that was ever erased.
    ///
    /// # Errors
    /// A [`KeysError`].
    pub fn erased(&self, region: RegionId) -> Result<Vec<RecordId>, KeysError> {
        self.folder.as_deref().map_or(Ok(Vec::new()), |folder| erasures::read(folder, region))
    }

    /// Writes down, outside the database, which installs were revoked and when; durable when it returns. Keys that lie nowhere
    /// write nothing.
    ///
    /// # Errors
    /// A [`KeysError`].
    pub fn note_revoked(&self, region: RegionId, revoked: &[Revocation]) -> Result<(), KeysError> {
        self.folder.as_deref().map_or(Ok(()), |folder| revocations::add(folder, region, revoked))
    }

    /// Every install of the region that was ever revoked.
    ///
    /// # Errors
    /// A [`KeysError`].
    pub fn revoked(&self, region: RegionId) -> Result<Vec<Revocation>, KeysError> {
        self.folder.as_deref().map_or(Ok(Vec::new()), |folder| revocations::read(folder, region))
    }

    /// Where they lie.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// The rings as they are now: read anew when a rotation, by whatever process, replaced the file. Should the file be away,
    /// those read before still serve.
    #[must_use]
    pub fn rings(&self) -> Arc<Rings> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(folder) = &self.folder
            && let Ok(stamp) = file::stamp(folder)
            && held.stamp != Some(stamp)
        {
            match file::read(folder).and_then(|(written, stamp)| Ok((written.open(folder)?.1, stamp))) {
                Ok((rings, stamp)) => *held = Held { rings: Arc::new(rings), stamp: Some(stamp) },
                Err(error) => tracing::error!(%error, "the keys cannot be read again; those read before still serve"),
            }
        }
        Arc::clone(&held.rings)
    }

    /// Adds a ring, of `random`: from now on everything new is written with it. The new ring's version.
    ///
    /// # Errors
    /// A [`KeysError`]; then nothing changed.
    pub fn rotate(&self, random: [u8; Ring::RANDOM], now: OffsetDateTime) -> Result<u32, KeysError> {
        let folder = self.folder.as_deref().ok_or(KeysError::Nowhere)?;
        let _turn = lock::take(folder)?;
        let (mut written, _stamp) = file::read(folder)?;
        let version = written.add_ring(random, now);
        file::write(folder, &written)?;
        Ok(version)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    fn folder() -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("keys");
        (dir, folder)
    }

    #[test]
    fn keys_are_made_once_for_their_owner_alone_and_are_the_same_ever_after() {
        let (_dir, folder) = folder();
        let made = Keys::open(&folder, [7; Keys::RANDOM], NOW).unwrap();
        let again = Keys::open(&folder, [8; Keys::RANDOM], NOW).unwrap();
        assert_eq!((made.signing.public(), made.fingerprint()), (again.signing.public(), again.fingerprint()));
        let access = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((access(&folder), access(&folder.join("keys.json"))), (0o700, 0o600));
        assert_ne!(made.fingerprint(), Keys::unkept([8; Keys::RANDOM]).fingerprint());
    }

    #[test]
    fn keys_that_others_may_read_are_refused_with_the_command_that_helps() {
        let (_dir, folder) = folder();
        drop(Keys::open(&folder, [7; Keys::RANDOM], NOW).unwrap());
        fs::set_permissions(folder.join("keys.json"), fs::Permissions::from_mode(0o640)).unwrap();
        let refused = Keys::open(&folder, [7; Keys::RANDOM], NOW).unwrap_err().to_string();
        assert!(refused.contains("chmod 600"), "{refused}");
        fs::set_permissions(folder.join("keys.json"), fs::Permissions::from_mode(0o600)).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        let refused = Keys::open(&folder, [7; Keys::RANDOM], NOW).unwrap_err().to_string();
        assert!(refused.contains("chmod 700"), "{refused}");
    }

    #[test]
    fn a_crash_while_keys_are_made_leaves_none_and_damaged_ones_are_never_replaced() {
        let (_dir, folder) = folder();
        file::make_folder(&folder).unwrap();
        fs::write(folder.join("keys.json.part"), "{\"format\":1,\"sig").unwrap();
        assert!(matches!(Keys::read(&folder), Err(KeysError::Missing(_))));
        drop(Keys::open(&folder, [7; Keys::RANDOM], NOW).unwrap());
        let path = folder.join("keys.json");
        fs::write(&path, "{\"format\":1,\"sig").unwrap();
        assert!(matches!(Keys::open(&folder, [7; Keys::RANDOM], NOW), Err(KeysError::Damaged(_))));
        assert_eq!(fs::read_to_string(&path).unwrap(), "{\"format\":1,\"sig");
    }

    #[test]
    fn a_rotation_is_seen_by_keys_that_were_open_before_and_older_rings_stay() {
        let (_dir, folder) = folder();
        let open = Keys::open(&folder, [7; Keys::RANDOM], NOW).unwrap();
        let first = open.rings().newest().sealing_public();
        assert_eq!(Keys::read(&folder).unwrap().rotate([9; Ring::RANDOM], NOW).unwrap(), 2);
        let rings = open.rings();
        assert_eq!((rings.newest().version, rings.get(1).map(Ring::sealing_public)), (2, Some(first)));
        assert_ne!(rings.newest().sealing_public(), first);
    }

    #[test]
    fn no_key_is_ever_printed() {
        let keys = Keys::unkept([7; Keys::RANDOM]);
        let printed = format!("{keys:?} {:?}", keys.rings().newest());
        assert!(!printed.contains("7, 7") && !printed.contains("BwcH") && !printed.contains("0707"), "{printed}");
    }
}
