//! Where PostgreSQL's programs are: `PGBIN`, then the newest of Debian's folders, then `PATH`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use super::EmbeddedError;

const DEBIAN: &str = "/usr/lib/postgresql";

/// A folder that holds `initdb` and `postgres`.
#[derive(Clone, Debug)]
pub(super) struct Binaries(PathBuf);

impl Binaries {
    pub(super) fn find() -> Result<Self, EmbeddedError> {
        let given = env::var_os("PGBIN").map(PathBuf::from);
        let path = env::var_os("PATH").unwrap_or_default();
        let candidates = given.into_iter().chain(debian(Path::new(DEBIAN))).chain(env::split_paths(&path));
        let whole = |folder: &PathBuf| folder.join("initdb").is_file() && folder.join("postgres").is_file();
        candidates.into_iter().find(whole).map(Self).ok_or(EmbeddedError::NoBinaries)
    }

    pub(super) fn initdb(&self) -> PathBuf {
        self.0.join("initdb")
    }

    pub(super) fn postgres(&self) -> PathBuf {
        self.0.join("postgres")
    }
}

/// Debian's folders, newest version first.
fn debian(root: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    let version = |name: &str| name.parse::<u32>().ok();
    let mut found: Vec<(u32, PathBuf)> =
        entries.filter_map(|entry| Some((version(entry.file_name().to_str()?)?, entry.path().join("bin")))).collect();
    found.sort();
    found.into_iter().rev().map(|(_, path)| path).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_15_comes_before_version_9() {
        let root = tempfile::tempdir().unwrap();
        for version in ["9", "15", "notes"] {
            fs::create_dir(root.path().join(version)).unwrap();
        }
        assert_eq!(debian(root.path()), [root.path().join("15/bin"), root.path().join("9/bin")]);
    }
}
