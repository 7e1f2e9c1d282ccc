//! What a list can be narrowed by, as fields of its form.

use super::query::{NONE, Query};
use super::value;
use crate::words::Lang;

/// A field to narrow by.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) name: &'static str,
    pub(super) label: String,
    pub(super) options: Vec<(String, String)>,
    pub(super) chosen: String,
}

impl Choice {
    /// A field of these options, with its label's message.
    pub(super) fn of(lang: Lang, query: &Query, (name, label): (&'static str, &str), options: Options) -> Self {
        let chosen = query.get(name).unwrap_or_default().to_owned();
        Self { name, label: lang.say(label).into_owned(), options, chosen }
    }

    /// A field of the codes of a list.
    pub(super) fn coded(lang: Lang, query: &Query, of: (&'static str, &str), list: &str) -> Self {
        Self::of(lang, query, of, value::options(lang, list))
    }

    /// The same with a choice for those that have none, by its message.
    #[must_use]
    pub(super) fn or_none(mut self, lang: Lang, none: &str) -> Self {
        self.options.insert(0, (NONE.to_owned(), lang.say(none).into_owned()));
        self
    }
}

type Options = Vec<(String, String)>;
