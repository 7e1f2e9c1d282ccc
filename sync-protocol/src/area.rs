//! Areas: a tree of region, governorate and centre. A record has one home area; an assignment to an area means all below it.

use serde::{Deserialize, Serialize};

use crate::id::AreaId;

/// One area, as the server tells its phones at enrolment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub struct Area {
    /// Its number inside the region; small, so that cursors stay short.
    pub id: AreaId,
    /// The area it lies in; `None` for the region itself.
    pub parent: Option<AreaId>,
    /// The Centre's code: `SA-02`, `JED`, `JED-01`.
    pub code: String,
    /// Its Arabic name. Names alone do not identify: some occur in two governorates.
    pub name_ar: String,
    /// Its English name, where one is known.
    pub name_en: Option<String>,
}

/// The areas of `areas` that lie in `root`, `root` itself included, in ascending order.
#[must_use]
pub fn below(areas: &[Area], root: AreaId) -> Vec<AreaId> {
    let mut found = vec![root];
    let mut next = 0;
    while let Some(parent) = found.get(next).copied() {
        let children = areas.iter().filter(|area| area.parent == Some(parent)).map(|area| area.id);
        let new: Vec<AreaId> = children.filter(|id| !found.contains(id)).collect();
        found.extend(new);
        next += 1;
    }
    found.sort_unstable();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(id: u32, parent: Option<u32>) -> Area {
        let parent = parent.map(AreaId);
        Area { id: AreaId(id), parent, code: id.to_string(), name_ar: String::new(), name_en: None }
    }

    #[test]
    fn an_assignment_means_all_below_and_nothing_beside() {
        let tree = [area(1, None), area(2, Some(1)), area(3, Some(2)), area(4, Some(1))];
        assert_eq!(below(&tree, AreaId(2)), [AreaId(2), AreaId(3)]);
        assert_eq!(below(&tree, AreaId(1)).len(), 4);
    }

    #[test]
    fn a_tree_that_bites_its_tail_still_ends() {
        let tree = [area(1, Some(2)), area(2, Some(1))];
        assert_eq!(below(&tree, AreaId(1)), [AreaId(1), AreaId(2)]);
    }
}
