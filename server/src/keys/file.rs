//! The keys' file. It is replaced whole: written beside, synced, renamed, the folder synced. Opening it checks that it is its
//! owner's alone.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, chown};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::Keys;
use super::fault::{KeysError, unusable};
use super::ring::{Ring, Rings};
use super::secret::Secret;
use super::signing::Signing;

const FILE: &str = "keys.json";
const PART: &str = "keys.json.part";
const FORMAT: u32 = 1;

/// Which file was read: a replaced one is another inode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    inode: u64,
    changed: (i64, i64),
}

/// The file's content.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Written {
    format: u32,
    signing: Secret,
    rings: Vec<WrittenRing>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct WrittenRing {
    version: u32,
    /// Seconds since 1970.
    made_at: i64,
    sealing: Secret,
    field: Secret,
    index: Secret,
}

/// A signing key and a first ring.
pub(super) fn of_random(random: [u8; Keys::RANDOM], now: OffsetDateTime) -> (Signing, Ring) {
    let (signing, ring) = split(random);
    (Signing::new(&signing), Ring::new(1, &ring, now))
}

fn split(random: [u8; Keys::RANDOM]) -> (Secret, [u8; Ring::RANDOM]) {
    let (mut signing, mut ring) = ([0; 32], [0; Ring::RANDOM]);
    let mut bytes = random.into_iter();
    signing.iter_mut().chain(&mut ring).zip(&mut bytes).for_each(|(to, from)| *to = from);
    (Secret::new(signing), ring)
}

impl Written {
    pub(super) fn new(random: [u8; Keys::RANDOM], now: OffsetDateTime) -> Self {
        let (signing, ring) = split(random);
        Self { format: FORMAT, signing, rings: vec![WrittenRing::of(Ring::new(1, &ring, now))] }
    }

    /// Adds the next ring and gives its version.
    pub(super) fn add_ring(&mut self, random: [u8; Ring::RANDOM], now: OffsetDateTime) -> u32 {
        let version = self.rings.iter().map(|ring| ring.version).max().unwrap_or_default() + 1;
        self.rings.push(WrittenRing::of(Ring::new(version, &random, now)));
        version
    }

    pub(super) fn open(self, folder: &Path) -> Result<(Signing, Rings), KeysError> {
        let mut rings = self.rings.into_iter().map(WrittenRing::open);
        let first = rings.next().filter(|_ring| self.format == FORMAT);
        let first = first.ok_or_else(|| KeysError::Damaged(folder.to_owned()))?;
        Ok((Signing::new(&self.signing), rings.fold(Rings::of(first), Rings::with)))
    }
}

impl WrittenRing {
    fn of(ring: Ring) -> Self {
        let Ring { version, made_at, sealing, field, index } = ring;
        Self { version, made_at: made_at.unix_timestamp(), sealing, field, index }
    }

    fn open(self) -> Ring {
        let Self { version, made_at, sealing, field, index } = self;
        let made_at = OffsetDateTime::from_unix_timestamp(made_at).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        Ring { version, made_at, sealing, field, index }
    }
}

/// Makes the folder, for its owner alone; one that is there must be so.
pub(super) fn make_folder(folder: &Path) -> Result<(), KeysError> {
    if let Err(cause) = DirBuilder::new().recursive(true).mode(0o700).create(folder) {
        return Err(unusable(folder)(cause));
    }
    private(folder, 0o700)
}

/// Whether keys lie in the folder.
pub(super) fn exists(folder: &Path) -> Result<bool, KeysError> {
    folder.join(FILE).try_exists().map_err(unusable(folder))
}

pub(super) fn stamp(folder: &Path) -> Result<Stamp, KeysError> {
    let path = folder.join(FILE);
    fs::metadata(&path).map(|found| stamp_of(&found)).map_err(unusable(&path))
}

fn stamp_of(found: &fs::Metadata) -> Stamp {
    Stamp { inode: found.ino(), changed: (found.mtime(), found.mtime_nsec()) }
}

/// Reads the file, which must be there and its owner's alone.
pub(super) fn read(folder: &Path) -> Result<(Written, Stamp), KeysError> {
    let path = folder.join(FILE);
    let file = File::open(&path).map_err(|cause| {
        if cause.kind() == ErrorKind::NotFound { KeysError::Missing(folder.to_owned()) } else { unusable(&path)(cause) }
    })?;
    private(folder, 0o700)?;
    private(&path, 0o600)?;
    let stamp = file.metadata().map(|found| stamp_of(&found)).map_err(unusable(&path))?;
    let text = Zeroizing::new(std::io::read_to_string(file).map_err(unusable(&path))?);
    let written = serde_json::from_str(&text).map_err(|_cause| KeysError::Damaged(folder.to_owned()))?;
    Ok((written, stamp))
}

/// Replaces the file. Call it in a turn of [`super::lock::take`].
pub(super) fn write(folder: &Path, written: &Written) -> Result<(), KeysError> {
    let text = serde_json::to_vec_pretty(written).map_err(|_cause| KeysError::Damaged(folder.to_owned()))?;
    let (part, path) = (folder.join(PART), folder.join(FILE));
    replace(folder, (&part, &path), &Zeroizing::new(text)).map_err(unusable(&path))
}

fn replace(folder: &Path, (part, path): (&PathBuf, &PathBuf), text: &[u8]) -> std::io::Result<()> {
    if let Err(cause) = fs::remove_file(part)
        && cause.kind() != ErrorKind::NotFound
    {
        return Err(cause);
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(part)?;
    // Made by root for the user whose folder it is.
    let owner = fs::metadata(folder)?;
    if owner.uid() != file.metadata()?.uid() {
        chown(part, Some(owner.uid()), Some(owner.gid()))?;
    }
    file.write_all(text)?;
    file.sync_all()?;
    fs::rename(part, path)?;
    File::open(folder)?.sync_all()
}

/// Demands that only its owner, who we are or stand above, may use it.
fn private(path: &Path, right: u32) -> Result<(), KeysError> {
    let found = fs::metadata(path).map_err(unusable(path))?;
    let user = rustix::process::geteuid();
    if !user.is_root() && found.uid() != user.as_raw() {
        return Err(KeysError::Foreign(path.to_owned()));
    }
    let mode = found.mode() & 0o777;
    let others = mode & 0o077;
    if others == 0 { Ok(()) } else { Err(KeysError::Open { path: path.to_owned(), mode, right }) }
}
