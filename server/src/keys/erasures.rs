//! Which families were erased, kept with the keys and so outside the database: a backup that is restored brings them back, and
//! this list tells the server to erase them again.

use std::path::Path;

use usra_sync_protocol::id::{RecordId, RegionId};

use super::fault::KeysError;
use super::list;

const FILE: &str = "erased";

/// The region's erased families.
pub(super) fn read(folder: &Path, region: RegionId) -> Result<Vec<RecordId>, KeysError> {
    let all = list::lines(folder, FILE, parse)?;
    Ok(all.into_iter().filter(|(of, _)| *of == region).map(|(_, family)| family).collect())
}

/// Adds a family; durable when it returns.
pub(super) fn add(folder: &Path, region: RegionId, family: RecordId) -> Result<(), KeysError> {
    let one = (region, family);
    let missing = |all: &[(RegionId, RecordId)]| if all.contains(&one) { Vec::new() } else { vec![one] };
    list::add(folder, FILE, parse, missing, |(region, family)| format!("{region} {family}"))
}

fn parse(line: &str) -> Option<(RegionId, RecordId)> {
    let (region, family) = line.split_once(' ')?;
    Some((RegionId(region.parse().ok()?), family.parse().ok()?))
}
