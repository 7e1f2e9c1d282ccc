//! The places of the region: kept in step with the list the program carries, and found by the codes people type.

use sqlx::PgConnection;
use usra_sync_protocol::area::Area;
use usra_sync_protocol::id::{AreaId, RegionId};

use crate::storage::area;

/// Codes that name no area.
#[derive(Debug, thiserror::Error)]
pub enum AreaUnknown {
    /// The code, and those that look like it.
    #[error("there is no area with the code {code}; near to it are {}", near.join(", "))]
    Code {
        /// What was typed.
        code: String,
        /// Codes close to it, closest first.
        near: Vec<String>,
    },
    /// The database is away.
    #[error("the areas could not be read")]
    Storage(#[from] sqlx::Error),
}

/// Writes the list of places down. Parents come before their children.
///
/// # Errors
/// The database is away.
pub async fn seed(conn: &mut PgConnection, region: RegionId, areas: &[Area]) -> Result<(), sqlx::Error> {
    // Only what differs: a write would wait for whoever numbers that area's feed.
    let known = area::list(conn, region).await?;
    for one in areas.iter().filter(|one| !known.contains(one)) {
        area::put(conn, region, one, level(one, areas)).await?;
    }
    Ok(())
}

/// The areas that `codes` name, in the order given.
///
/// # Errors
/// A code names no area, or the database is away.
pub async fn find(conn: &mut PgConnection, region: RegionId, codes: &[String]) -> Result<Vec<Area>, AreaUnknown> {
    let areas = area::list(conn, region).await?;
    codes.iter().map(|code| pick(&areas, code)).collect()
}

fn pick(areas: &[Area], code: &str) -> Result<Area, AreaUnknown> {
    let found = areas.iter().find(|area| area.code.eq_ignore_ascii_case(code.trim()));
    found.cloned().ok_or_else(|| AreaUnknown::Code { code: code.to_owned(), near: near(areas, code) })
}

/// The five codes that share the longest beginning with what was typed.
fn near(areas: &[Area], code: &str) -> Vec<String> {
    let typed = code.to_ascii_uppercase();
    let shared = |area: &Area| area.code.chars().zip(typed.chars()).take_while(|(a, b)| a == b).count();
    let mut ranked: Vec<&Area> = areas.iter().collect();
    ranked.sort_by_key(|area| (std::cmp::Reverse(shared(area)), area.code.len(), area.id));
    ranked.into_iter().take(5).map(|area| area.code.clone()).collect()
}

/// How deep an area lies: its word in the table.
#[must_use]
pub fn level(area: &Area, areas: &[Area]) -> &'static str {
    let parent = |id: AreaId| areas.iter().find(|area| area.id == id);
    match area.parent {
        None => "region",
        Some(id) if parent(id).is_none_or(|above| above.parent.is_none()) => "governorate",
        Some(_) => "centre",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use usra_sync_protocol::place::areas;

    #[test]
    fn a_code_is_found_however_it_is_cased_and_a_wrong_one_names_its_neighbours() {
        assert_eq!(pick(&areas(), "jed-01").map(|area| area.id).ok(), Some(AreaId(201)));
        let wrong = pick(&areas(), "JED-99").map(|area| area.id);
        let Err(AreaUnknown::Code { near, .. }) = wrong else { panic!("found {wrong:?}") };
        assert_eq!(near.first().map(String::as_str), Some("JED-01"));
    }

    #[test]
    fn the_depth_of_an_area_gives_its_level() {
        let all = areas();
        let levels: Vec<&str> = [0, 1, 2].map(|at| level(&all[at], &all)).to_vec();
        assert_eq!(levels, ["region", "governorate", "centre"]);
    }
}
