//! Opens the phone that a folder holds, and makes the folder when it is not there: readable by its owner alone.

use std::fs::DirBuilder;
use std::path::Path;

use usra_client_sdk::Phone;
use usra_client_sdk::store::SqliteStore;

use crate::failure::Failed;

/// The file inside the folder.
const FILE: &str = "phone.sqlite";

/// A phone on its folder.
pub(crate) fn phone(folder: &Path) -> Result<Phone<SqliteStore>, Failed> {
    make(folder).map_err(|cause| Failed::system(&folder.display().to_string(), &cause))?;
    Ok(Phone::open(SqliteStore::open(&folder.join(FILE))?)?)
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
