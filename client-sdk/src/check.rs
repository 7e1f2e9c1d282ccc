//! What the schema and the policy say to an edit, before anything is written: the same table that the server checks by.

use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::policy;
use usra_sync_protocol::role::Role;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::schema::{self, Field, FieldFault};

use crate::error::PhoneError;

/// Whether each field exists, takes its value, and may be written by `role`, which is not known before enrolment.
pub(crate) fn fields(kind: Kind, role: Option<Role>, fields: &[(String, Scalar)]) -> Result<(), PhoneError> {
    fields.iter().try_for_each(|(key, value)| {
        let field = schema::check(kind, key, value).map_err(|fault| refusal(key, fault))?;
        may_write(role, field, key, value)
    })
}

/// Whether a person must choose between different open values of a field; always when the field is a newer schema's.
pub(crate) fn needs_review(kind: Kind, key: &str, values: &[&Scalar]) -> bool {
    schema::field(kind, key).is_none_or(|(field, _parts)| schema::needs_review(field, values))
}

fn may_write(role: Option<Role>, field: &Field, key: &str, value: &Scalar) -> Result<(), PhoneError> {
    let checked = role.map_or_else(|| policy::check_draft(field), |role| policy::check(role, field, value));
    checked.map_err(|fault| PhoneError::FieldNotAllowed {
        key: key.to_owned(),
        sentence_ar: fault.sentence_ar(),
        sentence_en: fault.sentence_en(),
    })
}

fn refusal(key: &str, fault: FieldFault) -> PhoneError {
    let key = key.to_owned();
    match fault {
        FieldFault::Unknown => PhoneError::FieldUnknown { key },
        FieldFault::WrongType => PhoneError::ValueInvalid {
            key,
            code: "value_wrong_type",
            sentence_ar: "نوع القيمة لا يناسب الحقل.".to_owned(),
            sentence_en: "the value is of another type than the field's.".to_owned(),
        },
        FieldFault::Invalid(fault) => PhoneError::ValueInvalid {
            key,
            code: fault.code(),
            sentence_ar: fault.sentence_ar(),
            sentence_en: fault.sentence_en(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_holds_anything_but_what_only_the_centre_writes() {
        let draft = |key: &str, value: &str| fields(Kind::Family, None, &[(key.to_owned(), value.into())]);
        assert!(draft("block", "7").is_ok());
        let refused = draft("official/verified_on", "2026-11-24").unwrap_err();
        assert_eq!(refused.code(), "field_not_allowed");
    }
}
