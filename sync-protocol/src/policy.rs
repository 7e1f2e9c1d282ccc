//! The one policy table, asked on phone and server alike: role, kind, field, and whether the record lies in the scope. Who
//! writes a field is read from the schema; who sees a kind stands here. Outside its scope nobody sees or writes anything.

use std::collections::BTreeSet;

use crate::id::{AreaId, RecordId};
use crate::kind::Kind;
use crate::role::Role;
use crate::scalar::Scalar;
use crate::schema::{Field, Writer};
use crate::sync::Reason;

/// The records that somebody may see and write: those of certain areas, and for a family's own phone that family's, wherever
/// they live: a move made while a request is under way takes nothing out of its reach.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Every area, those below an assigned one included; for a family's phone the one where its family lives, if it is known.
    pub areas: BTreeSet<AreaId>,
    /// Set for the role `family`.
    pub family: Option<RecordId>,
}

impl Scope {
    /// Whether a record of this area and family lies inside.
    #[must_use]
    pub fn holds(&self, area: AreaId, family: RecordId) -> bool {
        self.family.map_or_else(|| self.areas.contains(&area), |own| own == family)
    }

    /// Whether the family is one that it may concern at all, wherever it lives.
    #[must_use]
    pub fn is_of(&self, family: RecordId) -> bool {
        self.family.is_none_or(|own| own == family)
    }
}

/// Whether `role` sees the records of `kind` that lie in its scope. A partner writes services into a household that it does
/// not see; a visit is what the centre's own people noted.
#[must_use]
pub fn may_read(role: Role, kind: Kind) -> bool {
    match role {
        Role::Surveyor | Role::Supervisor | Role::Staff | Role::Admin => true,
        Role::Family => kind != Kind::Visit,
        Role::Partner => matches!(kind, Kind::Family | Kind::Product),
    }
}

/// Why a role may not put a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFault {
    /// This role may not write this field.
    #[error("this role may not write this field")]
    FieldNotAllowed,
    /// A family may only withdraw a need.
    #[error("a family may only withdraw a need")]
    OnlyWithdraw,
}

impl PolicyFault {
    /// The reason as it stands in a verdict.
    #[must_use]
    pub fn reason(self) -> Reason {
        match self {
            Self::FieldNotAllowed | Self::OnlyWithdraw => Reason::FieldNotAllowed,
        }
    }

    /// What to tell the person, in Arabic.
    #[must_use]
    pub fn sentence_ar(self) -> &'static str {
        match self {
            Self::FieldNotAllowed => "لا تملك صلاحية تعديل هذا الحقل. اطلب ذلك من المشرف أو المركز.",
            Self::OnlyWithdraw => "يمكن للأسرة سحب الاحتياج فقط؛ بقية الحالات يحددها المركز.",
        }
    }

    /// What to tell the person, in English.
    #[must_use]
    pub fn sentence_en(self) -> &'static str {
        match self {
            Self::FieldNotAllowed => "You may not change this field. Ask your supervisor or the Centre.",
            Self::OnlyWithdraw => "A family may only withdraw a need; the Centre sets its other states.",
        }
    }
}

/// Whether only the centre's own changes write `field`.
#[must_use]
pub fn is_official(field: &Field) -> bool {
    field.pattern.starts_with("official/")
}

/// Whether `role` may write `field` at all. No install writes what is under `official/`.
#[must_use]
pub fn may_write(role: Role, field: &Field) -> bool {
    !is_official(field) && field.writers.has(Writer::of(role))
}

/// What holds before enrolment, when the role is not known yet: nobody drafts what only the centre writes.
///
/// # Errors
/// [`PolicyFault::FieldNotAllowed`].
pub fn check_draft(field: &Field) -> Result<(), PolicyFault> {
    if is_official(field) { Err(PolicyFault::FieldNotAllowed) } else { Ok(()) }
}

/// Whether `role` may put `value` into `field`.
///
/// # Errors
/// A [`PolicyFault`].
pub fn check(role: Role, field: &Field, value: &Scalar) -> Result<(), PolicyFault> {
    if !may_write(role, field) {
        return Err(PolicyFault::FieldNotAllowed);
    }
    let withdraws = value.as_text() == Some("withdrawn");
    let bound = role == Role::Family && field.pattern == "need/<id>/status";
    if bound && !withdraws { Err(PolicyFault::OnlyWithdraw) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema;

    #[test]
    fn a_familys_phone_reaches_its_own_records_only() {
        let (own, other) = (RecordId::new(1, [1; 10]), RecordId::new(1, [2; 10]));
        let scope = Scope { areas: [AreaId(100)].into(), family: Some(own) };
        assert!(scope.holds(AreaId(100), own));
        assert!(!scope.holds(AreaId(100), other));
        assert!(scope.holds(AreaId(200), own));
        assert!(!Scope::default().holds(AreaId(100), own));
    }

    fn may(role: Role, kind: Kind, key: &str, value: impl Into<Scalar>) -> Result<(), PolicyFault> {
        check(role, schema::field(kind, key).unwrap().0, &value.into())
    }

    #[test]
    fn no_install_of_any_role_writes_official_fields() {
        for field in Kind::ALL.into_iter().flat_map(schema::fields).filter(|f| f.pattern.starts_with("official/")) {
            assert!(field.writers.has(Writer::Server));
            assert!(Role::ALL.into_iter().all(|role| !may_write(role, field)), "{}", field.pattern);
        }
    }

    #[test]
    fn every_other_field_has_a_role_that_writes_it() {
        for field in Kind::ALL.into_iter().flat_map(schema::fields).filter(|f| !f.pattern.starts_with("official/")) {
            assert!(Role::ALL.into_iter().any(|role| may_write(role, field)), "{}", field.pattern);
        }
    }

    #[test]
    fn a_family_may_withdraw_a_need_and_set_no_other_state() {
        assert_eq!(may(Role::Family, Kind::Household, "need/a/status", "withdrawn"), Ok(()));
        assert_eq!(may(Role::Family, Kind::Household, "need/a/status", "met"), Err(PolicyFault::OnlyWithdraw));
        assert_eq!(may(Role::Staff, Kind::Household, "need/a/status", "met"), Ok(()));
        assert_eq!(may(Role::Surveyor, Kind::Household, "need/a/status", "met"), Err(PolicyFault::FieldNotAllowed));
    }

    #[test]
    fn a_partner_writes_services_and_licences_and_no_names() {
        assert_eq!(may(Role::Partner, Kind::Household, "service/a/type", "TRN"), Ok(()));
        assert_eq!(may(Role::Partner, Kind::Family, "licence/a/type", "PFC"), Ok(()));
        assert_eq!(may(Role::Partner, Kind::Family, "name_ar", "س"), Err(PolicyFault::FieldNotAllowed));
    }

    #[test]
    fn what_only_the_centre_writes_is_no_draft_either() {
        let field = |key| schema::field(Kind::Family, key).unwrap().0;
        assert!(is_official(field("official/status")) && !is_official(field("name_ar")));
        assert_eq!(check_draft(field("official/status")), Err(PolicyFault::FieldNotAllowed));
        assert_eq!(check_draft(field("name_ar")), Ok(()));
    }

    #[test]
    fn a_scope_without_a_family_may_concern_every_family() {
        let (own, other) = (RecordId::new(1, [1; 10]), RecordId::new(1, [2; 10]));
        assert!(Scope::default().is_of(own));
        let of_own = Scope { family: Some(own), ..Scope::default() };
        assert!(of_own.is_of(own) && !of_own.is_of(other));
    }
}
