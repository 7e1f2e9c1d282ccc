//! What the schema and the policy say to an edit, before anything is written: the same table that the server checks by.

use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::policy;
use usra_sync_protocol::role::Role;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::schema::{self, Field, FieldFault};

use crate::error::PhoneError;

/// Whether each field exists, takes its value, and may be written by `role` (anything goes by role before enrolment).
pub(crate) fn fields(kind: Kind, role: Option<Role>, fields: &[(String, Scalar)]) -> Result<(), PhoneError> {
    fields.iter().try_for_each(|(key, value)| {
        let field = schema::check(kind, key, value).map_err(|fault| refusal(key, fault))?;
        role.map_or(Ok(()), |role| may_write(role, field, key, value))
    })
}

/// Whether a person must choose between different open values of a field; always when the field is a newer schema's.
pub(crate) fn needs_review(kind: Kind, key: &str, values: &[&Scalar]) -> bool {
    schema::field(kind, key).is_none_or(|(field, _parts)| schema::needs_review(field, values))
}

fn may_write(role: Role, field: &Field, key: &str, value: &Scalar) -> Result<(), PhoneError> {
    policy::check(role, field, value).map_err(|fault| PhoneError::FieldNotAllowed {
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
