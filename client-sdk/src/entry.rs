//! What a person typed, or a survey holds, held against the schema: is there such a field, does the text fit it, may this role
//! write it, is anything needed still missing. The command line and the import both ask here.

use usra_sync_protocol::code_list::{self, Code};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::policy;
use usra_sync_protocol::role::Role;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::schema::{self, Concurrent, Slot};
use usra_sync_protocol::value::{self, ValueFault};

/// Why a text is no value of a field. It never contains the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}")]
pub struct EntryFault {
    /// The stable code.
    pub code: String,
    /// What is allowed, in Arabic.
    pub sentence_ar: String,
    /// What is allowed, in English.
    pub sentence_en: String,
}

/// A person's text in the field's canonical form; the empty text clears the field.
///
/// # Errors
/// When there is no such field, or the text does not fit it.
pub fn parse(kind: Kind, key: &str, text: &str) -> Result<Scalar, EntryFault> {
    let (field, parts) = schema::field(kind, key).ok_or_else(|| unknown(kind))?;
    if let (Some(Slot::Code(list)), Some(code)) = (field.slot(), parts.part) {
        listed(list, code)?;
    }
    value::parse(field, text).map_err(EntryFault::from)
}

/// The key of one member of a set (`activity/*`), the member given by its code or by its word in either language.
///
/// # Errors
/// When there is no such set, or no such member in its list.
pub fn member(kind: Kind, set: &str, word: &str) -> Result<String, EntryFault> {
    let field = schema::fields(kind).iter().find(|field| starred(field.pattern) == set).ok_or_else(|| unknown(kind))?;
    let Some(Slot::Code(list)) = field.slot() else { return Err(unknown(kind)) };
    listed(list, word).map(|code| set.replace('*', &code.code))
}

/// Whether the kind has the field; `*` stands for any member of a set, `<id>` for a row of a group.
#[must_use]
pub fn exists(kind: Kind, pattern: &str) -> bool {
    let mut patterns = schema::fields(kind).iter().map(|field| field.pattern);
    patterns.any(|known| known == pattern || starred(known) == pattern) || schema::field(kind, pattern).is_some()
}

/// Whether this role may give the field this value.
///
/// # Errors
/// With what to tell the person.
pub fn allowed(role: Role, kind: Kind, key: &str, value: &Scalar) -> Result<(), EntryFault> {
    let (field, _parts) = schema::field(kind, key).ok_or_else(|| unknown(kind))?;
    policy::check(role, field, value).map_err(|fault| EntryFault {
        code: fault.reason().code().to_owned(),
        sentence_ar: fault.sentence_ar().to_owned(),
        sentence_en: fault.sentence_en().to_owned(),
    })
}

/// Whether the field is written once: a correction is a new row.
#[must_use]
pub fn written_once(kind: Kind, key: &str) -> bool {
    schema::field(kind, key).is_some_and(|(field, _parts)| field.concurrent == Concurrent::Log)
}

/// The keys that a record of this kind cannot be registered without and that are not among `present`.
#[must_use]
pub fn missing<'a>(kind: Kind, present: impl Iterator<Item = &'a str>) -> Vec<String> {
    schema::missing(kind, present).into_iter().map(|missing| missing.key).collect()
}

/// A field's label in Arabic and English, with the word of a set's member; the key itself where the schema has no field.
#[must_use]
pub fn labels(kind: Kind, key: &str) -> (String, String) {
    let Some((field, parts)) = schema::field(kind, key) else { return (key.to_owned(), key.to_owned()) };
    let member = match (field.slot(), parts.part) {
        (Some(Slot::Code(list)), Some(code)) => listed(list, code).ok(),
        _ => None,
    };
    let labelled = |label: &str, word: Option<&str>| word.map_or(label.to_owned(), |word| format!("{label}: {word}"));
    (
        labelled(field.label_ar, member.map(|code| code.ar.as_str())),
        labelled(field.label_en, member.map(|code| code.en.as_str())),
    )
}

/// The entry of a list by its code or by a word that no other entry has.
fn listed(list: &'static str, word: &str) -> Result<&'static Code, EntryFault> {
    code_list::named(list, word).ok_or_else(|| ValueFault::NotInList { list }.into())
}

/// `activity/*` for `activity/<code>`.
fn starred(pattern: &str) -> String {
    match (pattern.find('<'), pattern.find('>')) {
        (Some(from), Some(to)) if !pattern.contains("<id>") => {
            let (before, after) = (pattern.get(..from).unwrap_or_default(), pattern.get(to + 1..).unwrap_or_default());
            format!("{before}*{after}")
        }
        _ => pattern.to_owned(),
    }
}

fn unknown(kind: Kind) -> EntryFault {
    EntryFault {
        code: "field_unknown".to_owned(),
        sentence_ar: format!(
            "لا حقل بهذا الاسم في \u{2068}{kind}\u{2069}؛ الحقول في \u{2068}docs/data-model.md\u{2069}."
        ),
        sentence_en: format!("A {kind} has no such field; docs/data-model.md lists them."),
    }
}

impl From<ValueFault> for EntryFault {
    fn from(fault: ValueFault) -> Self {
        Self { code: fault.code().to_owned(), sentence_ar: fault.sentence_ar(), sentence_en: fault.sentence_en() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_of_a_set_is_found_by_code_or_word_and_an_unknown_one_is_refused() {
        for word in ["FOOD-BAKE", "food-bake", "مخبوزات ومعجنات", "Bakery & pastries"] {
            assert_eq!(member(Kind::Family, "activity/*", word).as_deref(), Ok("activity/FOOD-BAKE"), "{word}");
        }
        assert_eq!(member(Kind::Family, "activity/*", "FOOD-XXXX").unwrap_err().code, "not_in_list");
        assert_eq!(parse(Kind::Family, "activity/FOOD-XXXX", "1").unwrap_err().code, "not_in_list");
        assert_eq!(parse(Kind::Family, "activity/FOOD-BAKE", "نعم"), Ok(Scalar::Bool(true)));
    }

    #[test]
    fn a_mapping_may_name_what_the_schema_has_and_nothing_else() {
        for known in ["name_ar", "activity/*", "contact/whatsapp", "licence/<id>/number"] {
            assert!(exists(Kind::Family, known), "{known}");
        }
        for unknown in ["nickname", "member/<id>/name", "activity", "licence/number"] {
            assert!(!exists(Kind::Family, unknown), "{unknown}");
        }
    }

    #[test]
    fn what_a_role_may_not_write_and_what_is_written_once_is_known_before_it_is_tried() {
        let status = Scalar::from("open");
        assert!(allowed(Role::Surveyor, Kind::Household, "need/a/status", &status).is_err());
        assert!(allowed(Role::Surveyor, Kind::Household, "need/a/priority", &Scalar::from(1)).is_ok());
        assert!(written_once(Kind::Visit, "type") && !written_once(Kind::Family, "name_ar"));
    }
}
