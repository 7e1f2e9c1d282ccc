//! The targets: each decoder that meets foreign bytes, its check, and how bytes are changed for it.

use crate::mutate::{self, Mutate};
use crate::{agree, change, envelope, import, link, message, sealed, value, words};

/// A decoder under check.
pub struct Target {
    /// Its name, which is also that of its folders.
    pub name: &'static str,
    /// Holds any bytes against what must be true of them; panics where it is not.
    pub check: fn(&[u8]),
    /// The same as the fuzzer runs it.
    pub fuzz: fn(&[u8]),
    /// Changes bytes in the target's own grammar.
    pub mutate: Mutate,
}

impl Target {
    /// Every target.
    pub const ALL: [Self; 11] = [
        Self::of("change", change::check, mutate::change::mutate),
        Self::of("envelope", envelope::check, mutate::envelope::mutate),
        Self::of("request", message::check_request, mutate::frames::mutate),
        Self::of("response", message::check_response, mutate::frames::mutate),
        Self::of("token", words::check_token, mutate::plain),
        Self::of("enrol", words::check_enrol, mutate::plain),
        Self::of("link", link::check, mutate::plain),
        Self::of("sealed", sealed::check, mutate::sealed::mutate),
        Self::of("value", value::check, mutate::plain),
        Self::of("import", import::check, mutate::plain),
        // Kept bytes are judged in the same process: what automerge once aborted on is refused before it sees it.
        Self { fuzz: agree::fuzz, ..Self::of("differential", agree::check, mutate::history::mutate) },
    ];

    const fn of(name: &'static str, check: fn(&[u8]), mutate: Mutate) -> Self {
        Self { name, check, fuzz: check, mutate }
    }

    /// The target of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        const ALL: &[Target] = &Target::ALL;
        ALL.iter().find(|target| target.name == name)
    }

    /// The names of all.
    #[must_use]
    pub fn names() -> Vec<&'static str> {
        Self::ALL.iter().map(|target| target.name).collect()
    }
}
