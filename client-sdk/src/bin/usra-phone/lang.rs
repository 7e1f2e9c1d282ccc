//! The reader's language, and how values of any direction stand inside a sentence of it.

use clap::ValueEnum;

/// Arabic first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    /// Arabic
    Ar,
    /// English
    En,
}

impl Lang {
    /// The sentence in the reader's language.
    pub(crate) fn pick<'a>(self, ar: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Ar => ar,
            Self::En => en,
        }
    }

    /// A name, code or number inside a sentence: in Arabic it is isolated, so that neither turns the other around.
    pub(crate) fn value(self, value: impl std::fmt::Display) -> String {
        match self {
            Self::Ar => format!("\u{2068}{value}\u{2069}"),
            Self::En => value.to_string(),
        }
    }
}
