//! Who offers a change, and what lies in their reach.

use std::collections::BTreeSet;

use usra_sync_protocol::id::{AreaId, InstallId, RecordId};
use usra_sync_protocol::role::Role;

/// An install as the decision sees it, read from the database for this request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// The install; the actors of its changes carry it.
    pub install: InstallId,
    /// Its role.
    pub role: Role,
    /// Its reach.
    pub scope: Scope,
    /// Whether it was revoked: what it had not sent is held, and it gets nothing back.
    pub revoked: bool,
    /// How many decisions there are about its held work.
    pub decision_count: u64,
}

/// The records an install may see and write: those of its areas, and for a family's own phone only that family's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Every area, those below an assigned one included.
    pub areas: BTreeSet<AreaId>,
    /// Set for the role `family`.
    pub family: Option<RecordId>,
}

impl Scope {
    /// Whether a record of this area and family lies inside.
    #[must_use]
    pub fn holds(&self, area: AreaId, family: RecordId) -> bool {
        self.areas.contains(&area) && self.family.is_none_or(|own| own == family)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_familys_phone_reaches_its_own_records_only() {
        let (own, other) = (RecordId::new(1, [1; 10]), RecordId::new(1, [2; 10]));
        let scope = Scope { areas: [AreaId(100)].into(), family: Some(own) };
        assert!(scope.holds(AreaId(100), own));
        assert!(!scope.holds(AreaId(100), other));
        assert!(!scope.holds(AreaId(200), own));
    }
}
