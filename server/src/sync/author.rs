//! Who offers a change, and what lies in their reach.

use usra_sync_protocol::id::{AreaId, InstallId, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::policy;
pub use usra_sync_protocol::policy::Scope;
use usra_sync_protocol::role::Role;
use uuid::Uuid;

use super::grace::Grace;

/// An install as the decision sees it, read from the database for this request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// The install; the actors of its changes carry it.
    pub install: InstallId,
    /// Its role.
    pub role: Role,
    /// Its reach.
    pub scope: Scope,
    /// What it could not know yet.
    pub grace: Grace,
    /// Whether it was revoked: what it had not sent is held, and it gets nothing back.
    pub revoked: bool,
    /// How many decisions there are about its held work.
    pub decision_count: u64,
}

impl Author {
    /// An install that is not revoked, has missed nothing and has no decisions to hear.
    #[must_use]
    pub fn new(install: InstallId, role: Role, scope: Scope) -> Self {
        Self { install, role, scope, grace: Grace::default(), revoked: false, decision_count: 0 }
    }

    /// Whether it may be shown records of this kind, as a row carries it; of a kind that nobody knows, none.
    #[must_use]
    pub fn reads(&self, kind: i16) -> bool {
        let kind = u8::try_from(kind).ok().and_then(Kind::from_number);
        kind.is_some_and(|kind| policy::may_read(self.role, kind))
    }

    /// Whether it may be shown this record, as a row carries it.
    #[must_use]
    pub fn sees(&self, kind: i16, area: i32, family: Uuid) -> bool {
        self.reads(kind) && self.scope.holds(AreaId(area.cast_unsigned()), RecordId(family))
    }

    /// The numbers of the kinds that it may be shown.
    #[must_use]
    pub fn kinds(&self) -> Vec<i16> {
        Kind::ALL.into_iter().map(|kind| kind.number().into()).filter(|kind| self.reads(*kind)).collect()
    }
}
