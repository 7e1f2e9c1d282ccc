//! Finds the field of a key: the parts of the key against the parts of the patterns that begin alike. Total for any text.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::field::Field;
use super::fields;
use crate::code_list;
use crate::kind::Kind;

/// What stands in the slot of a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyParts<'k> {
    /// The part of the key that fills the pattern's slot: an id, a code, a channel or a hash.
    pub part: Option<&'k str>,
}

/// What may fill the slot of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// A short id, unique in its record: 1 to 32 of `a-z0-9`.
    Id,
    /// A code of the list of that name.
    Code(&'static str),
    /// The SHA-256 of a photo in lower-case hexadecimal.
    Hash,
}

/// A field with its pattern taken apart, once.
struct Candidate {
    field: &'static Field,
    /// The parts of the pattern behind the first.
    rest: Vec<Part>,
}

enum Part {
    Word(&'static str),
    Slot(Slot),
}

type Index = FxHashMap<(Kind, &'static str), Vec<Candidate>>;

/// Asked for every value that is checked or projected.
static BY_FIRST_PART: LazyLock<Index> = LazyLock::new(|| {
    let mut index = Index::default();
    for field in Kind::ALL.into_iter().flat_map(fields) {
        let mut parts = field.pattern.split('/');
        let first = parts.next().unwrap_or_default();
        let part =
            |part: &'static str| field.slot().filter(|_| part.starts_with('<')).map_or(Part::Word(part), Part::Slot);
        index.entry((field.kind, first)).or_default().push(Candidate { field, rest: parts.map(part).collect() });
    }
    index
});

/// The field of a key, and what fills its slot.
#[must_use]
pub fn field(kind: Kind, key: &str) -> Option<(&'static Field, KeyParts<'_>)> {
    let mut parts = key.split('/');
    let candidates = BY_FIRST_PART.get(&(kind, parts.next()?))?;
    candidates.iter().find_map(|candidate| Some((candidate.field, candidate.fit(parts.clone())?)))
}

impl Candidate {
    fn fit<'k>(&self, mut given: impl Iterator<Item = &'k str>) -> Option<KeyParts<'k>> {
        let mut parts = KeyParts::default();
        for wanted in &self.rest {
            let part = given.next()?;
            match wanted {
                Part::Word(word) => (*word == part).then_some(())?,
                Part::Slot(slot) => {
                    slot.accepts(part).then_some(())?;
                    parts.part = Some(part);
                }
            }
        }
        given.next().is_none().then_some(parts)
    }
}

impl Slot {
    /// Whether `part` may stand here. A code of a newer list may.
    #[must_use]
    pub fn accepts(self, part: &str) -> bool {
        match self {
            Self::Id => is_part_id(part),
            Self::Code(list) => code_list::list(list).is_some_and(|list| list.accepts(part)),
            Self::Hash => part.len() == 64 && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')),
        }
    }
}

impl Field {
    /// What fills the slot of its pattern; `None` when it has no slot.
    #[must_use]
    pub fn slot(&self) -> Option<Slot> {
        match self.pattern.split('/').find(|part| part.starts_with('<'))? {
            "<hash>" => Some(Slot::Hash),
            "<channel>" => Some(Slot::Code("contact_channel")),
            "<code>" => Some(Slot::Code(set_list(self.pattern))),
            _id => Some(Slot::Id),
        }
    }
}

fn set_list(pattern: &'static str) -> &'static str {
    match pattern.split('/').next().unwrap_or_default() {
        "eligibility" => "eligibility_tag",
        same => same,
    }
}

/// Whether `part` is a short id of a row inside a record: 1 to 32 of `a-z0-9`.
#[must_use]
pub fn is_part_id(part: &str) -> bool {
    (1..=32).contains(&part.len()) && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'z'))
}
