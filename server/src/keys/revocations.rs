//! Which installs were revoked and when, kept with the keys and so outside the database: a backup from before lets them in again,
//! and this list tells the server to take them out again. Ids and seconds, nothing about a person.

use std::path::Path;

use time::OffsetDateTime;
use usra_sync_protocol::id::{InstallId, RegionId};

use super::fault::KeysError;
use super::list;

const FILE: &str = "revoked";

/// An install and when it was revoked.
pub type Revocation = (InstallId, OffsetDateTime);

/// The region's revoked installs.
pub(super) fn read(folder: &Path, region: RegionId) -> Result<Vec<Revocation>, KeysError> {
    let all = list::lines(folder, FILE, parse)?;
    Ok(all.into_iter().filter(|(of, _)| *of == region).map(|(_, one)| one).collect())
}

/// Adds those that are missing; durable when it returns.
pub(super) fn add(folder: &Path, region: RegionId, revoked: &[Revocation]) -> Result<(), KeysError> {
    let missing = |all: &[(RegionId, Revocation)]| {
        let is_there = |install: InstallId| all.iter().any(|(of, (known, _))| *of == region && *known == install);
        revoked.iter().filter(|(install, _)| !is_there(*install)).map(|one| (region, *one)).collect()
    };
    let write =
        |(region, (install, at)): &(RegionId, Revocation)| format!("{region} {install} {}", at.unix_timestamp());
    list::add(folder, FILE, parse, missing, write)
}

fn parse(line: &str) -> Option<(RegionId, Revocation)> {
    let mut words = line.split(' ');
    let (region, install, at) = (words.next()?, words.next()?, words.next()?);
    let at = OffsetDateTime::from_unix_timestamp(at.parse().ok()?).ok()?;
    Some((RegionId(region.parse().ok()?), (install.parse().ok()?, at)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::file;

    fn revoked(n: u8) -> Revocation {
        (InstallId::new([n; 16]), OffsetDateTime::UNIX_EPOCH + time::Duration::seconds(n.into()))
    }

    #[test]
    fn what_was_added_is_there_once_and_of_its_region_alone() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("keys");
        file::make_folder(&folder).unwrap();
        assert_eq!(read(&folder, RegionId(2)).unwrap(), []);
        add(&folder, RegionId(2), &[revoked(1), revoked(2)]).unwrap();
        add(&folder, RegionId(2), &[revoked(2), revoked(3)]).unwrap();
        add(&folder, RegionId(3), &[revoked(1)]).unwrap();
        assert_eq!(read(&folder, RegionId(2)).unwrap(), [revoked(1), revoked(2), revoked(3)]);
        assert_eq!(read(&folder, RegionId(3)).unwrap(), [revoked(1)]);
    }

    #[test]
    fn a_damaged_list_is_not_taken_for_an_empty_one() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(FILE), "2 what\n").unwrap();
        assert!(matches!(read(dir.path(), RegionId(2)), Err(KeysError::Damaged(_))));
    }
}
