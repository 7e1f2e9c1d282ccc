//! Why there are no keys to work with. The sentences name what to do and never contain a key.

use std::io;
use std::path::{Path, PathBuf};

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// No keys lie there.
    #[error(
        "there are no keys in {0}; restore that folder from its own backup, or start `usra serve` once to make new ones"
    )]
    Missing(PathBuf),
    /// Others may enter or read.
    #[error("{path} is open to others (mode {mode:o}), and it holds the centre's keys; run: chmod {right:o} {path}", path = .path.display())]
    Open {
        /// The folder or file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
        /// What it must be.
        right: u32,
    },
    /// It belongs to someone else.
    #[error("{0} belongs to another user; run usra as that user, or give the folder to this one")]
    Foreign(PathBuf),
    /// It is not what we write.
    #[error(
        "the keys in {0} cannot be read, they are damaged or of a newer usra; restore the folder from its own backup"
    )]
    Damaged(PathBuf),
    /// The machine refuses.
    #[error("the keys in {path} cannot be used: {cause}", path = .path.display())]
    Unusable {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// These keys lie in no folder.
    #[error("these keys lie in no folder")]
    Nowhere,
}

/// The machine's own refusal at `path`.
pub(super) fn unusable(path: &Path) -> impl Fn(io::Error) -> KeysError {
    let path = path.to_owned();
    move |cause| KeysError::Unusable { path: path.clone(), cause }
}
