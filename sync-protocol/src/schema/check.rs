//! The check of a key and its value as the server makes it: the field is known, the type is its type, the form is canonical.

use super::field::{Concurrent, Field, HALALAS_MAX, ValueType, YEARS};
use super::key::{KeyParts, field, is_part_id};
use crate::kind::Kind;
use crate::scalar::Scalar;
use crate::sync::Reason;
use crate::value::{self, ValueFault};

/// Why a key and value are not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldFault {
    /// The schema has no such field.
    #[error("the schema has no such field")]
    Unknown,
    /// The value is of another type than the field's.
    #[error("the value is of another type than the field's")]
    WrongType,
    /// The value is not in its canonical form or outside its range.
    #[error(transparent)]
    Invalid(ValueFault),
}

impl FieldFault {
    /// The reason as it stands in a verdict.
    #[must_use]
    pub fn reason(self) -> Reason {
        match self {
            Self::Unknown => Reason::FieldUnknown,
            Self::WrongType => Reason::ValueWrongType,
            Self::Invalid(_) => Reason::ValueInvalid,
        }
    }
}

/// The field of a key whose value is in canonical form. A code that the list lacks passes when it looks like one.
///
/// # Errors
/// A [`FieldFault`]; the same for the same input on every replica.
pub fn check(kind: Kind, key: &str, scalar: &Scalar) -> Result<&'static Field, FieldFault> {
    checked(kind, key, scalar).map(|(field, _)| field)
}

/// The same, with what fills the slot of the key.
pub(crate) fn checked<'k>(
    kind: Kind,
    key: &'k str,
    scalar: &Scalar,
) -> Result<(&'static Field, KeyParts<'k>), FieldFault> {
    let (field, parts) = field(kind, key).ok_or(FieldFault::Unknown)?;
    match scalar {
        Scalar::Null if field.concurrent == Concurrent::Log => Err(FieldFault::Invalid(ValueFault::NotClearable)),
        Scalar::Null => Ok(()),
        Scalar::Bool(_) if field.value == ValueType::Bool => Ok(()),
        Scalar::Int(number) => check_number(field.value, *number),
        Scalar::Text(text) => check_text(field.value, text),
        Scalar::Bool(_) => Err(FieldFault::WrongType),
    }?;
    Ok((field, parts))
}

/// The range of a type that is a whole number.
pub(crate) fn range(value: ValueType) -> Option<(i64, i64)> {
    match value {
        ValueType::Int(min, max) => Some((min, max)),
        ValueType::Halalas => Some((0, HALALAS_MAX)),
        ValueType::Year => Some(YEARS),
        ValueType::Text(_)
        | ValueType::Bool
        | ValueType::Code(_)
        | ValueType::Date
        | ValueType::Mobile
        | ValueType::ShortAddress
        | ValueType::Instant
        | ValueType::FileNo
        | ValueType::IdLast4
        | ValueType::PartRef
        | ValueType::RecordRef => None,
    }
}

fn check_number(value: ValueType, number: i64) -> Result<(), FieldFault> {
    let (min, max) = range(value).ok_or(FieldFault::WrongType)?;
    let inside = (min..=max).contains(&number);
    if inside { Ok(()) } else { Err(FieldFault::Invalid(ValueFault::OutOfRange { min, max })) }
}

fn check_text(value: ValueType, text: &str) -> Result<(), FieldFault> {
    let fault = match value {
        ValueType::Int(..) | ValueType::Halalas | ValueType::Year | ValueType::Bool => {
            return Err(FieldFault::WrongType);
        }
        ValueType::Text(max) => value::text_fault(max, text),
        ValueType::Code(list) => value::code_fault(list, text),
        ValueType::Date => (!value::is_date(text)).then_some(ValueFault::NotDate),
        ValueType::Instant => (!value::is_instant(text)).then_some(ValueFault::NotInstant),
        ValueType::Mobile => (!value::is_mobile(text)).then_some(ValueFault::NotMobile),
        ValueType::ShortAddress => (!value::is_short_address(text)).then_some(ValueFault::NotShortAddress),
        ValueType::IdLast4 => (!value::is_digits(text, 4)).then_some(ValueFault::NotIdLast4),
        ValueType::RecordRef => (!value::is_record_id(text)).then_some(ValueFault::NotRecord),
        ValueType::PartRef => (!is_part_id(text)).then_some(ValueFault::NotPart),
        ValueType::FileNo => (!value::file_no::is_sound(text)).then_some(ValueFault::NotFileNo),
    };
    fault.map_or(Ok(()), |fault| Err(FieldFault::Invalid(fault)))
}
