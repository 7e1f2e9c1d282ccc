//! Where the socket is: in a 0700 folder of PostgreSQL's account, so that only it and root can connect. A socket's path
//! may have 107 bytes; in a deep data folder it moves to a short folder that the data folder remembers.

use std::env;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::account::Account;
use super::{EmbeddedError, folder as home_folder};
use crate::dice;

/// The port only names the socket's file; nothing listens on a network.
pub(super) const PORT: u16 = 5432;
const FILE: &str = ".s.PGSQL.5432.lock";
/// What a killed PostgreSQL leaves in the folder.
pub(super) const LOCKS: [&str; 2] = [FILE, ".s.PGSQL.5432"];
const PATH_BYTES_MAX: usize = 107;

/// The folder of the socket, made if need be.
pub(super) fn folder(home: &Path, account: &Account) -> Result<PathBuf, EmbeddedError> {
    let near = home.join("socket.d");
    if fits(&near) {
        return make(&near, account).map(|()| near);
    }
    let record = home.join("socket");
    let known = fs::read_to_string(&record).ok().map(PathBuf::from);
    if let Some(known) = known.filter(|known| is_safe(known, account)) {
        return Ok(known);
    }
    let away = short(home)?;
    make(&away, account)?;
    fs::write(&record, away.as_os_str().as_encoded_bytes()).map_err(|cause| home_folder::broken(&record, cause))?;
    Ok(away)
}

fn fits(folder: &Path) -> bool {
    folder.join(FILE).as_os_str().len() <= PATH_BYTES_MAX
}

fn short(home: &Path) -> Result<PathBuf, EmbeddedError> {
    let random: [u8; 8] = dice::roll().map_err(|cause| home_folder::broken(home, cause))?;
    let name = format!("usra-{:016x}", u64::from_be_bytes(random));
    // Root's runtime folder is closed to the account that PostgreSQL drops to.
    let runtime = env::var_os("XDG_RUNTIME_DIR").filter(|_| !rustix::process::geteuid().is_root());
    let roots = runtime.map(PathBuf::from).into_iter().filter(|root| root.is_dir() && fits(&root.join(&name)));
    Ok(roots.chain([PathBuf::from("/tmp")]).next().unwrap_or_default().join(&name))
}

fn make(folder: &Path, account: &Account) -> Result<(), EmbeddedError> {
    let made = DirBuilder::new().mode(0o700).create(folder);
    match made {
        Ok(()) => account.give(folder),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && is_safe(folder, account) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(EmbeddedError::Foreign(folder.to_owned())),
        Err(cause) => Err(home_folder::broken(folder, cause)),
    }
}

/// A folder anyone could have prepared in /tmp is not trusted: ours is a real folder, of our account, closed to others.
fn is_safe(folder: &Path, account: &Account) -> bool {
    fs::symlink_metadata(folder)
        .is_ok_and(|meta| meta.is_dir() && account.owns(meta.uid()) && meta.permissions().mode() & 0o777 == 0o700)
}
