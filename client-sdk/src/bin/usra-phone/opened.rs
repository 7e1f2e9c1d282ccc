//! Opens the phone that a folder holds, and makes the folder when it is not there: readable by its owner alone.

use std::fs::DirBuilder;
use std::path::{Path, PathBuf};

use usra_client_sdk::Phone;
use usra_client_sdk::store::{SqliteStore, StoreKey};

use crate::failure::Failed;
use crate::{clock, key_file};

/// The file inside the folder.
const FILE: &str = "phone.sqlite";
/// The key's file, where no other is named.
const KEY_FILE: &str = "key";

/// Where a phone's data is and what opens it.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Folder {
    /// Folder that holds this phone's data; made when it is not there
    #[arg(
        id = "store",
        long = "store",
        global = true,
        env = "USRA_PHONE_STORE",
        default_value = "usra-phone",
        value_name = "DIR"
    )]
    pub(crate) path: PathBuf,
    /// File with the key that the data is encrypted with; made at first use [default: `key` in that folder]
    #[arg(long, global = true, env = "USRA_PHONE_KEY_FILE", value_name = "FILE")]
    key_file: Option<PathBuf>,
}

/// A phone on its folder.
pub(crate) fn phone(folder: &Folder) -> Result<Phone<SqliteStore>, Failed> {
    make(&folder.path).map_err(|cause| Failed::system(&folder.path.display().to_string(), &cause))?;
    let key = key(folder)?;
    let mut phone = Phone::open(SqliteStore::open(&folder.path.join(FILE), &key)?)?;
    phone.tick(clock::now_ms())?;
    Ok(phone)
}

/// The key of its store.
pub(crate) fn key(folder: &Folder) -> Result<StoreKey, Failed> {
    let named = folder.key_file.clone();
    key_file::open(&named.unwrap_or_else(|| folder.path.join(KEY_FILE)), &folder.path.join(FILE))
}

fn make(folder: &Path) -> std::io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)
}
