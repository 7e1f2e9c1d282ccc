//! Which families were erased, kept with the keys and so outside the database: a backup that is restored brings them back, and
//! this list tells the server to erase them again.

use std::io::ErrorKind;
use std::path::Path;

use usra_sync_protocol::id::{RecordId, RegionId};

use super::fault::{KeysError, unusable};
use super::{file, lock};

const FILE: &str = "erased";

/// The region's erased families.
pub(super) fn read(folder: &Path, region: RegionId) -> Result<Vec<RecordId>, KeysError> {
    let all = lines(folder)?;
    Ok(all.into_iter().filter(|(of, _)| *of == region).map(|(_, family)| family).collect())
}

/// Adds a family; durable when it returns.
pub(super) fn add(folder: &Path, region: RegionId, family: RecordId) -> Result<(), KeysError> {
    let _turn = lock::take(folder)?;
    let mut all = lines(folder)?;
    if all.contains(&(region, family)) {
        return Ok(());
    }
    all.push((region, family));
    let text: String =
        all.iter().flat_map(|(region, family)| [format!("{region} {family}"), "\n".to_owned()]).collect();
    file::replace(folder, FILE, text.as_bytes()).map_err(unusable(&folder.join(FILE)))
}

fn lines(folder: &Path) -> Result<Vec<(RegionId, RecordId)>, KeysError> {
    let path = folder.join(FILE);
    let text = match std::fs::read_to_string(&path) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        text => text.map_err(unusable(&path))?,
    };
    let line = |line: &str| {
        let (region, family) = line.split_once(' ')?;
        Some((RegionId(region.parse().ok()?), family.parse().ok()?))
    };
    text.lines().map(|text| line(text).ok_or_else(|| KeysError::Damaged(path.clone()))).collect()
}
