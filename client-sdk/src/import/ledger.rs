//! What an import last wrote into each field, as short keyed hashes, kept beside the phone's store. With it the next import knows
//! a value that the survey corrected from one that a person changed on the phone: the first is taken over, the second stands.
//! The key comes from the store's, so that without it nobody can try which number or name a hash stands for.

use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use usra_sync_protocol::brought::identity;
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::scalar::Scalar;

use super::fault::ImportFault;

/// The memory of the imports of one source.
#[derive(Clone, Debug)]
pub struct Ledger {
    path: PathBuf,
    secret: [u8; 32],
    records: BTreeMap<RecordId, Marks>,
}

/// Mark of a key to mark of the value that was last imported.
pub(super) type Marks = BTreeMap<String, String>;

#[derive(Serialize, Deserialize)]
struct OnDisk {
    /// Of this file's layout.
    version: u32,
    records: BTreeMap<RecordId, Marks>,
}

const VERSION: u32 = 2;
/// Its hashes have no key; the next import writes them anew.
const VERSION_WITHOUT_KEY: u32 = 1;

impl Ledger {
    /// Opens the ledger of a source in the phone's folder; empty before its first import. `secret` keys its hashes.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub fn open(folder: &Path, source: &str, secret: [u8; 32]) -> Result<Self, ImportFault> {
        let path = folder.join("imports").join(format!("{}.json", identity::mark(source)));
        let records = match fs::read(&path) {
            Ok(bytes) => {
                read(&bytes).ok_or_else(|| ImportFault::table(&name(&path), &"not an import ledger of this version"))?
            }
            Err(cause) if cause.kind() == ErrorKind::NotFound => BTreeMap::new(),
            Err(cause) => return Err(ImportFault::unreadable(&name(&path), &cause)),
        };
        Ok(Self { path, secret, records })
    }

    /// Whether `value` is what the last import wrote there; `None` when none did.
    pub(super) fn is_last(&self, record: RecordId, key: &str, value: &Scalar) -> Option<bool> {
        let marks = self.records.get(&record)?;
        marks.get(&identity::mark(key)).map(|last| *last == self.mark(value))
    }

    /// Notes what an import wrote, or found there already.
    pub(super) fn note(&mut self, record: RecordId, key: &str, value: &Scalar) {
        let mark = self.mark(value);
        self.records.entry(record).or_default().insert(identity::mark(key), mark);
    }

    /// Writes the ledger whole or not at all.
    ///
    /// # Errors
    /// When the disk does not take it; the records themselves are safe, and the next import finds them equal.
    pub fn save(&self) -> Result<(), ImportFault> {
        let folder = self.path.parent().unwrap_or(&self.path);
        let fresh = self.path.with_extension("new");
        let unwritable = |cause: std::io::Error| ImportFault::unreadable(&name(&self.path), &cause);
        let disk = OnDisk { version: VERSION, records: self.records.clone() };
        let bytes = serde_json::to_vec(&disk).map_err(|cause| ImportFault::unreadable(&name(&self.path), &cause))?;
        fs::create_dir_all(folder).map_err(unwritable)?;
        let mut file = fs::File::create(&fresh).map_err(unwritable)?;
        file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(unwritable)?;
        fs::rename(&fresh, &self.path).map_err(unwritable)
    }

    fn mark(&self, value: &Scalar) -> String {
        let keyed = |text: &str| identity::keyed_mark(&self.secret, text);
        match value {
            Scalar::Null => keyed("null"),
            Scalar::Bool(yes) => keyed(&format!("bool {yes}")),
            Scalar::Int(number) => keyed(&format!("int {number}")),
            Scalar::Text(text) => keyed(&format!("text {text}")),
        }
    }
}

fn read(bytes: &[u8]) -> Option<BTreeMap<RecordId, Marks>> {
    let disk: OnDisk = serde_json::from_slice(bytes).ok()?;
    match disk.version {
        VERSION => Some(disk.records),
        VERSION_WITHOUT_KEY => Some(BTreeMap::new()),
        _newer => None,
    }
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
