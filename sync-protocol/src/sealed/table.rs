//! Which values are sealed. Writers are the schema's letters; the plain part is a field of the record's own schema.

use crate::kind::Kind;
use crate::policy::PolicyFault;
use crate::role::Role;
use crate::schema::{Writer, Writers, is_part_id};
use crate::value::{self, ValueFault};

/// One sealed value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedField {
    /// The kind of record it belongs to.
    pub kind: Kind,
    /// Its place there; `<id>` stands for a row's short id.
    pub pattern: &'static str,
    /// Who may write it.
    pub writers: Writers,
    /// What is a value.
    pub check: Check,
    /// The field that holds what of it may be shown.
    pub plain: Option<&'static str>,
    /// Arabic label.
    pub label_ar: &'static str,
    /// English label.
    pub label_en: &'static str,
}

/// What is a value of a sealed field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// A national id or iqama number.
    NationalId,
    /// A point on the map: latitude and longitude in degrees.
    Point,
}

/// Every sealed value.
pub const SEALED: &[SealedField] = &[
    SealedField {
        kind: Kind::Household,
        pattern: "member/<id>/national_id",
        writers: Writers::of("SC"),
        check: Check::NationalId,
        plain: Some("member/<id>/id_last4"),
        label_ar: "رقم الهوية أو الإقامة",
        label_en: "National id or iqama number",
    },
    SealedField {
        kind: Kind::Family,
        pattern: "home_point",
        writers: Writers::of("SC"),
        check: Check::Point,
        plain: None,
        label_ar: "موقع المنزل بالضبط",
        label_en: "Exact home location",
    },
    SealedField {
        kind: Kind::Visit,
        pattern: "point",
        writers: Writers::of("SC"),
        check: Check::Point,
        plain: None,
        label_ar: "موقع الزيارة بالضبط",
        label_en: "Exact place of the visit",
    },
];

/// The sealed field of a key; `None` when the kind has no such.
#[must_use]
pub fn field(kind: Kind, key: &str) -> Option<&'static SealedField> {
    SEALED.iter().find(|field| field.kind == kind && fits(field.pattern, key).is_some())
}

/// The canonical form of what a person typed. `demo` lets test people in, whose ids begin with 9.
///
/// # Errors
/// A [`ValueFault`] that says what is allowed.
pub fn canonical(field: &SealedField, input: &str, demo: bool) -> Result<String, ValueFault> {
    match field.check {
        Check::NationalId => value::national_id(input, demo),
        Check::Point => value::point(input),
    }
}

impl SealedField {
    /// Whether `role` may write it.
    ///
    /// # Errors
    /// [`PolicyFault::FieldNotAllowed`].
    pub fn allows(&self, role: Role) -> Result<(), PolicyFault> {
        if self.writers.has(Writer::of(role)) { Ok(()) } else { Err(PolicyFault::FieldNotAllowed) }
    }

    /// The key and value that the record itself shows of the canonical `value` of `key`.
    #[must_use]
    pub fn plain_part(&self, key: &str, value: &str) -> Option<(String, String)> {
        let (plain, row) = (self.plain?, fits(self.pattern, key)?);
        let shown = value.get(value.len().checked_sub(4)?..)?;
        Some((plain.replace("<id>", row), shown.to_owned()))
    }
}

/// The row's short id in `key`, empty where the pattern has none; `None` when the key does not fit.
fn fits<'a>(pattern: &str, key: &'a str) -> Option<&'a str> {
    let Some((before, after)) = pattern.split_once("<id>") else { return (pattern == key).then_some("") };
    key.strip_prefix(before)?.strip_suffix(after).filter(|row| is_part_id(row))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema;

    #[test]
    fn a_sealed_value_stands_in_no_record_and_what_is_shown_of_it_does() {
        for sealed in SEALED {
            let key = sealed.pattern.replace("<id>", "m1");
            assert!(schema::field(sealed.kind, &key).is_none(), "{key}");
            if let Some((plain, _)) = sealed.plain_part(&key, "9000000001") {
                assert!(schema::field(sealed.kind, &plain).is_some(), "{plain}");
            }
        }
    }

    #[test]
    fn surveyors_and_the_centre_write_sealed_values_and_nobody_else() {
        let id = field(Kind::Household, "member/m1/national_id").unwrap();
        let may: Vec<Role> = Role::ALL.into_iter().filter(|role| id.allows(*role).is_ok()).collect();
        assert_eq!(may, [Role::Surveyor, Role::Supervisor, Role::Staff, Role::Admin]);
        assert!(field(Kind::Household, "member/M 1/national_id").is_none());
        assert!(field(Kind::Family, "member/m1/national_id").is_none());
    }

    #[test]
    fn what_is_typed_is_sealed_in_one_form_and_what_is_none_is_not() {
        let (id, point) =
            (field(Kind::Household, "member/m1/national_id").unwrap(), field(Kind::Family, "home_point").unwrap());
        let good =
            (0..10).map(|digit| format!("900000000{digit}")).find(|good| canonical(id, good, true).is_ok()).unwrap();
        assert_eq!(canonical(id, &format!(" {good} "), true), Ok(good.clone()));
        assert_eq!(canonical(id, &good, false), Err(ValueFault::NotNationalId));
        assert_eq!(canonical(point, "21.5, 39.2", false), value::point("21.5, 39.2"));
        assert!(canonical(point, "21.5", false).is_err());
    }

    #[test]
    fn the_record_shows_the_last_four_digits_and_nothing_of_a_point() {
        let id = field(Kind::Household, "member/m1/national_id").unwrap();
        let shown = Some(("member/m1/id_last4".to_owned(), "0001".to_owned()));
        assert_eq!(id.plain_part("member/m1/national_id", "9000000001"), shown);
        let point = field(Kind::Family, "home_point").unwrap();
        assert_eq!(point.plain_part("home_point", "21.5,39.2"), None);
    }
}
