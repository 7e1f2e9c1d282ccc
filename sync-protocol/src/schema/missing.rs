//! What a record still lacks before it can be registered. Phones ask before they save; the server never refuses for it,
//! since a record arrives in pieces.

use std::collections::BTreeSet;

use super::field::Field;
use super::{field, fields};
use crate::kind::Kind;

/// A field that is needed and not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The key to fill in.
    pub key: String,
    /// Its field.
    pub field: &'static Field,
}

/// The needed fields that are not among the shown `keys`; those of a group once for each row that was begun.
#[must_use]
pub fn missing<'k>(kind: Kind, keys: impl IntoIterator<Item = &'k str>) -> Vec<Missing> {
    let shown: BTreeSet<&str> = keys.into_iter().collect();
    let wanted = fields(kind).iter().filter(|field| field.required);
    let keys = wanted.flat_map(|field| wanted_keys(field, &shown).into_iter().map(move |key| Missing { key, field }));
    keys.filter(|missing| !shown.contains(missing.key.as_str())).collect()
}

fn wanted_keys(needed: &'static Field, shown: &BTreeSet<&str>) -> BTreeSet<String> {
    let Some((group, column)) = needed.pattern.split_once("/<id>/") else {
        return BTreeSet::from([needed.pattern.to_owned()]);
    };
    let begun = shown.iter().filter(|key| key.split('/').next() == Some(group));
    let ids = begun.filter_map(|key| field(needed.kind, key)?.1.part);
    ids.map(|id| format!("{group}/{id}/{column}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(kind: Kind, shown: &[&str]) -> Vec<String> {
        missing(kind, shown.iter().copied()).into_iter().map(|missing| missing.key).collect()
    }

    #[test]
    fn a_family_needs_a_name_and_a_governorate() {
        assert_eq!(keys(Kind::Family, &["mobile"]), ["name_ar", "governorate"]);
        assert!(keys(Kind::Family, &["name_ar", "governorate"]).is_empty());
    }

    #[test]
    fn each_member_that_was_begun_needs_a_name() {
        let shown = ["member/a/name", "member/b/gender", "rooms"];
        assert_eq!(keys(Kind::Household, &shown), ["member/b/name"]);
    }
}
