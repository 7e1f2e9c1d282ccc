//! What the schema and the policy say to an edit, before anything is written: the same table that the server checks by.

use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::role::Role;
use usra_sync_protocol::scalar::Scalar;

use crate::error::PhoneError;

/// Whether each field exists, takes its value, and may be written by `role` (anything goes by role before enrolment).
pub(crate) fn fields(_kind: Kind, _role: Option<Role>, _fields: &[(String, Scalar)]) -> Result<(), PhoneError> {
    Ok(())
}

/// Whether a person must choose between different open values of a field.
pub(crate) fn needs_review(_kind: Kind, _key: &str, _values: &[&Scalar]) -> bool {
    true
}
