//! Which area a new record gets: its family's; for a family the one its place names, else the one named, else the only one assigned.

use std::collections::BTreeSet;

use usra_sync_protocol::id::AreaId;
use usra_sync_protocol::scalar::Scalar;

use crate::error::PhoneError;
use crate::identity::Identity;

/// The area of a family registered before the phone was enrolled and knew the areas; enrolment finds the right one.
pub(crate) const UNPLACED: AreaId = AreaId(0);

/// The place fields of a family, the narrowest first.
const PLACE_KEYS: [&str; 2] = ["centre", "governorate"];

/// The area of a new family.
pub(crate) fn of_family(
    identity: Option<&Identity>,
    scope: &BTreeSet<AreaId>,
    (named, fields): (Option<AreaId>, &[(String, Scalar)]),
) -> Result<AreaId, PhoneError> {
    let Some(identity) = identity else { return Ok(named.unwrap_or(UNPLACED)) };
    let assigned: Vec<AreaId> = identity.assigned.iter().copied().filter(|area| scope.contains(area)).collect();
    if let Some(area) = by_place(identity, fields).filter(|area| scope.contains(area)) {
        return Ok(area);
    }
    match (named, assigned.as_slice()) {
        (Some(area), _) if scope.contains(&area) => Ok(area),
        (Some(_), _) => Err(PhoneError::AreaOutOfScope),
        (None, [only]) if by_place(identity, fields).is_none() => Ok(*only),
        (None, _) if by_place(identity, fields).is_some() => Err(PhoneError::AreaOutOfScope),
        (None, _) => Err(PhoneError::AreaNeeded),
    }
}

fn by_place(identity: &Identity, fields: &[(String, Scalar)]) -> Option<AreaId> {
    let code = |key: &str| fields.iter().find(|(name, _)| name == key).and_then(|(_, value)| value.as_text());
    PLACE_KEYS.iter().find_map(|key| identity.area_by_code(code(key)?)).map(|area| area.id)
}
